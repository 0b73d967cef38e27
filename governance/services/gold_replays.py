"""Replaying known decisions: a waiting queue is worked through claim and decision with the values that are right.

Such decisions say that they were replayed: they measure the AI, and nobody's attention.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from audit.errors import Conflict, NotAllowed
from audit.services import origins
from contracts.models import Process, User
from reviews.enums import ReasonCode, Verdict
from reviews.models import Case
from reviews.models.case import CLAIMABLE
from reviews.services import claims, decisions, outputs, workspace
from reviews.services.decisions import Answer

ORIGIN = "replay"
_FACTOR = "The right value is known"
APPROVED, CHANGED, UNKNOWN, TAKEN, RECOMMENDED = (
    "approved",
    "changed",
    "without gold",
    "taken by somebody",
    "not final",
)


def waiting(process: Process, limit: int | None) -> list[tuple[UUID, str]]:
    """The cases that wait, the most urgent first, with the external ids of their interactions."""
    cases = Case.objects.filter(process=process, state__in=CLAIMABLE, meant_for__isnull=True).order_by(
        "due_at", "severity", "pk"
    )
    return list(cases.values_list("pk", "interaction__external_id")[:limit])


def run(
    *,
    cases: list[tuple[UUID, str]],
    user: User,
    gold: Mapping[str, Mapping[str, str]],
    clock: Callable[[], datetime],
    told: Callable[[], None],
) -> Counter[str]:
    """Decide every case for which the right values are known, each in a transaction of its own; counts what was done.

    A case that somebody else holds is left to him; one without known values stays where it is.
    """
    done: Counter[str] = Counter()
    for case_id, external_id in cases:
        right = gold.get(external_id)
        done[_decide(case_id, user, right, clock()) if right else UNKNOWN] += 1
        told()
    return done


def _decide(case_id: UUID, user: User, right: Mapping[str, str], at: datetime) -> str:
    """Claim one case and decide it by what is right: approved where the AI said the same, changed where not."""
    try:
        with transaction.atomic(), origins.writing(origin=ORIGIN, quiet=True):
            claim = claims.claim(case_id=case_id, user=user, at=at)
            interaction = claim.case.interaction
            for panel in interaction.step.evidence:
                workspace.open_evidence(case_id=case_id, user=user, panel=panel["name"], at=at)
            answer = _answer(interaction.output, right, interaction.step.output_fields)
            decision = decisions.decide(case_id=case_id, user=user, answer=answer, at=at)
    except (Conflict, NotAllowed):
        return TAKEN
    if not decision.is_final:
        return RECOMMENDED
    return CHANGED if decision.changed else APPROVED


def _answer(before: Mapping[str, Any], right: Mapping[str, str], fields: list[dict[str, Any]]) -> Answer:
    known = {field["name"]: field for field in fields}
    wanted = {name: value for name, value in right.items() if name in known}
    if outputs.apply(before, wanted, fields) == dict(before):
        return Answer(
            Verdict.APPROVE, reason_code=ReasonCode.OTHER, note=_FACTOR, factors=[_FACTOR], replayed=True
        )
    decided = any(known[name].get("decision") for name in wanted)
    verdict = Verdict.OVERRIDE if decided else Verdict.EDIT
    return Answer(verdict, output=wanted, reason_code=ReasonCode.WRONG_FACT, factors=[_FACTOR], replayed=True)
