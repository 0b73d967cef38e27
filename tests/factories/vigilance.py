"""Reviewers at work, fast or careful, by the services; what is counted of them, and what followed."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from contracts.models import User
from reviews.enums import Verdict, VigilanceBand
from reviews.models import Decision, ReviewerSignal, VigilanceAction
from reviews.services import claims, decisions, vigilance, vigilance_judging, workspace
from reviews.services.decisions import Answer
from tests import worlds
from tests.factories import reviews as made
from tests.worlds import Desk

# 120 words beside what an invoice says anyway: some 15 seconds are the least.
TEXT = " ".join(["word"] * 120)
FAST, CAREFUL = timedelta(seconds=6), timedelta(seconds=60)
LATER = timedelta(minutes=5)


def approved(
    desk: Desk, by: User, number: int, at: datetime, takes: timedelta = FAST, **changes: Any
) -> list[Decision]:
    """So many invoices of €6,000 approved one after the other, each in the same time, from `at` on."""
    more = {"input": {"invoice": TEXT}, **changes}
    found = []
    for case in made.waiting_cases(desk, at, number, **more):
        claims.claim(case_id=case, user=by, at=at)
        for panel in worlds.EVIDENCE:
            workspace.open_evidence(case_id=case, user=by, panel=panel["name"], at=at)
        at += takes
        found.append(decisions.decide(case_id=case, user=by, answer=Answer(Verdict.APPROVE), at=at))
    return found


def swept(at: datetime) -> int:
    """What the sweep counts once everything up to `at` is settled."""
    return vigilance_judging.sweep(at=at + LATER)


def red(desk: Desk, at: datetime, number: int = 50) -> VigilanceAction:
    """The reviewer of the desk took note and approved fifty in six seconds each: his band is red."""
    vigilance.acknowledge(by=desk.reviewer, at=at)
    swept(approved(desk, desk.reviewer, number, at)[-1].decided_at)
    return VigilanceAction.objects.get(reviewer=desk.reviewer, cleared_at__isnull=True)


def noticed(desk: Desk, at: datetime) -> dict[str, UUID]:
    """The reviewer took note before what he decided up to now, which was counted; and he is to be coached.

    Fifty decisions for every row of the matrix would take too long: what a band leads to is written here.
    """
    vigilance.acknowledge(by=desk.reviewer, at=at - LATER)
    swept(at)
    action = VigilanceAction.objects.create(
        process=desk.process, reviewer=desk.reviewer, band=VigilanceBand.AMBER, index=60, raised_at=at
    )
    return {"signal": signal(desk.reviewer).pk, "vigilance": action.pk}


def signal(user: User) -> ReviewerSignal:
    return ReviewerSignal.objects.filter(reviewer=user).latest("day")


def raised(row: ReviewerSignal) -> Sequence[str]:
    return [found["code"] for found in row.signals if found["raised"]]
