"""The registry of endpoints, and the ground a process gives (A5)."""

import pytest

from audit.errors import Conflict, Invalid, NotAllowed, NotVisible
from audit.models import Event
from contracts.models import Endpoint, Process
from contracts.services import endpoints, processes
from contracts.services.endpoints import Setting

pytestmark = pytest.mark.django_db


def register(world, by, at, **changes) -> Endpoint:
    given = {
        "name": "reader-us",
        "vendor": world.vendor,
        "region": "us",
        "tenancy": "shared",
        "setting": Setting(
            "US.model.example.org", retention_days=30, subprocessors=["Cloud Inc", "Cloud Inc"]
        ),
    } | changes
    return endpoints.register(by=by, at=at, **given)


def test_an_endpoint_is_registered_by_who_supervises_the_vendor(world, at):
    """A5: vendor, host, region, tenancy, training use, retention, sub-processors → `endpoint.registered`."""
    before = Process.objects.get(pk=world.north.process.pk).stamp

    made = register(world, world.north.infosec, at)

    assert (made.host, made.region, made.subprocessors) == ("us.model.example.org", "US", ["Cloud Inc"])
    event = Event.objects.get(action="endpoint.registered", object_id=str(made.pk))
    assert event.facts["region"] == "US"
    # Every process that the vendor serves knows it with its next item.
    assert Process.objects.get(pk=world.north.process.pk).stamp != before


@pytest.mark.parametrize(
    ("who", "refusal"),
    [("ops", NotAllowed), ("owner", NotAllowed), ("vendor", NotVisible), ("reviewer", NotVisible)],
)
def test_others_do_not_register(world, at, who, refusal):
    register(world, world.north.governance, at, name="allowed")

    with pytest.raises(refusal):
        register(world, world.north.cast[who], at)

    assert not Endpoint.objects.filter(name="reader-us").exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": "reader us"}, "name"),
        ({"name": "north-eu"}, "name"),
        ({"region": "Europe, mostly"}, "region"),
        ({"tenancy": "mine"}, "tenancy"),
        ({"setting": Setting("https://model.example.org/v1")}, "host"),
        ({"setting": Setting("ok.example", training_use="perhaps")}, "training_use"),
        ({"setting": Setting("ok.example", retention_days=-1)}, "retention_days"),
        ({"setting": Setting("ok.example", subprocessors=["x" * 121])}, "subprocessors"),
    ],
)
def test_what_cannot_be_registered_is_named(world, at, changes, field):
    with pytest.raises(Invalid) as refused:
        register(world, world.north.infosec, at, **changes)

    assert refused.value.field == field


def test_amending_tells_every_client_that_uses_it(world, at):
    desk = world.north
    endpoint = Endpoint.objects.get(name="north-eu")

    endpoints.amend(
        endpoint_id=endpoint.pk,
        setting=Setting("model.example.org", training_use="opt_in"),
        seen=0,
        by=desk.infosec,
        at=at,
    )

    event = Event.objects.get(action="endpoint.amended")
    assert event.facts["changed"] == ["training_use"]


def test_two_who_amend_at_once_do_not_overwrite_each_other(world, at):
    endpoint = Endpoint.objects.get(name="north-eu")
    by = world.north.infosec
    endpoints.amend(endpoint_id=endpoint.pk, setting=Setting("one.example"), seen=0, by=by, at=at)

    with pytest.raises(Conflict):
        endpoints.amend(endpoint_id=endpoint.pk, setting=Setting("two.example"), seen=0, by=by, at=at)

    endpoint.refresh_from_db()
    assert endpoint.host == "one.example"


def test_nobody_changes_what_others_work_with(world, at):
    """A6: who supervises one process only does not retire what another one uses."""
    endpoint = Endpoint.objects.get(name="south-eu")

    with pytest.raises(NotAllowed):
        endpoints.retire(endpoint_id=endpoint.pk, by=world.north.infosec, at=at)
    endpoints.retire(endpoint_id=endpoint.pk, by=world.south.infosec, at=at)

    endpoint.refresh_from_db()
    assert endpoint.retired_by == world.south.infosec
    with pytest.raises(Conflict):
        endpoints.retire(endpoint_id=endpoint.pk, by=world.south.infosec, at=at)
    with pytest.raises(Invalid):
        processes.allow_models(
            step=world.south.steps["triage"], versions=[], endpoints=[endpoint], by=None, at=at
        )


def test_the_client_says_where_its_data_may_be_processed(world, at):
    desk = world.north

    def say(by):
        endpoints.agree_ground(
            process=desk.process,
            regions=[" eu", "JP"],
            data_classes=["personal"],
            training_use="none",
            by=by,
            at=at,
        )

    with pytest.raises(NotAllowed):
        say(desk.ops)
    say(desk.owner)

    desk.process.refresh_from_db()
    assert desk.process.regions == ["EU", "JP"]
    assert Event.objects.get(action="sovereignty.agreed").facts["regions"] == ["EU", "JP"]


def test_a_region_nobody_can_read_is_refused(world, at):
    with pytest.raises(Invalid) as refused:
        endpoints.agree_ground(
            process=world.north.process,
            regions=["somewhere in Europe"],
            data_classes=[],
            training_use="none",
            by=world.north.owner,
            at=at,
        )

    assert refused.value.field == "regions"
