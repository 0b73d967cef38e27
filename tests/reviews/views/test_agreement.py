"""The agreement of auditors on its pages: the blind second score, κ, accuracy, and a calibration from end to end (F6)."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from contracts.models import User
from reviews.models import CalibrationSession, SecondScore
from reviews.services import second_scores
from tests.counting import queries, written
from tests.factories import qa as make
from tests.worlds import World

LogIn = Callable[[User], Client]


@pytest.fixture
def now() -> datetime:
    return make.settled_now()


def test_the_second_score_is_given_on_the_same_page_and_shows_nothing_before(
    world: World, now: datetime, log_in: LogIn
) -> None:
    evaluation = make.scored_evaluation(world.north, now, delivery="fail")
    other = make.another_auditor(world.north, now)
    second_scores.choose_due(at=now)
    client, address = log_in(other), reverse("reviews:evaluation", args=[evaluation.pk])
    sample = reverse("reviews:sample", args=[evaluation.draw_id])

    before, listed = client.get(address), client.get(sample).context["page"].items[0]
    told = client.get(f"/api/v1/evaluations/{evaluation.pk}").json()
    story = client.get(reverse("governance:story", args=[evaluation.interaction_id])).content.decode()
    sent = client.post(address + "submit/", make.posted_answers(evaluation))

    assert (before.context["page"].result, before.context["thread"]) == (None, None)
    assert "The order says otherwise" not in before.content.decode()
    assert (listed.score, listed.by, listed.state.label) == ("–", "–", "To score")
    assert (told["state"], told["result"]) == ("drawn", None)
    assert "Scored 92.00 of 100" not in story
    assert sent.status_code == 302
    assert SecondScore.objects.get().submitted_by == other
    assert client.get(address).context["page"].result.score == "92"


def test_a_calibration_from_its_opening_to_what_was_agreed(
    world: World, now: datetime, log_in: LogIn
) -> None:
    desk = world.north
    evaluation = make.scored_evaluation(desk, now, delivery="fail")
    other = make.another_auditor(desk, now)
    second_scores.choose_due(at=now)
    second_scores.submit(
        evaluation_id=evaluation.pk, by=other, answers=make.answers(evaluation), judged_wrong=False, at=now
    )
    client = log_in(desk.auditor)

    opened = client.post(reverse("reviews:calibrate", args=[desk.process.code]))
    address = opened["Location"]
    page = client.get(address)
    field = f"agreed_{evaluation.pk}_delivery"
    typed = {"participants": [str(desk.auditor.pk)], "decision": "By the receipt.", field: "pass"}
    refused = client.post(address, typed)
    done = client.post(address, typed | {"participants": [str(desk.auditor.pk), str(other.pk)]})
    read = log_in(desk.owner).get(address)

    assert field in page.context["form"].fields
    assert (refused.status_code, list(refused.context["form"].errors)) == (400, ["participants"])
    assert refused.context["form"]["decision"].value() == "By the receipt."
    assert refused.context["form"][field].value() == "pass"
    assert done.status_code == 303
    assert CalibrationSession.objects.get().decision == "By the receipt."
    assert (read.context["form"], read.context["page"].decision) == (None, "By the receipt.")
    assert (
        client.post(address, typed | {"participants": [str(desk.auditor.pk), str(other.pk)]}).status_code
        == 409
    )


def test_the_lists_ask_as_little_however_much_there_is(world: World, now: datetime, log_in: LogIn) -> None:
    evaluation = make.scored_evaluation(world.north, now, delivery="fail")
    other = make.another_auditor(world.north, now)
    second_scores.choose_due(at=now)
    second_scores.submit(
        evaluation_id=evaluation.pk, by=other, answers=make.answers(evaluation), judged_wrong=False, at=now
    )
    client = log_in(world.north.auditor)
    session = client.post(reverse("reviews:calibrate", args=[world.north.process.code]))["Location"]

    taken = {
        "reviews:agreement": queries(client, reverse("reviews:agreement")),
        "reviews:auditors": queries(client, reverse("reviews:auditors")),
        "reviews:calibration": queries(client, session),
    }

    assert taken == {name: written(name) for name in taken}
    assert log_in(world.stranger).get(reverse("reviews:agreement")).context["processes"] == []
