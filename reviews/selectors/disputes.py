"""Disputed scores: whose work was scored and until when he may dispute it, what waits for a third person, what became of it.

The score that stands is the adjudicated one where a score was overturned, and the first one everywhere else (F7, F8).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce

from audit.errors import Conflict, NotVisible
from contracts import access
from contracts.domain import sla_clock
from contracts.domain.roles import EVALUATE_SAMPLE, VIEW_PROCESS, VIEW_SAMPLE
from contracts.models import Process, User
from contracts.selectors import calendars
from reviews import permissions
from reviews.domain import keysets
from reviews.enums import SCORED, DisputeOutcome, EvaluationState
from reviews.models import Decision, Dispute, Evaluation, SecondScore
from reviews.selectors import evaluations

DISPUTE_DAYS = 5
PAGE = 50
RESULT = ("score", "passed", "critical_fail", "judged_wrong", "output_wrong")


def standing(evaluation: Evaluation) -> Evaluation | Dispute:
    """Where the score that stands is written: in the evaluation, or in the dispute that overturned it."""
    dispute: Dispute | None = getattr(evaluation, "dispute", None)
    return dispute if dispute is not None and dispute.outcome == DisputeOutcome.OVERTURNED else evaluation


def stands(name: str, path: str = "") -> Coalesce:
    """The same for a query: one column of the result, `path` being the way to the evaluation."""
    return Coalesce(F(f"{path}dispute__{name}"), F(f"{path}{name}"))


def disputable_until(evaluation: Evaluation) -> datetime:
    """Five business days of the process after the score was given."""
    assert evaluation.submitted_at is not None  # noqa: S101 — a constraint of the table
    return sla_clock.add_days(
        evaluation.submitted_at, DISPUTE_DAYS, calendars.terms(evaluation.process.calendar)
    )


def check_disputable(evaluation: Evaluation, at: datetime) -> None:
    """Raise Conflict where a score cannot be disputed any more: it was, or the time is over."""
    if getattr(evaluation, "dispute", None) is not None:
        raise Conflict("disputed", "This score has been disputed already; that is done once.")
    if evaluation.state != EvaluationState.SUBMITTED or at > disputable_until(evaluation):
        raise Conflict(
            "dispute_late", f"A score can be disputed for {DISPUTE_DAYS} business days: they are over."
        )


def own(user: User, after: keysets.Key | None = None, limit: int = PAGE) -> list[Evaluation]:
    """The scores of what the user decided, newest first; nothing of what was only drawn. One more than asked if there
    are more."""
    decided = Decision.objects.filter(
        interaction=OuterRef("interaction"), decided_by=user, withdrawn_at__isnull=True
    )
    seen = access.processes(user, VIEW_PROCESS).values("pk")
    found = Evaluation.objects.filter(Exists(decided), process__in=seen, state__in=SCORED)
    if after is not None:
        moment, pk = after
        found = found.filter(Q(submitted_at__lt=moment) | Q(submitted_at=moment, pk__lt=pk))
    related = ("dispute", "process__calendar", "interaction__step")
    return list(found.select_related(*related).order_by("-submitted_at", "-pk")[: limit + 1])


def load(dispute_id: UUID) -> Dispute:
    """A dispute with all that deciding it needs. Raises NotVisible where there is none."""
    found = (
        Dispute.objects.select_related(
            "raised_by",
            "adjudicated_by",
            "evaluation__scorecard",
            "evaluation__second",
            "evaluation__submitted_by",
            "evaluation__interaction__process__client",
            "evaluation__interaction__final_decision",
        )
        .filter(pk=dispute_id)
        .first()
    )
    if found is None:
        raise NotVisible("not_found", "There is no such dispute that you can see.")
    found.process = found.evaluation.process = found.evaluation.interaction.process
    return found


@dataclass(frozen=True)
class Waiting:
    """A dispute that waits for a third person, and why this reader is none: "" where he may decide it."""

    dispute: Dispute
    refusal: str


def waiting(user: User, limit: int = PAGE) -> list[Waiting]:
    """The open disputes of the processes the user audits, the most urgent first."""
    audited = access.processes(user, EVALUATE_SAMPLE).values("pk")
    found = list(
        Dispute.objects.filter(process__in=audited, outcome="")
        .select_related(
            "raised_by",
            "process",
            "evaluation__second",
            "evaluation__submitted_by",
            "evaluation__interaction__step",
        )
        .order_by("due_at", "pk")[:limit]
    )
    open_ = Evaluation.objects.filter(pk__in=[dispute.evaluation_id for dispute in found])
    free = set(evaluations.independent(open_, user).values_list("pk", flat=True)) if found else set()
    return [Waiting(dispute, _refusal(user, dispute.evaluation, free)) for dispute in found]


def _refusal(user: User, evaluation: Evaluation, free: set[UUID]) -> str:
    second: SecondScore | None = getattr(evaluation, "second", None)
    if user.pk in (evaluation.auditor_id, second and second.submitted_by_id):
        return permissions.OWN_SCORE
    if evaluation.pk not in free:
        return permissions.HAND_IN_IT
    return permissions.SECOND_OUT if second is not None and second.submitted_at is None else ""


def decided(user: User, after: keysets.Key | None = None, limit: int = PAGE) -> list[Dispute]:
    """What was decided in the processes whose samples the user sees, newest first; one more than asked if there is."""
    seen = access.processes(user, VIEW_SAMPLE).values("pk")
    found = Dispute.objects.filter(process__in=seen).exclude(outcome="")
    if after is not None:
        moment, pk = after
        found = found.filter(Q(adjudicated_at__lt=moment) | Q(adjudicated_at=moment, pk__lt=pk))
    related = ("raised_by", "adjudicated_by", "process", "evaluation__submitted_by")
    return list(found.select_related(*related).order_by("-adjudicated_at", "-pk")[: limit + 1])


@dataclass(frozen=True)
class Rates:
    """F7: of the scores that could be disputed, how many were; of the decided disputes, how many were overturned."""

    process: Process
    scored: int
    disputed: int
    adjudicated: int
    overturned: int


def rates(user: User) -> list[Rates]:
    """By process whose samples the user sees, over all time. What nobody decided nobody can dispute: it does not count."""
    found = list(access.processes(user, VIEW_SAMPLE).order_by("code", "pk"))
    rows = {
        row[0]: row[1:]
        for row in Evaluation.objects.filter(
            process__in=found, state__in=SCORED, interaction__final_decision__isnull=False
        )
        .order_by()
        .values_list("process")
        .annotate(
            scored=Count("pk"),
            disputed=Count("dispute"),
            adjudicated=Count("dispute", filter=~Q(dispute__outcome="")),
            overturned=Count("dispute", filter=Q(dispute__outcome=DisputeOutcome.OVERTURNED)),
        )
    }
    return [Rates(process, *rows.get(process.pk, (0, 0, 0, 0))) for process in found]


def over(at: datetime, limit: int) -> list[Evaluation]:
    """Scores that can be disputed no more, and adjudicated ones as old: the oldest first.

    The fifth business day closes more than four days after the score, so that little is left to be worked out here.
    """
    found = (
        Evaluation.objects.filter(
            state__in=[EvaluationState.SUBMITTED, EvaluationState.ADJUDICATED],
            submitted_at__lt=at - timedelta(days=DISPUTE_DAYS - 1),
        )
        .select_related("dispute", "interaction", "process__calendar", "process__client")
        .order_by("submitted_at", "pk")
    )
    due = []
    for evaluation in found.iterator(chunk_size=limit):
        if disputable_until(evaluation) < at:
            evaluation.interaction.process = evaluation.process
            due.append(evaluation)
            if len(due) == limit:
                break
    return due
