"""The builder of scorecards: what was typed stays, versions stay with what was drawn, two editors do not overwrite (F3)."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from contracts.models import User
from reviews.domain import scorecard
from reviews.forms.scorecards import CardForm
from reviews.models import Evaluation, Scorecard
from tests.counting import queries, written
from tests.factories import qa as make
from tests.worlds import World

LogIn = Callable[[User], Client]


@pytest.fixture
def now() -> datetime:
    return make.settled_now()


@pytest.fixture
def address(world: World, now: datetime) -> str:
    make.planned(world.north, now)
    return reverse("reviews:scorecard", args=[world.north.process.code])


def typed(form: CardForm, **changes: str) -> dict[str, str]:
    """The form as a browser sends it back, with changes."""
    sent = {"pass_mark": str(form["pass_mark"].value())}
    for line in form.lines:
        for field in line:
            value = field.value()
            if value is True:
                sent[field.html_name] = "on"
            elif value not in (None, False):
                sent[field.html_name] = str(value)
    return sent | changes


NEW = {
    "12-code": "call_back",
    "12-text": "The call-back was done",
    "12-weight": "10",
    "12-kind": "points",
    "12-controls": "SOC 2 PI1.2; ISO 27001 A.5.14",
}


def test_preview_shows_what_each_line_is_worth_and_publishes_nothing(
    world: World, address: str, log_in: LogIn
) -> None:
    client = log_in(world.north.governance)
    form = client.get(address).context["form"]

    page = client.post(address, typed(form, preview="1", against="1", **NEW))

    worth = {row.text: row for row in page.context["worth"]}
    assert page.status_code == 200
    assert (worth["The call-back was done"].share, worth["The call-back was done"].failed) == ("9.1", "90.91")
    assert worth["Processing and decision are correct against policy and evidence"].failed == "0"
    assert Scorecard.objects.count() == 1


def test_publish_makes_the_next_version_and_leaves_what_was_drawn(
    world: World, now: datetime, log_in: LogIn
) -> None:
    """F3: a scorecard changed while an auditor has the evaluation open does not change what he scores."""
    evaluation = make.drawn_evaluation(world.north, now)
    address = reverse("reviews:scorecard", args=[world.north.process.code])
    client = log_in(world.north.governance)
    form = client.get(address).context["form"]
    opened = make.posted_answers(evaluation, delivery="fail")

    sent = client.post(address, typed(form, publish="1", against="1", **NEW))
    scored = log_in(world.north.auditor).post(
        reverse("reviews:evaluation_submit", args=[evaluation.pk]), opened
    )

    newest = Scorecard.objects.get(version=2)
    assert (sent.status_code, scored.status_code) == (303, 302)
    added = scorecard.load(newest.items)[-1]
    assert (added.code, added.kind, added.weight) == ("call_back", "points", 10)
    first = Evaluation.objects.select_related("scorecard").get()
    assert (first.scorecard.version, first.score, "call_back" in first.answers) == (1, 92, False)


def test_two_editors_do_not_overwrite_each_other(world: World, address: str, log_in: LogIn) -> None:
    client = log_in(world.north.governance)
    sent = typed(client.get(address).context["form"], publish="1", against="1", **NEW)
    client.post(address, sent)

    late = client.post(address, sent | {"12-text": "Another text"})

    assert (late.status_code, Scorecard.objects.count()) == (409, 2)
    assert "Version 2 was published meanwhile" in late.context["refusal"]
    assert late.context["form"].lines[12]["text"].value() == "Another text"


WRONG = [
    ("_case a framework nobody knows", {"12-controls": "SOX 404"}, "controls"),
    ("_case no control at all", {"12-controls": ""}, "code"),
    ("_case a code with a blank", {"12-code": "call back"}, "code"),
    ("_case a code given twice", {"12-code": "correct"}, "code"),
    ("_case no weight", {"12-weight": "0"}, "weight"),
]


@pytest.mark.parametrize(("_case", "changes", "field"), WRONG, ids=[row[0] for row in WRONG])
def test_bad_input_keeps_all_that_was_typed(
    _case: str, changes: dict, field: str, world: World, address: str, log_in: LogIn
) -> None:
    client = log_in(world.north.governance)
    sent = typed(client.get(address).context["form"], publish="1", against="1", **(NEW | changes))

    page = client.post(address, sent)

    form = page.context["form"]
    assert (page.status_code, Scorecard.objects.count()) == (400, 1)
    assert list(form.lines[12].errors) == [field]
    kept = typed(form) | {"publish": "1", "against": "1"}
    assert {name: kept[name] for name in sent if sent[name]} == {n: v for n, v in sent.items() if v}


def test_a_line_that_applies_to_every_process_cannot_be_left_out(
    world: World, address: str, log_in: LogIn
) -> None:
    client = log_in(world.north.governance)
    sent = typed(client.get(address).context["form"], publish="1", against="1", **{"3-remove": "on"})

    page = client.post(address, sent)

    assert (page.status_code, Scorecard.objects.count()) == (400, 1)
    assert "correct applies to every process." in page.content.decode()


def test_the_builder_asks_as_little_however_long_it_is(world: World, address: str, log_in: LogIn) -> None:
    taken = {"reviews:scorecard": queries(log_in(world.north.governance), address)}

    assert taken == {name: written(name) for name in taken}
    assert log_in(world.north.auditor).get(address).status_code == 403
