"""The clocks of a case: opened with it, asked of the AI vendor, paused with a reason, stopped when it goes out (U1, U3).

What a clock says is computed, never counted up: whoever changes what it is computed from writes `due_at` anew.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Case as Choice
from django.db.models import QuerySet, Value, When

from audit.domain.envelope import Actor
from audit.errors import Conflict, Invalid, NotVisible
from audit.services import recording
from contracts.domain import case_clock
from contracts.domain.case_clock import Clock, History, Pause, Terms
from contracts.domain.sla_kinds import BreachKind, Ledger
from contracts.models import User
from contracts.services import breaches
from reviews import permissions
from reviews.domain.clock_kinds import ClockState
from reviews.models import Case, CaseClock, ClockPause, Interaction
from reviews.selectors import cases, clocks, snapshots
from reviews.selectors.agreed_times import Agreed
from reviews.selectors.snapshots import Snapshot
from reviews.services import claims, clock_account, trail

CLOCK = Actor.system("clock")
# From this share of the time on a case is at risk.
RISK = 0.75
LONGEST_PAUSE = timedelta(days=31)
_IN_CASES = (Ledger.SLA, Ledger.OLA)


def opened(case: Case, snapshot: Snapshot) -> list[CaseClock]:
    """The clocks of a case that is about to be stored."""
    return [_row(case, one, case.opened_at) for one in snapshot.agreed if one.ledger in _IN_CASES]


def stop(*, case_id: UUID, at: datetime) -> None:
    """The case goes out: its clocks stop at the moment it was decided. Part of the caller's transaction.

    Late is what was due before. Whoever answers for it is found by the sweep, which has the time to look.
    """
    _end(CaseClock.objects.filter(case=case_id), at)


def with_vendor(*, case: Case, at: datetime) -> None:
    """The agent was asked: the AI vendor has the case, and a clock of its own. Part of the caller's transaction."""
    agreed = next((one for one in snapshots.terms_of(case).agreed if one.ledger == Ledger.UC), None)
    row = (
        _row(case, agreed, at)
        if agreed
        else CaseClock(case=case, process_id=case.process_id, ledger=Ledger.UC, started_at=at)
    )
    row.save(force_insert=True)
    _record(case.interaction, "clock.with_vendor", CLOCK, {"case": case.pk, "due_at": row.due_at}, at)


def from_vendor(*, case_id: UUID, at: datetime) -> None:
    """The agent answered, or nobody waits for it any more: its clock stops. Part of the caller's transaction."""
    _end(CaseClock.objects.filter(case=case_id, ledger=Ledger.UC), at)


def _end(rows: QuerySet[CaseClock], at: datetime) -> None:
    """Stop what runs: missed where it was due before, met otherwise. Where nothing is agreed there is nothing to count."""
    judgement = Choice(When(due_at__lt=at, then=Value(ClockState.MISSED)), default=Value(ClockState.MET))
    rows.filter(state=ClockState.RUNNING).update(
        state=judgement, stopped_at=at, counted=Choice(When(level="", then=True), default=False)
    )


@transaction.atomic
def pause(*, case_id: UUID, begins: datetime, ends: datetime, why: str, by: User, at: datetime) -> ClockPause:
    """Let the clocks of a case stand still from then to then, with a reason; also afterwards.

    Raises Invalid for a pause without reason, without or before its end, longer than a month, or before the case began. A breach
    that the pause disproves is taken back with this reason.
    """
    case = _led(case_id, by)
    why = why.strip()
    if not 1 <= len(why) <= 300:
        raise Invalid("reason_required", "Say why, in at most 300 characters.", "why")
    if ends <= begins:
        raise Invalid("pause_ends", "A pause ends after it begins.", "ends")
    if ends - begins > LONGEST_PAUSE:
        raise Invalid(
            "pause_ends", "A pause lasts at most 31 days; enter another one when it is over.", "ends"
        )
    # People enter whole minutes: the minute in which the case began is meant from its beginning on.
    if timedelta(0) < case.opened_at - begins < timedelta(minutes=1):
        begins = case.opened_at
    if begins < case.opened_at:
        raise Invalid("pause_begins", "The case was not open then.", "begins")
    if begins > at + LONGEST_PAUSE:
        raise Invalid("pause_begins", "That is more than a month ahead.", "begins")
    made = ClockPause.objects.create(
        case=case, begins_at=begins, ends_at=ends, reason=why, entered_at=at, entered_by=by
    )
    facts = {"case": case.pk, "begins_at": begins, "ends_at": ends}
    _record(case.interaction, "clock.paused", by, facts, at, {"why": why})
    recompute(case, f"Paused: {why}", at)
    return made


@transaction.atomic
def end_pause(*, case_id: UUID, pause_id: UUID, by: User, at: datetime) -> ClockPause:
    """Let the clocks run again before the pause is over. Raises Conflict where it is over, or has not begun."""
    case = _led(case_id, by)
    found = ClockPause.objects.filter(pk=pause_id, case=case).first()
    if found is None:
        raise NotVisible("not_found", "There is no such pause that you can see.")
    running = ClockPause.objects.filter(
        pk=found.pk, begins_at__lte=at, ends_at__gt=at, ended_early_at__isnull=True
    )
    if not running.update(ended_early_at=at, ended_early_by=by):
        raise Conflict("not_paused", "This pause is over, or has not begun.")
    _record(case.interaction, "clock.resumed", by, {"case": case.pk, "ends_at": at}, at)
    recompute(case, "The pause ended", at)
    found.refresh_from_db()
    return found


def recompute(case: Case, why: str, at: datetime) -> None:
    """Write anew when the clocks of a case are due, and take back what was judged otherwise before."""
    rows = list(CaseClock.objects.select_for_update().filter(case=case).exclude(terms=[]).order_by("pk"))
    paused, known = clocks.pauses(case.pk), clocks.calendars_of(rows)
    for row in rows:
        again(row, case.interaction, paused, known, why, at)


def again(
    row: CaseClock,
    interaction: Interaction,
    paused: list[Pause],
    known: dict[str | None, History],
    why: str,
    at: datetime,
) -> None:
    """Write anew when one clock is due, with the pauses of its case and the halts that are not the provider's."""
    stood = paused
    if row.ledger != Ledger.UC:
        stood = paused + clocks.halts(interaction, row.started_at, row.stopped_at or at)
    clock = clocks.computed(row, stood, known)
    if clock is not None:
        moved(row, clock, why, at)


def moved(row: CaseClock, clock: Clock, why: str, at: datetime) -> bool:
    """Give a clock the due time that it has now, and the judgement that follows; whether a breach was taken back."""
    due = case_clock.due(clock)
    if due == row.due_at:
        return False
    before = _cell(row)
    row.due_at, row.risk_at = due, _risk(clock)
    row.warned = row.warned and row.risk_at is not None and row.risk_at <= at
    until = row.stopped_at or at
    disproved = row.breached_at is not None and (due is None or until <= due)
    if disproved:
        row.breached_at, row.responsible, row.excluded = None, "", ""
        breaches.waive(
            process=row.process,
            kind=BreachKind.SERVICE_LEVEL,
            reference=f"clock:{row.pk}",
            why=why,
            by=None,
            at=at,
        )
    if row.state == ClockState.MISSED and (due is None or until <= due):
        row.state = ClockState.MET
    row.save()
    if before and before != (after := _cell(row)) and after:
        # It stands in the account of its day already: the correction takes it out there.
        clock_account.add(row.process, {before: -1, after: 1}, at)
    interaction = Interaction.objects.select_related("process__client").get(case=row.case_id)
    facts = {"case": row.case_id, "ledger": row.ledger, "due_at": due, "why": why[:200]}
    _record(interaction, "clock.moved", CLOCK, facts, at)
    return disproved


def follow(row: CaseClock, agreed: Agreed, known: dict[str | None, History], at: datetime) -> None:
    """Other service levels are in force: what has passed is kept, the new terms govern what is left; what was late stays late."""
    if row.due_at is not None and row.due_at <= at:
        CaseClock.objects.filter(pk=row.pk).update(version=agreed.version)
        return
    row.terms = [*row.terms, agreed.kept(at)]
    row.level, row.version = agreed.level, agreed.version
    clock = clocks.computed(row, clocks.pauses(row.case_id), known)
    if clock is not None and not moved(row, clock, f"Service levels v{agreed.version} came into force", at):
        CaseClock.objects.filter(pk=row.pk).update(terms=row.terms, level=row.level, version=row.version)


def _row(case: Case, agreed: Agreed, since: datetime) -> CaseClock:
    clock = Clock(since, [Terms(since, agreed.minutes, agreed.calendar)])
    return CaseClock(
        case_id=case.pk,
        process_id=case.process_id,
        ledger=agreed.ledger,
        level=agreed.level,
        terms=[agreed.kept(since)],
        version=agreed.version,
        started_at=since,
        due_at=case_clock.due(clock),
        risk_at=_risk(clock),
    )


def _risk(clock: Clock) -> datetime | None:
    """When three quarters of the time will be up."""
    last = clock.terms[-1]
    sooner = Terms(last.since, int(last.minutes * RISK), last.calendar)
    return case_clock.due(Clock(clock.started, [*clock.terms[:-1], sooner], clock.pauses))


def _cell(row: CaseClock) -> clock_account.Cell | None:
    """Where it stands in the account; None where it was not counted yet."""
    if not row.counted or row.stopped_at is None:
        return None
    return clock_account.cell(row.ledger, row.level, row.stopped_at, row.state, row.excluded)


def _led(case_id: UUID, by: User) -> Case:
    """The case, locked, for somebody who leads its reviewers."""
    claims.lock(case_id, by)
    case = cases.load(case_id)
    permissions.check_can_pause(by, case)
    return case


def _record(
    interaction: Interaction,
    action: str,
    by: User | Actor,
    facts: dict[str, Any],
    at: datetime,
    personal: dict[str, str] | None = None,
) -> None:
    recording.record_many(
        [trail.entry(interaction=interaction, action=action, by=by, facts=facts, personal=personal, at=at)]
    )
