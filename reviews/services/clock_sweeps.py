"""The sweeps over the clocks of cases: what will soon be late is told, what is late is somebody's, what ended is counted.

Each looks at what is due by an index of its own, so that the clocks that are not due cost nothing.
"""

import logging
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db import DatabaseError, transaction

from contracts import access
from contracts.domain import case_clock
from contracts.domain.roles import LEAD_REVIEWERS
from contracts.domain.sla_kinds import BreachKind, Ledger, SlaState
from contracts.enums import Party
from contracts.models import Process, ServiceAgreement
from contracts.selectors import calendars
from contracts.services import agreements, breaches, notifications
from reviews.domain.clock_kinds import ClockState
from reviews.enums import CaseState
from reviews.models import CaseClock
from reviews.selectors import agreed_times, clocks
from reviews.selectors.agreed_times import Agreed
from reviews.services import claims, clock_account
from reviews.services.clocks import again, follow, moved

logger = logging.getLogger(__name__)

BATCH = 500
COUNTED_AT_ONCE = 5_000
# How long after a calendar was defined anew a clock may still be opened by what it said before.
STRAGGLERS = timedelta(minutes=5)
_HALT = "A halt that was not the provider's fault"
_WITH_CLIENT = "The case was with the client"
_NOT_WITH_TEAM = "The case was not with the team"


def warn(*, at: datetime, limit: int = 10 * BATCH) -> int:
    """Tell those who lead reviewers what will soon be late, once for each clock and in one message for each process."""
    rows = CaseClock.objects.filter(warned=False, state=ClockState.RUNNING, risk_at__lte=at, due_at__gt=at)
    found = list(rows.order_by("risk_at", "pk").values_list("pk", "process")[:limit])
    told = 0
    for process_id in sorted({process for _, process in found}):
        with transaction.atomic():
            mine = [pk for pk, process in found if process == process_id]
            told += (count := CaseClock.objects.filter(pk__in=mine, warned=False).update(warned=True))
            if count:
                _tell(Process.objects.get(pk=process_id), count, at)
    return told


def judge(*, at: datetime, limit: int = BATCH) -> int:
    """Say of everything whose time is up whose it was then; returns how many breaches there were.

    What a halt or a pause excuses gets the later time it has. A decided case waits for its release, which says when it
    was decided.
    """
    late = CaseClock.objects.filter(
        breached_at__isnull=True, state__in=[ClockState.RUNNING, ClockState.MISSED], due_at__lte=at
    )
    found = 0
    for pk in list(late.order_by("due_at", "pk").values_list("pk", flat=True)[:limit]):
        try:
            found += _judge(pk, at)
        except DatabaseError:
            # One that fails must not keep the others: the next sweep tries it again.
            logger.exception("The clock %s could not be judged", pk)
    return found


@transaction.atomic
def _judge(pk: UUID, at: datetime) -> int:
    # A decision that was made in time may not be stored yet: whoever moves the case is waited for, and comes first.
    claims.lock(CaseClock.objects.values_list("case", flat=True).get(pk=pk), None)
    row = (
        CaseClock.objects.select_for_update(of=("self",))
        .select_related("case__interaction", "process__client")
        .get(pk=pk)
    )
    if row.breached_at is not None or row.due_at is None or row.due_at > at:
        return 0
    # Released while this sweep waited, or since it looked: what was decided in time is nobody's.
    if row.state == ClockState.MET:
        return 0
    if row.state == ClockState.RUNNING and row.case.state == CaseState.DECIDED:
        return 0
    until = row.stopped_at or at
    if row.ledger != Ledger.UC:
        stood = clocks.halts(row.case.interaction, row.started_at, until)
        if stood:
            stood += clocks.pauses(row.case_id)
            clock = clocks.computed(row, stood, clocks.calendars_of([row]))
            later = case_clock.due(clock) if clock else None
            if clock and later != row.due_at:
                moved(row, clock, _HALT, at)
            if row.due_at is None or row.state == ClockState.MET or row.due_at >= until:
                return 0
    due = row.due_at
    holder = Party.AI_VENDOR if row.ledger == Ledger.UC else clocks.holder(row, due)
    excluded = _excluded(row, holder)
    responsible = Party.PROVIDER if row.ledger == Ledger.OLA else holder
    CaseClock.objects.filter(pk=pk).update(breached_at=due, responsible=responsible, excluded=excluded)
    breaches.record(
        process=row.process,
        kind=BreachKind.SERVICE_LEVEL,
        reference=f"clock:{pk}",
        subject=f"Case {row.case_id}",
        sentence=f"{row.get_ledger_display()}: {row.level or 'review'} was due {due.astimezone(UTC):%Y-%m-%d %H:%M} UTC.",
        responsible=responsible,
        occurred_at=due,
        by=None,
        at=at,
        level=row.level,
        excluded=excluded,
        tell=False,
    )
    return 1


def _excluded(row: CaseClock, holder: Party) -> str:
    """Why a breach does not count, if so: the client's own time never counts against the provider, and a team answers only
    for what it had."""
    if row.ledger == Ledger.SLA and holder == Party.CLIENT:
        return _WITH_CLIENT
    if row.ledger == Ledger.OLA and holder != Party.PROVIDER:
        return _NOT_WITH_TEAM
    return ""


def count(*, at: datetime) -> int:
    """Put what ended into the account of its day, each clock once; returns how many.

    The account is an event, so that whoever reads the trail can add it up; attainment is read from the sums.
    """
    waiting = CaseClock.objects.filter(counted=False, stopped_at__isnull=False)
    counted = 0
    for process_id in sorted(set(waiting.order_by().values_list("process", flat=True).distinct())):
        while done := _count(process_id, at):
            counted += done
    return counted


@transaction.atomic
def _count(process_id: UUID, at: datetime) -> int:
    rows = CaseClock.objects.filter(process=process_id, counted=False, stopped_at__isnull=False)
    # What is late and nobody has looked at yet is counted once somebody has.
    rows = rows.exclude(state=ClockState.MISSED, breached_at__isnull=True)
    found = list(
        rows.select_for_update(skip_locked=True)
        .order_by("stopped_at", "pk")
        .values_list("pk", "ledger", "level", "stopped_at", "state", "excluded")[:COUNTED_AT_ONCE]
    )
    if not found:
        return 0
    CaseClock.objects.filter(pk__in=[row[0] for row in found]).update(counted=True)
    totals: Counter[clock_account.Cell] = Counter()
    for _, ledger, level, stopped, state, excluded in found:
        totals[clock_account.cell(ledger, level, stopped or at, state, excluded)] += 1
    clock_account.add(Process.objects.select_related("client").get(pk=process_id), totals, at)
    return len(found)


def follow_agreements(*, at: datetime, limit: int = 10 * BATCH) -> int:
    """Let running clocks follow service levels that came into force after they began; returns how many did."""
    followed = 0
    for agreement in ServiceAgreement.objects.filter(state=SlaState.ACTIVE).select_related(
        "process__calendar"
    ):
        behind = CaseClock.objects.filter(
            process=agreement.process_id, state=ClockState.RUNNING, version__lt=agreement.version
        )
        keys = list(behind.order_by("pk").values_list("pk", flat=True)[:limit])
        agreed = {one.ledger.value: one for one in agreed_times.agreed(agreement.process)} if keys else {}
        since = agreement.in_force_at or at
        for start in range(0, len(keys), BATCH):
            followed += _follow(keys[start : start + BATCH], agreed, agreement.version, since)
    return followed


@transaction.atomic
def _follow(keys: Sequence[UUID], agreed: dict[str, Agreed], version: int, since: datetime) -> int:
    rows = list(
        CaseClock.objects.select_for_update(of=("self",))
        .filter(pk__in=keys, state=ClockState.RUNNING, version__lt=version)
        .select_related("process__client")
        .order_by("pk")
    )
    known = clocks.calendars_of(rows)
    known |= calendars.histories({one.calendar_key for one in agreed.values() if one.calendar_key})
    for row in rows:
        if terms := agreed.get(row.ledger):
            follow(row, terms, known, since)
        else:
            # Nothing is agreed any more: what was agreed when it began goes on.
            CaseClock.objects.filter(pk=row.pk).update(version=version)
    return len(rows)


def follow_calendars(*, at: datetime) -> int:
    """Let running clocks follow calendars that were defined anew; returns how many are due at another time.

    A definition is looked at for some minutes: an intake that was under way may still have opened a clock by the old hours.
    """
    moved_now = 0
    for definition in calendars.to_follow():
        used_by = calendars.processes_of(definition.calendar).values_list("pk", flat=True)
        rows = CaseClock.objects.filter(process__in=list(used_by), state=ClockState.RUNNING)
        keys = list(rows.filter(started_at__lte=at).order_by("pk").values_list("pk", flat=True))
        why = f"The calendar {definition.calendar.name} was defined anew"
        for start in range(0, len(keys), BATCH):
            moved_now += _follow_calendar(
                keys[start : start + BATCH], str(definition.calendar_id), definition.defined_at, why, at
            )
        if at >= definition.defined_at + STRAGGLERS:
            agreements.followed(definition_id=definition.pk, at=at)
    return moved_now


@transaction.atomic
def _follow_calendar(keys: Sequence[UUID], calendar: str, since: datetime, why: str, at: datetime) -> int:
    found = (
        CaseClock.objects.select_for_update(of=("self",))
        .filter(pk__in=keys, state=ClockState.RUNNING)
        .select_related("process__client", "case__interaction")
        .order_by("pk")
    )
    rows = [row for row in found if row.terms and row.terms[-1]["calendar"] == calendar]
    known, due_before = clocks.calendars_of(rows), [row.due_at for row in rows]
    for row in rows:
        # What was late by then was late by the hours that counted.
        if row.due_at is None or row.due_at > since:
            again(row, row.case.interaction, clocks.pauses(row.case_id), known, why, at)
    return sum(row.due_at != before for row, before in zip(rows, due_before, strict=True))


def _tell(process: Process, number: int, at: datetime) -> None:
    cases = "case is" if number == 1 else "cases are"
    for user in access.holders(process, LEAD_REVIEWERS):
        notifications.notify(
            user=user,
            subject=f"{process.code}: {number} {cases} at risk of being late",
            body="Three quarters of the agreed time are over. They stand first in the queue.",
            link="",
            at=at,
        )
