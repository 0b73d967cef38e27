"""What earlier draws say about the next: after 90 days the scores that stand (F1, §5.3)."""

from datetime import timedelta

import pytest

from reviews.domain import neyman, windows
from reviews.domain.neyman import Looks
from reviews.selectors import redrawing, sampling_plans
from reviews.services import draws, evaluations
from tests import worlds
from tests.factories import qa

DAY = timedelta(days=1)
LONG = neyman.DAYS * DAY


@pytest.fixture
def desk(db, at):
    return worlds.build(at - LONG - 2 * DAY).north


def window(desk, at):
    return windows.of_day(windows.last_closed(at, desk.process.time_zone), desk.process.time_zone)


def scored_day(desk, at, *, failed):
    """A day of two straight through, drawn and scored the next morning."""
    qa.planned(desk, at - DAY)
    qa.straight_through(desk, at - DAY, 2, external_id=None)
    draw = draws.draw(process=desk.process, day=(at - DAY).date(), at=at)
    for evaluation in draw.evaluations.all():
        marks = {"delivery": "fail", "correct": "fail"} if failed else {}
        evaluations.submit(
            evaluation_id=evaluation.pk,
            by=desk.auditor,
            answers=qa.answers(evaluation, **marks),
            judged_wrong=failed,
            at=at,
        )
    return draw


def test_nothing_is_seen_before_ninety_days_and_all_scores_that_stand_afterwards(desk, at):
    first = scored_day(desk, at - LONG + DAY, failed=False)
    looks = {"high/straight_through": Looks(first.size, 0)}

    early = sampling_plans.seen(desk.process, window(desk, at))
    assert sampling_plans.seen(desk.process, window(desk, at + DAY)) == looks
    later = sampling_plans.seen(desk.process, window(desk, at + 2 * DAY))

    assert (early, later) == ({}, {})


def test_the_plan_of_a_draw_says_by_what_it_was_spread_and_is_drawn_again(desk, at, monkeypatch):
    monkeypatch.setattr(neyman, "ENOUGH", 1)
    scored_day(desk, at - LONG, failed=True)
    scored_day(desk, at - DAY, failed=True)
    qa.straight_through(desk, at - DAY, 4)

    draw = draws.draw(process=desk.process, day=(at - DAY).date(), at=at)

    assert draw.plan["allocation"] == "neyman"
    ((stratum, spread, of, scored, failed),) = draw.plan["spread"]
    assert (stratum, of, scored == failed > 0) == ("high/straight_through", "high/straight_through", True)
    assert 0 < float(spread) <= 0.5
    assert redrawing.verify(draw=draw).equal
