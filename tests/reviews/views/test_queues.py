from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from contracts.models import User
from reviews.models import Case, Claim
from reviews.services import claims
from tests import counting
from tests.factories import reviews as make
from tests.worlds import World

LogIn = Callable[[User], Client]


def test_queues_tells_what_waits_and_offers_one_start(world: World, now: datetime, log_in: LogIn) -> None:
    make.waiting_case(world.north, now)
    make.waiting_case(world.north, now)

    page = log_in(world.north.reviewer).get(reverse("reviews:queues"))

    assert page.status_code == 200
    (row,) = page.context["page"].rows
    assert (row.waiting, row.startable) == ("2", True)
    assert page.context["page"].start_reason == ""
    assert page.content.decode().count("Start reviewing") == 1


def test_queues_counts_no_further_than_a_thousand(world: World, now: datetime, log_in: LogIn) -> None:
    make.waiting_cases(world.north, now, 1001)

    page = log_in(world.north.reviewer).get(reverse("reviews:queues"))

    assert page.context["page"].rows[0].waiting == "1,000+"


def test_queues_shows_nobody_the_queues_of_others(world: World, now: datetime, log_in: LogIn) -> None:
    make.waiting_case(world.north, now)

    shown = {
        name: [row.process for row in log_in(user).get(reverse("reviews:queues")).context["page"].rows]
        for name, user in (("south", world.south.reviewer), ("stranger", world.stranger))
    }

    assert set(shown["south"]) == {world.south.process.name}
    assert shown["stranger"] == []


def _nothing(client: Client, query: str = "") -> str:
    return client.get(reverse("reviews:queues") + query).context["page"].nothing.title


def test_queues_says_which_nothing_it_is(world: World, now: datetime, log_in: LogIn) -> None:
    north, client = world.north, log_in(world.north.reviewer)

    empty = _nothing(client)
    case = make.claimed_case(north, now, by=north.second)
    taken = _nothing(client)
    claims.hand_back(case_id=case.pk, user=north.second, reason="", at=now)
    hidden = _nothing(client, "?process=ELSEWHERE")
    claims.claim(case_id=case.pk, user=north.second, at=now)
    make.second_round_case(north, now)
    second = _nothing(client)
    none = _nothing(log_in(world.stranger))

    assert [empty, taken, hidden, second, none] == [
        "Nothing to review",
        "All taken",
        "The filter hides every queue",
        "What waits needs a second pair of eyes",
        "You work on no queue",
    ]


def test_queues_announces_escalations_to_their_owner_alone(
    world: World, now: datetime, log_in: LogIn
) -> None:
    make.escalated_case(world.north, now)

    owner = log_in(world.north.lead).get(reverse("reviews:queues"))
    other = log_in(world.north.second).get(reverse("reviews:queues"))

    assert len(owner.context["page"].escalations) == 1
    assert b"Escalated to you" in owner.content
    assert other.context["page"].escalations == []


def test_next_claims_the_case_that_is_due_first(world: World, now: datetime, log_in: LogIn) -> None:
    first = make.waiting_case(world.north, now)
    make.waiting_case(world.north, now)

    reply = log_in(world.north.reviewer).post(reverse("reviews:next"))

    assert reply.status_code == 302
    assert reply["Location"] == reverse("reviews:case", args=[first.pk])
    assert Claim.objects.get(case=first).user == world.north.reviewer


def test_next_goes_back_to_the_queues_where_nothing_waits(world: World, log_in: LogIn) -> None:
    reply = log_in(world.north.reviewer).post(reverse("reviews:next"), follow=True)

    assert reply.redirect_chain == [(reverse("reviews:queues"), 303)]
    assert b"Nothing to review" in reply.content


@pytest.mark.parametrize("who", ["south", "ops", "stranger"])
def test_next_gives_nothing_of_a_queue_one_does_not_work_on(
    world: World, now: datetime, log_in: LogIn, who: str
) -> None:
    case = make.waiting_case(world.north, now)
    user = {"south": world.south.reviewer, "ops": world.north.ops, "stranger": world.stranger}[who]

    reply = log_in(user).post(reverse("reviews:next"), {"queue": str(case.queue_id)})

    assert reply.status_code == 404
    assert not Claim.objects.exists()
    assert Case.objects.get(pk=case.pk).state == "waiting"


def test_next_takes_a_queue_that_is_no_id_for_none(world: World, log_in: LogIn) -> None:
    assert log_in(world.north.reviewer).post(reverse("reviews:next"), {"queue": "x"}).status_code == 404


def test_queues_asks_a_fixed_number_of_queries(world: World, now: datetime, log_in: LogIn) -> None:
    client, address = log_in(world.north.reviewer), reverse("reviews:queues")
    make.claimed_case(world.north, now)
    few = counting.queries(client, address)
    for _ in range(5):
        make.waiting_case(world.north, now)

    many = counting.queries(client, address)

    assert few == many == counting.written("reviews:queues")
