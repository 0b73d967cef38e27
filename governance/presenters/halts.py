"""The pages of halts: what runs, what it means, how long it took to halt, and what may be done by whom."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils import timezone

from contracts import access
from contracts.enums import Degree, HaltCause, HaltState
from contracts.models import Halt, User
from contracts.presenters.parts import Act
from contracts.selectors import halt_rights, halts
from contracts.services.halts import CHECKS
from governance.selectors import halts as selector
from governance.selectors.halts import Drilled, Timing, Touch
from reviews.presenters import words
from reviews.selectors.queues import COUNTED

MEANING = {
    Degree.STOP: "Agents are refused and nothing is stored; what people decide waits until the halt is over.",
    Degree.HOLD: "Everything that comes in goes to a person; what people decide goes out.",
    Degree.SHADOW: "What comes in is kept for the record; nothing goes out, and people get it when the halt is over.",
}
_STATES = {
    HaltState.REQUESTED: ("Asked for", "warn"),
    HaltState.ENGAGED: ("Halted", "bad"),
    HaltState.RELEASE_REQUESTED: ("Halted, release asked for", "warn"),
    HaltState.RELEASED: ("Released", "good"),
    HaltState.DECLINED: ("Declined", "neutral"),
}
_WORDS = {Degree.STOP: "Stop", Degree.HOLD: "Hold", Degree.SHADOW: "Shadow"}


@dataclass(frozen=True)
class Line:
    """A halt in a list."""

    id: UUID
    url: str
    name: str
    degree: str
    state: str
    hue: str
    drill: bool
    cause: str
    reason: str
    by: str
    since: datetime
    until: datetime | None
    took: str


@dataclass(frozen=True)
class DrillLine:
    code: str
    name: str
    gate_url: str
    last: datetime | None
    last_url: str
    due: datetime
    overdue: bool
    drill_url: str


@dataclass(frozen=True)
class Page:
    """One halt: the whole of it."""

    line: Line
    meaning: str
    requested_at: datetime
    requested_by: str
    engaged_at: datetime | None
    effective_at: datetime | None
    release_requested_at: datetime | None
    release_requested_by: str
    released_by: str
    watch_until: datetime | None
    watching: bool
    checks: list[str]
    took: str
    last_release: datetime | None
    after: int
    processes: list[str]
    hidden: int
    running: bool
    requested: bool
    engage: Act
    ask_release: Act
    release: Act
    engage_url: str = ""
    holders: list[str] = field(default_factory=list)


def line(halt: Halt, timing: Timing | None = None) -> Line:
    label, hue = _STATES[HaltState(halt.state)]
    name = halts.name(halt)
    who = halt.engaged_by or halt.requested_by
    since = halt.engaged_at or halt.requested_at
    return Line(
        id=halt.pk,
        url=reverse("governance:halt", args=[halt.pk]),
        name=name[:1].upper() + name[1:],
        degree=_WORDS[Degree(halt.degree)],
        state=label,
        hue=hue,
        drill=halt.drill,
        cause=HaltCause(halt.cause).label,
        reason=halt.reason,
        by=who.name if who else "",
        since=timezone.localtime(since),
        until=timezone.localtime(halt.released_at) if halt.released_at else None,
        took=words.took(timing.seconds) if timing else "–",
    )


def drill_line(drilled: Drilled) -> DrillLine:
    last = drilled.last
    code = drilled.process.code
    return DrillLine(
        code=code,
        name=drilled.process.name,
        gate_url=reverse("governance:gate", args=[code]),
        last=timezone.localtime(last.engaged_at) if last and last.engaged_at else None,
        last_url=reverse("governance:halt", args=[last.pk]) if last else "",
        due=timezone.localtime(drilled.due),
        overdue=drilled.overdue,
        drill_url=f"{reverse('governance:halt_new')}?what=process:{code}&drill=on",
    )


def page(halt: Halt, user: User, at: datetime) -> Page:
    timing = selector.timing(halt)
    touched = list(halts.touched(halt))
    seen = selector.seen_of(user, touched)
    may = Act(*access.allowed(halt_rights.check_can_halt, user, touched, at))
    return Page(
        line=line(halt, timing),
        meaning=MEANING[Degree(halt.degree)],
        requested_at=timezone.localtime(halt.requested_at),
        requested_by=halt.requested_by.name,
        engaged_at=_local(halt.engaged_at),
        effective_at=_local(halt.effective_at),
        release_requested_at=_local(halt.release_requested_at),
        release_requested_by=halt.release_requested_by.name if halt.release_requested_by else "",
        released_by=halt.released_by.name if halt.released_by else "",
        watch_until=_local(halt.watch_until),
        watching=halt.watch_until is not None and at < halt.watch_until,
        checks=[CHECKS[name] for name in halt.checks if name in CHECKS],
        took=words.took(timing.seconds) if timing else "",
        last_release=_local(timing.last_release) if timing else None,
        after=timing.after if timing else 0,
        processes=[f"{process.code} · {process.name}" for process in seen],
        hidden=len(touched) - len(seen),
        running=halt.state in {HaltState.ENGAGED, HaltState.RELEASE_REQUESTED},
        requested=halt.state == HaltState.REQUESTED,
        engage=may,
        ask_release=may,
        release=Act(*access.allowed(halt_rights.check_can_release, user, halt, touched, at)),
        engage_url=f"{reverse('governance:halt_new')}?request={halt.pk}",
        holders=[one.name for one in halt_rights.holders(seen, at)],
    )


def touch_sentences(touch: Touch, degree: Degree) -> list[str]:
    """What a halt would touch, counted, before it is confirmed."""
    codes = ", ".join(process.code for process in touch.processes)
    found = [f"{_count(len(touch.processes), 'process', 'processes')}: {codes}."]
    if touch.hidden:
        found[0] = f"{found[0][:-1]} – and {touch.hidden} more that you do not see."
    found.append(MEANING[degree])
    waiting = _count(touch.waiting, "case waits", "cases wait")
    held = _count(touch.held, "is in somebody’s hands", "are in somebody’s hands")
    found.append(f"{waiting} for people and {held}: work on them goes on.")
    if touch.decided and degree != Degree.HOLD:
        decided = _count(
            touch.decided, "decision that has not gone out waits", "decisions that have not gone out wait"
        )
        found.append(f"{decided} until the halt is over.")
    return found


def _count(number: int, one: str, many: str) -> str:
    text = f"{COUNTED:,}+" if number > COUNTED else f"{number:,}"
    return f"{text} {one if number == 1 else many}"


def _local(at: datetime | None) -> datetime | None:
    return timezone.localtime(at) if at else None
