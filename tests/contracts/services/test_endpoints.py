"""The registry of endpoints, and the ground a process gives (A5)."""

import pytest

from audit.errors import Conflict, Invalid, NotAllowed, NotVisible
from audit.models import Event
from contracts.models import Endpoint, Finding, Notification, Process
from contracts.selectors import endpoints as selector
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
    [("ops", NotAllowed), ("owner", NotAllowed), ("vendor", NotAllowed), ("reviewer", NotVisible)],
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


def found(process):
    rows = Finding.objects.filter(process=process, kind="sovereignty", ended_at__isnull=True)
    return [(one.subject, one.sentence) for one in rows]


def test_an_allowed_endpoint_that_does_not_conform_is_a_finding_until_it_does(world, at):
    """A5: nobody has to send an item first."""
    desk = world.north

    def say(*regions):
        endpoints.agree_ground(
            process=desk.process, regions=regions, data_classes=[], training_use="none", by=desk.owner, at=at
        )

    say("JP")
    assert found(desk.process) == [
        ("endpoint:north-eu", "The endpoint north-eu answers from EU; allowed is only JP")
    ]
    before = Event.objects.count()
    endpoints.watch(at=at)
    assert Event.objects.count() == before
    assert Notification.objects.filter(user=desk.infosec, subject__contains="north-eu").count() == 1
    assert not found(world.south.process)

    say("EU")
    assert found(desk.process) == []


def test_training_that_is_switched_on_is_found_on_every_process_that_uses_it(world, at):
    endpoint = Endpoint.objects.get(name="north-eu")
    setting = Setting("model.example.org", training_use="opt_in")

    endpoints.amend(
        endpoint_id=endpoint.pk, setting=setting, seen=endpoint.amendments, by=world.north.infosec, at=at
    )

    [(subject, sentence)] = found(world.north.process)
    assert subject == "endpoint:north-eu"
    assert "used for training" in sentence


def test_the_private_instance_of_one_client_is_no_business_of_another(world, at):
    """A6: the vendor serves both clients."""
    register(world, world.north.infosec, at, name="reader-us")
    register(world, world.north.infosec, at, name="north-idle", tenancy="private")
    seen = {
        who: {one.endpoint.name for one in selector.listing(user)}
        for who, user in {
            "client": world.north.owner,
            "supervisor": world.north.infosec,
            "twin": world.south.owner,
            "vendor": world.north.vendor,
            "reviewer": world.north.reviewer,
        }.items()
    }

    assert seen == {
        "client": {"north-eu", "reader-us"},
        "supervisor": {"north-eu", "reader-us", "north-idle"},
        "twin": {"south-eu", "reader-us"},
        "vendor": {"north-eu", "reader-us"},
        "reviewer": set(),
    }
    # Its own people see who uses what they run, and nothing of what was agreed about it.
    (used, offered) = selector.listing(world.north.vendor)
    assert ({step.process.code for step in used.steps}, used.judged) == ({"NORTH-AP"}, False)
    assert offered.steps == []
    with pytest.raises(NotVisible):
        selector.one(world.south.owner, Endpoint.objects.get(name="north-eu").pk)
    assert selector.nameable(world.south.legal, world.south.process) == ["reader-us", "south-eu"]
