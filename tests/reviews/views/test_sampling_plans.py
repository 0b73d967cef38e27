"""The page of a sampling plan beside the plan itself: what a half-width takes, and enhanced mode (F1)."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from reviews.domain import qa_estimates
from reviews.models import Draw, EnhancedMode
from reviews.services import enhanced_modes
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

    assert cautious == "Planned with 50.0 % wrong: the most cautious value, for too little is scored."
    assert estimated.startswith("Planned with 79.3 % wrong: the end of the interval")


# ── Enhanced mode ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def post(desk, log_in):
    """What the governance lead sends from the page of the plan."""
    client = log_in(desk.governance)
    return lambda route, **data: client.post(
        reverse(f"reviews:sampling_plan{route}", args=[desk.process.code]), data
    )


def asked(now, **changes):
    until = (now + timedelta(days=9)).date().isoformat()
    return {"fraction": "25", "reason": "A new model took over half of it.", "until": until} | changes


def test_enhanced_mode_is_begun_shown_and_ended(desk, now, page, post, log_in):
    qa.planned(desk, now)

    begun = post("_enhance", **asked(now))
    shown = page().context
    tile = log_in(desk.auditor).get(reverse("reviews:samples")).context["tiles"][0]
    again = post("_enhance", **asked(now))
    ended = post("_end_enhanced")

    assert (begun.status_code, ended.status_code, again.status_code) == (302, 302, 409)
    assert (shown["mode"].share, shown["mode"].reason) == ("25.0 %", "A new model took over half of it.")
    assert shown["enhanced"] is None
    assert tile.plan.startswith("Enhanced mode 25.0 % until ")
    assert page().context["mode"] is None
    assert post("_end_enhanced").status_code == 409


WRONG = [
    ("_case up to the band", {"fraction": "10"}, "fraction"),
    ("_case more than all", {"fraction": "100.1"}, "fraction"),
    ("_case too fine", {"fraction": "20.05"}, "fraction"),
    ("_case hardly a reason", {"reason": "Because."}, "reason"),
    ("_case no end", {"until": ""}, "until"),
    ("_case an end in the past", {"until": "2020-01-01"}, "until"),
]


@pytest.mark.parametrize(("_case", "changes", "field"), WRONG, ids=[row[0] for row in WRONG])
def test_enhanced_mode_is_refused_at_its_field_and_what_was_typed_stays(
    _case, changes, field, desk, now, post
):
    qa.planned(desk, now)

    refused = post("_enhance", **asked(now, **changes))

    assert refused.status_code == 400
    assert refused.content.decode().count('id="id_fraction"') == 1
    assert list(refused.context["enhanced"].errors) == [field]
    assert refused.context["enhanced"].data["fraction"] == asked(now, **changes)["fraction"]
    assert not EnhancedMode.objects.exists()


def test_without_a_plan_there_is_no_form_of_enhanced_mode(page, now, post):
    assert page().context["enhanced"] is None
    assert post("_enhance", **asked(now)).status_code == 409


def test_the_draw_of_an_enhanced_day_says_so_and_why(desk, now, log_in):
    yesterday = now - timedelta(days=1)
    qa.planned(desk, yesterday)
    enhanced_modes.begin(
        process=desk.process,
        fraction=Decimal("0.25"),
        reason="A new model took over half of it.",
        until=now.date(),
        by=desk.governance,
        at=yesterday,
    )
    evaluation = qa.drawn_evaluation(desk, now)
    client = log_in(desk.auditor)

    sample = client.get(reverse("reviews:sample", args=[evaluation.draw_id]))
    rows = client.get(reverse("reviews:samples")).context["draws"]

    assert "Why: A new model took over half of it." in sample.content.decode()
    assert [flag.label for flag in rows[0].flags][0] == "Enhanced mode, 25.0 %"
