"""What stands now is asked of the cases, and bounded: a million waiting cases cost no more than a thousand."""

from datetime import timedelta

import pytest

from governance.selectors import live
from reviews.services import claims
from tests import worlds
from tests.factories import reviews

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(at):
    return worlds.build(at).north


def figures(desk, at):
    return live.figures([desk.process.pk], at)[desk.process.pk]


def test_what_waits_is_late_and_is_up_is_counted_wherever_it_stands(desk, at):
    reviews.waiting_cases(desk, at, 3)
    later = at + timedelta(minutes=30)
    reviews.waiting_cases(desk, later, 2)
    reviews.second_round_case(desk, later)
    reviews.escalated_case(desk, at)
    held = claims.next_case(user=desk.reviewer, at=later)
    late = at + timedelta(minutes=61)

    found = figures(desk, late)

    assert held is not None
    # Three of the first and the escalated one are late; of those that wait, one is in somebody's hands.
    assert (found.waiting, found.overdue, found.escalated) == (5, 4, 1)
    assert found.oldest == at


def test_counts_end_where_a_queue_is_told_as_many(desk, at, monkeypatch):
    monkeypatch.setattr(live, "COUNTED", 4)
    reviews.waiting_cases(desk, at, 3)
    for _ in range(6):
        reviews.escalated_case(desk, at)
    reviews.waiting_cases(desk, at, 6)

    found = figures(desk, at + timedelta(days=1))

    assert (found.waiting, found.overdue, found.escalated) == (5, 5, 5)


def test_a_process_without_cases_has_nothing(at):
    world = worlds.build(at)
    reviews.waiting_case(world.south, at)

    assert figures(world.north, at) == live.Live()


def test_two_queries_whatever_the_processes(at, django_assert_num_queries):
    world = worlds.build(at)

    with django_assert_num_queries(2):
        found = live.figures([world.north.process.pk, world.south.process.pk], at)

    assert len(found) == 2
