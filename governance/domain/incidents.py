"""What becomes an incident by itself, read off the events of the trail."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from contracts.enums import Labelled


class IncidentKind(Labelled):
    UNDECLARED_MODEL = "undeclared_model"
    SOVEREIGNTY = "sovereignty"

    @property
    def label(self) -> str:
        return {
            "undeclared_model": "A model answered without notice of a change",
            "sovereignty": "Data was processed where it may not be",
        }[self.value]


class IncidentState(Labelled):
    REPORTED = "reported"
    CLOSED = "closed"


UNDECLARED, SOVEREIGNTY = "modelchange.undeclared", "sovereignty.violation"
# Harm or reportable: both ask for the client within the hour (requirements §6.5).
SEVERITY = 1


@dataclass(frozen=True)
class Cause:
    """Why an incident is opened. What happens again is of the same incident: `subject` says of which."""

    kind: IncidentKind
    subject: str
    severity: int
    told: str


def cause(action: str, facts: Mapping[str, Any]) -> Cause | None:
    """The incident an event opens; most open none."""
    if action == UNDECLARED:
        reference, step = str(facts["reference"]), str(facts["step"])
        return Cause(
            IncidentKind.UNDECLARED_MODEL,
            reference,
            SEVERITY,
            f"{reference} answered at the step {step}, and no change of a model was announced.",
        )
    if action == SOVEREIGNTY:
        endpoint = str(facts["endpoint"]) or "an unnamed endpoint"
        return Cause(IncidentKind.SOVEREIGNTY, endpoint, SEVERITY, f"{endpoint}: {facts['why']}")
    return None
