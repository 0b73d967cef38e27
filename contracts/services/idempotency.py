"""Idempotency-Key: the same key and the same body get the same answer; another body under it is a conflict."""

import hashlib
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from audit.errors import Conflict, Invalid
from contracts.models import IdempotentReply, User

KEPT = timedelta(days=7)


def digest(*parts: bytes) -> str:
    return hashlib.sha256(b"\x00".join(parts)).hexdigest()


def replay(*, user: User, key: str, request_digest: str) -> IdempotentReply | None:
    """What was answered before under this key, if anything. Raises Conflict where the request was another."""
    if len(key) > 255:
        raise Invalid("idempotency_key", "An Idempotency-Key has 255 characters at most.", "Idempotency-Key")
    reply = IdempotentReply.objects.filter(user=user, key=key).first()
    if reply is not None and reply.request_digest != request_digest:
        raise Conflict(
            "idempotency_key_reused", "This Idempotency-Key was used for another request.", "Idempotency-Key"
        )
    return reply


@transaction.atomic
def remember(*, user: User, key: str, request_digest: str, status: int, reply: object, at: datetime) -> None:
    """Keep the answer, in the transaction of the effect it tells about. Raises Conflict where a twin was faster."""
    try:
        with transaction.atomic():
            IdempotentReply.objects.create(
                user=user, key=key, request_digest=request_digest, status=status, reply=reply, created_at=at
            )
    except IntegrityError:
        raise Conflict(
            "idempotency_race", "The same request is being answered right now. Try again."
        ) from None


def forget(*, at: datetime) -> int:
    """Drop answers older than a week; returns how many. A sweep."""
    return IdempotentReply.objects.filter(created_at__lt=at - KEPT).delete()[0]
