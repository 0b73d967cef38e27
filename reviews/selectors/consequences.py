"""Corrective actions and findings: whose they are, what is late, and what failed often (F11)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from audit.errors import NotAllowed, NotVisible
from contracts import access
from contracts.domain.roles import DECIDE_ESCALATION, VIEW_SAMPLE, VIEW_STORY
from contracts.enums import Role
from contracts.models import Process, User
from contracts.selectors import authority
from reviews import permissions
from reviews.domain import scorecard
from reviews.domain.recalibration import Failure
from reviews.enums import SCORED, ActionState, DisputeOutcome, Mark
from reviews.models import CorrectiveAction, Evaluation, Interaction, RecalibrationFinding, Scorecard
from reviews.selectors import evaluations

PAGE = 50
# Who answers for what a person decided, and for what went out without one: first the one who leads the work.
_AFTER_PEOPLE = (Role.TEAM_LEAD, Role.OPS_MANAGER, Role.GOVERNANCE_LEAD, Role.CLIENT_OWNER)
_AFTER_THE_AI = (Role.OPS_MANAGER, Role.TEAM_LEAD, Role.GOVERNANCE_LEAD, Role.CLIENT_OWNER)


@dataclass(frozen=True, slots=True)
class Filters:
    process: str = ""
    state: str = ""
    mine: bool = False
    overdue: bool = False


def actions(
    user: User,
    filters: Filters,
    at: datetime,
    *,
    after: tuple[datetime, UUID] | None = None,
    limit: int = PAGE,
) -> tuple[list[CorrectiveAction], bool]:
    """The actions of the processes whose stories the user reads, those not verified first and by their time; and whether
    more follow. Without a state only those that are not over. An auditor does not learn here what he is to score (F2)."""
    rows = CorrectiveAction.objects.filter(process__in=access.processes(user, VIEW_STORY).values("pk"))
    rows = rows.filter(state=filters.state) if filters.state else rows.exclude(state=ActionState.VERIFIED)
    if filters.process:
        rows = rows.filter(process__code=filters.process)
    if filters.mine:
        rows = rows.filter(owner=user)
    if filters.overdue:
        rows = rows.filter(state=ActionState.OPEN, due_at__lt=at)
    if after is not None:
        due, pk = after
        rows = rows.filter(Q(due_at__gt=due) | Q(due_at=due, pk__gt=pk))
    found = list(
        rows.select_related("process", "owner", "interaction__step", "evaluation__scorecard").order_by(
            "due_at", "pk"
        )[: limit + 1]
    )
    hidden = evaluations.blind_to(user, [one.interaction_id for one in found])
    return [one for one in found[:limit] if one.interaction_id not in hidden], len(found) > limit


def action(user: User, action_id: UUID) -> CorrectiveAction:
    """One action. NotVisible for strangers, NotAllowed for those who read no stories, and for an auditor who is still to
    score the interaction."""
    one = found(action_id)
    permissions.check_can_see_actions(user, one.process)
    if evaluations.blind_to(user, [one.interaction_id]):
        raise NotAllowed("to_score", "Score the interaction first: this would tell you what was found.")
    return one


def found(action_id: UUID) -> CorrectiveAction:
    """An action by its key, for a service that looks at rights itself."""
    rows = CorrectiveAction.objects.select_related(
        "process__client",
        "interaction__process__client",
        "interaction__step",
        "interaction__case",
        "evaluation__scorecard",
        "evaluation__submitted_by",
        "recall",
        "owner",
        "done_by",
        "verified_by",
    )
    one = rows.filter(pk=action_id).first()
    if one is None:
        raise NotVisible("not_found", "There is no such action that you can see.")
    return one


def held(action_id: UUID) -> CorrectiveAction:
    """The same, alone from here to the commit."""
    row = CorrectiveAction.objects.select_for_update(no_key=True).filter(pk=action_id)
    row.order_by("pk").values_list("pk").first()
    return found(action_id)


def processes(user: User) -> list[Process]:
    return list(access.processes(user, VIEW_STORY).order_by("code"))


def owners(process: Process) -> list[User]:
    """Who may own an action of the process."""
    return list(access.holders(process, DECIDE_ESCALATION).order_by("name", "pk"))


def responsible(interaction: Interaction) -> User | None:
    """Who is to mend what went out: the lead of whoever decided it, otherwise by role; nobody who decided it himself where
    anybody else is there."""
    process, decision = interaction.process, interaction.final_decision
    may = {person.pk: person for person in owners(process)}
    decider = decision.decided_by if decision else None
    if decider and decider.lead_id in may:
        return may[decider.lead_id]
    roles = authority.roles_on(process)
    order = [role.value for role in (_AFTER_PEOPLE if decision else _AFTER_THE_AI)]
    ranked = sorted(
        (person for person in may.values() if roles.get(person.pk) in order),
        key=lambda one: (
            decider is not None and one.pk == decider.pk,
            order.index(roles[one.pk]),
            one.username,
        ),
    )
    return ranked[0] if ranked else None


# ── Findings ─────────────────────────────────────────────────────────────────────────────────────────────────


def failures(process: Process, since: datetime) -> dict[str, list[Failure]]:
    """What failed since then, by line of the scorecard: every score counts, drawn by chance or picked; where an adjudicator
    overturned one, his answers count instead."""
    rows = Evaluation.objects.filter(process=process, state__in=SCORED, submitted_at__gte=since).values_list(
        "pk", "interaction", "submitted_at", "answers", "dispute__outcome", "dispute__answers"
    )
    found: dict[str, list[Failure]] = {}
    for pk, interaction, at, first, outcome, corrected in rows.order_by("submitted_at", "pk").iterator():
        answers = corrected if outcome == DisputeOutcome.OVERTURNED else first
        for code, answer in answers.items():
            if answer["mark"] == Mark.FAIL and at is not None:
                found.setdefault(code, []).append(Failure(at, pk, interaction))
    return found


def standing(process: Process) -> dict[str, datetime | None]:
    """By line of the scorecard: since when failures count anew, None while a finding is open."""
    rows = RecalibrationFinding.objects.filter(process=process).values_list("item", "closed_at")
    stands: dict[str, datetime | None] = {}
    for item, closed in rows.order_by("created_at", "pk"):
        stands[item] = closed
    return stands


def texts_of(process: Process) -> dict[str, str]:
    """What the lines of the scorecards of a process ask, by code; the newest wording counts."""
    texts: dict[str, str] = {}
    for card in Scorecard.objects.filter(process=process).order_by("version"):
        texts |= {item.code: item.text for item in scorecard.load(card.items)}
    return texts


def critical_failures(
    evaluation: Evaluation, answers: Mapping[str, Mapping[str, str]]
) -> list[dict[str, str]]:
    """The critical lines that failed by these answers, as an action keeps them."""
    items = scorecard.load(evaluation.scorecard.items)
    failed = {code for code, answer in answers.items() if answer["mark"] == Mark.FAIL}
    return [{"code": item.code, "text": item.text} for item in items if item.critical and item.code in failed]


def open_findings(user: User, codename: str = VIEW_STORY) -> list[RecalibrationFinding]:
    """The findings that nobody has closed, of the processes the user sees; the oldest first."""
    return list(_seen(user, codename).filter(closed_at__isnull=True).order_by("created_at", "pk")[:PAGE])


def of_samples(user: User) -> list[RecalibrationFinding]:
    """The same for those who see samples."""
    return open_findings(user, VIEW_SAMPLE)


def closed_findings(user: User, limit: int = PAGE) -> list[RecalibrationFinding]:
    rows = _seen(user, VIEW_STORY).filter(closed_at__isnull=False)
    return list(rows.order_by("-created_at", "-pk")[:limit])


def _seen(user: User, codename: str) -> QuerySet[RecalibrationFinding]:
    seen = access.processes(user, codename).values("pk")
    return RecalibrationFinding.objects.filter(process__in=seen).select_related("process", "closed_by")


def finding(user: User, finding_id: UUID) -> RecalibrationFinding:
    """One finding. Raises NotVisible for strangers, NotAllowed for those who read no stories."""
    rows = RecalibrationFinding.objects.select_related("process__client", "closed_by")
    one = rows.filter(pk=finding_id).first()
    if one is None:
        raise NotVisible("not_found", "There is no such finding that you can see.")
    permissions.check_can_see_actions(user, one.process)
    return one


def scored(ids: Iterable[str]) -> list[Evaluation]:
    """The evaluations that made a finding, in order."""
    rows = Evaluation.objects.filter(pk__in=[UUID(one) for one in ids])
    return list(rows.select_related("interaction__step").order_by("submitted_at", "pk"))
