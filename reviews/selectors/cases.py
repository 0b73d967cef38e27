"""Cases as people look for them, and all that stands on the desk with one."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import F, Q, QuerySet

from audit.errors import NotVisible
from audit.models import Event
from audit.selectors import stories
from contracts import access
from contracts.domain import roles as process_roles
from contracts.domain.final_decision import FinalRule
from contracts.models import DocumentVersion, Process, User
from reviews import permissions
from reviews.domain import roles
from reviews.enums import CaseState, InteractionState
from reviews.models import Case, Claim, Decision, Draft, Escalation, EvidenceView, Queue
from reviews.selectors import control_log, escalations, evaluations, finals, newest, second_reviews, snapshots
from reviews.selectors import queues as queue_selectors
from reviews.selectors.snapshots import Snapshot, Step

PAGE = 50
STORY = 60


# ── The list ─────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Filters:
    """What to look for: a process by its code, a state, or only what the reader owns."""

    process: str = ""
    state: str = ""
    mine: bool = False


@dataclass(frozen=True)
class CaseList:
    """A page of cases, newest first. `processes` are those the reader may choose from; `any_at_all` tells an empty
    list from filters that hide everything."""

    cases: list[Case]
    more: bool
    processes: list[Process]
    any_at_all: bool


def listing(
    user: User, filters: Filters, *, after: tuple[datetime, UUID] | None = None, limit: int = PAGE
) -> CaseList:
    """The cases the user may see, newest first. `after` is the last row of the page before."""
    processes = list(access.processes(user, process_roles.VIEW_CASES).order_by("code"))
    branches = _branches(user, processes)
    narrowed = [_narrow(branch, filters, user, after) for branch in branches]
    ids = newest.ids(narrowed, "opened_at", limit + 1)
    rows = {
        case.pk: case
        for case in Case.objects.filter(pk__in=ids).select_related("process", "owner", "interaction__step")
    }
    found = [rows[pk] for pk in ids if pk in rows]
    any_at_all = bool(found) or bool(newest.ids(branches, "opened_at", 1))
    return CaseList(found[:limit], len(found) > limit, processes, any_at_all)


def _branches(user: User, processes: list[Process]) -> list[QuerySet[Case]]:
    """Whatever the user may see, in parts that one index serves each: by process, and by queue. Owning a case shows it
    no more than it opens it."""
    ids = [process.pk for process in processes]
    queues = access.visible(Queue.objects.all(), user, roles.VIEW_QUEUE).exclude(process__in=ids)
    parts = [control_log.seen_by(Case.objects.filter(process=process), user) for process in ids]
    parts += [
        Case.objects.filter(queue=queue, process=process)
        for queue, process in queues.values_list("pk", "process")
    ]
    return parts


def _narrow(
    cases: QuerySet[Case], filters: Filters, user: User, after: tuple[datetime, UUID] | None
) -> QuerySet[Case]:
    if filters.process:
        cases = cases.filter(process__code=filters.process)
    if filters.state:
        cases = cases.filter(state=filters.state)
    if filters.mine:
        cases = cases.filter(owner=user).exclude(state=CaseState.CLOSED)
    if after is not None:
        opened, pk = after
        cases = cases.filter(Q(opened_at__lt=opened) | Q(opened_at=opened, pk__lt=pk))
    return cases


# ── One case ─────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass
class Desk:
    """A case with everything its page shows to one reader, as of one moment."""

    case: Case
    at: datetime
    snapshot: Snapshot
    step: Step
    claim: Claim | None
    lapsed: Claim | None
    draft: Draft | None
    opened: dict[str, datetime]
    decisions: list[Decision]
    escalation: Escalation | None
    levels: list[dict]
    rule: FinalRule | None
    adverse_rule: FinalRule | None
    sop: DocumentVersion | None
    events: list[Event]
    people: dict[str, User]
    left: int
    to_score: bool
    may: dict[str, str] = field(default_factory=dict)

    @property
    def needs_second(self) -> bool:
        """Whether what the reader decides first is looked at by somebody else."""
        return second_reviews.needed(self.case, self.reader, self.step.tier, self.at)

    @property
    def mine(self) -> Decision | None:
        """The reader's own decision that stands."""
        return next(
            (decision for decision in self.decisions if decision.decided_by_id == self.reader.pk), None
        )

    reader: User = field(default=None)  # type: ignore[assignment]


def load(case_id: UUID, *related: str) -> Case:
    """A case with its interaction and the terms it stands under, whoever asks; `related` is read with it.

    Raises NotVisible where there is none.
    """
    found = Case.objects.select_related("interaction", "owner", *related).filter(pk=case_id)
    for case in found.annotate(stamp=F("process__stamp")):
        return snapshots.furnish(case, case.stamp)
    raise NotVisible("not_found", "There is no such case that you can see.")


def visible(user: User, case_id: UUID, *related: str) -> Case:
    """The case, if the user may see it. Raises NotVisible otherwise."""
    case = load(case_id, *related)
    permissions.check_can_see_case(user, case)
    return case


def desk(user: User, case_id: UUID, at: datetime) -> Desk:
    """Everything the page of a case needs, in a fixed number of queries."""
    case = visible(
        user, case_id, "interaction__routing", "interaction__model_version__model", "interaction__recall"
    )
    interaction = case.interaction
    snapshot = snapshots.terms_of(case)
    step = snapshot.step_of(interaction)
    claims = list(case.claims.filter(user=user).order_by("-claimed_at", "-pk")[:1])
    last = claims[0] if claims else None
    living = last is not None and last.ended_at is None and last.expires_at > at
    views = EvidenceView.objects.filter(case=case, user=user).values_list("panel", "opened_at")
    escalation = escalations.of_case(case.pk) if case.state == CaseState.ESCALATED else None
    path = snapshot.path(case.trigger_class, case.severity)
    levels = escalation.path if escalation is not None else (path.levels if path is not None else [])
    value = finals.value_of(interaction)
    decisions: list[Decision] = []
    if case.may_have_decisions:
        decisions = list(case.standing_decisions().select_related("decided_by").order_by("round", "pk"))
    events = stories.for_object(
        logs={control_log.log_of(interaction)},
        object_type="interaction",
        object_id=interaction.pk,
        limit=STORY,
    )
    found = Desk(
        case=case,
        at=at,
        snapshot=snapshot,
        step=step,
        claim=last if living else None,
        lapsed=last
        if last is not None and not living and (last.ended_at is None or last.end == "lapsed")
        else None,
        draft=Draft.objects.filter(case=case, user=user).first(),
        opened=dict(views),
        decisions=decisions,
        escalation=escalation,
        levels=levels,
        rule=finals.rule_for(snapshot=snapshot, step=step, value=value, adverse=False),
        adverse_rule=finals.rule_for(snapshot=snapshot, step=step, value=value, adverse=True),
        sop=step.sop,
        events=events,
        people={},
        left=queue_selectors.left_in(case.queue_id, user),
        to_score=bool(evaluations.blind_to(user, [interaction.pk])),
        reader=user,
    )
    found.people = _people(found)
    found.may = _may(found)
    return found


def _people(found: Desk) -> dict[str, User]:
    """Everybody the page names, by the id as text, in one query."""
    ids = {
        event.content["actor"].get("id", "")
        for event in found.events
        if event.content["actor"]["type"] != "system"
    }
    for level in found.levels:
        ids |= {level["person"], level["deputy"]}
    for rule in (found.rule, found.adverse_rule):
        if rule is not None:
            ids |= {str(rule.person_id), str(rule.deputy_id)}
    known = [_uuid(one) for one in ids if one]
    users = User.objects.filter(pk__in=[one for one in known if one is not None]).select_related(
        "organisation"
    )
    return {str(user.pk): user for user in users}


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _may(found: Desk) -> dict[str, str]:
    """What the reader may do: an empty sentence where he may, otherwise why not."""
    case, user = found.case, found.reader
    return {
        "claim": access.allowed(permissions.check_can_claim, user, case)[1],
        "reveal": access.allowed(permissions.check_can_reveal, user, case)[1],
        "work": access.allowed(permissions.check_in_hand, user, case, found.claim)[1],
        "recall": access.allowed(permissions.check_can_recall, user, case.interaction)[1],
    }


def undoable(user: User, at: datetime) -> Decision | None:
    """The user's last final decision while it can still be taken back."""
    # Decided longer ago than the window lasts: it cannot be taken back, so it need not be read.
    recent = at - timedelta(seconds=settings.UNDO_SECONDS)
    made = Decision.objects.filter(decided_by=user, decided_at__gte=recent).select_related("interaction")
    seen = made.only(
        "case", "is_final", "verdict", "withdrawn_at", "interaction__release_after", "interaction__state"
    )
    for last in seen.order_by("-decided_at", "-pk")[:1]:
        interaction = last.interaction
        standing = last.is_final and last.withdrawn_at is None
        if (
            standing
            and interaction.state == InteractionState.DECIDED
            and interaction.release_after is not None
        ):
            return last if interaction.release_after > at else None
    return None


def opened_evidence(user: User, case: Case) -> set[str]:
    """The panels of a case the user has opened."""
    return set(case.evidence_views.filter(user=user).values_list("panel", flat=True))


def missing_evidence(user: User, case: Case) -> list[str]:
    """The labels of the panels the user must still open before he approves (D6)."""
    if not snapshots.terms_of(case).evidence_required:
        return []
    opened = opened_evidence(user, case)
    panels = case.interaction.step.evidence
    return [panel.get("label", panel["name"]) for panel in panels if panel["name"] not in opened]
