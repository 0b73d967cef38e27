"""Scoring a drawn interaction: once, by an auditor who had no hand in it, before he sees what was decided (F2, F3)."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from audit.domain.envelope import Actor, Target
from audit.errors import Conflict, NotAllowed
from audit.services import recording
from contracts.models import User
from contracts.selectors import authority
from reviews import permissions
from reviews.domain.transitions import EVALUATION, before
from reviews.enums import EvaluationState
from reviews.models import Evaluation
from reviews.selectors import disputes as disputed
from reviews.selectors import evaluations as selector
from reviews.services import consequences, scoring, trail
from reviews.services.scoring import Answer, Given

__all__ = ["Answer", "close_due", "submit"]

_CLOCK = Actor.system("evaluations")
# A sweep closes so many at once; the next one goes on.
_CLOSED_AT_ONCE = 500


@transaction.atomic
def submit(
    *, evaluation_id: UUID, by: User, answers: Mapping[str, Answer], judged_wrong: bool, at: datetime
) -> Evaluation:
    """Score an evaluation. An auditor who was not assigned takes it with the same act.

    `judged_wrong` is his judgement of the AI's output. Raises NotAllowed for an auditor who is not independent of the
    interaction or where another was assigned, Conflict where it was scored already, Invalid for a line without an
    answer or a failure without its evidence.
    """
    evaluation = selector.load(evaluation_id)
    permissions.check_can_evaluate(by, evaluation)
    if evaluation.state != EvaluationState.DRAWN:
        raise _scored()
    if evaluation.auditor_id not in (None, by.pk):
        raise NotAllowed("assigned", "Another auditor was assigned to this evaluation.")
    given = scoring.give(evaluation, answers, judged_wrong=judged_wrong)
    won = Evaluation.objects.filter(
        pk=evaluation.pk,
        state__in=before(EVALUATION, EvaluationState.SUBMITTED),
        auditor=evaluation.auditor_id,
    ).update(
        state=EvaluationState.SUBMITTED,
        auditor=by,
        answers=given.kept,
        submitted_at=at,
        submitted_by=by,
        **given.outcome,
    )
    if not won:
        raise _scored()
    _record(evaluation, by, at, given)
    evaluation.refresh_from_db()
    consequences.follow(
        evaluation=evaluation, answers=given.kept, critical_fail=given.outcome["critical_fail"], at=at
    )
    return evaluation


def close_due(*, at: datetime) -> int:
    """Close what was scored and can be disputed no more; returns how many were closed now.

    A sweep: it may run twice and beside itself, and a dispute that comes at the same moment is one or the other.
    """
    return sum(_close(evaluation, at) for evaluation in disputed.over(at, _CLOSED_AT_ONCE))


@transaction.atomic
def _close(evaluation: Evaluation, at: datetime) -> int:
    won = Evaluation.objects.filter(
        pk=evaluation.pk, state__in=before(EVALUATION, EvaluationState.CLOSED)
    ).update(state=EvaluationState.CLOSED)
    if won:
        recording.record_many(
            [
                trail.entry(
                    interaction=evaluation.interaction,
                    action="qa.closed",
                    by=_CLOCK,
                    facts={"evaluation": evaluation.pk, "score": disputed.standing(evaluation).score},
                    at=at,
                    target=target(evaluation),
                )
            ]
        )
    return won


def _scored() -> Conflict:
    return Conflict("scored", "This evaluation has been scored already; a score is given once.")


def target(evaluation: Evaluation) -> Target:
    """An evaluation as events name it, with its interaction."""
    return Target("evaluation", str(evaluation.pk), "", "interaction", str(evaluation.interaction_id))


def _record(evaluation: Evaluation, by: User, at: datetime, given: Given) -> None:
    interaction = evaluation.interaction
    role = authority.role_on(by, evaluation.process)
    facts = {
        "evaluation": evaluation.pk,
        "draw": evaluation.draw_id,
        "stratum": evaluation.stratum,
        "pi": evaluation.pi,
        "scorecard_version": evaluation.scorecard.version,
        "answers": given.marks,
        "blind": evaluation.blind,
        **given.outcome,
    }
    entries = [
        trail.entry(
            interaction=interaction,
            action="qa.submitted",
            by=by,
            role=role,
            facts=facts,
            at=at,
            personal={"notes": given.notes},
            target=target(evaluation),
        )
    ]
    if evaluation.auditor_id is None:
        taken = {"evaluation": evaluation.pk, "auditor": by.pk}
        entries.insert(
            0,
            trail.entry(
                interaction=interaction,
                action="qa.assigned",
                by=by,
                role=role,
                facts=taken,
                at=at,
                target=target(evaluation),
            ),
        )
    recording.record_many(entries)
