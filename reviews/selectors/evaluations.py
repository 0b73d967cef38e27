"""Evaluations: what waits to be scored, by whom, and all that an auditor sees of one."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from audit.errors import NotAllowed, NotVisible
from contracts import access
from contracts.domain.roles import EVALUATE_SAMPLE, VIEW_PROCESS, VIEW_SAMPLE
from contracts.models import Process, User
from reviews import permissions
from reviews.domain import scorecard
from reviews.domain.scorecard import Item
from reviews.enums import SCORED, EvaluationState
from reviews.models import Decision, Draw, EscalationStep, Evaluation, EvidenceView, Scorecard
from reviews.selectors.draws import SEES

PAGE = 50
TO_SCORE = 20


def scorecard_in_force(process: Process) -> Scorecard | None:
    """The newest scorecard of a process."""
    return Scorecard.objects.filter(process=process).order_by("-version").first()


def load(evaluation_id: UUID) -> Evaluation:
    """An evaluation with all that scoring it needs. Raises NotVisible where there is none."""
    found = (
        Evaluation.objects.select_related(
            "draw",
            "scorecard",
            "submitted_by",
            "second",
            "dispute__raised_by",
            "dispute__adjudicated_by",
            "interaction__process__client",
            "interaction__process__calendar",
            "interaction__step__sop",
            "interaction__model_version__model",
            "interaction__routing",
            "interaction__final_decision",
            "interaction__case",
        )
        .filter(pk=evaluation_id)
        .first()
    )
    if found is None:
        raise NotVisible("not_found", "There is no such evaluation that you can see.")
    found.process = found.draw.process = found.interaction.process
    return found


def get(user: User, evaluation_id: UUID) -> Evaluation:
    """One evaluation. Raises NotVisible, or NotAllowed where the user may not see it.

    An open one is seen by auditors who are independent of it and by nobody else (F2); a scored one by all who see
    samples, and by whose work it judges (F7).
    """
    found = load(evaluation_id)
    if found.state == EvaluationState.DRAWN:
        permissions.check_can_evaluate(user, found)
    elif permissions.scores_second(user, found):
        return found
    elif VIEW_SAMPLE not in access.codenames(user, found.process):
        access.check(user, VIEW_PROCESS, found.process, "")
        if not permissions.is_own_work(user, found):
            raise NotAllowed("not_allowed", SEES)
    return found


def independent(evaluations: QuerySet[Evaluation], user: User) -> QuerySet[Evaluation]:
    """Those in whose interactions neither the user nor his team had a hand: what `check_can_evaluate` asks, for lists."""
    team = list(User.objects.filter(permissions.team(user)).distinct().values_list("pk", flat=True))
    for model, path, person in permissions.TOUCHES:
        touches = model._default_manager.filter(**{path: OuterRef("interaction"), f"{person}__in": team})
        evaluations = evaluations.exclude(Exists(touches))
    return evaluations


def to_score(user: User, limit: int = TO_SCORE, other_than: UUID | None = None) -> list[Evaluation]:
    """What the user may score, the most urgent first: drawn, of a process he audits, and independent of him."""
    waiting = _offered(user)
    if other_than is not None:
        waiting = waiting.exclude(pk=other_than)
    found = independent(waiting, user).select_related("process", "interaction__step", "draw", "second")
    return list(found.order_by("due_at", "pk")[:limit])


def due_at(evaluation: Evaluation) -> datetime:
    """When what waits for the reader is due, be it the first score or the second."""
    first = evaluation.state == EvaluationState.DRAWN
    return evaluation.due_at if first else evaluation.second.due_at


def blind_to(user: User, interactions: Collection[UUID]) -> set[UUID]:
    """Of these interactions, those whose verdict the user must not know yet, because he may still score them blind."""
    waiting = _offered(user).filter(interaction__in=interactions, blind=True)
    if not waiting.exists():
        return set()
    return set(independent(waiting, user).values_list("interaction", flat=True))


def _offered(user: User) -> QuerySet[Evaluation]:
    """Of a process he audits: drawn and assigned to nobody else, or scored by somebody else and to be scored again."""
    audited = access.processes(user, EVALUATE_SAMPLE).values("pk")
    first = Q(state=EvaluationState.DRAWN) & (Q(auditor__isnull=True) | Q(auditor=user))
    again = Q(state__in=SCORED, second__isnull=False, second__submitted_at__isnull=True) & ~Q(auditor=user)
    return Evaluation.objects.filter(first | again, process__in=audited)


def hidden(user: User, evaluations: Collection[Evaluation]) -> set[UUID]:
    """Of these, those whose score the user must not know yet, because he may still give the second one blind."""
    again = _offered(user).filter(pk__in=[one.pk for one in evaluations], state__in=SCORED)
    if not again.exists():
        return set()
    return set(independent(again, user).values_list("pk", flat=True))


def of_draw(draw: Draw, after: UUID | None, limit: int = PAGE) -> list[Evaluation]:
    """The drawn items of a draw, in the order of their ids; one more than asked if there are more."""
    found = Evaluation.objects.filter(draw=draw)
    if after is not None:
        found = found.filter(pk__gt=after)
    return list(
        found.select_related("interaction__step", "submitted_by", "dispute").order_by("pk")[: limit + 1]
    )


@dataclass
class Sheet:
    """An evaluation with what the auditor reads beside it. While it is open `decisions` serve to say how the
    interaction was handled, never what was decided."""

    evaluation: Evaluation
    at: datetime
    items: tuple[Item, ...]
    decisions: list[Decision]
    steps: list[EscalationStep]
    opened: list[str]
    following: UUID | None
    sees_samples: bool = True
    own_work: bool = False
    second: bool = False

    @property
    def open(self) -> bool:
        """Whether this reader is to score it: then nothing of any other score is shown to him."""
        return self.second or self.evaluation.state == EvaluationState.DRAWN

    @property
    def due_at(self) -> datetime:
        return self.evaluation.second.due_at if self.second else self.evaluation.due_at


def sheet(user: User, evaluation_id: UUID, at: datetime) -> Sheet:
    """Everything the page of an evaluation needs. Raises as `get` does."""
    evaluation = get(user, evaluation_id)
    case = getattr(evaluation.interaction, "case", None)
    decisions, steps, opened = [], [], []
    if case is not None:
        decisions = list(
            case.decisions.filter(withdrawn_at__isnull=True)
            .select_related("decided_by")
            .order_by("round", "pk")
        )
        steps = list(
            EscalationStep.objects.filter(escalation__case=case)
            .select_related("escalation", "owner")
            .order_by("started_at", "pk")
        )
        opened = sorted(set(EvidenceView.objects.filter(case=case).values_list("panel", flat=True)))
    following = to_score(user, 1, evaluation.pk)
    return Sheet(
        evaluation=evaluation,
        at=at,
        items=scorecard.load(evaluation.scorecard.items),
        decisions=decisions,
        steps=steps,
        opened=opened,
        following=following[0].pk if following else None,
        sees_samples=VIEW_SAMPLE in access.codenames(user, evaluation.process),
        second=permissions.scores_second(user, evaluation),
        own_work=evaluation.state != EvaluationState.DRAWN and permissions.is_own_work(user, evaluation),
    )
