"""What was processed where it may not be is kept apart, with its event, when it comes in (A5)."""

import pytest

from audit.models import Event
from contracts.models import Endpoint
from contracts.services import endpoints, processes
from contracts.services.endpoints import Setting
from reviews.enums import InteractionState
from reviews.models import Interaction
from reviews.selectors import outcomes
from reviews.services import intake
from tests import worlds

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(db, at):
    found = worlds.build(at).north
    endpoints.agree_ground(
        process=found.process,
        regions=["EU"],
        data_classes=["personal", "financial"],
        training_use="none",
        by=found.owner,
        at=at,
    )
    return found


def post(desk, at, **changes):
    posted = worlds.payload(desk, **changes)
    return intake.accept(payloads=[posted], agent=desk.agent, key=desk.key, at=at)[0]


def allowed(desk, at, **changes) -> str:
    """Another endpoint that a step may use, in what is not agreed."""
    vendor = Endpoint.objects.get(name="north-eu").vendor
    given = {
        "name": "other",
        "region": "EU",
        "tenancy": "private",
        "setting": Setting("other.example"),
    } | changes
    made = endpoints.register(vendor=vendor, by=desk.infosec, at=at, **given)
    processes.allow_models(
        step=desk.steps["approve"], versions=[desk.model], endpoints=[made], by=desk.owner, at=at
    )
    desk.process.refresh_from_db()
    return made.name


@pytest.mark.parametrize(
    ("changes", "code", "region", "tenancy"),
    [
        ({"tenancy": "public"}, "public", "EU", "public"),
        ({"region": "US"}, "region", "US", "private"),
        ({"setting": Setting("other.example", training_use="opt_in")}, "training", "EU", "private"),
    ],
)
def test_a_place_that_is_not_allowed_keeps_the_item_apart(desk, at, changes, code, region, tenancy):
    """A5: an item with a public endpoint or a region outside the list is quarantined, and the event says so at once."""
    name = allowed(desk, at, **changes)

    receipt = post(desk, at, endpoint=name)

    assert receipt.disposition == "quarantined"
    assert [reason["code"] for reason in receipt.reasons if reason["code"] == "ENDPOINT"] == ["ENDPOINT"]
    event = Event.objects.get(action="sovereignty.violation")
    assert event.object_id == str(receipt.id)
    assert event.facts["codes"] == [code]
    assert (event.facts["endpoint"], event.facts["region"], event.facts["tenancy"]) == (
        "other",
        region,
        tenancy,
    )


def test_what_conforms_goes_on_as_ever(desk, at):
    receipt = post(desk, at)

    assert receipt.disposition == "auto_released"
    assert not Event.objects.filter(action="sovereignty.violation").exists()


def test_data_that_may_not_go_to_a_model_keeps_the_item_apart(desk, at):
    receipt = post(desk, at, data_classes=["health"])

    assert receipt.reasons[0]["sentence"] == "It carries data that may not go to a model: health"
    assert Event.objects.get(action="sovereignty.violation").facts["codes"] == ["data_class"]


def test_an_endpoint_that_is_not_the_steps_own_is_told_with_what_is_known_of_it(desk, at):
    post(desk, at, endpoint="south-eu", external_id="a")
    post(desk, at, endpoint="nobody-knows", external_id="b")

    told = [
        (event.facts["endpoint"], event.facts["region"], event.facts["codes"])
        for event in Event.objects.filter(action="sovereignty.violation").order_by("recorded_at", "pk")
    ]
    assert told == [("south-eu", "EU", ["not_allowed"]), ("nobody-knows", "", ["not_allowed"])]


def test_where_regions_are_agreed_an_unknown_place_is_none_of_them(desk, at):
    step = desk.steps["approve"]
    processes.allow_models(step=step, versions=[desk.model], endpoints=[], by=desk.owner, at=at)
    desk.process.refresh_from_db()

    receipt = post(desk, at, endpoint="nobody-knows")

    assert Interaction.objects.get(pk=receipt.id).state == InteractionState.QUARANTINED
    assert Event.objects.get(action="sovereignty.violation").facts["codes"] == ["unregistered"]
    assert outcomes.loaded(receipt.id).state == InteractionState.QUARANTINED


def test_retiring_an_endpoint_holds_from_the_next_item_on(desk, at):
    post(desk, at, external_id="before")
    endpoints.retire(endpoint_id=Endpoint.objects.get(name="north-eu").pk, by=desk.infosec, at=at)
    desk.process.refresh_from_db()

    receipt = post(desk, at, external_id="after")

    assert receipt.disposition == "quarantined"
    assert Event.objects.get(action="sovereignty.violation").facts["codes"] == ["retired"]
