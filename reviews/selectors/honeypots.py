"""What is known of control items: the library for those who curate it, whom they are for, and what came of them (E4)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from audit.errors import NotVisible
from contracts import access
from contracts.domain.roles import EVALUATE_SAMPLE, MANAGE_SAMPLE, VIEW_STORY
from contracts.enums import UserKind
from contracts.models import Process, ProcessStep, User
from reviews import permissions
from reviews.domain import honeypots, roles
from reviews.domain.control_items import presence
from reviews.domain.submission import Submission
from reviews.enums import ControlKind, HoneypotState, QueueKind
from reviews.models import (
    ControlItem,
    Decision,
    Honeypot,
    HoneypotPlan,
    Interaction,
    Queue,
    VigilanceAction,
    VigilanceNotice,
)
from reviews.models.honeypot import DONE
from reviews.selectors.draws import MANAGES

PAGE = 50
DEBRIEFS = 28
# So many of the newest neighbours say what an interaction of a step looks like.
LOOKED_AT = 50
_STANDING = [HoneypotState.PLANNED, HoneypotState.SERVED, *DONE]


# ── The library ──────────────────────────────────────────────────────────────────────────────────────────────


def curated(user: User) -> list[Process]:
    """The processes whose library the user keeps, by code."""
    return list(access.processes(user, EVALUATE_SAMPLE).order_by("code"))


@dataclass(frozen=True, slots=True)
class Place:
    """A process whose control items somebody keeps, or may allow."""

    code: str
    name: str
    keeps: bool
    manages: bool
    allowed: bool
    items: int


def places(user: User) -> list[Place]:
    """Every process whose control items the user keeps or may allow, by code."""
    keeps = set(access.objects_with(user, Process, EVALUATE_SAMPLE))
    manages = set(access.objects_with(user, Process, MANAGE_SAMPLE))
    used = Count("control_items", filter=Q(control_items__retired_at__isnull=True))
    rows = Process.objects.filter(pk__in=keeps | manages).annotate(used=used).order_by("code")
    found = list(rows)
    allowed = allowed_on(found)
    return [
        Place(
            code=one.code,
            name=one.name,
            keeps=one.pk in keeps,
            manages=one.pk in manages,
            allowed=one.pk in allowed,
            items=one.used,
        )
        for one in found
    ]


def concern(user: User) -> bool:
    """Whether the user keeps control items of any process, or may allow them."""
    return bool(
        access.objects_with(user, Process, EVALUATE_SAMPLE)
        or access.objects_with(user, Process, MANAGE_SAMPLE)
    )


def source(user: User, process: Process, interaction_id: UUID) -> Interaction:
    """A real interaction of the process to make an item of. Raises NotVisible, or NotAllowed for whoever reads no stories."""
    found = (
        Interaction.objects.select_related("process", "step")
        .filter(pk=interaction_id, process=process)
        .first()
    )
    if found is None:
        raise NotVisible("not_found", "There is no such interaction that you can see.")
    permissions.check_can_see_story(user, found)
    return found


def curated_process(user: User, code: str) -> Process:
    """One of them. Raises NotVisible, or NotAllowed for whoever only sees the process."""
    return access.process(
        user, code, EVALUATE_SAMPLE, "Control items are kept by QA auditors of this process."
    )


def library(user: User, after: UUID | None = None) -> tuple[list[ControlItem], bool]:
    """The items of these processes, the newest first, with how often each was served, caught and missed; and whether a
    page follows."""
    found = counted(ControlItem.objects.filter(process__in=curated(user)))
    if after is not None:
        found = found.filter(pk__lt=after)
    rows = list(found.select_related("process", "step", "added_by").order_by("-pk")[: PAGE + 1])
    return rows[:PAGE], len(rows) > PAGE


def counted(items: QuerySet[ControlItem]) -> QuerySet[ControlItem]:
    """Each with `served`, `caught` and `missed`."""
    served = Q(honeypots__state__in=[HoneypotState.SERVED, *DONE])
    return items.annotate(
        served=Count("honeypots", filter=served),
        caught=Count("honeypots", filter=Q(honeypots__state=HoneypotState.CAUGHT)),
        missed=Count("honeypots", filter=Q(honeypots__state=HoneypotState.MISSED)),
    )


def item(user: User, item_id: UUID) -> ControlItem:
    """One item. Raises NotVisible, or NotAllowed for whoever sees its process without keeping its library."""
    found = (
        counted(ControlItem.objects.filter(pk=item_id))
        .select_related("process__client", "step", "added_by", "retired_by")
        .first()
    )
    if found is None:
        raise NotVisible("not_found", "There is nothing here that you can see.")
    permissions.check_can_curate(user, found.process)
    return found


def plan_of(user: User, code: str) -> tuple[Process, HoneypotPlan | None]:
    """The process and whether control items are allowed on it, for whoever manages samples there."""
    process = access.process(user, code, MANAGE_SAMPLE, MANAGES)
    return process, HoneypotPlan.objects.filter(process=process).first()


def allowed_on(processes: Collection[Process]) -> set[UUID]:
    """On which of these processes control items are allowed."""
    found = HoneypotPlan.objects.filter(process__in=list(processes), allowed=True)
    return set(found.values_list("process", flat=True))


# ── What neighbours look like ────────────────────────────────────────────────────────────────────────────────


def neighbours(step: ProcessStep | UUID, at: datetime) -> list[Interaction]:
    """The newest real interactions of a step that went to people of the first queue."""
    pk = step.pk if isinstance(step, ProcessStep) else step
    found = Interaction.objects.filter(
        step=pk,
        is_honeypot=False,
        received_at__gt=at - 2 * honeypots.WEEK,
        received_at__lte=at,
        case__queue__kind=QueueKind.REVIEW,
    ).exclude(origin__in=honeypots.NOT_MET)
    return list(found.select_related("agent__organisation").order_by("-received_at", "-pk")[:LOOKED_AT])


def present(rows: Sequence[Interaction]) -> list[dict[str, bool]]:
    """Which of the fields that may be missing each of these has; see `control_items.presence`."""
    return [
        {
            "confidence": row.confidence is not None,
            "factors": bool(row.factors),
            "citations": bool(row.citations),
            "attributes": bool(row.attributes),
            "amount": row.amount is not None,
            "language": bool(row.language),
        }
        for row in rows
    ]


def standing_out(step: ProcessStep, posted: Submission, at: datetime) -> list[str]:
    """The fields by which an item would stand out among the newest interactions of its step."""
    return honeypots.unlike(presence(posted), present(neighbours(step, at)))


# ── Whom they are for ────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Load:
    """What one reviewer decided on a process in a week, and which control items he got meanwhile."""

    reviewer: UUID
    decided: int
    last_at: datetime
    given: int
    since_last: int
    gap: str
    open: bool
    doubled: bool


def loads(process: Process, at: datetime) -> list[Load]:
    """Everybody who may be given control items of a process and has decided anything in the week up to `at`.

    That is whoever works its first queue, took note of what is measured, cannot read stories and does not keep the library.
    """
    since = at - honeypots.WEEK
    eligible = _eligible(process)
    made = (
        Decision.objects.filter(
            process=process,
            decided_by__in=eligible,
            decided_at__gt=since,
            decided_at__lte=at,
            withdrawn_at__isnull=True,
            replayed=False,
            interaction__is_honeypot=False,
        )
        .order_by("decided_at", "pk")
        .values_list("decided_by", "decided_at")
    )
    decided: dict[UUID, list[datetime]] = {}
    for reviewer, moment in made:
        decided.setdefault(reviewer, []).append(moment)
    given: dict[UUID, list[Honeypot]] = {}
    rows = Honeypot.objects.filter(process=process, reviewer__in=list(decided), state__in=_STANDING)
    for row in rows.filter(Q(planned_at__gt=since) | Q(ended_at__isnull=True)).order_by("planned_at", "pk"):
        given.setdefault(row.reviewer_id, []).append(row)
    acted = set(
        VigilanceAction.objects.filter(
            process=process, reviewer__in=list(decided), cleared_at__isnull=True
        ).values_list("reviewer", flat=True)
    )
    return [
        _load(reviewer, decided[reviewer], given.get(reviewer, []), reviewer in acted, since)
        for reviewer in sorted(decided)
    ]


def _load(
    reviewer: UUID, decided: list[datetime], given: list[Honeypot], doubled: bool, since: datetime
) -> Load:
    last = given[-1] if given else None
    return Load(
        reviewer=reviewer,
        decided=len(decided),
        last_at=decided[-1],
        given=sum(row.planned_at > since for row in given),
        since_last=sum(moment > last.planned_at for moment in decided) if last else len(decided),
        gap=str(last.pk) if last else "",
        open=any(row.state in {HoneypotState.PLANNED, HoneypotState.SERVED} for row in given),
        doubled=doubled,
    )


def _eligible(process: Process) -> list[UUID]:
    queues = list(Queue.objects.filter(process=process, kind=QueueKind.REVIEW).values_list("pk", flat=True))
    workers: set[UUID] = set().union(*access.held_on(Queue, roles.WORK_QUEUE, queues).values())
    told = access.held_on(Process, VIEW_STORY, [process.pk])[process.pk]
    people = User.objects.filter(pk__in=workers - told, is_active=True).exclude(kind=UserKind.AGENT)
    noted = VigilanceNotice.objects.filter(reviewer__in=people.values("pk"))
    return list(noted.values_list("reviewer", flat=True))


def unseen_items(process: Process, reviewer: UUID) -> list[ControlItem]:
    """The items in use that were never put before this reviewer, in one order."""
    had = Honeypot.objects.filter(reviewer=reviewer).exclude(state=HoneypotState.WITHDRAWN)
    found = ControlItem.objects.filter(process=process, retired_at__isnull=True)
    return list(found.exclude(pk__in=had.values("item")).order_by("pk"))


# ── What came of them ────────────────────────────────────────────────────────────────────────────────────────


def debriefs(user: User) -> list[Honeypot]:
    """What a reviewer was given and is told now, the newest first."""
    mine = Honeypot.objects.filter(reviewer=user, state__in=DONE)
    rows = mine.select_related("item__step", "process", "interaction__case")
    return list(rows.order_by("-ended_at", "-pk")[:DEBRIEFS])


def results(process: Process, since: datetime) -> list[tuple[UUID, datetime, bool]]:
    """Of known-bad items alone: whose it was, when it was judged, and whether it was missed."""
    rows = Honeypot.objects.filter(
        process=process, item__kind=ControlKind.KNOWN_BAD, state__in=DONE, ended_at__gte=since
    ).order_by("ended_at", "pk")
    return [
        (reviewer, ended, state == HoneypotState.MISSED)
        for reviewer, ended, state in rows.values_list("reviewer", "ended_at", "state")
        if ended is not None
    ]
