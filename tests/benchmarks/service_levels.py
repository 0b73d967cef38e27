"""What service levels cost: the due time of a case, the sweeps beside a million open clocks, a month of a million cases."""

import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from contracts.domain import case_clock
from contracts.domain.case_clock import Clock, Pause, Terms
from contracts.domain.sla_clock import Calendar
from governance.domain import months
from governance.models import ClockRollup
from governance.selectors import attainment
from reviews.models import CaseClock
from reviews.services import clock_sweeps, intake
from tests.benchmarks.filler import copy_row
from tests.benchmarks.scenarios import figure
from tests.contracts.domain.test_case_clock import LUNCH

DUE, CASES, LEVELS = 500, 1_000_000, 6
_TIMES = 20_000


def service_levels(stage: Any) -> Iterator[dict]:
    """One computation; then sweeps that find five hundred due clocks among a million, and two months."""
    now = timezone.now()
    office = Calendar("Asia/Manila", dict.fromkeys(range(5), LUNCH))
    clock = Clock(
        now, [Terms(now, 240, office)], [Pause(now + timedelta(minutes=5), now + timedelta(minutes=35))]
    )
    started = time.perf_counter()
    for _ in range(_TIMES):
        case_clock.due(clock)
    took = (time.perf_counter() - started) / _TIMES
    yield figure("due time of a case across a pause", took * 1_000_000, "µs", goal=50)

    desk = stage.desk
    posted = stage.payloads(4 * DUE, seed=29, prefix="late")
    for one in posted:
        one["amount"] = "6000.00"
    for begin in range(0, len(posted), 250):
        intake.accept(payloads=posted[begin : begin + 250], agent=desk.agent, key=desk.key, at=now)
    late = list(CaseClock.objects.order_by("pk").values_list("pk", flat=True)[:DUE])
    _fill(CaseClock.objects.exclude(pk__in=late).latest("pk"), stage.rows)
    yield from _sweeps(late, now)
    yield _month(desk, now)
    took, _ = _timed(
        lambda: attainment.of(user=desk.owner, code=desk.process.code, month=months.of(now), at=now)
    )
    yield figure("attainment and forecast of a running month, 1,000,000 clocks open", took * 1000, "ms")


def _sweeps(late: list[Any], now: Any) -> Iterator[dict]:
    CaseClock.objects.filter(pk__in=late).update(risk_at=now - timedelta(minutes=1))
    took, told = _timed(lambda: clock_sweeps.warn(at=now))
    assert told == DUE
    yield figure(f"at-risk sweep, {DUE} of 1,000,000 clocks", took, "s", goal=1)
    yield figure("at-risk sweep, nothing new", _timed(lambda: clock_sweeps.warn(at=now))[0], "s", goal=1)
    CaseClock.objects.filter(pk__in=late).update(due_at=now - timedelta(minutes=1))
    took, found = _timed(lambda: clock_sweeps.judge(at=now, limit=DUE))
    assert found == DUE
    yield figure(f"sweep of what is late, {DUE} of 1,000,000 clocks", took, "s")
    yield figure(
        "sweep of what is late, nothing new", _timed(lambda: clock_sweeps.judge(at=now))[0], "s", goal=1
    )


def _month(desk: Any, now: Any) -> dict:
    """A million cases that ended in one month, as their account holds them."""
    month = months.before(months.of(now))
    days = [month + timedelta(days=number) for number in range(28)]
    ClockRollup.objects.bulk_create(
        ClockRollup(
            log=desk.client.log_key,
            process=desk.process.code,
            day=day,
            ledger="sla",
            level="Review within the hour" if number == 0 else f"Level {number}",
            met=CASES // len(days) // LEVELS,
            missed=3,
        )
        for day in days
        for number in range(LEVELS)
    )
    took, _ = _timed(lambda: attainment.of(user=desk.owner, code=desk.process.code, month=month, at=now))
    return figure("attainment of a month of 1,000,000 cases", took * 1000, "ms", goal=200)


def _timed(call: Any) -> tuple[float, Any]:
    started = time.perf_counter()
    found = call()
    return time.perf_counter() - started, found


def _fill(pattern: CaseClock, rows: int) -> None:
    """Open clocks that are neither due nor at risk; their cases are those of the pattern, which nothing here looks at."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            "CREATE TEMP TABLE filler AS SELECT gen_random_uuid() AS id, gen_random_uuid() AS case_id"
            " FROM generate_series(1, %s)",
            [rows],
        )
        copy_row(
            cursor,
            "reviews_caseclock",
            pattern.pk,
            {
                "id": "f.id",
                "case_id": "f.case_id",
                "due_at": "now() + interval '1 year'",
                "risk_at": "now() + interval '1 year'",
            },
        )
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("ANALYZE")
