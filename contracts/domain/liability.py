"""Who pays if … (L5): liability by the layer an error comes from, and what shows that it came from there (§3.11)."""

from collections.abc import Mapping
from decimal import Decimal

from audit.errors import Invalid
from contracts.enums import Labelled, Party

WHOLE = Decimal(100)
# Who may bear a share.
BEARERS = (Party.CLIENT, Party.PROVIDER, Party.AI_VENDOR)


class Layer(Labelled):
    """Where an incident originated."""

    MODEL_DEFECT = "model_defect"
    OPERATION = "operation"
    CLIENT_INSTRUCTION = "client_instruction"
    INFRASTRUCTURE = "infrastructure"
    MIXED = "mixed"

    @property
    def label(self) -> str:
        return {
            "model_defect": "Defect of the AI model",
            "operation": "Operating procedure",
            "client_instruction": "Instruction of the client",
            "infrastructure": "Integration or infrastructure",
            "mixed": "Several of these",
        }[self.value]

    @property
    def examples(self) -> str:
        return {
            "model_defect": "Bias, a wrong inference, an undocumented change of the model.",
            "operation": "A missed alarm, an override not used, untrained staff, approval without looking.",
            "client_instruction": "A wrong rule, threshold or source datum, a late approval.",
            "infrastructure": "A lost message, an outage, a wrong mapping between two systems.",
            "mixed": "No single layer explains it.",
        }[self.value]


# Where it falls if nothing else is agreed; infrastructure falls to whoever runs the component.
PRIMARY: Mapping[Layer, Party] = {
    Layer.MODEL_DEFECT: Party.AI_VENDOR,
    Layer.OPERATION: Party.PROVIDER,
    Layer.CLIENT_INSTRUCTION: Party.CLIENT,
    Layer.INFRASTRUCTURE: Party.PROVIDER,
    Layer.MIXED: Party.PROVIDER,
}
EVIDENCE: Mapping[Layer, tuple[str, ...]] = {
    Layer.MODEL_DEFECT: (
        "The error comes again on the frozen model version",
        "The input and the prompt were as agreed",
        "No notice of a change is on file",
    ),
    Layer.OPERATION: (
        "How long the evidence was open before it was approved",
        "Training and acknowledged procedures of the reviewer",
        "Quality samples and honeypots of the same weeks",
    ),
    Layer.CLIENT_INSTRUCTION: (
        "Who wrote and who approved the rule in force",
        "The source record as the client supplied it",
        "When an approval was asked for, and when it came",
    ),
    Layer.INFRASTRUCTURE: (
        "The log of the interface at that moment",
        "Who runs the component that failed",
    ),
    Layer.MIXED: ("A root-cause analysis of all parties together", "The evidence of each layer concerned"),
}


def checked_shares(shares: Mapping[str, Decimal]) -> dict[Party, Decimal]:
    """The share of each party in per cent. Raises Invalid naming the field of the share that is wrong."""
    given: dict[Party, Decimal] = {}
    for party in BEARERS:
        share = shares.get(party, Decimal(0))
        if not share.is_finite() or not 0 <= share <= WHOLE:
            raise Invalid("share", f"{party.label}: a share is 0 to 100 per cent.", f"share_{party}")
        if share != round(share, 2):
            raise Invalid("share", f"{party.label}: two decimal places at most.", f"share_{party}")
        given[party] = share
    if (total := sum(given.values(), Decimal(0))) != WHOLE:
        raise Invalid("shares", f"The shares make {total.normalize():f} per cent, not 100.", "shares")
    return given
