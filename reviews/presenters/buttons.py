"""The bar of a case: what its reader may press, with the key of each button and why it is dead."""

from dataclasses import dataclass

from django.urls import reverse

from reviews.enums import CaseState, Verdict
from reviews.selectors.cases import Desk


@dataclass(frozen=True)
class Button:
    """A decision of the bar: its words, its key, where it posts to, and why it is refused."""

    label: str
    key: str
    name: str = "verdict"
    value: str = ""
    kind: str = ""
    action: str = ""
    needs: str = ""
    gate: str = ""
    reason: str = ""
    edited: bool = False


def deciding(missing: list[str], *, own: bool) -> list[Button]:
    """The decisions, each closed while evidence is missing that it asks for."""
    closed = f"Open first: {', '.join(missing)}." if missing else ""
    if own:
        return [
            Button("Record my decision", "a", value="own", kind="primary", gate="evidence", reason=closed)
        ]
    return [
        Button("Approve", "a", value=Verdict.APPROVE, kind="primary", gate="evidence", reason=closed),
        Button(
            "Save edit",
            "e",
            value=Verdict.EDIT,
            needs="reason_code",
            gate="evidence",
            reason=closed,
            edited=True,
        ),
        Button("Reject", "r", value=Verdict.REJECT, needs="reason_code", kind="danger"),
        Button("Override", "o", value=Verdict.OVERRIDE, needs="reason_code"),
    ]


def asides(desk: Desk) -> list[Button]:
    """What a person may do instead of deciding; an escalated case is decided by its owner."""
    if desk.case.state == CaseState.ESCALATED:
        return []
    escalate = reverse("reviews:escalate", args=[desk.case.pk])
    ask = reverse("reviews:ask", args=[desk.case.pk])
    back = reverse("reviews:hand_back", args=[desk.case.pk])
    return [
        Button("Send up", "s", name="up", value="1", action=escalate, needs="note"),
        Button("Unsure", "u", name="unsure", value="1", action=escalate),
        Button("Ask for information", "i", name="ask", value="1", action=ask, needs="note"),
        Button("Hand back", "b", name="back", value="1", action=back),
    ]
