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

from audit.domain.bundle_layout import ENTRIES, POLICY, VERIFIER
from audit.models import Event
from audit.services import publishing, sequencing
from governance.services import evidence
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


def test_a_stretch_too_long_to_wait_for_is_refused(told, log_in: LogIn, monkeypatch):
    desk, receipt, _ = told
    sign()
    monkeypatch.setattr(evidence, "LONGEST", 3)

    reply = ask(log_in(desk.lead), receipt)

    assert reply.status_code == 400
    assert "ask the operator" in reply.content.decode()
