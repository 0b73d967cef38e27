"""The page of the logs: how far each has grown, what is signed, who witnessed it, and when it should worry (M5)."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from audit.domain import timestamps
from audit.models import Checkpoint, Cosignature, LogState
from audit.selectors import tree
from audit.services import outside, rows, sequencing
from tests import worlds
from tests.audit import authority
from tests.counting import queries, written
from tests.governance import trails
from tests.worlds import World

pytestmark = pytest.mark.django_db
LogIn = Callable[[object], Client]
URL = "/trail/logs/"


@pytest.fixture
def world() -> World:
    # Built anew: a kept one was recorded earlier, and would be late.
    return worlds.built(timezone.now())


def cards(client: Client):
    return {card.log: card for card in client.get(URL).context["logs"]}


def test_each_reader_sees_the_logs_of_his_clients_alone(world, log_in):
    seen = {
        name: sorted(cards(log_in(user)))
        for name, user in {
            "overseer": world.overseer,
            "lead": world.north.lead,
            "other desk": world.south.lead,
            "reviewer": world.north.reviewer,
            "stranger": world.stranger,
        }.items()
    }

    assert seen == {
        "overseer": ["north", "platform", "south"],
        "lead": ["north", "platform"],
        "other desk": ["platform", "south"],
        "reviewer": [],
        "stranger": [],
    }
    assert "There is no log you can see" in log_in(world.stranger).get(URL).content.decode()


def test_a_log_that_is_signed_and_witnessed(world, log_in):
    old = trails.publish("north")
    worlds_key = trails.key("north").verifier
    trails.make_known("north")
    trails.record_more("north", 3)
    new = trails.publish("north")
    rows.append(
        [
            Cosignature(
                log_id=tree.log_id("north"),
                size=old,
                key_name="acme",
                line="— acme AAAA",
                received_at=timezone.now(),
            )
        ]
    )

    page = log_in(world.north.lead).get(URL)

    card = page.context["logs"][0]
    assert (card.label, card.problems, card.size, card.waiting) == ("Up to date", [], str(new), "none")
    assert card.signed == str(new)
    assert [(one.name, one.size) for one in card.witnesses] == [("acme", str(old))]
    assert [key.id for key in card.keys] == [worlds_key.id.hex()]
    assert card.note.startswith(f"{worlds_key.name}\n{new}\n")
    assert card.consistency == f"{old} → {new}"
    lead = log_in(world.north.lead)
    assert lead.get(card.consistency_url).status_code == 200
    assert lead.get(card.checkpoint_url).status_code == 200


def test_an_event_that_waits_too_long_is_a_warning(world, log_in):
    trails.publish("north")
    trails.record_more("north", 2)

    soon = cards(log_in(world.north.lead))["north"]
    with time_machine.travel(timezone.now() + timedelta(seconds=90)):
        late = cards(log_in(world.north.lead))["north"]

    assert (soon.label, soon.problems) == ("Up to date", [])
    assert soon.waiting.startswith("2, the oldest for ")
    assert late.label == "Late"
    assert "has waited for 9" in late.problems[0]


def test_what_no_checkpoint_covers_for_an_hour_is_a_warning(world, log_in):
    trails.publish("north")
    trails.record_more("north", 1)
    sequencing.sweep(clock=timezone.now)

    with time_machine.travel(timezone.now() + timedelta(minutes=59)):
        soon = cards(log_in(world.north.lead))["north"]
    with time_machine.travel(timezone.now() + timedelta(minutes=62)):
        late = cards(log_in(world.north.lead))["north"]

    assert soon.problems == []
    assert (late.label, late.problems) == (
        "Late",
        ["No signed checkpoint covers what was recorded 62 min ago."],
    )


def test_a_quiet_log_is_not_late(world, log_in):
    trails.publish("north")

    with time_machine.travel(timezone.now() + timedelta(days=3)):
        card = cards(log_in(world.north.lead))["north"]

    assert (card.label, card.problems) == ("Up to date", [])


def test_timestamps_of_the_log_are_shown(world, log_in, settings, tmp_path):
    trails.publish("north")
    signed = bytes(tree.latest_checkpoint("north").note)
    assert cards(log_in(world.north.lead))["north"].stamps == []

    with authority.serving(tmp_path / "tsa") as one:
        answer = one.answer(timestamps.ask(signed).data)
    outside.write_stamp("north", size=7, authority="acme-time", data=answer)

    page = log_in(world.north.lead).get(URL).content.decode()
    assert "acme-time stamped 7 entries" in page


def test_a_stopped_log_says_why(world, log_in):
    LogState.objects.filter(log_id=tree.log_id("north")).update(publishing_stopped="it forked")

    card = cards(log_in(world.north.lead))["north"]

    assert (card.label, card.hue) == ("Stopped", "bad")
    assert card.problems[0] == "It is stopped until a person has looked: it forked."


def test_before_the_first_checkpoint_it_says_so(world, log_in):
    page = log_in(world.north.lead).get(URL)

    card = page.context["logs"][0]
    assert (card.label, card.signed_at, card.checkpoint_url) == ("Nothing signed yet", None, "")
    assert not Checkpoint.objects.exists()


def test_queries_do_not_grow_with_the_logs(world, log_in):
    trails.publish("north")
    trails.publish("south")

    counts = {queries(log_in(user), URL) for user in (world.overseer, world.north.lead)}

    assert counts == {written("governance:logs")}
