"""What findings are about, and their events."""

from contracts.domain.event_specs import spec
from contracts.enums import Labelled


class FindingKind(Labelled):
    CERTIFICATE = "certificate"
    CONTRACT = "contract"
    CONTRACT_END = "contract_end"
    DATA_USE = "datause.mismatch"
    DATA_FLOW = "data_flow"
    FUNCTION = "function"
    SOVEREIGNTY = "sovereignty"
    VENDOR = "vendor"

    @property
    def label(self) -> str:
        special = {
            "contract": "Set otherwise than agreed",
            "contract_end": "Runs out",
            "datause.mismatch": "Use of data",
            "data_flow": "Data flow",
            "function": "Less looked at than declared",
        }
        return special.get(self.value, super().label)


EVENTS = [
    spec("finding.opened", {"kind", "subject", "sentence"}, "Found: {sentence}"),
    spec("finding.ended", {"kind", "subject", "sentence"}, "No longer so: {sentence}"),
]
