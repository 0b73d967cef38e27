"""The desk before a decision: evidence, drafts, and personal data that is shown for a reason (A4, D6, M7)."""

from datetime import datetime, timedelta

import pytest
from django.conf import settings

from audit.domain.envelope import Actor
from audit.errors import Conflict, Invalid, NotAllowed, NotVisible
from audit.services import erasure, vault
from reviews.models import Case, Draft, EvidenceView, Reveal
from reviews.services import claims, workspace
from tests import worlds
from tests.factories import reviews as made
from tests.reviews.services.stages import events
from tests.worlds import Desk

pytestmark = pytest.mark.django_db

LEASE = timedelta(seconds=settings.LEASE_SECONDS)
IBAN = "DE89370400440532013000"
PERSONAL = {"input": {"text": f"Mail bob@example.org about {IBAN}"}, "subject_ref": "customer 4711"}
WHY = "The customer asks for a call back"


@pytest.fixture
def desk(db: None, at: datetime) -> Desk:
    return worlds.build(at).north


class TestEvidence:
    def test_open_evidence_is_recorded_once(self, desk: Desk, at: datetime) -> None:
        """D6."""
        case = made.claimed_case(desk, at)

        for _ in range(2):
            workspace.open_evidence(case_id=case.pk, user=desk.reviewer, panel="order", at=at)

        assert EvidenceView.objects.count() == 1
        assert [event.facts["panel"] for event in events("review.evidence_opened")] == ["order"]

    def test_open_evidence_needs_a_panel_of_the_step(self, desk: Desk, at: datetime) -> None:
        case = made.claimed_case(desk, at)

        with pytest.raises(Invalid):
            workspace.open_evidence(case_id=case.pk, user=desk.reviewer, panel="diary", at=at)

    def test_open_evidence_needs_the_case_in_hand(self, desk: Desk, at: datetime) -> None:
        case = made.claimed_case(desk, at)

        with pytest.raises(Conflict):
            workspace.open_evidence(case_id=case.pk, user=desk.second, panel="order", at=at)
        with pytest.raises(NotAllowed):
            workspace.open_evidence(case_id=case.pk, user=desk.auditor, panel="order", at=at)
        with pytest.raises(Conflict):
            workspace.open_evidence(case_id=case.pk, user=desk.reviewer, panel="order", at=at + LEASE)
        assert not EvidenceView.objects.exists()

    @pytest.mark.parametrize("escalated", [False, True])
    def test_open_evidence_shows_a_stranger_nothing(self, at: datetime, escalated: bool) -> None:
        """A6."""
        world = worlds.build(at)
        case_id = (
            made.escalated_case(world.south, at).case_id
            if escalated
            else made.claimed_case(world.south, at).pk
        )

        for user in (world.stranger, world.north.reviewer):
            with pytest.raises(NotVisible):
                workspace.open_evidence(case_id=case_id, user=user, panel="order", at=at)


class TestDraft:
    def test_save_draft_outlives_the_lease(self, desk: Desk, at: datetime) -> None:
        """Design §6: nothing that was typed is lost."""
        case = made.claimed_case(desk, at)
        workspace.save_draft(case_id=case.pk, user=desk.reviewer, content={"note": "one"}, at=at)
        claims.expire(at=at + LEASE)

        workspace.save_draft(case_id=case.pk, user=desk.reviewer, content={"note": "two"}, at=at + LEASE)

        assert Draft.objects.get().content == {"note": "two"}

    def test_drafts_are_each_persons_own(self, desk: Desk, at: datetime) -> None:
        case = made.claimed_case(desk, at)
        for user in (desk.reviewer, desk.second):
            workspace.save_draft(case_id=case.pk, user=user, content={"note": user.username}, at=at)

        assert {draft.content["note"] for draft in Draft.objects.all()} == {"north_reviewer", "north_second"}

    @pytest.mark.parametrize("note", ["x" * 100_001, "a\x00b", "\ud800"])
    def test_save_draft_refuses_what_cannot_be_kept(self, desk: Desk, at: datetime, note: str) -> None:
        case = made.claimed_case(desk, at)

        with pytest.raises(Invalid):
            workspace.save_draft(case_id=case.pk, user=desk.reviewer, content={"note": note}, at=at)

    @pytest.mark.parametrize(
        "note", ["back\\slash \\u0000 as text", "<script>alert(1)</script>", "日本語 👩‍⚖️"]
    )
    def test_save_draft_keeps_strange_texts_as_they_are(self, desk: Desk, at: datetime, note: str) -> None:
        case = made.claimed_case(desk, at)

        workspace.save_draft(case_id=case.pk, user=desk.reviewer, content={"note": note}, at=at)

        assert Draft.objects.get().content["note"] == note

    def test_save_draft_shows_a_stranger_nothing(self, at: datetime) -> None:
        world = worlds.build(at)
        case = made.claimed_case(world.south, at)

        with pytest.raises(NotVisible):
            workspace.save_draft(case_id=case.pk, user=world.north.reviewer, content={}, at=at)


class TestReveal:
    def personal(self, desk: Desk, at: datetime) -> Case:
        case = made.claimed_case(desk, at, **PERSONAL)
        assert IBAN not in str(case.interaction.input)
        return case

    def test_reveal_shows_the_originals_and_is_an_event(self, desk: Desk, at: datetime) -> None:
        """A4, M7."""
        case = self.personal(desk, at)

        shown = workspace.reveal(case_id=case.pk, user=desk.reviewer, reason=WHY, at=at)

        assert shown == {"«EMAIL_1»": "bob@example.org", "«IBAN_1»": IBAN, "subject": "customer 4711"}
        event = events("pii.revealed")[0]
        assert event.facts == {"fields": ["email", "iban", "subject"]}
        assert vault.reveal(event_uid=event.uid, field="why") == WHY
        assert b"bob@" not in bytes(event.body)
        assert (Reveal.objects.get().revealed_by, Reveal.objects.get().reason) == (desk.reviewer, WHY)

    @pytest.mark.parametrize("reason", ["", "   ", "because", "x" * 301, "long enough \x00"])
    def test_reveal_needs_a_reason(self, desk: Desk, at: datetime, reason: str) -> None:
        """A4: without a reason → 400."""
        case = self.personal(desk, at)

        with pytest.raises(Invalid) as refused:
            workspace.reveal(case_id=case.pk, user=desk.reviewer, reason=reason, at=at)
        assert refused.value.field == "reason"
        assert not Reveal.objects.exists()
        assert events("pii.revealed") == []

    @pytest.mark.parametrize(
        ("_case", "who", "refusal"),
        [
            ("the operations manager sees the case, not the person", "ops", NotAllowed),
            ("the auditor neither", "auditor", NotAllowed),
            ("the client's administrator neither", "admin", NotAllowed),
            ("the viewer does not even see the case", "viewer", NotVisible),
        ],
    )
    def test_reveal_needs_the_right(
        self, desk: Desk, at: datetime, _case: str, who: str, refusal: type[Exception]
    ) -> None:
        case = self.personal(desk, at)

        with pytest.raises(refusal):
            workspace.reveal(case_id=case.pk, user=desk.cast[who], reason=WHY, at=at)
        assert not Reveal.objects.exists()

    def test_reveal_shows_a_stranger_nothing(self, at: datetime) -> None:
        world = worlds.build(at)
        case = self.personal(world.south, at)

        with pytest.raises(NotVisible):
            workspace.reveal(case_id=case.pk, user=world.north.dpo, reason=WHY, at=at)

    @pytest.mark.parametrize("changes", [PERSONAL, {"subject_ref": "customer 4711"}])
    def test_reveal_of_what_was_erased_says_so(self, desk: Desk, at: datetime, changes: dict) -> None:
        """M5."""
        case = made.claimed_case(desk, at, **changes)
        erasure.erase_subject(
            log=desk.client.log_key,
            subject=case.interaction.subject,
            by=Actor.system("privacy"),
            at=at,
            legal_basis="Art. 17 GDPR",
        )

        with pytest.raises(NotVisible) as gone:
            workspace.reveal(case_id=case.pk, user=desk.reviewer, reason=WHY, at=at)
        assert gone.value.code == "erased"
        assert not Reveal.objects.exists()

    def test_reveal_where_nothing_is_hidden_shows_nothing(self, desk: Desk, at: datetime) -> None:
        case = made.claimed_case(desk, at)

        assert workspace.reveal(case_id=case.pk, user=desk.reviewer, reason=WHY, at=at) == {}
