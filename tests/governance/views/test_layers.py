"""The page of the three layers of governance, and the same by program (L9)."""

import re

import pytest
from django.utils import timezone

from contracts.domain.clause_templates import TEMPLATES
from contracts.enums import Party
from contracts.services import authorities, people
from governance.domain.layers import Found, Layer, Subject
from governance.selectors import layers
from tests import counting, worlds
from tests.factories import changes, contracts, drills
from tests.permissions.matrix import CONTRACT_READERS
from tests.worlds import Desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db):
    return worlds.build(timezone.now())


@pytest.fixture
def desk(world) -> Desk:
    return world.north


def address(desk: Desk) -> str:
    return f"/agreements/{desk.process.code}/coverage/"


def found(desk: Desk, subject: Subject, layer: Layer) -> Found:
    rows = layers.rows(desk.process, timezone.now())
    return next(dict(row.layers)[layer].found for row in rows if row.subject is subject)


def test_l9_each_agreement_that_comes_into_force_closes_its_own_gap(desk):
    at = timezone.now()
    before = {subject: found(desk, subject, Layer.CONTRACTUAL) for subject in Subject}
    assert set(before.values()) == {Found.MISSING}
    assert found(desk, Subject.CHANGES, Layer.PROCESS) is Found.MISSING

    changes.agreed(desk, at)
    wordings = {str(number): (one.title, one.wording) for number, one in enumerate(TEMPLATES, start=1)}
    contracts.in_force(desk, at, clauses=wordings)

    assert {found(desk, subject, Layer.CONTRACTUAL) for subject in Subject} == {Found.PRESENT}
    assert found(desk, Subject.CHANGES, Layer.PROCESS) is Found.PRESENT
    # Nothing that was agreed puts a person there.
    assert found(desk, Subject.ESCALATION, Layer.ORGANISATIONAL) is Found.MISSING


def test_l9_a_proposed_contract_closes_nothing(desk):
    contracts.proposed(desk, timezone.now())

    assert found(desk, Subject.HALT, Layer.CONTRACTUAL) is Found.MISSING


def test_l9_the_page_lists_every_gap_with_where_it_is_filled(desk, log_in):
    page = log_in(desk.legal).get(address(desk)).content.decode()

    for subject in Subject:
        assert subject.label in page
    gaps = page[page.index('id="gaps"') : page.index('id="checklist"')]
    assert "No notice terms are agreed." in gaps
    assert f"/agreements/{desk.process.code}/notice-terms/" in gaps
    assert f"/agreements/{desk.process.code}/contracts/" in gaps


@pytest.mark.parametrize("who", CONTRACT_READERS)
def test_l9_whoever_reads_it_is_led_only_to_pages_he_may_open(world, desk, log_in, who):
    person = world.overseer if who == "overseer" else getattr(desk, who)
    client = log_in(person)
    page = client.get(address(desk)).content.decode()
    gaps = page[page.index('id="gaps"') : page.index('id="checklist"')]
    led = set(re.findall(r'href="([^"]+)"', gaps))

    assert "Quality samples" in gaps
    assert {there: client.get(there).status_code for there in led} == dict.fromkeys(led, 200)
    assert led


def test_l9_who_lost_the_authority_speaks_for_nobody(desk):
    at = timezone.now()
    held = layers.facts(desk.process, at).deciders
    assert held == [Party.CLIENT, Party.PROVIDER]
    (grant,) = desk.ops.authorities.filter(process=desk.process, revoked_at=None)

    authorities.take_back(process=desk.process, grant_id=grant.pk, by=desk.owner, at=at)

    assert layers.facts(desk.process, at).deciders == [Party.CLIENT]


def test_l9_a_test_call_nobody_answered_proves_nothing(desk):
    at = timezone.now()
    for role in ("lead", "senior", "governance", "admin", "owner"):
        people.deactivate(user=desk.cast[role], by=None, at=at)
    drill = drills.started(desk, at)

    assert drill.state == "unanswered"
    assert found(desk, Subject.ESCALATION, Layer.ORGANISATIONAL) is Found.PARTIAL


def test_l9_of_two_contracts_the_stronger_one_speaks(desk):
    at = timezone.now()
    weak = {"1": ("Changes", "Changes of models are notified.")}
    strong = next(one for one in TEMPLATES if one.id == "change_notice")
    contracts.in_force(desk, at, clauses=weak, code="CT-1")
    contracts.in_force(desk, at, clauses={"1": (strong.title, strong.wording)}, code="CT-2")

    said = layers.facts(desk.process, at).clauses["change_notice"]
    assert (said.contract, said.finding.standing) == ("CT-2", "present")


def test_l9_the_api_tells_three_by_n(desk, log_in, client):
    client.force_login(desk.viewer)
    told = client.get(f"/api/v1/agreements/{desk.process.code}/coverage").json()

    cells = {(one["subject"], one["layer"]): one["found"] for one in told["artefacts"]}
    assert cells.keys() == {(subject, layer) for subject in Subject for layer in Layer}
    assert cells["decisions", "process"] == "present"
    assert cells["changes", "contractual"] == "missing"


def test_l9_another_clients_coverage_is_not_found_and_reviewers_are_refused(world, desk, log_in):
    assert log_in(world.south.legal).get(address(desk)).status_code == 404
    assert log_in(desk.reviewer).get(address(desk)).status_code == 403
    assert log_in(desk.viewer).get(address(desk)).status_code == 200


def test_pages_ask_a_fixed_number_of_queries(desk, log_in):
    client, at = log_in(desk.legal), timezone.now()
    contracts.in_force(desk, at)
    few = counting.queries(client, address(desk))
    contracts.with_terms(desk, at)

    assert counting.queries(client, address(desk)) == few
    assert few == counting.written("governance:layers")
