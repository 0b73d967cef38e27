"""The trail and the board stay blind to an auditor who is still to score an interaction (F2)."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from contracts.models import User
from reviews.models import Evaluation
from reviews.services import evaluations
from tests import worlds
from tests.factories import qa as made
from tests.worlds import World

pytestmark = pytest.mark.django_db

LogIn = Callable[[User], Client]


@pytest.fixture
def now() -> datetime:
    return made.settled_now()


@pytest.fixture
def world(db: None, now: datetime) -> World:
    return worlds.build(now)


@pytest.fixture
def evaluation(world: World, now: datetime) -> Evaluation:
    """A released case that was drawn and waits for its score."""
    return made.drawn_evaluation(world.north, now)


def story(client: Client, evaluation: Evaluation) -> str:
    return client.get(reverse("governance:story", args=[evaluation.interaction_id])).content.decode()


def lists(client: Client, evaluation: Evaluation) -> list[str]:
    """The verdict of the drawn interaction in the trail and in a list of the board."""
    addresses = [
        reverse("governance:trail"),
        reverse("governance:board_list", args=[evaluation.process.code, "volume"]),
    ]
    address = reverse("governance:story", args=[evaluation.interaction_id])
    found = []
    for page in addresses:
        rows = [row[1] if isinstance(row, tuple) else row for row in client.get(page).context["rows"]]
        found += [row.verdict for row in rows if row.url == address]
    return found


def score(world: World, evaluation: Evaluation, at: datetime) -> None:
    evaluations.submit(
        evaluation_id=evaluation.pk,
        by=world.north.auditor,
        answers=made.answers(evaluation),
        judged_wrong=False,
        at=at,
    )


def test_the_story_tells_no_verdict_before_the_score(
    world: World, now: datetime, evaluation: Evaluation, log_in: LogIn
) -> None:
    auditor = log_in(world.north.auditor)
    before = story(auditor, evaluation)
    score(world, evaluation, now)
    after = story(auditor, evaluation)

    told = ("Approved as it is", "Final decision", "Verdict")
    assert [words for words in told if words in before] == []
    assert "Shown once the interaction is scored." in before
    assert [words for words in told if words not in after] == []


def test_lists_tell_no_verdict_before_the_score(
    world: World, now: datetime, evaluation: Evaluation, log_in: LogIn
) -> None:
    auditor, lead = log_in(world.north.auditor), log_in(world.north.lead)
    before = lists(auditor, evaluation)
    others = lists(lead, evaluation)
    score(world, evaluation, now)

    assert before == ["not shown yet"] * 2
    assert others == lists(auditor, evaluation) == ["Approve"] * 2
