"""The secrets of webhooks: worked out from the vault's key when they are needed, and stored nowhere."""

from base64 import b64encode
from datetime import UTC, datetime

from standardwebhooks import Webhook

from audit.services import keyfile
from governance.domain import webhooks
from governance.models import Subscription


def secret(subscription: Subscription, generation: int | None = None) -> str:
    """The secret of an endpoint, its newest unless a generation is named, as receivers are given it: `whsec_…`."""
    number = subscription.generation if generation is None else generation
    purpose = b"webhook\x00" + subscription.pk.bytes + number.to_bytes(8, "big")
    return webhooks.SECRET_PREFIX + b64encode(keyfile.derive(purpose)).decode("ascii")


def headers(subscription: Subscription, message: str, body: bytes, at: datetime) -> dict[str, str]:
    """What a receiver checks (Standard Webhooks). For a day after a rotation the old secret signs beside the new one."""
    signing = webhooks.generations(subscription.generation, subscription.rotated_at, at)
    signatures = [
        Webhook(secret(subscription, number)).sign(message, at.astimezone(UTC), body.decode())
        for number in signing
    ]
    return {
        "Content-Type": "application/json",
        "User-Agent": "Countersign-Webhooks",
        "webhook-id": message,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signatures),
    }
