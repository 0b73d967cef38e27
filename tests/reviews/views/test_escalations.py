from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from contracts.models import User
from reviews.models import Escalation
from tests import counting
from tests.factories import reviews as make
from tests.reviews.views import outsiders
from tests.worlds import World

LogIn = Callable[[User], Client]


def _url(name: str, escalation: Escalation) -> str:
    return reverse(f"reviews:{name}", args=[escalation.pk])


def test_escalations_shows_mine_first_with_both_clocks(world: World, now: datetime, log_in: LogIn) -> None:
    escalation = make.escalated_case(world.north, now)

    page = log_in(world.north.lead).get(reverse("reviews:escalations")).context["page"]

    (row,) = page.mine
    assert row.id == escalation.pk
    assert "in 14 min" in row.acknowledge
    assert "in 1 h 59" in row.resolve
    assert row.successor == "North Senior"
    assert page.others == []


def test_escalations_says_what_is_late(world: World, now: datetime, log_in: LogIn) -> None:
    make.escalated_case(world.north, now)

    with time_machine.travel(now + timedelta(minutes=20)):
        page = log_in(world.north.lead).get(reverse("reviews:escalations")).context["page"]

    assert page.mine[0].acknowledge_late
    assert "5 min ago" in page.mine[0].acknowledge
    assert not page.mine[0].resolve_late


def test_escalations_of_others_are_shown_where_one_sees_the_cases(
    world: World, now: datetime, log_in: LogIn
) -> None:
    north, south = make.escalated_case(world.north, now), make.escalated_case(world.south, now)
    address = reverse("reviews:escalations")

    shown = {
        user: {row.id for row in log_in(user).get(address).context["page"].others}
        for user in (world.north.ops, world.overseer, world.stranger, world.north.viewer)
    }

    assert shown == {
        world.north.ops: {north.pk},
        world.overseer: {north.pk, south.pk},
        world.stranger: set(),
        world.north.viewer: set(),
    }


def test_acknowledge_stops_the_first_clock(world: World, now: datetime, log_in: LogIn) -> None:
    escalation = make.escalated_case(world.north, now)

    reply = log_in(world.north.lead).post(_url("acknowledge", escalation), follow=True)

    assert reply.redirect_chain == [(reverse("reviews:case", args=[escalation.case_id]), 303)]
    assert reply.context["page"].clocks[0].startswith("Taken on at")
    escalation.refresh_from_db()
    assert escalation.acknowledged_by == world.north.lead


def test_acknowledge_twice_is_a_conflict(world: World, now: datetime, log_in: LogIn) -> None:
    escalation = make.escalated_case(world.north, now)
    client = log_in(world.north.lead)
    client.post(_url("acknowledge", escalation))

    assert client.post(_url("acknowledge", escalation)).status_code == 409


@pytest.mark.parametrize("name", ["acknowledge", "hand_over"])
def test_an_escalation_is_its_owners_alone(world: World, now: datetime, log_in: LogIn, name: str) -> None:
    escalation = make.escalated_case(world.north, now)
    address, sent = _url(name, escalation), {"to": str(world.north.senior.pk)}

    told = outsiders.told(world, log_in, lambda client: client.post(address, sent))
    colleague = log_in(world.north.senior).post(address, sent)

    assert told == outsiders.TOLD
    assert colleague.status_code == 403
    escalation.refresh_from_db()
    assert (escalation.owner, escalation.acknowledged_at) == (world.north.lead, None)


def test_hand_over_gives_it_to_the_deputy(world: World, now: datetime, log_in: LogIn) -> None:
    escalation = make.escalated_case(world.north, now)

    reply = log_in(world.north.lead).post(
        _url("hand_over", escalation), {"to": str(world.north.senior.pk), "reason": "My shift ends"}
    )

    assert (reply.status_code, reply["Location"]) == (303, reverse("reviews:escalations"))
    escalation.refresh_from_db()
    assert escalation.owner == world.north.senior


@pytest.mark.parametrize("to", ["", "nobody", "stranger"])
def test_hand_over_goes_to_nobody_who_is_not_named(
    world: World, now: datetime, log_in: LogIn, to: str
) -> None:
    escalation = make.escalated_case(world.north, now)
    sent = str(world.stranger.pk) if to == "stranger" else to

    reply = log_in(world.north.lead).post(_url("hand_over", escalation), {"to": sent})

    assert reply.status_code == 400
    escalation.refresh_from_db()
    assert escalation.owner == world.north.lead


def test_escalations_asks_a_fixed_number_of_queries(world: World, now: datetime, log_in: LogIn) -> None:
    client, address = log_in(world.north.lead), reverse("reviews:escalations")
    make.escalated_case(world.north, now)
    few = counting.queries(client, address)
    make.escalated_case(world.north, now)
    make.escalated_case(world.north, now)

    many = counting.queries(client, address)

    assert few == many == counting.written("reviews:escalations")
