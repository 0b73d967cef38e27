"""The records of a client, checked by axe: the list, one client with a period and a hold, and who read personal data."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.live_server_helper import LiveServer

from audit.domain.retention import HoldScope, RecordClass
from governance.services import records
from reviews.models import Interaction
from reviews.services import intake, workspace
from tests import worlds
from tests.browser.conftest import Examine
from tests.caught_up import catch_up
from tests.worlds import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world(live_server: LiveServer) -> World:
    """A client with a period, a hold somebody else may lift, and one reading."""
    now = timezone.now()
    world = worlds.build(now - timedelta(days=1))
    desk = world.north
    records.set_policy(
        log="north",
        record_class=RecordClass.PERSONAL,
        jurisdiction="EU",
        keep_days=365,
        user=desk.dpo,
        at=now,
    )
    records.place_hold(
        log="north",
        scope=HoldScope.LOG,
        about="",
        reason="Proceedings before the court in Essen",
        user=desk.dpo,
        at=now,
    )
    posted = worlds.payload(desk, amount="6000.00", input={"text": "Call jane.doe@example.org"})
    receipt = intake.accept(payloads=[posted], agent=desk.agent, key=desk.key, at=now)[0]
    case = Interaction.objects.get(pk=receipt.id).case
    workspace.reveal(case_id=case.pk, user=desk.lead, reason="The customer asks for a call back", at=now)
    catch_up()
    return world


def test_axe_finds_nothing_on_the_records(world: World, examine: Examine) -> None:
    one, reads = (
        reverse(f"governance:{name}", args=["north"]) for name in ("records_client", "records_reads")
    )

    found = examine({world.overseer: [reverse("governance:records"), one], world.north.dpo: [one, reads]})

    assert found == []
