"""Whether data may be used for training (L6, A7): what the contract allows, what the vendor attests, what the endpoint is set to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from contracts.domain.sovereignty import TrainingUse
from contracts.enums import Labelled


class DataType(Labelled):
    INPUT = "input"
    OUTPUT = "output"
    DERIVED = "derived"
    LOGS = "logs"
    LABELS = "labels"

    @property
    def label(self) -> str:
        return {
            "input": "Inputs",
            "output": "Outputs",
            "derived": "Derived data",
            "logs": "Logs",
            "labels": "Labels and corrections",
        }[self.value]


class TrainingAllowed(Labelled):
    """What may be used for training, from the least to the most."""

    NO = "no"
    OPT_IN = "opt_in"
    YES = "yes"

    @property
    def label(self) -> str:
        return {"no": "No", "opt_in": "Only after opting in", "yes": "Yes"}[self.value]


_OF_SETTING = {
    TrainingUse.NONE: TrainingAllowed.NO,
    TrainingUse.OPT_IN: TrainingAllowed.OPT_IN,
    TrainingUse.DEFAULT: TrainingAllowed.YES,
}
_ORDER = list(TrainingAllowed)


def most(values: Iterable[str]) -> TrainingAllowed | None:
    """The widest use among these, None where there is none."""
    known = [TrainingAllowed(value) for value in values]
    return max(known, key=_ORDER.index, default=None)


def of_setting(setting: str) -> TrainingAllowed:
    """What the setting of an endpoint amounts to; one nobody knows counts as the widest use."""
    return _OF_SETTING[TrainingUse(setting)] if setting in set(TrainingUse) else TrainingAllowed.YES


@dataclass(frozen=True, slots=True)
class Setting:
    """An endpoint of a vendor as it is set, and what the vendor attests (None: nothing)."""

    endpoint: str
    vendor: str
    setting: str
    attested: str | None


@dataclass(frozen=True, slots=True)
class Mismatch:
    endpoint: str
    sentence: str
    agreed: str
    live: str


def mismatches(agreed: str | None, clause: str, settings: Sequence[Setting]) -> list[Mismatch]:
    """A7: attestation, clause and setting must say the same; each endpoint where they do not, in one sentence.

    Where no contract says anything there is nothing to agree with: the gap check tells of that.
    """
    if agreed is None:
        return []
    allowed = TrainingAllowed(agreed)
    cited = f" ({clause})" if clause else ""
    found = []
    for one in settings:
        live = of_setting(one.setting)
        wrong = []
        if live != allowed:
            wrong.append(f"the endpoint {one.endpoint} is set to “{live.label.lower()}”")
        if one.attested is None:
            wrong.append(f"{one.vendor} has attested nothing")
        elif TrainingAllowed(one.attested) != allowed:
            wrong.append(f"{one.vendor} attests “{TrainingAllowed(one.attested).label.lower()}”")
        if wrong:
            sentence = f"Training on the data: the contract says “{allowed.label.lower()}”{cited}, {' and '.join(wrong)}."
            found.append(Mismatch(one.endpoint, sentence, allowed, live))
    return found
