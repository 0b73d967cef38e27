"""Disputes on the pages: mine and nobody else's, nothing typed is lost, and the same refusals as by program (F7)."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from contracts.models import User
from reviews.models import Dispute, Evaluation
from tests.counting import queries, steady, written
from tests.factories import consequences
from tests.factories import qa as make
from tests.worlds import World

LogIn = Callable[[User], Client]
MINE, LIST = "/samples/mine/", "/samples/disputes/"
HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def now() -> datetime:
    return make.settled_now()


def _page(evaluation: Evaluation) -> str:
    return reverse("reviews:evaluation", args=[evaluation.pk])


def _dispute(evaluation: Evaluation) -> str:
    return reverse("reviews:evaluation_dispute", args=[evaluation.pk])


def _adjudicate(dispute: Dispute) -> str:
    return reverse("reviews:dispute", args=[dispute.pk])


def test_mine_shows_scores_and_nothing_that_was_only_drawn(
    world: World, now: datetime, log_in: LogIn
) -> None:
    evaluation = make.drawn_evaluation(world.north, now)
    client = log_in(world.north.reviewer)

    before = client.get(MINE).context["rows"]
    client_of_auditor = log_in(world.north.auditor)
    client_of_auditor.post(_page(evaluation) + "submit/", make.posted_answers(evaluation, delivery="fail"))
    (row,) = client.get(MINE).context["rows"]

    assert before == []
    assert (row.score, row.result.label, row.dispute, row.url) == ("92", "Passed", None, _page(evaluation))
    assert row.until > now
    assert log_in(world.north.second).get(MINE).context["rows"] == []
    page = client.get(_page(evaluation))
    assert (page.status_code, page.context["page"].draw_url) == (200, "")


def test_dispute_is_raised_from_the_page_and_shown_on_it(world: World, now: datetime, log_in: LogIn) -> None:
    evaluation = make.scored_evaluation(world.north, now, delivery="fail")
    client = log_in(world.north.reviewer)

    sent = client.post(_dispute(evaluation), {"reason": HOSTILE, "lines": ["delivery"]})

    assert (sent.status_code, sent["Location"]) == (303, _page(evaluation))
    page = client.get(_page(evaluation))
    assert page.context["dispute_form"] is None
    assert page.context["thread"].lines == [
        "The output was delivered complete, to the right recipient, on time"
    ]
    assert HOSTILE not in page.content.decode()


@pytest.mark.parametrize(
    ("_case", "sent"),
    [
        ("_case no reason", {"reason": " ", "lines": ["delivery"]}),
        ("_case a line of no scorecard", {"reason": "It is right.", "lines": ["delivery", "weather"]}),
    ],
)
def test_dispute_keeps_what_was_typed(
    _case: str, sent: dict, world: World, now: datetime, log_in: LogIn
) -> None:
    evaluation = make.scored_evaluation(world.north, now, delivery="fail")

    page = log_in(world.north.reviewer).post(_dispute(evaluation), sent)

    assert page.status_code == 400
    form = page.context["dispute_form"]
    assert (form["reason"].value(), form["lines"].value()) == (sent["reason"], sent["lines"])
    assert not Dispute.objects.exists()


def test_dispute_that_comes_second_is_told_with_its_words(world: World, now: datetime, log_in: LogIn) -> None:
    evaluation = make.scored_evaluation(world.north, now)
    make.disputed(world.north, now, evaluation)

    page = log_in(world.north.reviewer).post(_dispute(evaluation), {"reason": "Once more, then."})

    assert (page.status_code, page.context["refusal"]) == (
        409,
        "This score has been disputed already; that is done once.",
    )
    assert page.context["typed"] == [("Your reason", "Once more, then.", "")]


def test_a_score_that_is_too_old_says_so(world: World, now: datetime, log_in: LogIn) -> None:
    evaluation = make.scored_evaluation(world.north, now - timedelta(days=6))

    page = log_in(world.north.reviewer).get(_page(evaluation))

    assert page.context["dispute_form"] is None
    assert "they are over" in page.context["dispute_refusal"]


def test_adjudicate_starts_from_the_first_score_and_overturns_it(
    world: World, now: datetime, log_in: LogIn
) -> None:
    raised = make.disputed(world.north, now, privacy="fail")
    third = make.another_auditor(world.north, now)
    client = log_in(third)
    form = client.get(_adjudicate(raised)).context["form"]

    sent = make.posted_answers(raised.evaluation) | {"outcome": "overturned", "why": "Nothing was unmasked."}
    answer = client.post(_adjudicate(raised), sent)

    assert (form["mark_privacy"].value(), form["note_privacy"].value()) == (
        "fail",
        "The order says otherwise",
    )
    assert (answer.status_code, answer["Location"]) == (303, _page(raised.evaluation))
    page = client.get(_page(raised.evaluation))
    assert (page.context["page"].result.score, page.context["thread"].score) == ("0", "100")
    assert [change.after.label for change in page.context["thread"].changes] == ["Pass"]
    assert client.get(_adjudicate(raised)).status_code == 303
    (row,) = log_in(world.north.reviewer).get(MINE).context["rows"]
    assert (row.score, row.dispute.label) == ("100", "Overturned")


@pytest.mark.parametrize(
    ("_case", "changes", "where"),
    [
        ("_case no outcome", {"outcome": ""}, "outcome"),
        ("_case no reason", {"why": ""}, "why"),
        ("_case nothing is different", {"outcome": "overturned"}, "outcome"),
        (
            "_case a failure without evidence",
            {"outcome": "overturned", "mark_delivery": "fail"},
            "note_delivery",
        ),
    ],
)
def test_adjudicate_keeps_what_was_typed(
    _case: str, changes: dict, where: str, world: World, now: datetime, log_in: LogIn
) -> None:
    raised = make.disputed(world.north, now)
    third = make.another_auditor(world.north, now)
    sent = make.posted_answers(raised.evaluation) | {"outcome": "upheld", "why": "So it is."} | changes

    page = log_in(third).post(_adjudicate(raised), sent)

    form = page.context["form"]
    assert (page.status_code, list(form.errors)) == (400, [where])
    assert {name: form[name].value() for name in sent} == sent
    assert Dispute.objects.get().outcome == ""


def test_adjudicate_that_comes_second_is_told_with_its_words(
    world: World, now: datetime, log_in: LogIn
) -> None:
    raised = make.disputed(world.north, now)
    third, fourth = (make.another_auditor(world.north, now, name) for name in ("third", "fourth"))
    make.adjudicated(raised, third, now)
    sent = make.posted_answers(raised.evaluation) | {"outcome": "upheld", "why": "I say so too."}

    page = log_in(fourth).post(_adjudicate(raised), sent)

    assert page.status_code == 409
    assert page.context["typed"][0] == ("Your reason", "I say so too.", "")


def test_disputes_lists_what_waits_what_was_decided_and_how_often(
    world: World, now: datetime, log_in: LogIn
) -> None:
    raised = make.disputed(world.north, now)
    third = make.another_auditor(world.north, now)

    before = log_in(third).get(LIST).context
    make.adjudicated(raised, third, now)
    after = log_in(world.north.owner).get(LIST).context

    assert ([row.refusal for row in before["waiting"]], before["rows"]) == ([""], [])
    assert ([row.decided_by for row in after["rows"]], after["waiting"]) == ([third.name], [])
    (rates,) = after["rates"]
    assert (rates.disputes.count, rates.disputes.of, rates.disputes.share) == (1, 1, "")
    assert "insufficient: 1 of 1" in log_in(world.north.owner).get(LIST).content.decode()
    assert log_in(world.south.owner).get(LIST).context["rows"] == []


def test_the_pages_ask_as_little_however_much_there_is(world: World, now: datetime, log_in: LogIn) -> None:
    raised = make.disputed(world.north, now, delivery="fail")
    third = make.another_auditor(world.north, now)

    def more() -> None:
        make.disputed(
            world.north,
            now,
            evaluation=consequences.failed(
                world.north, now, interaction=make.released_case(world.north, now - timedelta(hours=2))
            ),
        )

    taken = {
        "reviews:disputes": steady(log_in(third), LIST, more),
        "reviews:evaluations_mine": queries(log_in(world.north.reviewer), MINE),
        "reviews:dispute": queries(log_in(third), _adjudicate(raised)),
    }
    make.adjudicated(raised, third, now)
    taken["reviews:evaluation?own"] = queries(log_in(world.north.reviewer), _page(raised.evaluation))

    assert taken == {name: written(name) for name in taken}
