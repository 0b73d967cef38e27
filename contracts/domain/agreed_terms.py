"""Agreed terms as data, and whether the live settings keep to them: the comparison, without anything of where they come from."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from audit.errors import Invalid
from contracts.domain import data_use, sovereignty
from contracts.domain.data_use import TrainingAllowed
from contracts.enums import Labelled, Party

HALTERS = (Party.CLIENT, Party.PROVIDER)
_MOST_MINUTES = 60 * 24 * 31


class TermKind(Labelled):
    SAMPLE_FRACTION = "sample_fraction"
    REVIEW_MINUTES = "review_minutes"
    HALT_PARTIES = "halt_parties"
    TRAINING_USE = "training_use"
    REGIONS = "regions"

    @property
    def label(self) -> str:
        return {
            "sample_fraction": "Share that QA samples, at least",
            "review_minutes": "Review within, minutes at most",
            "halt_parties": "Parties that may halt",
            "training_use": "Use of data for training, at most",
            "regions": "Regions in which data is processed",
        }[self.value]


@dataclass(frozen=True, slots=True)
class Agreed:
    """A term, where it was agreed, and its value as `checked` makes it."""

    kind: str
    value: Any
    where: str


@dataclass(frozen=True, slots=True)
class LiveEndpoint:
    name: str
    region: str
    training_use: str


@dataclass(frozen=True, slots=True)
class Live:
    """How a process is set now. No fraction: nobody has set a sampling plan."""

    fraction: Decimal | None
    review_minutes: int
    halt_parties: frozenset[str]
    regions: tuple[str, ...] = ()
    endpoints: Sequence[LiveEndpoint] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class Drift:
    """A live setting that does not keep to a term; `reference` tells two of one kind apart."""

    kind: str
    reference: str
    sentence: str
    agreed: str
    live: str


def checked(kind: str, value: Any) -> Any:
    """A value as it is kept. Raises Invalid with a sentence for the field `value`."""
    if kind not in set(TermKind):
        raise Invalid("kind", "Say what kind of term it is.", "kind")
    if kind == TermKind.SAMPLE_FRACTION:
        try:
            fraction = Decimal(str(value))
        except InvalidOperation:
            raise Invalid("value", "A fraction such as 0.1 is required.", "value") from None
        if not fraction.is_finite() or not 0 < fraction <= 1:
            raise Invalid("value", "A fraction is more than 0 and at most 1.", "value")
        return f"{fraction.normalize():f}"
    if kind == TermKind.REVIEW_MINUTES:
        text = str(value).strip()
        if not text.isdecimal() or not 1 <= int(text) <= _MOST_MINUTES:
            raise Invalid("value", f"Minutes from 1 to {_MOST_MINUTES:,} are required.", "value")
        return int(text)
    if kind == TermKind.TRAINING_USE:
        if value not in set(TrainingAllowed):
            raise Invalid("value", "One of no, opt_in and yes is required.", "value")
        return str(value)
    named = _list(value)
    if kind == TermKind.HALT_PARTIES and not set(named) <= set(HALTERS):
        raise Invalid("value", "The client, the provider or both may halt.", "value")
    if any(len(one) > 20 for one in named):
        raise Invalid("value", "A region has 20 characters at most.", "value")
    return named


def _list(value: Any) -> list[str]:
    given = value.replace(",", " ").split() if isinstance(value, str) else list(value)
    named = sorted({str(one).strip() for one in given if str(one).strip()})
    if not named:
        raise Invalid("value", "Name at least one.", "value")
    return named


def words(kind: str, value: Any) -> str:
    """A value as people read it."""
    if kind == TermKind.SAMPLE_FRACTION:
        return f"{(Decimal(str(value)) * 100).normalize():f} %"
    if kind == TermKind.REVIEW_MINUTES:
        return f"{value} min"
    if kind == TermKind.TRAINING_USE:
        return TrainingAllowed(value).label.lower()
    if kind == TermKind.HALT_PARTIES:
        return ", ".join(Party(one).label.lower() for one in value) or "nobody"
    return ", ".join(value) or "none named"


def compare(terms: Iterable[Agreed], live: Live) -> list[Drift]:
    """Where the live settings do not keep to what was agreed."""
    found: list[Drift] = []
    for term in terms:
        found += _COMPARED[TermKind(term.kind)](term, live)
    return found


def _drift(term: Agreed, subject: str, live: str, reference: str = "") -> Drift:
    agreed = words(term.kind, term.value)
    name = TermKind(term.kind).label
    sentence = f"{name}: {term.where} says {agreed}, {subject} {live}."
    return Drift(term.kind, reference, sentence, agreed, live)


def _fraction(term: Agreed, live: Live) -> list[Drift]:
    if live.fraction is None:
        return [_drift(term, "set is", "no sampling plan")]
    if live.fraction >= Decimal(term.value):
        return []
    return [_drift(term, "set is", words(term.kind, live.fraction))]


def _minutes(term: Agreed, live: Live) -> list[Drift]:
    return (
        []
        if live.review_minutes <= term.value
        else [_drift(term, "set is", words(term.kind, live.review_minutes))]
    )


def _parties(term: Agreed, live: Live) -> list[Drift]:
    return (
        []
        if live.halt_parties == set(term.value)
        else [_drift(term, "authority is held by", words(term.kind, sorted(live.halt_parties)))]
    )


def _training(term: Agreed, live: Live) -> list[Drift]:
    order = list(TrainingAllowed)
    most = order.index(TrainingAllowed(term.value))
    found = []
    for endpoint in live.endpoints:
        use = data_use.of_setting(endpoint.training_use)
        if order.index(use) > most:
            found.append(
                _drift(term, f"the endpoint {endpoint.name} is set to", use.label.lower(), endpoint.name)
            )
    return found


def _regions(term: Agreed, live: Live) -> list[Drift]:
    # A process for which nobody named regions lets its data be processed anywhere.
    found = [
        _drift(term, "the process allows", region, region)
        for region in live.regions or ("every region",)
        if not sovereignty.inside(region, term.value)
    ]
    found += [
        _drift(term, f"the endpoint {endpoint.name} answers from", endpoint.region, endpoint.name)
        for endpoint in live.endpoints
        if not sovereignty.inside(endpoint.region, term.value)
    ]
    return found


_COMPARED = {
    TermKind.SAMPLE_FRACTION: _fraction,
    TermKind.REVIEW_MINUTES: _minutes,
    TermKind.HALT_PARTIES: _parties,
    TermKind.TRAINING_USE: _training,
    TermKind.REGIONS: _regions,
}
