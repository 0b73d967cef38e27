"""Enhanced mode: begun with a reason and an end, drawn by, and over by itself or by a person (F1)."""

import threading
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from audit.errors import Conflict, Invalid, NotAllowed, NotVisible
from audit.models import Event
from reviews.models import Draw, EnhancedMode, SamplingPlan
from reviews.selectors import draws as selector
from reviews.selectors import redrawing
from reviews.services import draws, enhanced_modes, sampling_plans
from tests import worlds
from tests.factories import qa as factory

DAY = timedelta(days=1)
TODAY = date(2026, 3, 3)
WHY = "A new model took over half of the work."


@pytest.fixture
def yesterday(at):
    return at - DAY


@pytest.fixture
def world(db, yesterday):
    return worlds.build(yesterday)


@pytest.fixture
def desk(world, yesterday):
    factory.planned(world.north, yesterday)
    return world.north


def begin(desk, at, *, by=None, **terms):
    terms = {"fraction": Decimal("0.5"), "reason": WHY, "until": at.date() + 2 * DAY} | terms
    return enhanced_modes.begin(process=desk.process, by=by or desk.governance, at=at, **terms)


def recorded(action):
    return [event.facts for event in Event.objects.filter(action=action).order_by("id")]


def test_begin_keeps_what_was_asked_for_and_seals_the_reason(desk, yesterday):
    mode = begin(desk, yesterday)

    assert EnhancedMode.objects.get() == mode
    assert (mode.since, mode.until, mode.set_by) == (TODAY, TODAY + 2 * DAY, desk.governance)
    (facts,) = recorded("sample.enhanced")
    assert facts == {"fraction": "0.5", "since": "2026-03-03", "until": "2026-03-05"}
    assert SamplingPlan.objects.get().fraction == Decimal("0.06")


@pytest.mark.parametrize(
    ("_case", "who", "error"),
    [
        ("_case the auditor scores and does not plan", "auditor", NotAllowed),
        ("_case the client’s administrator", "admin", NotAllowed),
        ("_case a stranger", "stranger", NotVisible),
    ],
)
def test_begin_and_end_are_for_who_manages_samples(_case, who, error, world, desk, yesterday):
    by = world.stranger if who == "stranger" else desk.cast[who]

    with pytest.raises(error):
        begin(desk, yesterday, by=by)
    assert not EnhancedMode.objects.exists()
    begin(desk, yesterday)
    with pytest.raises(error):
        enhanced_modes.end(process=desk.process, by=by, at=yesterday)

    assert EnhancedMode.objects.get().ended_at is None


def test_begin_needs_a_plan_and_one_mode_at_a_time(world, desk, yesterday):
    first = begin(desk, yesterday)

    with pytest.raises(Conflict, match="until 5 Mar 2026"):
        begin(desk, yesterday + DAY)
    with pytest.raises(Conflict, match="no sampling plan"):
        begin(world.south, yesterday)
    with pytest.raises(Invalid, match="at least 20"):
        begin(desk, yesterday + 9 * DAY, reason=f"   {'x' * 19}   ")

    assert EnhancedMode.objects.get() == first
    assert begin(desk, yesterday + 3 * DAY).since == TODAY + 3 * DAY


@pytest.mark.parametrize("fraction", ["0.04", "0.11"])
def test_the_plan_itself_stays_in_band_whatever_the_mode(fraction, desk, yesterday):
    """F1: f = 0.04 or 0.11 rejected."""
    begin(desk, yesterday)

    with pytest.raises(Invalid):
        sampling_plans.set_plan(
            process=desk.process, fraction=Decimal(fraction), by=desk.governance, at=yesterday
        )

    assert SamplingPlan.objects.get().fraction == Decimal("0.06")


def test_enhanced_days_are_drawn_more_and_the_plan_holds_again_after_the_last(desk, yesterday):
    """40 a day at 50 % from 3 to 5 March; on the 6th the plan of 6 % draws as if the month began that day."""
    begin(desk, yesterday)
    sizes = []
    for number in range(4):
        factory.straight_through(desk, yesterday + number * DAY, 40)
        found = draws.draw(process=desk.process, day=TODAY + number * DAY, at=yesterday + (number + 1) * DAY)
        sizes.append((found.size, found.fraction, found.enhanced_id is not None))
        assert redrawing.verify(draw=found).equal

    assert sizes == [(20, Decimal("0.500"), True)] * 3 + [(2, Decimal("0.060"), False)]
    last, enhanced = Draw.objects.order_by("-window_start")[:2]
    assert (last.carried_in, last.plan["enhanced"]) == (0, None)
    assert enhanced.plan["enhanced"]["until"] == "2026-03-05"
    (standing,) = selector.standings(desk.governance, yesterday + 4 * DAY)
    assert (standing.population, standing.drawn) == (160, 62)
    assert (standing.planned_population, standing.planned_drawn, standing.enhanced) == (40, 2, None)


def test_an_odd_share_is_carried_within_its_mode(desk, yesterday):
    begin(desk, yesterday, fraction=Decimal("0.125"))
    sizes = []
    for number in range(2):
        factory.straight_through(desk, yesterday + number * DAY, 20)
        found = draws.draw(process=desk.process, day=TODAY + number * DAY, at=yesterday + (number + 1) * DAY)
        sizes.append((found.size, found.carried_in, found.carried_out))

    assert sizes == [(3, 0, Decimal("-0.5")), (2, Decimal("-0.5"), 0)]


def test_ended_early_today_is_drawn_by_the_plan_and_the_days_before_stay(desk, yesterday, at):
    begin(desk, yesterday)
    for moment in (yesterday, at):
        factory.straight_through(desk, moment, 40)

    ended = enhanced_modes.end(process=desk.process, by=desk.governance, at=at)
    before = draws.draw(process=desk.process, day=TODAY, at=at)
    today = draws.draw(process=desk.process, day=TODAY + DAY, at=at + DAY)

    assert (ended.until, ended.ended_by) == (TODAY, desk.governance)
    assert recorded("sample.enhanced_ended") == [{"until": "2026-03-03"}]
    assert [draw.fraction for draw in (before, today)] == [Decimal("0.500"), Decimal("0.060")]
    with pytest.raises(Conflict, match="not in enhanced mode"):
        enhanced_modes.end(process=desk.process, by=desk.governance, at=at)
    again = begin(desk, at)
    assert (again.since, EnhancedMode.objects.count()) == (TODAY + DAY, 2)


IMPOSSIBLE = [
    ("_case a share of the plan", {"fraction": Decimal("0.10")}),
    ("_case more than all", {"fraction": Decimal("1.1")}),
    ("_case no reason", {"reason": "x" * 19}),
    ("_case over before it began", {"until": TODAY}),
    ("_case too long", {"until": TODAY + 93 * DAY}),
]


@pytest.mark.parametrize(("_case", "changes"), IMPOSSIBLE, ids=[row[0] for row in IMPOSSIBLE])
def test_the_database_refuses_a_mode_that_cannot_be(_case, changes, desk, yesterday):
    begin(desk, yesterday)

    with pytest.raises(IntegrityError), transaction.atomic():
        EnhancedMode.objects.update(**changes)
    EnhancedMode.objects.update(until=TODAY + 92 * DAY)


def test_the_database_refuses_an_end_by_nobody_and_a_draw_above_the_band_without_a_mode(desk, yesterday, at):
    begin(desk, yesterday)
    factory.straight_through(desk, yesterday, 4)
    draws.draw(process=desk.process, day=TODAY, at=at)

    for change in (
        lambda: EnhancedMode.objects.update(ended_at=at),
        lambda: Draw.objects.update(enhanced=None),
        lambda: Draw.objects.update(fraction=Decimal("0.06")),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_begin_from_two_connections_is_one_mode(at):
    desk = worlds.build(at).north
    factory.planned(desk, at)
    gate, refused = threading.Barrier(2), []

    def work():
        try:
            gate.wait(timeout=10)
            begin(desk, at)
        except Conflict as refusal:
            refused.append(refusal.code)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(timeout=30)

    assert refused == ["enhanced_already"]
    assert EnhancedMode.objects.count() == 1
