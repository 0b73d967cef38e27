"""Evidence asked for and written as the worker writes it, and what a stranger's Python says of it."""

import io
import json
import subprocess
import sys
import zipfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone

from audit.domain.bundle_layout import DISCLOSED, ENTRIES, EVENTS, POLICY, SUMMARY, VERIFIER
from audit.services import publishing, sequencing
from contracts.models import Process, User
from contracts.services import processes
from governance.models import EvidenceExport
from governance.services import evidence_requests, evidence_writing
from reviews.enums import Verdict
from reviews.services import claims, decisions, intake
from reviews.services.decisions import Answer
from tests import worlds
from tests.worlds import Desk

PURPOSE = "The auditors’ yearly visit"
NOTE = "Sam from the bank said so."


def post(desk: Desk, at: datetime, name: str) -> Any:
    posted = worlds.payload(desk, amount="6000.00", external_id=name)
    return intake.accept(payloads=[posted], agent=desk.agent, key=desk.key, at=at)[0]


def decided(desk: Desk, at: datetime, name: str) -> Any:
    """An interaction that the reviewer rejected, with a note about a person."""
    receipt = post(desk, at, name)
    claims.claim(case_id=receipt.case, user=desk.reviewer, at=at)
    answer = Answer(Verdict.REJECT, reason_code="DUPLICATE", note=NOTE)
    decisions.decide(case_id=receipt.case, user=desk.reviewer, answer=answer, at=at)
    return receipt


def sign() -> None:
    sequencing.sweep(clock=timezone.now)
    publishing.publish_all(clock=timezone.now)


def ask(receipt: Any, by: User, *show: str, purpose: str = PURPOSE) -> EvidenceExport:
    return evidence_requests.ask_interaction(
        interaction_id=receipt.id, show=show, purpose=purpose, by=by, at=timezone.now()
    )


def ask_period(by: User, client: str, *show: str, process: str = "", **more: Any) -> EvidenceExport:
    at = timezone.now()
    given = {"since": at - timedelta(days=1), "until": at, "purpose": PURPOSE, **more}
    return evidence_requests.ask_period(client=client, process=process, show=show, by=by, at=at, **given)


def write() -> int:
    return evidence_writing.sweep(clock=timezone.now)


def fetched(export: EvidenceExport, by: User) -> bytes:
    _, file = evidence_requests.fetch(export_id=export.pk, by=by, at=timezone.now())
    with file:
        return file.read()


def verified(bundle: bytes, folder: Path) -> int:
    """The exit status of the program in the bundle, in a Python that knows nothing of the portal."""
    path = folder / "bundle.zip"
    path.write_bytes(bundle)
    with zipfile.ZipFile(path) as archive:
        archive.extractall(folder, [VERIFIER, POLICY])
    command = [sys.executable, "-I", str(folder / VERIFIER), "bundle", str(path)]
    trusted = ["--policy", str(folder / POLICY)]
    return subprocess.run([*command, *trusted], capture_output=True, check=False).returncode


def files(bundle: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def bodies(bundle: bytes) -> list[dict]:
    """The entries that come with their bodies."""
    return [one for one in map(json.loads, files(bundle)[ENTRIES].splitlines()) if "body" in one]


def events(bundle: bytes) -> list[dict]:
    """The readable events, without the watermark."""
    return [json.loads(line) for line in files(bundle)[EVENTS].splitlines()][1:]


def disclosed(bundle: bytes) -> list[dict]:
    return [json.loads(line) for line in files(bundle).get(DISCLOSED, b"").splitlines()]


def summary(bundle: bytes) -> dict:
    return json.loads(files(bundle)[SUMMARY])


def second_process(desk, at) -> Process:
    """Another process of the desk's client, of which only its data protection officer reads the stories."""
    first = desk.process
    return processes.define(
        code="NORTH-HR",
        name="North applications",
        client=first.client,
        provider=first.provider,
        vendors=list(first.vendors.all()),
        calendar=first.calendar,
        fields=[],
        intake=first.intake,
        by=None,
        at=at,
    )
