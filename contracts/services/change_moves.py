"""How a model change moves: one conditional transition, one line of its story, one event, and word to those concerned."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.urls import reverse

from audit.domain.envelope import Target
from audit.errors import Conflict, Invalid
from audit.services import recording
from contracts import access
from contracts.domain.change_kinds import ChangeState
from contracts.domain.roles import DECIDE_CHANGES, FILE_CHANGES
from contracts.domain.transitions import MODEL_CHANGE, before
from contracts.enums import Party
from contracts.models import ChangeMove, ModelChange, User
from contracts.permissions.changes import party_of
from contracts.selectors import authority
from contracts.selectors import model_changes as selector
from contracts.services import notifications, processes
from contracts.services.acting import actor

LONGEST_WHY = 1_000


def move(
    change: ModelChange,
    to: ChangeState,
    action: str,
    facts: dict[str, Any],
    by: User | None,
    at: datetime,
    *,
    sealed: dict[str, str] | None = None,
    note: str = "",
    origins: Collection[ChangeState] | None = None,
    **values: Any,
) -> None:
    """Bring a change into a state, from those that lead there. Raises Conflict where it has moved on meanwhile."""
    states = before(MODEL_CHANGE, to) & frozenset(origins or before(MODEL_CHANGE, to))
    moved = ModelChange.objects.filter(pk=change.pk, state__in=states).update(state=to, **values)
    if not moved:
        raise moved_on(change, to)
    change.refresh_from_db()
    tell(change, action, facts, by, at, sealed=sealed, note=note)
    # What intake takes for announced, and what it may release, follows from the state.
    processes.touch(change.process)


def moved_on(change: ModelChange, to: ChangeState) -> Conflict:
    now = ChangeState(ModelChange.objects.values_list("state", flat=True).get(pk=change.pk))
    return Conflict(
        "change_state",
        f"Model change {change.number} is “{now.label.lower()}” and cannot become “{to.label.lower()}”.",
        "state",
    )


def refuse_unproven(change: ModelChange, prefix: str = "") -> None:
    """Raise Conflict while something is not shown that the impact of a change asks for."""
    if missing := selector.missing_proofs(change):
        names = ", ".join(proof.label.lower() for proof in missing)
        raise Conflict("evidence_missing", f"{prefix}Not shown yet, or not enough: {names}.", "evidence")


def tell(
    change: ModelChange,
    action: str,
    facts: dict[str, Any],
    by: User | None,
    at: datetime,
    *,
    sealed: dict[str, str] | None = None,
    note: str = "",
) -> None:
    """A line of the story of a change, and its event in the client's log."""
    ChangeMove.objects.create(
        change=change, action=action, state=change.state, note=note, moved_at=at, moved_by=by
    )
    process = change.process
    recording.record(
        log=process.client.log_key,
        action=f"modelchange.{action}",
        actor=actor(by, authority.role_on(by, process) if by else ""),
        target=Target("model_change", str(change.pk), f"MC-{change.number}", "process", str(process.pk)),
        facts={"number": change.number, **facts},
        at=at,
        client=process.client.slug,
        process=process.code,
        personal=sealed,
        subject=str(change.pk) if sealed else "",
    )


def named(change: ModelChange) -> dict[str, Any]:
    """What a change is, as facts of its first events."""
    return {
        "model": change.model.name,
        "reference": change.reference,
        "kind": change.kind,
        "change_class": change.change_class,
    }


def why(text: str, sentence: str, field: str = "why") -> str:
    """A reason somebody has to give. Raises Invalid."""
    text = text.strip()
    if not 10 <= len(text) <= LONGEST_WHY:
        raise Invalid("reason_required", f"{sentence} In 10 to {LONGEST_WHY:,} characters.", field)
    return text


# ── Word to people ───────────────────────────────────────────────────────────────────────────────────────────


def tell_deciders(
    change: ModelChange, subject: str, at: datetime, *, party: Party | None = None, body: str = ""
) -> None:
    """Tell those who decide on changes, of one party or of both, that something waits for them or has happened."""
    for user in access.holders(change.process, DECIDE_CHANGES).select_related("organisation"):
        if user.pk != change.filed_by_id and party in (None, party_of(user, change.process)):
            _notify(user, change, subject, body, at)


def tell_filers(change: ModelChange, subject: str, at: datetime, *, body: str = "") -> None:
    """Tell whoever filed a change, and its vendor's representatives, what became of it."""
    told = {change.filed_by_id: change.filed_by}
    for user in access.holders(change.process, FILE_CHANGES):
        if user.organisation_id == change.model.vendor_id:
            told[user.pk] = user
    for user in told.values():
        _notify(user, change, subject, body, at)


def _notify(user: User, change: ModelChange, subject: str, body: str, at: datetime) -> None:
    notifications.notify(
        user=user,
        subject=f"{change.process.code}: model change {change.number} ({change.reference}) {subject}",
        body=body,
        link=reverse("contracts:change", args=[change.pk]),
        at=at,
    )
