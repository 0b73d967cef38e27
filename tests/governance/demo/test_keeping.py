"""The demo world keeps records as its clients agreed, and holds and webhooks are there to be looked at (M6, requirements §6)."""

from datetime import timedelta

import pytest

from audit.domain.retention import HoldScope, RecordClass
from audit.errors import NotAllowed
from audit.models import Event, LegalHold, RetentionPolicy
from audit.selectors import retention, tree
from governance import permissions
from governance.demo import keeping
from governance.demo.world import World
from governance.models import Subscription
from governance.services import records
from tests.governance.demo.conftest import NOW


@pytest.mark.parametrize(
    ("process", "laws", "trail", "personal"),
    [
        ("AP-INV", {"DE"}, 2_922, 365),
        ("CLM-TRI", {"IE"}, 2_557, 2_557),
        ("CS-REPLY", {"JP", "SG"}, 731, 731),
    ],
)
def test_m6_each_client_keeps_its_records_as_agreed(
    demo: World, process: str, laws: set[str], trail: int, personal: int
) -> None:
    log = demo.processes[process].client.log_key

    assert retention.keep_days(log, RecordClass.TRAIL) == trail
    assert retention.keep_days(log, RecordClass.PERSONAL) == personal
    assert set(RetentionPolicy.objects.filter(log=log).values_list("jurisdiction", flat=True)) == laws
    assert Event.objects.filter(
        log_id=tree.log_id(log), action="retention.policy_set", origin="demo"
    ).count() == 2 * len(laws)


@pytest.mark.parametrize("process", ["AP-INV", "CLM-TRI", "CS-REPLY"])
def test_m6_every_client_has_two_who_keep_its_records(demo: World, process: str) -> None:
    client = demo.processes[process].client

    keepers = [user for user in demo.people.values() if permissions.can_keep_records(user, client)]

    assert len(keepers) == 2
    assert {keeper.organisation_id for keeper in keepers} == {client.pk}


def test_m6_a_hold_placed_by_counsel_is_lifted_by_the_officer(demo: World) -> None:
    log = demo.processes["AP-INV"].client.log_key
    counsel, officer = demo.people["anja.keller"], demo.people["elke.braun"]
    hold = records.place_hold(
        log=log, scope=HoldScope.LOG, about="", reason="An inspection is announced", user=counsel, at=NOW
    )

    with pytest.raises(NotAllowed):
        records.lift_hold(log=log, hold_id=hold.pk, reason="It is over now", user=counsel, at=NOW)
    assert LegalHold.objects.get(pk=hold.pk).lifted_at is None
    lifted = records.lift_hold(log=log, hold_id=hold.pk, reason="It is over now", user=officer, at=NOW)

    assert lifted.lifted_by == str(officer.pk)


def test_the_webhook_of_the_demo_sends_nothing(demo: World) -> None:
    endpoint = Subscription.objects.get()

    assert endpoint.client == demo.processes["AP-INV"].client
    assert endpoint.disabled_at is not None
    assert not endpoint.deliveries.exists()
    assert keeping.WEBHOOK.endswith(".example/countersign")
    assert NOW - endpoint.created_at > timedelta(days=1)
