"""What a webhook message says at the moment it is sent: of an interaction what its agent would be told, and no more.

Verdict, output and reason are there once it is released; personal data stays as tokens. A reviewer's question is not
handed on: people write freely there, so the agent that posted the interaction fetches it with its own key.
"""

import json
from base64 import b64encode
from dataclasses import asdict, dataclass
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from audit.models import Checkpoint
from audit.selectors import tree
from governance.domain.webhooks import TEST, MessageType
from governance.models import Delivery, Subscription
from reviews.models import Interaction
from reviews.selectors import outcomes

NOT_ASKED_FOR = "The webhook does not ask for this any more."
NOT_THEIRS = "Its process is not told of here any more."
NOT_THERE = "What it tells of is not there any more."


@dataclass(frozen=True, slots=True)
class Content:
    """The bytes of a message, or why it is not sent."""

    body: bytes = b""
    withheld: str = ""


def of(subscription: Subscription, delivery: Delivery) -> Content:
    """What this message says now. Needs the subscription's client loaded."""
    if delivery.type == TEST:
        return _content(delivery, {"webhook": str(subscription.pk)})
    if delivery.type not in subscription.types:
        return Content(withheld=NOT_ASKED_FOR)
    if delivery.type == MessageType.CHECKPOINT:
        return _checkpoint(subscription, delivery)
    interaction = outcomes.loaded(delivery.interaction) if delivery.interaction else None
    if interaction is None or interaction.is_honeypot:
        return Content(withheld=NOT_THERE)
    process = interaction.process
    chosen = subscription.processes.filter(pk=process.pk).exists()
    if not chosen or process.client_id != subscription.client_id:
        return Content(withheld=NOT_THEIRS)
    data = {
        "log": subscription.client.log_key,
        "index": delivery.index,
        "event": delivery.event,
        "process": process.code,
        "interaction": _interaction(interaction),
    }
    return _content(delivery, data)


def _interaction(found: Interaction) -> dict[str, Any]:
    outcome = asdict(outcomes.of(found))
    outcome["asked"] = outcome.pop("question") is not None
    return {
        **outcome,
        "external_id": found.external_id,
        "step": found.step.code,
        "correlation_id": found.correlation_id,
    }


def _checkpoint(subscription: Subscription, delivery: Delivery) -> Content:
    log = subscription.client.log_key
    found: Checkpoint | None = tree.checkpoints(log).filter(size=delivery.index or 0).first()
    if found is None:
        return Content(withheld=NOT_THERE)
    data = {
        "log": log,
        "size": found.size,
        "root": b64encode(bytes(found.root)).decode("ascii"),
        "note": tree.signed_note(found).decode(),
    }
    return _content(delivery, data)


def _content(delivery: Delivery, data: dict[str, Any]) -> Content:
    message = {"type": delivery.type, "timestamp": delivery.occurred_at, "data": data}
    return Content(json.dumps(message, cls=DjangoJSONEncoder, separators=(",", ":")).encode())
