"""What AI vendors attest: their own people read and say it, and learn of nobody else (A7)."""

import pytest

from contracts.enums import Party, Role
from contracts.models import TrainingAttestation
from contracts.services import attestations, memberships, parties
from tests import counting, worlds
from tests.factories import contracts as factory

pytestmark = pytest.mark.django_db


def address(desk, vendor, rest=""):
    return f"/vendors/attestations/{desk.process.code}/{vendor.slug}/{rest}"


def attested(desk, vendor, at, training="no", evidence="Letter of March"):
    return attestations.attest(
        process=desk.process, vendor=vendor, training=training, evidence=evidence, by=desk.governance, at=at
    )


@pytest.fixture
def rival(desk, at):
    """Another AI vendor of the same process, with somebody of its own."""
    made = parties.add(kind=Party.AI_VENDOR, slug="rival", name="Rival models", by=None, at=at)
    desk.process.vendors.add(made)
    person = worlds.person("rival_rep", made, at)
    memberships.grant(
        user=person, organisation=made, role=Role.AI_VENDOR_REP, process=desk.process, by=None, at=at
    )
    return made, person


def test_a_vendor_attests_anew_and_sees_what_it_said(world, desk, at, log_in):
    attested(desk, world.vendor, at, "yes", "Letter of February")
    client = log_in(desk.vendor)

    empty = client.post(
        address(desk, world.vendor, "attest/"), {"training": "", "evidence": "Letter of March"}
    )
    done = client.post(
        address(desk, world.vendor, "attest/"), {"training": "no", "evidence": "Letter of March"}
    )
    page = client.get(done["Location"]).content.decode()

    assert (empty.status_code, done.status_code) == (400, 303)
    assert "Letter of March" in empty.content.decode()
    assert done["Location"] == address(desk, world.vendor)
    assert page.index("Letter of March") < page.index("Letter of February")
    assert TrainingAttestation.objects.order_by("pk").last().attested_by == desk.vendor


def test_a_vendor_sees_its_own_endpoints_and_no_contract(world, desk, at, log_in):
    factory.with_terms(desk, at)
    attested(desk, world.vendor, at, "yes")

    own = log_in(desk.vendor).get(address(desk, world.vendor)).content.decode()
    reader = log_in(desk.viewer).get(address(desk, world.vendor)).content.decode()

    assert "north-eu" in own
    assert "CT-T" not in own
    assert "do not agree" not in own
    assert "CT-T" in reader
    assert "do not agree" in reader


def test_a_vendor_learns_of_no_other(world, desk, at, rival, log_in):
    made, person = rival
    attested(desk, world.vendor, at)
    client = log_in(person)

    listed = client.get("/vendors/attestations/").content.decode()
    refused = client.post(
        address(desk, world.vendor, "attest/"), {"training": "yes", "evidence": "We say so for them"}
    )

    assert made.name in listed
    assert "Nothing attested" in listed
    assert address(desk, world.vendor) not in listed
    assert client.get(address(desk, world.vendor)).status_code == 404
    assert refused.status_code == 404
    assert "north-eu" not in client.get(address(desk, made)).content.decode()
    assert TrainingAttestation.objects.count() == 1


def test_readers_see_all_vendors_of_their_processes_alone(world, desk, at, rival, log_in):
    attested(desk, world.vendor, at)

    listed = log_in(desk.viewer).get("/vendors/attestations/").context["rows"]

    assert [(row.process, row.vendor) for row in listed] == [
        (desk.process.code, "Rival models"),
        (desk.process.code, "Vendor"),
    ]
    assert log_in(world.south.viewer).get(address(desk, world.vendor)).status_code == 404
    assert log_in(desk.reviewer).get(address(desk, world.vendor)).status_code == 403
    assert log_in(desk.viewer).post(address(desk, world.vendor, "attest/"), {}).status_code == 403


def test_the_pages_ask_the_database_as_often_as_written_down(world, desk, at, log_in):
    client = log_in(desk.vendor)

    def more():
        for number in range(3):
            attested(desk, world.vendor, at, evidence=f"Letter {number}")

    asked = {
        "contracts:attestation": counting.steady(client, address(desk, world.vendor), more),
        "contracts:attestations": counting.queries(client, "/vendors/attestations/"),
    }

    assert asked == {route: counting.written(route) for route in asked}
