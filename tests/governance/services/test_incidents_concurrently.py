"""A version nobody announced, posted by several at the same moment, on real connections: one incident and one breach (L4)."""

import pytest
from django.utils import timezone

from audit.models import Event
from audit.services import projecting
from contracts.models import Breach, UndeclaredVersion
from contracts.services import undeclared
from governance.models import Incident
from reviews.models import Interaction
from reviews.services import intake
from tests import threads, worlds
from tests.factories import changes
from tests.governance import trails

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
STRANGE = "north-4.3"


@pytest.fixture
def desk(at):
    return worlds.build(at).north


def post(desk, at, *models):
    payloads = [worlds.payload(desk, model_version=model) for model in models]
    return lambda: intake.accept(payloads=payloads, agent=desk.agent, key=desk.key, at=at)


def told(action):
    return Event.objects.filter(action=action).count()


def test_two_intakes_at_once_open_one_incident_and_one_breach(desk, at):
    found = threads.together([post(desk, at, STRANGE), post(desk, at, "north-1.0", STRANGE)])
    trails.publish("north")
    threads.together([lambda: projecting.sweep(clock=timezone.now) for _ in range(2)])

    assert {one.disposition for receipts in found for one in receipts} == {"review"}
    assert Interaction.objects.count() == 3
    assert UndeclaredVersion.objects.count() == told("modelchange.undeclared") == 1
    assert Incident.objects.count() == told("incident.reported") == 1
    assert Breach.objects.filter(kind="notice_absent").count() == told("sla.breached") == 1


def test_several_strange_versions_in_other_orders_wait_for_each_other_in_no_circle(desk, at):
    others = [f"north-4.{number}" for number in range(4, 8)]

    found = threads.together([post(desk, at, *others), post(desk, at, *reversed(others))])

    assert {one.disposition for receipts in found for one in receipts} == {"review"}
    assert UndeclaredVersion.objects.count() == told("modelchange.undeclared") == len(others)


def test_what_answers_again_beside_its_settling_is_news_or_settled_and_never_lost(desk, at):
    """Whoever settled it beside an item learns of the next one at the latest."""
    post(desk, at, STRANGE)()
    running = UndeclaredVersion.objects.get()

    threads.together(
        [
            lambda: undeclared.settle(
                process=desk.process,
                undeclared_id=running.pk,
                outcome="stopped",
                why=changes.WHY,
                by=desk.owner,
                at=at,
            ),
            post(desk, at, STRANGE),
        ]
    )
    (receipt,) = post(desk, at, STRANGE)()

    assert receipt.disposition == "review"
    running.refresh_from_db()
    assert running.settled_at is None
    assert told("modelchange.undeclared") == 2
