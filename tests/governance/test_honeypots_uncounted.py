"""E4, U5: with control items and without, every figure of a client is the same."""

from dataclasses import asdict
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from django.utils import timezone

from audit.models import Event, Log
from contracts.enums import HaltScope
from contracts.selectors.halt_scopes import What
from governance.models import DayRollup, Delivery, RecordRead, RuleRollup, TrailMark
from governance.selectors import board, halts, trail_search
from governance.selectors.trail_search import Search
from governance.services import webhook_feeding
from reviews.domain import windows
from reviews.enums import Verdict
from reviews.models import Honeypot
from reviews.selectors import autoqa, draws, escalations, handling, learning, simulation_rows, snapshots
from reviews.selectors import cases as case_selector
from reviews.selectors.cases import Filters
from reviews.services import escalations as upward
from reviews.services import honeypots, release, workspace
from tests import worlds
from tests.caught_up import catch_up
from tests.factories import honeypots as pots
from tests.factories import reviews as made
from tests.factories import webhooks as hooked
from tests.worlds import Desk

pytestmark = pytest.mark.django_db
A_DAY = timedelta(days=1)


def figures(desk: Desk, at: datetime) -> dict[str, Any]:
    """Everything that is counted for the client of the desk, and every list it reads."""
    catch_up()
    webhook_feeding.feed_all(clock=timezone.now)
    process, lead = desk.process, desk.lead
    today = windows.of_day(windows.local_day(at, process.time_zone), process.time_zone)
    [shown] = board.figures(lead, at + timedelta(minutes=5))
    counted = asdict(shown)
    counted.pop("process"), counted.pop("counted")
    interactions = trail_search.recent(lead, None, Search())
    touch = halts.touch(desk.owner, What(HaltScope.PROCESS, process=process))
    calendar = snapshots.of(process).calendar
    since = at - A_DAY
    return {
        "board": counted,
        "lists": {
            name: [row.pk for row in board.listing(lead, process.code, name, at + A_DAY, None)[1]]
            for name in ("volume", "straight-through", "waiting", "overdue", "reviewed", "changed", "decided")
        },
        "rollups": list(DayRollup.objects.exclude(process="").order_by("pk").values()),
        "days": DayRollup.objects.count(),
        "rules": list(RuleRollup.objects.order_by("pk").values()),
        "marks": TrailMark.objects.count(),
        "reads": RecordRead.objects.count(),
        "messages": Delivery.objects.count(),
        "frame": list(draws.frame(process, today).items),
        "week": draws.week(process, today, [str(desk.reviewer.pk)]),
        "automatic": list(autoqa.unscored(process, None).values_list("pk", flat=True)),
        "handling": handling.measured(process, calendar, at + A_DAY),
        "simulated": simulation_rows.count(process, since, at + A_DAY),
        "summed": list(simulation_rows.subjects_between(process, since, at + A_DAY)),
        "taught": learning.counts(user=lead, at=at + A_DAY),
        "escalated": [one.pk for one in escalations.owned(lead)],
        "others": [one.pk for one in escalations.others(desk.ops)[0]],
        "cases": [case.pk for case in case_selector.listing(lead, Filters()).cases],
        "trail": [one.pk for one in interactions],
        "halt": (touch.waiting, touch.held, touch.decided),
        "log": Event.objects.filter(log_id=Log.objects.get(key="north").pk).count(),
    }


def control(desk: Desk, at: datetime) -> Honeypot:
    """One more control item before the reviewer."""
    honeypots.plan_one(process=desk.process, reviewer=desk.reviewer.pk, at=at, dice=Random(3))
    row = Honeypot.objects.get(state="planned")
    Honeypot.objects.filter(pk=row.pk).update(plant_at=at)
    assert honeypots.plant_due(at=at, dice=Random(3)) == 1
    row.refresh_from_db()
    return row


def test_no_figure_and_no_list_of_a_client_knows_them() -> None:
    at = timezone.now() - timedelta(hours=2)
    desk = worlds.build(at).north
    hooked.endpoint(desk, at)
    made.decided_case(desk, at, external_id="INV-1")
    made.waiting_case(desk, at, external_id="INV-2")
    made.escalated_case(desk, at, external_id="INV-3")
    release.release_due(at=at + timedelta(minutes=1))
    pots.allowed(desk, at)
    pots.library(desk, at, 5)
    before = figures(desk, at)
    assert (before["board"]["decided"], before["board"]["released"], len(before["escalated"])) == (1, 1, 1)

    later = at + timedelta(minutes=2)
    missed = control(desk, later)
    assert figures(desk, at) == before, "one that waits"
    workspace.reveal(
        case_id=pots.read(missed, desk.reviewer, later).pk,
        user=desk.reviewer,
        reason="To compare them",
        at=later,
    )
    assert figures(desk, at) == before, "one in hand"
    # As `answered` does, but that it is in hand already.
    pots.answered(missed, desk.reviewer, later)
    assert figures(desk, at) == before, "one that was decided"
    pots.judged(missed, later)
    caught = control(desk, later + timedelta(minutes=1))
    pots.answered(caught, desk.reviewer, later + timedelta(minutes=1), Verdict.REJECT)
    pots.judged(caught, later + timedelta(minutes=1))
    asked = control(desk, later + timedelta(minutes=2))
    case = pots.read(asked, desk.reviewer, later + timedelta(minutes=2))
    upward.escalate(case_id=case.pk, user=desk.reviewer, question="?", at=later + timedelta(minutes=2))
    assert figures(desk, at) == before, "one that was escalated"
    pots.judged(asked, later + timedelta(minutes=2))

    assert sorted(Honeypot.objects.values_list("state", flat=True)) == ["caught", "caught", "missed"]
    assert figures(desk, at) == before
