"""Taking the evidence of an interaction away (M8): it verifies without us, shows what the reader may read, and is an
event."""

import hashlib
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from audit.domain.bundle_layout import ENTRIES, EVENTS, POLICY, README, VERIFIER
from audit.models import Event
from audit.services import publishing, sequencing
from governance.models import EvidenceExport
from governance.services import evidence, evidence_writing
from reviews.enums import Verdict
from reviews.services import claims, decisions, intake
from reviews.services.decisions import Answer
from tests import worlds
from tests.worlds import Desk

pytestmark = pytest.mark.django_db
LogIn = Callable[[object], Client]


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.AUDIT_CHECKPOINTS = tmp_path / "checkpoints"
    settings.AUDIT_SIGNING_KEY_FILE = tmp_path / "signing.key"


@pytest.fixture
def told():
    """Two interactions, told in turns: one that was decided, and a neighbour."""
    at = timezone.now() - timedelta(minutes=5)
    desk = worlds.build(at).north
    receipt, neighbour = (post(desk, at, name) for name in ("INV-7", "INV-8"))
    claims.claim(case_id=receipt.case, user=desk.reviewer, at=at)
    claims.claim(case_id=neighbour.case, user=desk.second, at=at)
    answer = Answer(Verdict.REJECT, reason_code="DUPLICATE")
    decisions.decide(case_id=receipt.case, user=desk.reviewer, answer=answer, at=at)
    return desk, receipt, neighbour


def post(desk: Desk, at, name: str):
    posted = worlds.payload(desk, amount="6000.00", external_id=name)
    return intake.accept(payloads=[posted], agent=desk.agent, key=desk.key, at=at)[0]


def sign() -> None:
    sequencing.sweep(clock=timezone.now)
    publishing.publish_all(clock=timezone.now)


def ask(client: Client, receipt):
    return client.post(f"/trail/interactions/{receipt.id}/evidence/")


def verified(bundle: bytes, folder: Path) -> int:
    path = folder / "bundle.zip"
    path.write_bytes(bundle)
    with zipfile.ZipFile(path) as archive:
        archive.extractall(folder, [VERIFIER, POLICY])
    command = [
        sys.executable,
        "-I",
        str(folder / VERIFIER),
        "bundle",
        str(path),
        "--policy",
        str(folder / POLICY),
    ]
    return subprocess.run(command, capture_output=True, check=False).returncode


def test_the_evidence_verifies_and_is_an_event(told, log_in: LogIn, tmp_path):
    desk, receipt, neighbour = told
    sign()
    lead = log_in(desk.lead)

    reply = ask(lead, receipt)
    bundle = reply.getvalue()

    assert reply.headers["Content-Type"] == "application/zip"
    assert f"evidence-{receipt.id}.zip" in reply.headers["Content-Disposition"]
    assert verified(bundle, tmp_path) == 0
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        lines = [json.loads(line) for line in archive.read(ENTRIES).splitlines()]
    bodies = [line for line in lines if "body" in line]
    story = Event.objects.filter(object_id=str(receipt.id)).count()
    assert (len(bodies), len(lines) > len(bodies)) == (story, True), "of the neighbour only hashes"
    event = Event.objects.get(action="evidence.exported")
    assert event.facts["sha256"] == hashlib.sha256(bundle).hexdigest()
    assert (event.actor_id, event.content["client"]) == (str(desk.lead.pk), desk.client.slug)
    assert event.content["process"] == desk.process.code
    assert verified(ask(lead, neighbour).getvalue(), tmp_path) == 0


@pytest.mark.parametrize("who", ["stranger", "reviewer"])
def test_others_get_nothing_and_nothing_is_recorded(told, log_in: LogIn, who):
    desk, receipt, _ = told
    sign()
    user = worlds.User.objects.get(username="stranger") if who == "stranger" else desk.reviewer
    before = Event.objects.count()

    assert ask(log_in(user), receipt).status_code in {403, 404}

    assert Event.objects.count() == before


def test_nothing_leaves_before_it_is_signed(told, log_in: LogIn):
    desk, receipt, _ = told

    reply = ask(log_in(desk.lead), receipt)

    assert reply.status_code == 409
    assert "no place in the log yet" in reply.content.decode()
    assert not Event.objects.filter(action="evidence.exported").exists()


def test_a_stretch_too_long_to_wait_for_is_written_in_the_background(
    told, log_in: LogIn, monkeypatch, settings, tmp_path
):
    desk, receipt, _ = told
    settings.EVIDENCE_DIR = tmp_path / "evidence"
    sign()
    monkeypatch.setattr(evidence, "LONGEST", 3)
    lead = log_in(desk.lead)

    reply = ask(lead, receipt)

    assert (reply.status_code, reply.headers["Location"]) == (302, "/trail/evidence/")
    assert not Event.objects.filter(action="evidence.exported").exists()
    page = lead.get("/trail/evidence/").content.decode()
    assert "more than 3 entries" in page
    assert "It is written as soon as a worker is free." in page
    assert evidence_writing.sweep(clock=timezone.now) == 1
    export = EvidenceExport.objects.get()
    bundle = lead.post(f"/trail/evidence/{export.pk}/fetch/").getvalue()
    assert verified(bundle, tmp_path) == 0


def test_m7_what_is_downloaded_at_once_is_readable_and_marked(told, log_in: LogIn):
    desk, receipt, _ = told
    sign()

    with zipfile.ZipFile(io.BytesIO(ask(log_in(desk.lead), receipt).getvalue())) as archive:
        readme, lines = archive.read(README).decode(), archive.read(EVENTS).splitlines()

    event = Event.objects.get(action="evidence.exported")
    assert f"Made for  {desk.lead.name}, Provider" in readme
    assert f"Export    {event.correlation_id}" in readme
    assert json.loads(lines[0])["watermark"]["purpose"] == f"Interaction {receipt.id}"
    assert {json.loads(line)["object"] for line in lines[1:]} >= {str(receipt.id)}
