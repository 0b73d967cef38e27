"""The decision just made, while it can be taken back."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from reviews.enums import Verdict
from reviews.models import Decision
from reviews.presenters import words

_DONE = {
    Verdict.APPROVE: "Approved",
    Verdict.EDIT: "Edited",
    Verdict.REJECT: "Rejected",
    Verdict.OVERRIDE: "Replaced",
}


@dataclass(frozen=True)
class Undo:
    url: str
    text: str
    deadline: datetime


def undo(decision: Decision | None) -> Undo | None:
    """The undo of a final decision that is not released yet; None where there is none."""
    if decision is None or decision.interaction.release_after is None:
        return None
    return Undo(
        url=reverse("reviews:withdraw", args=[decision.pk]),
        text=done(decision),
        deadline=decision.interaction.release_after,
    )


def done(decision: Decision) -> str:
    """What was done, for a message: "Approved case 3fa91c"."""
    return f"{_DONE[Verdict(decision.verdict)]} case {words.short_id(decision.case_id)}"
