"""Halts as oversight reads them: what runs, what it touches, and the time from the request to the last release without a
person (W4, I3)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Max, QuerySet, Value
from django.db.models.fields import UUIDField

from contracts import access
from contracts.domain.halting import Place
from contracts.domain.roles import HALT_PROCESS, VIEW_PROCESS
from contracts.enums import Degree, HaltState, SafeState
from contracts.models import Halt, Process, User
from contracts.models.halt import RUNNING
from contracts.selectors import halt_rights, halt_scopes, halts
from contracts.selectors.halt_scopes import What
from reviews.enums import Disposition, InteractionState
from reviews.models import Case, Claim, Interaction
from reviews.models.case import CLAIMABLE
from reviews.selectors import halted
from reviews.selectors.queues import COUNTED

PAGE = 25
# W4: a process is drilled each quarter.
DRILL_EVERY = timedelta(days=92)
# So many of the last halts are looked through for the last one of each process.
_LOOKED_AT = 200


@dataclass(frozen=True)
class Timing:
    """How long a halt took: `seconds` from the request to the last release without a person, or to its engagement where
    there was none. `after` counts releases without a person after it had taken effect; there must be none."""

    seconds: float
    last_release: datetime | None
    after: int = 0


@dataclass(frozen=True)
class Drilled:
    """When a live process was halted for practice the last time."""

    process: Process
    last: Halt | None
    due: datetime
    overdue: bool


@dataclass(frozen=True)
class Readiness:
    """How fast a process stops: how long its last halt took, in earnest or for practice, and when it was drilled."""

    timing: Timing | None
    drilled: Drilled


@dataclass(frozen=True)
class Touch:
    """What a halt would touch, counted up to COUNTED + 1."""

    processes: list[Process]
    hidden: int
    waiting: int
    held: int
    decided: int


def running(user: User) -> list[Halt]:
    """The halts in force that the user may see, the newest first."""
    return list(halts.visible(user).filter(state__in=RUNNING).order_by("-engaged_at", "-pk"))


def asked(user: User) -> list[Halt]:
    """The requests for a halt that nobody has answered."""
    return list(halts.visible(user).filter(state=HaltState.REQUESTED).order_by("requested_at", "pk"))


def history(user: User) -> list[Halt]:
    """The last halts and drills, over or not, that the user may see; the newest first."""
    engaged = halts.visible(user).filter(engaged_at__isnull=False)
    return list(engaged.order_by("-requested_at", "-pk")[:PAGE])


def times(found: Sequence[Halt]) -> dict[UUID, Timing]:
    """How long each halt took, in one query."""
    parts = [_releases(halt) for halt in found if halt.engaged_at]
    last: dict[UUID, datetime] = {}
    if parts:
        rows = parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]
        last = {row["halt"]: row["last"] for row in rows}
    return {halt.pk: _timing(halt, last.get(halt.pk)) for halt in found if halt.engaged_at}


def timing(halt: Halt) -> Timing | None:
    """How long one halt took, and whether anything went out by itself after it had taken effect."""
    if halt.engaged_at is None:
        return None
    found = times([halt])[halt.pk]
    if halt.effective_at is None:
        return found
    later = _auto_released(halt).filter(released_at__gt=halt.effective_at, released_at__lt=_end(halt))
    return Timing(found.seconds, found.last_release, later.order_by().values("pk")[: COUNTED + 1].count())


def _timing(halt: Halt, last: datetime | None) -> Timing:
    until = last or halt.engaged_at or halt.requested_at
    return Timing((until - halt.requested_at).total_seconds(), last)


def _releases(halt: Halt) -> QuerySet:
    window = _auto_released(halt).filter(released_at__gte=halt.requested_at, released_at__lt=_end(halt))
    return (
        window.order_by()
        .annotate(halt=Value(halt.pk, output_field=UUIDField()))
        .values("halt")
        .annotate(last=Max("released_at"))
    )


def _auto_released(halt: Halt) -> QuerySet[Interaction]:
    scope = halted.in_scope(halt)
    touched = halts.touched(halt).order_by().values("pk")
    # By process, because that is how the index of what went out begins.
    return Interaction.objects.filter(scope, process__in=touched, disposition=Disposition.AUTO_RELEASED)


def _end(halt: Halt) -> datetime:
    return halt.released_at or (halt.engaged_at or halt.requested_at) + timedelta(days=366)


def mean(found: Iterable[Timing]) -> float | None:
    """The mean time to halt (MTTH) in seconds."""
    seconds = [one.seconds for one in found]
    return sum(seconds) / len(seconds) if seconds else None


def drills(user: User, at: datetime) -> list[Drilled]:
    """When each live process that the user sees was drilled the last time, the one that is due first on top."""
    seen = (
        access.processes(user, VIEW_PROCESS)
        .filter(went_live_at__isnull=False)
        .prefetch_related("steps__model_versions")
        .order_by("code")
    )
    done = list(
        halts.visible(user)
        .filter(drill=True, engaged_at__isnull=False)
        .order_by("-engaged_at", "-pk")[:_LOOKED_AT]
    )
    found = []
    for process in seen:
        last = next((halt for halt in done if _touches(halt, process)), None)
        since = (last.engaged_at if last else None) or process.went_live_at or at
        found.append(Drilled(process, last, since + DRILL_EVERY, since + DRILL_EVERY < at))
    return sorted(found, key=lambda one: (one.due, one.process.code))


def readiness(user: User, at: datetime) -> dict[UUID, Readiness]:
    """How fast each live process that the user sees stops. The same number of queries, however many they are."""
    drilled = drills(user, at)
    done = list(
        halts.visible(user).filter(engaged_at__isnull=False).order_by("-engaged_at", "-pk")[:_LOOKED_AT]
    )
    last = {
        one.process.pk: next((halt for halt in done if _touches(halt, one.process)), one.last)
        for one in drilled
    }
    took = times(list({halt.pk: halt for halt in last.values() if halt is not None}.values()))
    found = {}
    for one in drilled:
        halt = last[one.process.pk]
        found[one.process.pk] = Readiness(took.get(halt.pk) if halt else None, one)
    return found


def _touches(halt: Halt, process: Process) -> bool:
    terms = halts.terms(halt)
    places = [
        Place(process.client_id, process.pk, step.pk, version.pk if version else None)
        for step in process.steps.all()
        for version in (*step.model_versions.all(), None)
    ]
    return any(terms.reaches(place) for place in places)


def touch(user: User, what: What) -> Touch:
    """What a halt of these would touch now. What the user may not see is only counted."""
    processes = halt_scopes.touched(what)
    shown = seen_of(user, processes)
    scope = halted.in_scope(Halt(**what.fields()))
    mine = Interaction.objects.filter(scope, process__in=[process.pk for process in shown], is_honeypot=False)
    cases = Case.objects.filter(
        process__in=[process.pk for process in shown], interaction__in=mine.values("pk")
    )
    held = cases.filter(state="in_review")
    return Touch(
        processes=shown,
        hidden=len(processes) - len(shown),
        waiting=cases.filter(state__in=CLAIMABLE).order_by().values("pk")[: COUNTED + 1].count(),
        held=held.order_by().values("pk")[: COUNTED + 1].count(),
        decided=mine.filter(state=InteractionState.DECIDED).order_by().values("pk")[: COUNTED + 1].count(),
    )


def with_cases_in_hand(halt: Halt) -> list[User]:
    """Who works on a case that the halt reaches."""
    scope = halted.in_scope(halt)
    claims = Claim.objects.filter(
        ended_at__isnull=True, case__interaction__in=Interaction.objects.filter(scope).values("pk")
    )
    return list(User.objects.filter(pk__in=claims.values("user")).order_by("pk"))


def holders(user: User, at: datetime) -> list[tuple[Process, list[User]]]:
    """Who may halt each process that the user sees, now. Three queries, however many there are."""
    seen = list(access.processes(user).order_by("code"))
    granted = halt_rights.grants_on(seen, at)
    return [(process, [grant.user for grant in granted[process.pk]]) for process in seen]


def seen_of(user: User, processes: Sequence[Process]) -> list[Process]:
    """Those of the processes that the user may see."""
    seen = set(access.processes(user).values_list("pk", flat=True))
    return [process for process in processes if process.pk in seen]


def may_somewhere(user: User, at: datetime) -> bool:
    """Whether the user may halt any process by himself."""
    held = access.processes(user, HALT_PROCESS).values("pk")
    return halt_rights.deciding(at).filter(user=user, process__in=held).exists()


def first_step(user: User, code: str) -> tuple[Degree, str] | None:
    """W2: how a halt of a process begins by the safe state it has: the degree, and what is halted."""
    process = access.processes(user).filter(code=code).first()
    if process is None or not process.safe_state:
        return None
    if process.safe_state == SafeState.LAST_APPROVED:
        # Other approved versions go on; the one that came in last is the one that is halted.
        last = (
            Interaction.objects.filter(process=process, model_version__isnull=False, is_honeypot=False)
            .order_by("-received_at", "-pk")
            .values_list("model_version__reference", "client__slug")
            .first()
        )
        return Degree.HOLD, halt_scopes.of_model(*last) if last else f"process:{code}"
    degree = Degree.STOP if process.safe_state == SafeState.STOP else Degree.HOLD
    return degree, f"process:{code}"
