"""What happens at the desk before a decision: evidence opened, drafts saved, personal data revealed."""

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from audit.errors import Invalid, NotVisible
from audit.services import recording, vault
from contracts.models import User
from reviews import permissions
from reviews.domain import texts
from reviews.models import Draft, EvidenceView, Reveal
from reviews.selectors import cases
from reviews.services import trail

REASON_LENGTH = 10
DRAFT_LENGTH = 100_000


@transaction.atomic
def open_evidence(*, case_id: UUID, user: User, panel: str, at: datetime) -> EvidenceView:
    """Note that a person opened a panel of a case he has in hand. Opening it again changes nothing.

    Raises Invalid for a panel the step does not have.
    """
    case = cases.load(case_id)
    permissions.check_holds(user, case, at)
    if panel not in {entry["name"] for entry in case.interaction.step.evidence}:
        raise Invalid("unknown_panel", f"This step has no evidence panel {panel!r}.", "panel")
    view, created = EvidenceView.objects.get_or_create(
        case=case, user=user, panel=panel, defaults={"opened_at": at}
    )
    view.case = case
    if created:
        facts = {"case": case.pk, "panel": panel}
        recording.record_many(
            [
                trail.entry(
                    interaction=case.interaction, action="review.evidence_opened", by=user, facts=facts, at=at
                )
            ]
        )
    return view


def save_draft(*, case_id: UUID, user: User, content: dict[str, Any], at: datetime) -> Draft:
    """Keep what a person has typed; it stays when the lease lapses."""
    case = cases.load(case_id)
    permissions.check_can_see_case(user, case)
    written = json.dumps(content, ensure_ascii=False).replace("\\\\", "").replace("\\u0000", "\x00")
    texts.clean(written, "content", longest=DRAFT_LENGTH)
    draft, _ = Draft.objects.update_or_create(
        case=case, user=user, defaults={"content": content, "saved_at": at}
    )
    return draft


@transaction.atomic
def reveal(*, case_id: UUID, user: User, reason: str, at: datetime) -> dict[str, str]:
    """Show the personal data behind the tokens of a case: `{token: value}`. Asks a reason, and is an event (A4, M7).

    Raises Invalid without a reason, NotVisible where the data was erased.
    """
    case = cases.load(case_id)
    permissions.check_can_see_case(user, case)
    permissions.check_can_reveal(user, case)
    reason = texts.clean(reason, "reason", longest=300)
    if len(reason) < REASON_LENGTH:
        raise Invalid("reason_required", f"Say why, in at least {REASON_LENGTH} characters.", "reason")
    try:
        sealed = json.loads(vault.reveal(event_uid=case.interaction.received_event, field="original"))
    except NotVisible as gone:
        # What was erased is gone; what never was is nothing to show.
        if gone.code != "unknown":
            raise
        sealed = {}
    tokens: dict[str, str] = dict(sealed.get("tokens", {}))
    if sealed.get("subject_ref"):
        tokens["subject"] = sealed["subject_ref"]
    Reveal.objects.create(interaction=case.interaction, revealed_by=user, revealed_at=at, reason=reason)
    fields = sorted({token.strip("«»").rsplit("_", 1)[0].lower() for token in tokens})
    recording.record_many(
        [
            trail.entry(
                interaction=case.interaction,
                action="pii.revealed",
                by=user,
                facts={"fields": fields},
                personal={"why": reason},
                at=at,
            )
        ]
    )
    return tokens
