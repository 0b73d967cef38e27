"""The page of a case stays blind to an auditor who is still to score its interaction (F2)."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from contracts.models import User
from reviews.models import Evaluation
from reviews.services import evaluations
from tests.factories import qa as made
from tests.worlds import World

LogIn = Callable[[User], Client]


@pytest.fixture
def now() -> datetime:
    return made.settled_now()


@pytest.fixture
def evaluation(world: World, now: datetime) -> Evaluation:
    """A released case that was drawn and waits for its score."""
    return made.drawn_evaluation(world.north, now)


def shown(client: Client, evaluation: Evaluation) -> tuple[list[str], set[str], str]:
    """The verdicts on the page of the case, what its story tells of them, and why it is blind."""
    page = client.get(reverse("reviews:case", args=[evaluation.interaction.case.pk])).context["page"]
    told = {line.what for line in page.story if "Approved" in line.what or "decision" in line.what}
    return [given.verdict for given in page.given], told, page.blind


BLIND = (
    [],
    {"Gave a decision"},
    "You may score this interaction: what was decided is shown once it is scored.",
)
SEEING = (["Approve"], {"Approved as it is: the final decision"}, "")


def test_an_auditor_who_is_still_to_score_it_sees_no_verdict(
    world: World, evaluation: Evaluation, log_in: LogIn
) -> None:
    assert shown(log_in(world.north.auditor), evaluation) == BLIND


def test_an_auditor_sees_the_verdict_once_it_is_scored(
    world: World, now: datetime, evaluation: Evaluation, log_in: LogIn
) -> None:
    evaluations.submit(
        evaluation_id=evaluation.pk,
        by=world.north.auditor,
        answers=made.answers(evaluation),
        judged_wrong=False,
        at=now,
    )

    assert shown(log_in(world.north.auditor), evaluation) == SEEING


@pytest.mark.parametrize("role", ["reviewer", "lead", "governance", "owner"])
def test_whoever_does_not_score_it_sees_the_verdict(
    world: World, evaluation: Evaluation, log_in: LogIn, role: str
) -> None:
    assert shown(log_in(world.north.cast[role]), evaluation) == SEEING


def test_what_another_auditor_was_assigned_is_not_blind(
    world: World, evaluation: Evaluation, log_in: LogIn
) -> None:
    Evaluation.objects.filter(pk=evaluation.pk).update(auditor=world.south.auditor)

    assert shown(log_in(world.north.auditor), evaluation) == SEEING
