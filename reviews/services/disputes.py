"""Disputes of a score (F7): raised once and in time by whom it judges, decided by a third person."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from audit.errors import Conflict, Invalid
from audit.services import recording
from contracts.domain import sla_clock
from contracts.models import User
from contracts.selectors import authority, calendars
from reviews import permissions
from reviews.domain import scorecard
from reviews.domain.transitions import EVALUATION, before
from reviews.enums import DisputeOutcome, EvaluationState
from reviews.models import Dispute, Evaluation
from reviews.selectors import disputes as selector
from reviews.selectors import evaluations as evaluation_selector
from reviews.services import consequences, scoring, trail
from reviews.services.evaluations import target
from reviews.services.scoring import Answer, Given

REASON_LENGTH = 2_000
DUE_DAYS = 5


@transaction.atomic
def dispute(
    *, evaluation_id: UUID, by: User, reason: str, at: datetime, lines: Collection[str] = ()
) -> Dispute:
    """Dispute a score of one's own work, within five business days of it.

    Raises NotVisible before it is scored, NotAllowed for somebody whose work it is not, Conflict where it is too late or
    was disputed before, Invalid without a reason or for a line that the scorecard does not ask.
    """
    evaluation = evaluation_selector.load(evaluation_id)
    permissions.check_can_dispute(by, evaluation)
    selector.check_disputable(evaluation, at)
    reason = _text(reason, "reason", "Say why you dispute the score.")
    asked = [item.code for item in scorecard.load(evaluation.scorecard.items) if item.applies]
    if unknown := sorted(set(lines) - set(asked)):
        raise Invalid("line_unknown", f"The scorecard does not ask {', '.join(unknown)}.", "lines")
    won = Evaluation.objects.filter(
        pk=evaluation.pk, state__in=before(EVALUATION, EvaluationState.DISPUTED)
    ).update(state=EvaluationState.DISPUTED)
    if not won:
        raise _already()
    due_at = sla_clock.add_days(at, DUE_DAYS, calendars.terms(evaluation.process.calendar))
    try:
        with transaction.atomic():
            raised = Dispute.objects.create(
                evaluation=evaluation,
                process=evaluation.process,
                lines=[code for code in asked if code in lines],
                reason=reason,
                raised_at=at,
                raised_by=by,
                due_at=due_at,
            )
    except IntegrityError:
        raise _already() from None
    recording.record_many(
        [
            trail.entry(
                interaction=evaluation.interaction,
                action="qa.disputed",
                by=by,
                role=authority.role_on(by, evaluation.process),
                facts={
                    "evaluation": evaluation.pk,
                    "dispute": raised.pk,
                    "score": evaluation.score,
                    "lines": raised.lines,
                    "due_at": due_at,
                },
                at=at,
                personal={"reason": reason},
                target=target(evaluation),
            )
        ]
    )
    return raised


@transaction.atomic
def adjudicate(
    *,
    dispute_id: UUID,
    by: User,
    outcome: str,
    why: str,
    at: datetime,
    answers: Mapping[str, Answer] | None = None,
    judged_wrong: bool = False,
) -> Dispute:
    """Decide a dispute: the score is upheld, or overturned by the answers that are right instead.

    The first score stays as it was given; the corrected one stands beside it and counts. Raises NotAllowed for whoever
    scored it, raised it or is not independent of the interaction, Conflict where it was decided already, Invalid without
    a reason, and for an overturned score that answers nothing differently.
    """
    found = selector.load(dispute_id)
    evaluation = found.evaluation
    permissions.check_can_adjudicate(by, evaluation)
    if found.outcome:
        raise _decided()
    if outcome not in set(DisputeOutcome):
        raise Invalid("outcome", "Say whether the score is upheld or overturned.", "outcome")
    why = _text(why, "why", "Say why, for the reviewer and the auditor.")
    given = None
    if outcome == DisputeOutcome.OVERTURNED:
        given = scoring.give(evaluation, answers or {}, judged_wrong=judged_wrong)
        _check_differs(evaluation, given)
    corrected: dict[str, Any] = {"answers": given.kept, **given.outcome} if given else {}
    won = Dispute.objects.filter(pk=found.pk, outcome="").update(
        outcome=outcome, why=why, adjudicated_at=at, adjudicated_by=by, **corrected
    )
    moved = Evaluation.objects.filter(
        pk=evaluation.pk, state__in=before(EVALUATION, EvaluationState.ADJUDICATED)
    ).update(state=EvaluationState.ADJUDICATED)
    if not (won and moved):
        raise _decided()
    _record(found, by, at, outcome, why, given)
    if given:
        consequences.follow(
            evaluation=evaluation, answers=given.kept, critical_fail=given.outcome["critical_fail"], at=at
        )
    return selector.load(dispute_id)


def _check_differs(evaluation: Evaluation, given: Given) -> None:
    first = {code: answer["mark"] for code, answer in evaluation.answers.items()}
    if first == given.marks and evaluation.judged_wrong == given.outcome["judged_wrong"]:
        raise Invalid("unchanged", "Nothing is answered differently: then the score is upheld.", "outcome")


def _record(found: Dispute, by: User, at: datetime, outcome: str, why: str, given: Given | None) -> None:
    """The facts of an upheld dispute repeat the score that stands, so that a reader needs no other event."""
    evaluation = found.evaluation
    stands = given.outcome if given else {name: getattr(evaluation, name) for name in selector.RESULT}
    marks = given.marks if given else {code: answer["mark"] for code, answer in evaluation.answers.items()}
    recording.record_many(
        [
            trail.entry(
                interaction=evaluation.interaction,
                action="qa.adjudicated",
                by=by,
                role=authority.role_on(by, evaluation.process),
                facts={
                    "evaluation": evaluation.pk,
                    "dispute": found.pk,
                    "outcome": outcome,
                    "auditor": evaluation.auditor_id,
                    "pi": evaluation.pi,
                    "answers": marks,
                    "score_before": evaluation.score,
                    "output_wrong_before": evaluation.output_wrong,
                    **stands,
                },
                at=at,
                personal={"why": why, "notes": given.notes if given else ""},
                target=target(evaluation),
            )
        ]
    )


def _text(text: str, field: str, missing: str) -> str:
    text = text.strip()
    if not text:
        raise Invalid(f"{field}_required", missing, field)
    if len(text) > REASON_LENGTH:
        raise Invalid(f"{field}_long", f"{REASON_LENGTH:,} characters at most.", field)
    return text


def _already() -> Conflict:
    return Conflict("disputed", "This score has been disputed already; that is done once.")


def _decided() -> Conflict:
    return Conflict("adjudicated", "This dispute has been decided already.")
