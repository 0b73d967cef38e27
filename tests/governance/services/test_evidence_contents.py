"""What a bundle shows its reader: chosen personal values, the bodies he may read, a draw with its scores (M7, M8, F9)."""

import hashlib
import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from audit.domain.bundle_layout import EVENTS, FRAME, MANIFEST, README, SHEET, SUMMARY
from audit.errors import Invalid, NotAllowed
from audit.models import Event
from audit.services import erasure
from contracts.enums import Role
from contracts.services import memberships
from contracts.services.acting import actor
from governance.domain.evidence import ExportState
from governance.models import EvidenceExport
from governance.services import evidence_contents, evidence_requests
from reviews.models import Interaction
from tests import worlds
from tests.factories import qa
from tests.governance import evidence
from tests.governance.evidence import (
    NOTE,
    PURPOSE,
    ask,
    ask_period,
    disclosed,
    events,
    fetched,
    files,
    summary,
    verified,
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


# ── Personal values ──────────────────────────────────────────────────────────────────────────────────────────


def test_chosen_values_are_shown_proven_and_named(told, tmp_path):
    desk, receipt = told
    export = ask(receipt, desk.lead, NOTES)

    write()

    bundle = fetched(export, desk.lead)
    assert verified(bundle, tmp_path) == 0
    (one,) = disclosed(bundle)
    assert (one["field"], one["value"]) == ("note", NOTE)
    assert Event.objects.get(action="evidence.exported").facts["disclosed"] == [f"{one['uid']} note"]
    assert NOTE not in files(bundle)[EVENTS].decode()
    plain = ask(receipt, desk.lead)
    write()
    assert disclosed(fetched(plain, desk.lead)) == []


def test_values_are_not_for_those_who_may_not_reveal_them(told):
    desk, receipt = told

    with pytest.raises(NotAllowed, match="may not see the personal data"):
        ask(receipt, desk.governance, NOTES)

    assert not EvidenceExport.objects.exists()
    assert ask(receipt, desk.governance).pk


def test_only_what_is_sealed_can_be_shown(told):
    desk, receipt = told

    with pytest.raises(Invalid, match="from the list"):
        ask(receipt, desk.lead, "review.decided output")


def test_what_was_erased_is_counted_and_not_shown(told, tmp_path):
    desk, receipt = told
    export = ask(receipt, desk.lead, NOTES)
    subject = Interaction.objects.get(pk=receipt.id).subject or str(receipt.id)
    erasure.erase_subject(
        log="north", subject=subject, legal_basis="gdpr_17", by=actor(desk.dpo), at=timezone.now()
    )

    write()

    bundle = fetched(export, desk.lead)
    assert verified(bundle, tmp_path) == 0
    assert (disclosed(bundle), summary(bundle)["erased"]) == ([], 1)


def test_a_right_to_reveal_lost_before_it_is_written_ends_it(told):
    desk, receipt = told
    export = ask(receipt, desk.lead, NOTES)
    memberships.revoke(membership=desk.lead.memberships.get(), by=None, at=timezone.now())
    memberships.grant(
        user=desk.lead,
        organisation=desk.process.provider,
        role=Role.QA_AUDITOR,
        process=desk.process,
        by=None,
        at=timezone.now(),
    )

    write()

    export.refresh_from_db()
    assert (export.state, export.error) == (
        ExportState.FAILED,
        "Your role may not see the personal data of this process: ask without it.",
    )


def test_too_many_values_are_refused(told, monkeypatch):
    desk, receipt = told
    export = ask(receipt, desk.lead, NOTES)
    monkeypatch.setattr(evidence_contents, "MOST_DISCLOSED", 0)

    write()

    export.refresh_from_db()
    assert export.state == ExportState.FAILED
    assert "More than 0 personal values" in export.error


# ── What is in it ────────────────────────────────────────────────────────────────────────────────────────────


def test_of_other_processes_a_period_holds_hashes(world, tmp_path):
    """The stretch is proven whole, and a reader of one process reads that one."""
    at = timezone.now() - timedelta(minutes=5)
    desk = world.north
    evidence.second_process(desk, at)
    evidence.decided(desk, at, "INV-7")
    of_lead, of_dpo = ask_period(desk.lead, "north"), ask_period(desk.dpo, "north")
    narrow = ask_period(desk.dpo, "north", process="NORTH-HR")
    evidence.sign()

    assert write() == 3

    lead, dpo, only = (
        fetched(export, person)
        for export, person in ((of_lead, desk.lead), (of_dpo, desk.dpo), (narrow, desk.dpo))
    )
    assert {verified(bundle, tmp_path) for bundle in (lead, dpo, only)} == {0}
    assert {one["process"] for one in events(lead)} == {desk.process.code}
    assert {one["process"] for one in events(dpo)} == {"", desk.process.code, "NORTH-HR"}
    assert {one["process"] for one in events(only)} == {"NORTH-HR"}
    assert len(evidence.bodies(only)) == len(events(only)) > 0
    reasons = summary(lead)["given_by_hash"]
    assert any("a part of the client’s processes" in reason for reason in reasons)
    assert evidence_contents.NOT_ASKED_FOR in summary(only)["given_by_hash"]
    # Its uid is in no file of the bundle, readable or not.
    hidden = {one["uid"] for one in events(dpo)} - {one["uid"] for one in events(lead)}
    assert not any(uid.encode() in content for uid in hidden for content in files(lead).values())


def test_who_is_blind_to_a_verdict_stays_blind_in_every_file(world):
    """F2: the auditor who is still to score it reads no verdict in the bundle of a period either."""
    at = qa.settled_now()
    desk = world.north
    drawn = qa.drawn_evaluation(desk, at, reviewed=True)
    blind = ask_period(desk.auditor, "north", since=timezone.now() - timedelta(days=9))
    seeing = ask_period(desk.lead, "north", since=timezone.now() - timedelta(days=9))
    evidence.sign()

    assert write() == 2

    told = {one["action"] for one in events(fetched(blind, desk.auditor))}
    assert "intake.received" in told
    assert told.isdisjoint({"review.decided", "release.released"})
    sheet = files(fetched(blind, desk.auditor))[SHEET].decode()
    assert "review.decided" not in sheet
    of_lead = [
        one for one in events(fetched(seeing, desk.lead)) if one["object"] == str(drawn.interaction_id)
    ]
    assert "review.decided" in {one["action"] for one in of_lead}


def test_f9_a_draw_is_given_with_its_frame_and_scores(world, tmp_path):
    at = qa.settled_now()
    desk = world.north
    scored = qa.scored_evaluation(desk, at, privacy="fail")
    export = evidence_requests.ask_draw(
        draw_id=scored.draw_id, show=(), purpose=PURPOSE, by=desk.auditor, at=timezone.now()
    )
    evidence.sign()

    assert write() == 1

    bundle = fetched(export, desk.auditor)
    draw = summary(bundle)["draw"]
    assert verified(bundle, tmp_path) == 0
    assert {one["action"] for one in events(bundle)} >= {"sample.drawn", "qa.submitted"}
    assert hashlib.sha256(files(bundle)[FRAME]).hexdigest() == scored.draw.frame_hash == draw["frame_hash"]
    assert str(scored.interaction_id).encode() in files(bundle)[FRAME]
    (score,) = draw["scores"]
    assert (score["interaction"], score["score"]) == (str(scored.interaction_id), str(scored.score))
    assert draw["scorecards"][0]["version"] == scored.scorecard.version
    assert (draw["scored"], draw["passed"]) == (1, int(bool(scored.passed)))


def test_f9_a_period_accounts_for_its_draws_scores_and_disputes(world, tmp_path):
    at = qa.settled_now()
    desk = world.north
    dispute = qa.disputed(desk, at, privacy="fail")
    qa.adjudicated(dispute, qa.another_auditor(desk, at), at, "overturned")
    evidence.sign()
    export = ask_period(desk.auditor, desk.client.slug, process=desk.process.code)

    assert write() == 1

    bundle = fetched(export, desk.auditor)
    told = summary(bundle)["quality"]
    shown = {(one["index"], one["action"]) for one in events(bundle)}
    assert verified(bundle, tmp_path) == 0
    (draw,) = told["draws"]
    (score,) = told["scores"]
    assert draw["frame_hash"] == dispute.evaluation.draw.frame_hash
    assert {(draw["fixed_index"], "sample.frame_fixed"), (draw["drawn_index"], "sample.drawn")} <= shown
    assert {(score["index"], "qa.submitted"), (score["adjudicated_index"], "qa.adjudicated")} <= shown
    assert (told["disputed"], told["adjudicated"], told["scored"], told["passed"]) == (
        1,
        {"overturned": 1},
        1,
        1,
    )


def test_m7_two_exports_of_the_same_differ_in_their_watermark_alone(told):
    desk, receipt = told
    first, second = ask(receipt, desk.lead), ask(receipt, desk.dpo, purpose="Another question altogether")
    write()

    one, other = files(fetched(first, desk.lead)), files(fetched(second, desk.dpo))

    assert {name for name in one if one[name] != other[name]} == {README, EVENTS, SUMMARY, MANIFEST}
    assert one[EVENTS].split(b"\n")[1:] == other[EVENTS].split(b"\n")[1:]
    mark = ("asked_at", "asked_by", "export", "purpose")
    summaries = [json.loads(bundle[SUMMARY]) for bundle in (one, other)]
    marks = [[summary.pop(name) for name in mark] for summary in summaries]
    assert summaries[0] == summaries[1]
    assert [values[1:] for values in marks] == [
        [f"{desk.lead.name}, Provider", str(first.pk), PURPOSE],
        [f"{desk.dpo.name}, North", str(second.pk), "Another question altogether"],
    ]
