"""Keys for agents: shown once, kept as a hash, scoped to processes and actions, valid for 90 days at most (A6)."""

import hashlib
import hmac
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction

from audit.domain.envelope import Target
from audit.errors import Invalid
from audit.services import logs, recording
from contracts.domain.roles import POST_INTERACTION
from contracts.enums import UserKind
from contracts.models import ApiKey, Process, User
from contracts.services.acting import actor

LONGEST = timedelta(days=90)
ACTIONS = frozenset({POST_INTERACTION, "redact", "read_outcome"})


def _digest(secret: str) -> str:
    # The secret has 256 random bits: a plain hash cannot be guessed, and it costs nothing per request.
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def issue(
    *,
    user: User,
    label: str,
    processes: Collection[Process],
    by: User | None,
    at: datetime,
    expires_at: datetime | None = None,
    actions: Collection[str] = ACTIONS,
) -> tuple[ApiKey, str]:
    """Issue a key and return it with its secret, which is never shown again.

    Raises Invalid for a person's account, no process, an unknown action, or a life of more than 90 days.
    """
    expires_at = expires_at or at + LONGEST
    if user.kind != UserKind.AGENT:
        raise Invalid("key_for_person", "Keys are for AI agents; people log in.", "user")
    if not processes:
        raise Invalid("key_scope", "Name at least one process; there is no key for everything.", "processes")
    if unknown := set(actions) - ACTIONS or (not actions and {"(none)"}):
        raise Invalid("key_scope", f"Unknown actions: {', '.join(sorted(unknown))}.", "actions")
    if not at < expires_at <= at + LONGEST:
        raise Invalid("key_life", "A key lives for 90 days at most.", "expires_at")
    prefix = secrets.token_hex(6)
    secret = f"cs_{prefix}_{secrets.token_urlsafe(32)}"
    key = ApiKey.objects.create(
        user=user,
        prefix=prefix,
        digest=_digest(secret),
        label=label,
        actions=sorted(actions),
        created_at=at,
        created_by=by,
        expires_at=expires_at,
    )
    key.processes.set(processes)
    facts = {
        "prefix": prefix,
        "processes": sorted(process.code for process in processes),
        "actions": sorted(actions),
        "expires_at": expires_at,
    }
    for log in {process.client.log_key for process in processes}:
        _record(key, log, "key.issued", facts, by, at)
    return key, secret


@transaction.atomic
def revoke(*, key: ApiKey, by: User | None, at: datetime) -> None:
    """Close a key for ever. Revoking twice changes nothing."""
    if ApiKey.objects.filter(pk=key.pk, revoked_at__isnull=True).update(revoked_at=at, revoked_by=by):
        for log in set(key.processes.values_list("client__log_key", flat=True)):
            _record(key, log, "key.revoked", {"prefix": key.prefix}, by, at)


def authenticate(*, secret: str, at: datetime) -> ApiKey | None:
    """The living key a secret belongs to, or None. Reads only."""
    parts = secret.split("_", 2)
    if len(parts) != 3 or parts[0] != "cs" or len(parts[1]) != 12:
        return None
    key = (
        ApiKey.objects.select_related("user__organisation")
        .prefetch_related("processes")
        .filter(prefix=parts[1], revoked_at__isnull=True, expires_at__gt=at, user__is_active=True)
        .first()
    )
    if key is None or not hmac.compare_digest(key.digest, _digest(secret)):
        return None
    return key


def lives(*, key: ApiKey, at: datetime) -> bool:
    """Whether a key that opened a long request opens it still. Reads only."""
    living = ApiKey.objects.filter(revoked_at__isnull=True, expires_at__gt=at, user__is_active=True)
    return living.filter(pk=key.pk).exists()


def _record(key: ApiKey, log: str, action: str, facts: dict, by: User | None, at: datetime) -> None:
    recording.record(
        log=log,
        action=action,
        actor=actor(by),
        target=Target("api_key", str(key.pk), key.prefix),
        facts=facts,
        at=at,
        client="" if log == logs.PLATFORM else log,
    )
