"""The library of control items: added by auditors, by hand or from a real interaction, and retired (E4)."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from audit.domain.envelope import Target
from audit.errors import Conflict, Invalid
from audit.services import logs, recording
from contracts.models import Process, User
from contracts.selectors import authority
from contracts.services.acting import actor
from reviews import permissions
from reviews.domain import control_items, texts
from reviews.domain.honeypots import ORIGIN
from reviews.enums import ControlKind
from reviews.models import ControlItem, Interaction
from reviews.selectors import honeypots

WRONG_LENGTH, SHORTEST = 1_000, 10


@transaction.atomic
def add(
    *,
    process: Process,
    step: str,
    kind: ControlKind,
    payload: Mapping[str, Any],
    wrong: str,
    by: User,
    at: datetime,
    source: Interaction | None = None,
) -> ControlItem:
    """Add an item: what the reviewer gets to see, whether it should be stopped, and what he is told afterwards.

    Raises NotAllowed for whoever does not audit the process; Invalid for a step it does not have, a payload that no agent
    could post there, one that would stand out among its neighbours, or where nobody says what is wrong.
    """
    permissions.check_can_curate(by, process)
    found = process.steps.filter(code=step).first()
    if found is None:
        raise Invalid("unknown_step", "The process has no such step.", "step")
    wrong = texts.clean(wrong, "wrong", longest=WRONG_LENGTH)
    if len(wrong) < SHORTEST:
        raise Invalid("wrong_required", "Say what the reviewer should have seen.", "wrong")
    posted = control_items.read(process.code, step, payload, found.output_fields)
    if odd := honeypots.standing_out(found, posted, at):
        named = ", ".join(odd)
        raise Invalid(
            "stands_out", f"It would stand out among the others of this step by: {named}.", "payload"
        )
    item = ControlItem.objects.create(
        process=process,
        step=found,
        kind=kind,
        payload=dict(payload),
        wrong=wrong,
        source=source,
        added_at=at,
        added_by=by,
    )
    text = json.dumps(payload, sort_keys=True, ensure_ascii=False)
    facts = {
        "process": process.pk,
        "step": step,
        "kind": kind,
        "digest": hashlib.sha256(text.encode()).hexdigest(),
    }
    _record("control_item.added", item, process, by, facts, at)
    return item


def draft_of(*, interaction: Interaction) -> dict[str, Any]:
    """The payload of a real interaction with invented people in it, to be changed into a control item."""
    names: dict[str, str] = {}
    found = {
        "input": interaction.input,
        "ai_output": interaction.output,
        "confidence": str(interaction.confidence.normalize()) if interaction.confidence is not None else None,
        "factors": interaction.factors,
        "citations": interaction.citations,
        "attributes": interaction.attributes,
        "amount": str(interaction.amount) if interaction.amount is not None else None,
        "currency": interaction.currency,
        "language": interaction.language,
    }
    made = {name: control_items.invented(value, names) for name, value in found.items() if value}
    return {**made, "customer": names} if names else made


@transaction.atomic
def retire(*, item_id: UUID, by: User, at: datetime) -> ControlItem:
    """Take an item out of use; those it was put before are judged all the same. Raises NotVisible, NotAllowed, or Conflict
    where somebody was faster."""
    item = honeypots.item(by, item_id)
    won = ControlItem.objects.filter(pk=item.pk, retired_at__isnull=True).update(retired_at=at, retired_by=by)
    if not won:
        raise Conflict("retired", "This item is retired already.")
    facts = {"process": item.process_id, "kind": item.kind}
    _record("control_item.retired", item, item.process, by, facts, at)
    return honeypots.item(by, item_id)


def _record(
    action: str, item: ControlItem, process: Process, by: User, facts: Mapping[str, Any], at: datetime
) -> None:
    """In the portal's own log: those who read the client's may be those it is for."""
    recording.record(
        log=logs.PLATFORM,
        action=action,
        actor=actor(by, authority.role_on(by, process)),
        target=Target("control_item", str(item.pk)),
        facts=facts,
        at=at,
        origin=ORIGIN,
    )
