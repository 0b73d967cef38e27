"""Who may ask for which evidence, and who may fetch it (M7, M8)."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from audit.errors import Conflict, Invalid, NotAllowed, NotVisible
from audit.models import Event
from contracts.enums import Role
from contracts.services import memberships
from governance.domain.evidence import UNDER_WAY, ExportState
from governance.models import EvidenceExport
from governance.services import evidence_requests
from tests import worlds
from tests.factories import qa
from tests.governance import evidence
from tests.governance.evidence import (
    PURPOSE,
    ask,
    ask_period,
    fetched,
    write,
)

pytestmark = pytest.mark.django_db
NOTES = "review.decided note"


@pytest.fixture(autouse=True)
def folder(settings, tmp_path) -> Path:
    settings.EVIDENCE_DIR = tmp_path / "evidence"
    return settings.EVIDENCE_DIR


@pytest.fixture
def world():
    return worlds.build(timezone.now() - timedelta(minutes=5))


@pytest.fixture
def told(world):
    receipt = evidence.decided(world.north, timezone.now() - timedelta(minutes=5), "INV-7")
    evidence.sign()
    return world.north, receipt


# ── Asking ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("who", ["stranger", "twin", "reviewer"])
def test_nobody_asks_for_what_he_may_not_read(world, told, who):
    desk, receipt = told
    person = {"stranger": world.stranger, "twin": world.south.lead, "reviewer": desk.reviewer}[who]
    before = Event.objects.count()

    with pytest.raises((NotVisible, NotAllowed)):
        ask(receipt, person)
    with pytest.raises(NotVisible):
        ask_period(person, "north")

    assert (Event.objects.count(), EvidenceExport.objects.count()) == (before, 0)
    assert ask(receipt, desk.lead).state == ExportState.WAITING


def test_a_draw_is_for_those_who_see_samples(world):
    at = qa.settled_now()
    scored = qa.scored_evaluation(world.north, at)

    for person, error in ((world.north.lead, NotAllowed), (world.south.auditor, NotVisible)):
        with pytest.raises(error):
            evidence_requests.ask_draw(draw_id=scored.draw_id, show=(), purpose=PURPOSE, by=person, at=at)

    assert not EvidenceExport.objects.exists()
    auditor = world.north.auditor
    assert evidence_requests.ask_draw(draw_id=scored.draw_id, show=(), purpose=PURPOSE, by=auditor, at=at).pk


@pytest.mark.parametrize("purpose", ["", "   ", "too short", " x \n\n\n\n\n\n\n\n\n x "])
def test_a_purpose_is_asked_for(told, purpose):
    desk, receipt = told

    with pytest.raises(Invalid) as refused:
        ask(receipt, desk.lead, purpose=purpose)

    assert refused.value.field == "purpose"
    assert not EvidenceExport.objects.exists()


def test_a_purpose_is_one_line(told):
    desk, receipt = told

    export = ask(receipt, desk.lead, purpose="A claim\nMade for  somebody else")

    assert export.purpose == "A claim Made for somebody else"


def test_one_person_has_five_under_way_at_most(world, told):
    desk, receipt = told
    mine = [ask(receipt, desk.lead) for _ in range(UNDER_WAY)]

    with pytest.raises(Conflict, match="5 of your exports"):
        ask(receipt, desk.lead)
    assert ask(receipt, desk.dpo).pk, "others have lines of their own"

    evidence_requests.cancel(export_id=mine[0].pk, by=desk.lead, at=timezone.now())
    assert ask(receipt, desk.lead).pk
    told_of = Event.objects.get(action="evidence.cancelled").content
    assert (told_of["client"], told_of["process"]) == (desk.client.slug, desk.process.code)


def test_a_period_that_has_not_begun_is_refused(told):
    desk, _ = told
    tomorrow = timezone.now() + timedelta(days=1)

    with pytest.raises(Invalid, match="Nothing of this period"):
        ask_period(desk.lead, "north", since=tomorrow, until=tomorrow + timedelta(days=1))


def test_a_period_ends_when_it_is_asked_for(told):
    desk, _ = told

    export = ask_period(desk.lead, "north", until=timezone.now() + timedelta(days=3))

    assert export.parameters["until"] <= export.asked_at.isoformat()


# ── Fetching ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_file_is_for_its_asker_alone(told):
    desk, receipt = told
    export = ask(receipt, desk.lead)
    write()

    with pytest.raises(NotVisible):
        fetched(export, desk.dpo)
    with pytest.raises(NotVisible):
        evidence_requests.cancel(export_id=export.pk, by=desk.dpo, at=timezone.now())

    assert not Event.objects.filter(action="evidence.fetched").exists()
    assert fetched(export, desk.lead)


def test_a_right_lost_after_it_was_written_closes_the_file(told):
    desk, receipt = told
    export = ask(receipt, desk.lead)
    write()
    memberships.revoke(membership=desk.lead.memberships.get(), by=None, at=timezone.now())

    with pytest.raises(NotVisible):
        fetched(export, desk.lead)

    assert not Event.objects.filter(action="evidence.fetched").exists()


def test_a_part_of_the_rights_lost_closes_the_file(world):
    """What a file shows of one process is not fetched by who reads only another one of the client's."""
    at = timezone.now() - timedelta(minutes=5)
    desk = world.north
    other = evidence.second_process(desk, at)
    held = memberships.grant(
        user=desk.lead, organisation=other.provider, role=Role.TEAM_LEAD, process=other, by=None, at=at
    )
    export = ask_period(desk.lead, "north")
    evidence.sign()
    write()
    assert fetched(export, desk.lead)
    memberships.revoke(membership=held, by=None, at=timezone.now())

    with pytest.raises(NotAllowed, match="no longer reads all"):
        fetched(export, desk.lead)

    assert Event.objects.filter(action="evidence.fetched").count() == 1


def test_what_is_not_ready_or_gone_is_not_fetched(told, folder):
    desk, receipt = told
    export = ask(receipt, desk.lead)

    with pytest.raises(Conflict, match="no file to fetch"):
        fetched(export, desk.lead)
    write()
    export.refresh_from_db()
    (folder / export.file).unlink()
    with pytest.raises(Conflict, match="not where it was written"):
        fetched(export, desk.lead)

    assert not Event.objects.filter(action="evidence.fetched").exists()


def test_what_is_over_is_not_cancelled(told):
    desk, receipt = told
    export = ask(receipt, desk.lead)
    write()

    with pytest.raises(Conflict, match="not under way"):
        evidence_requests.cancel(export_id=export.pk, by=desk.lead, at=timezone.now())

    export.refresh_from_db()
    assert export.state == ExportState.READY
