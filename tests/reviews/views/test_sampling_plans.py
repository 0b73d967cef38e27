"""The page of a sampling plan beside the plan itself: what a half-width takes (F1)."""

import pytest
from django.urls import reverse

from reviews.domain import qa_estimates
from reviews.models import Draw
from tests import worlds
from tests.factories import qa


@pytest.fixture
def now():
    return qa.settled_now()


@pytest.fixture
def desk(db, now):
    return worlds.build(now).north


@pytest.fixture
def page(desk, log_in):
    """The page of the plan as its governance lead sees it."""
    client = log_in(desk.governance)
    return lambda **query: client.get(reverse("reviews:sampling_plan", args=[desk.process.code]), query)


def test_the_page_says_what_a_half_width_takes_of_a_month_like_the_last(desk, now, page):
    """F1: no scores, so a half; 200 on one day are 6,000 a month; 1,715 of them are above the band."""
    qa.drawn_evaluation(desk, now)
    Draw.objects.update(frame_size=200)

    answer = page(half_width="2").context["answer"]
    bare = page()

    assert answer.size == "1,715"
    assert "28.6 % of the 6,000 that go out" in answer.sentence
    assert "enhanced mode is needed" in answer.sentence
    assert "most cautious" in answer.planned
    assert bare.context["answer"] is None
    assert not bare.context["width"].is_bound


def test_where_nothing_was_drawn_it_says_so(page):
    assert "Nothing was drawn" in page(half_width="5").context["answer"].sentence


@pytest.mark.parametrize("asked", ["", "0", "0.05", "20.1", "NaN", "wide"])
def test_a_half_width_that_cannot_be_is_refused_at_its_field(asked, page):
    refused = page(half_width=asked)

    assert refused.status_code == 400
    assert list(refused.context["width"].errors) == ["half_width"]
    assert not refused.context["form"].is_bound


def test_scores_that_stand_are_what_is_planned_with(desk, now, page, monkeypatch):
    """One look, and nothing wrong: the upper end of its interval, for nothing tells that nothing is wrong."""
    qa.scored_evaluation(desk, now)
    cautious = page(half_width="5").context["answer"].planned

    monkeypatch.setattr(qa_estimates, "ENOUGH", 1)
    estimated = page(half_width="5").context["answer"].planned

    assert cautious == "Planned with 50.0 % wrong: the most cautious value."
    assert estimated == "Planned with 79.3 % wrong: as estimated from the scores of the last 90 days."
