"""When control items are planned, for whom and how many, and what they do to the figures of a reviewer (E4, E6, §5.4)."""

from datetime import datetime, timedelta
from random import Random

import pytest

from reviews.enums import ControlKind, HoneypotState, Verdict, VigilanceBand
from reviews.models import Decision, Honeypot, HoneypotPlan, ReviewerSignal, VigilanceAction, VigilanceNotice
from reviews.selectors import honeypots as selector
from reviews.selectors import vigilance_windows
from reviews.services import honeypots, vigilance_judging
from tests import worlds
from tests.factories import honeypots as pots
from tests.factories import reviews as made
from tests.factories import vigilance as watched
from tests.worlds import Desk

pytestmark = pytest.mark.django_db
A_MINUTE, AN_HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def desk(at: datetime) -> Desk:
    return worlds.build(at).north


def decided(desk: Desk, at: datetime, number: int) -> datetime:
    """The reviewer approves so many real cases, one a minute; when the last was."""
    pots.allowed(desk, at)
    return watched.approved(desk, desk.reviewer, number, at, A_MINUTE)[-1].decided_at


def given(desk: Desk, at: datetime, number: int, missed: int) -> None:
    """So many known-bad items judged before, of which he let so many through; their rows as the sweeps leave them."""
    items = pots.library(desk, at, number)
    like = Decision.objects.order_by("decided_at", "pk").first()
    assert like is not None
    for place, item in enumerate(items):
        honeypots.plan_one(process=desk.process, reviewer=desk.reviewer.pk, at=at, dice=Random(place))
        row = Honeypot.objects.get(state=HoneypotState.PLANNED)
        Honeypot.objects.filter(pk=row.pk).update(plant_at=at)
        assert honeypots.plant_due(at=at, dice=Random(place)) == 1, item
        row.refresh_from_db()
        pots.answered(row, desk.reviewer, at, Verdict.APPROVE if place < missed else Verdict.REJECT)
        pots.judged(row, at)
        at += A_MINUTE


def test_who_decided_enough_gets_one_and_not_two_at_once(desk: Desk, at: datetime) -> None:
    pots.library(desk, at, 5)
    last = decided(desk, at, 20)

    assert honeypots.plan_due(at=last + A_MINUTE) == 1
    assert honeypots.plan_due(at=last + A_MINUTE) == 0
    row = Honeypot.objects.get()
    assert (row.reviewer, row.state) == (desk.reviewer, "planned")
    assert last + A_MINUTE <= row.plant_at <= last + A_MINUTE + honeypots.EVERY


@pytest.mark.parametrize("number", [3, 9])
def test_who_decides_fewer_than_ten_a_week_gets_none(desk: Desk, at: datetime, number: int) -> None:
    pots.library(desk, at, 5)
    last = decided(desk, at, number)

    assert honeypots.plan_due(at=last + A_MINUTE) == 0


def test_there_are_none_where_it_is_not_allowed_noted_or_at_hand(desk: Desk, at: datetime) -> None:
    last = decided(desk, at, 20) + A_MINUTE

    assert honeypots.plan_due(at=last) == 0, "the library is empty"
    pots.library(desk, at, 5)
    HoneypotPlan.objects.update(allowed=False)
    assert honeypots.plan_due(at=last) == 0, "not allowed"
    HoneypotPlan.objects.update(allowed=True)
    VigilanceNotice.objects.filter(reviewer=desk.reviewer).delete()
    assert honeypots.plan_due(at=last) == 0, "he took no note"
    VigilanceNotice.objects.create(reviewer=desk.reviewer, acknowledged_at=at, seen_at=at)
    assert honeypots.plan_due(at=last + 2 * AN_HOUR) == 0, "he is not at work"
    assert honeypots.plan_due(at=last) == 1


def test_who_may_read_stories_is_given_none(desk: Desk, at: datetime) -> None:
    pots.library(desk, at, 5)
    pots.allowed(desk, at)
    for person in (desk.lead, desk.senior):
        VigilanceNotice.objects.create(reviewer=person, acknowledged_at=at, seen_at=at)
    last = watched.approved(desk, desk.lead, 12, at, A_MINUTE)[-1].decided_at

    assert selector.loads(desk.process, last + A_MINUTE) == []
    assert honeypots.plan_due(at=last + A_MINUTE) == 0


def test_two_a_week_are_all_for_a_small_load_and_nobody_has_an_item_twice(desk: Desk, at: datetime) -> None:
    pots.library(desk, at, 5)
    moment = decided(desk, at, 10) + A_MINUTE
    had = []
    # However the gaps are drawn, the second is due by thirty decisions after the first: 30 ≥ 1.5 · 40 / 2.
    for _ in range(4):
        if honeypots.plan_due(at=moment, dice=Random(1)):
            honeypots.plant_due(at=moment + honeypots.EVERY, dice=Random(1))
            row = Honeypot.objects.get(state=HoneypotState.SERVED)
            pots.answered(row, desk.reviewer, moment + honeypots.EVERY)
            pots.judged(row, moment + honeypots.EVERY)
            had.append(row.item_id)
        moment = watched.approved(desk, desk.reviewer, 15, moment + honeypots.EVERY, A_MINUTE)[-1].decided_at

    assert len(had) == len(set(had)) == 2


def test_amber_doubles_what_comes(desk: Desk, at: datetime) -> None:
    pots.allowed(desk, at)
    load = selector.Load(desk.reviewer.pk, 200, at, 3, 200, "", open=False, doubled=False)
    plan = HoneypotPlan.objects.get()
    assert not honeypots._is_due(plan, load, at)

    last = decided(desk, at, 12)
    VigilanceAction.objects.create(
        process=desk.process, reviewer=desk.reviewer, band=VigilanceBand.AMBER, index=60, raised_at=at
    )

    (now,) = selector.loads(desk.process, last + A_MINUTE)
    assert now.doubled
    assert honeypots._is_due(
        plan, selector.Load(desk.reviewer.pk, 200, at, 3, 200, "", open=False, doubled=True), at
    )


@pytest.mark.parametrize(("missed", "band"), [(5, "red"), (4, "green")])
def test_five_of_twenty_missed_is_red_and_four_is_not(
    desk: Desk, at: datetime, missed: int, band: str
) -> None:
    """§5.4: 5/20 is above 10 % for certain (from 11.2 %), 4/20 is not (from 8.1 %). He reads what he decides otherwise."""
    pots.allowed(desk, at)
    last = watched.approved(desk, desk.reviewer, 50, at, watched.CAREFUL)[-1].decided_at
    given(desk, last + A_MINUTE, 20, missed)

    watched.swept(last + AN_HOUR)

    signal = watched.signal(desk.reviewer)
    (found,) = [one for one in signal.signals if one["code"] == "honeypot"]
    assert (found["of"], found["figure"]) == (20, missed / 20)
    assert signal.band == band
    assert signal.overrides == (["honeypots"] if band == "red" else [])
    # 30 · 5/20 = 7.5 of 100.
    assert signal.index == round(100 - 30 * missed / 20)


def test_it_counts_once_he_is_told_and_only_known_bad_ones(desk: Desk, at: datetime) -> None:
    pots.allowed(desk, at)
    last = watched.approved(desk, desk.reviewer, 50, at, watched.CAREFUL)[-1].decided_at
    moment = last + A_MINUTE
    pots.item(desk, moment)
    honeypots.plan_one(process=desk.process, reviewer=desk.reviewer.pk, at=moment, dice=Random(1))
    honeypots.plant_due(at=moment + honeypots.EVERY, dice=Random(1))
    row = Honeypot.objects.get()
    moment += honeypots.EVERY
    pots.answered(row, desk.reviewer, moment)
    watched.swept(last)
    assert watched.signal(desk.reviewer).index == 100

    pots.judged(row, moment)
    assert ReviewerSignal.objects.get(reviewer=desk.reviewer).stale
    vigilance_judging.sweep(at=moment + AN_HOUR)

    assert watched.signal(desk.reviewer).index == 70
    good = pots.item(desk, moment, ControlKind.KNOWN_GOOD)
    assert good.kind == "known_good"
    Honeypot.objects.update(item=good)
    ground = vigilance_windows.ground(desk.process, watched.signal(desk.reviewer).day)
    assert ground.honeypots == []


def test_a_real_case_beside_them_is_counted_as_ever(desk: Desk, at: datetime) -> None:
    made.waiting_case(desk, at, external_id="INV-9")
    row = pots.served(desk, at + AN_HOUR)
    pots.answered(row, desk.reviewer, at + AN_HOUR)
    pots.judged(row, at + AN_HOUR)

    assert selector.loads(desk.process, at + 2 * AN_HOUR) == []
    assert Decision.objects.filter(interaction__is_honeypot=True).count() == 1
