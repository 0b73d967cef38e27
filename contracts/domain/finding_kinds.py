"""What findings are about, and their events."""

from contracts.domain.event_specs import spec
from contracts.enums import Labelled


class FindingKind(Labelled):
    CERTIFICATE = "certificate"
    DATA_FLOW = "data_flow"
    SOVEREIGNTY = "sovereignty"
    VENDOR = "vendor"

    @property
    def label(self) -> str:
        return {"data_flow": "Data flow", "sovereignty": "Sovereignty"}.get(self.value, super().label)


EVENTS = [
    spec("finding.opened", {"kind", "subject", "sentence"}, "Found: {sentence}"),
    spec("finding.ended", {"kind", "subject", "sentence"}, "No longer so: {sentence}"),
]
