"""M6: what pages and proofs say of texts that were pruned."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from audit.models import Event, Pruning
from audit.selectors import logs
from governance.models import LateEvent
from reviews.models import Interaction
from reviews.services import intake
from tests import worlds
from tests.audit import pruned
from tests.worlds import Desk

pytestmark = pytest.mark.django_db
LogIn = Callable[[object], Client]


@pytest.fixture
def desk() -> Desk:
    return worlds.build(timezone.now() - timedelta(days=2)).north


def text(reply) -> str:
    return reply.content.decode()


@pytest.fixture
def gone(desk):
    """An interaction of which the texts were pruned, and the pruning."""
    receipt = intake.accept(
        payloads=[worlds.payload(desk)], agent=desk.agent, key=desk.key, at=timezone.now()
    )[0]
    # What people wrote while the world was made is sealed, and goes first.
    pruned.purge()
    for log in ("platform", "north", "south"):
        pruned.keep(log)
    pruned.settle()
    pruned.turn_the_page()
    pruned.prune()
    pruned.settle()
    return Interaction.objects.get(pk=receipt.id), Pruning.objects.get(log_id=logs.ids(["north"])["north"])


def test_m6_a_story_says_that_its_text_was_removed_and_the_search_still_finds_it(desk, gone, log_in: LogIn):
    interaction, _ = gone
    client = log_in(desk.dpo)

    story = text(client.get(f"/trail/interactions/{interaction.pk}/"))

    assert "The text of its first lines was removed on" in story
    assert "when its period of 184 days was over" in story
    assert "Texts of the trail kept until" in story
    assert str(interaction.pk) in text(client.get("/trail/"))
    assert "before entry" in text(client.get("/trail/records/north/"))


def test_m6_the_api_gives_pruned_entries_by_their_hash(desk, gone, log_in: LogIn):
    interaction, row = gone
    client = log_in(desk.dpo)

    entries = client.get("/api/v1/audit/north/entries?from=0&to=3").json()["entries"]
    event = client.get(f"/api/v1/audit/north/events/{interaction.received_event}")
    last = client.get(f"/api/v1/audit/north/entries?from={row.end_index}&to={row.end_index + 1}").json()[
        "entries"
    ]

    assert [(one["index"], one["uid"], one["body"]) for one in entries] == [
        (number, None, None) for number in range(3)
    ]
    assert all("Its hash remains, and so does its proof." in one["withheld"] for one in entries)
    assert event.status_code == 404
    assert f"Texts before entry {row.end_index} were removed" in event.json()["detail"]
    assert last[0]["body"]


def test_m6_verifying_a_story_without_its_text_does_no_harm(desk, gone, log_in: LogIn):
    interaction, _ = gone

    assert log_in(desk.dpo).get(f"/trail/interactions/{interaction.pk}/?verify=1").status_code == 200


def test_m9_the_logs_page_leaves_out_the_places_of_late_events_whose_text_is_gone(desk, gone, log_in: LogIn):
    assert LateEvent.objects.filter(log="north").count() > 5
    there = set(Event.objects.values_list("uid", flat=True))
    LateEvent.objects.filter(log="north", event__in=there).delete()

    page = log_in(desk.dpo).get("/trail/logs/")

    assert page.status_code == 200
    (card,) = (one for one in page.context["logs"] if one.log == "north")
    assert card.late_newest == []
    assert int(card.late) > 5
