"""Webhook messages: which event becomes which message, how long a failing endpoint is tried, and when it is given up.

A message tells that something happened and names the interaction; what stands there is read when it is sent.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from contracts.enums import Labelled
from governance.domain import telemetry, trail_marks
from reviews.enums import Verdict

# So long an endpoint may fail without a break; then it is disabled and somebody has to look.
PATIENCE = timedelta(hours=24)
# After a rotation the secret before it signs along for so long.
OVERLAP = timedelta(hours=24)
FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(hours=1)
# What happened longer before it was written down is the past brought in from elsewhere: nobody waits for it.
LATEST = timedelta(hours=24)
_GROWTH = 3
_SPREAD = 0.2
# From here on the pause is the longest; a larger power would only overflow.
_STEEP = 10
SECRET_PREFIX = "whsec_"  # noqa: S105 — how every secret begins, no secret


class DeliveryState(Labelled):
    WAITING = "waiting"
    DELIVERED = "delivered"
    PASSED_OVER = "passed_over"


class MessageType(Labelled):
    """What an endpoint may ask to be told."""

    RELEASED = "interaction.released"
    REJECTED = "interaction.rejected"
    RECALLED = "interaction.recalled"
    QUARANTINED = "interaction.quarantined"
    ASKED = "information.asked"
    CHECKPOINT = "checkpoint.published"

    @property
    def label(self) -> str:
        return {
            "interaction.released": "An output was released by a person",
            "interaction.rejected": "An output was rejected: it is not used",
            "interaction.recalled": "An output that went out is recalled: acknowledge it",
            "interaction.quarantined": "An output was set apart and waits for its sender",
            "information.asked": "A reviewer asks the AI agent for information",
            "checkpoint.published": "A checkpoint of the trail was signed",
        }[self.value]


# What somebody sends to try his endpoint out; nobody subscribes to it.
TEST = "webhook.test"

_RELEASE, _ROUTING, _QUESTION = "release.released", "routing.decided", "review.information_requested"
# A correction is told like the recall: it has to be acknowledged anew.
_RECALLS = frozenset({"release.recalled", "release.recall_corrected"})
# The events that can become a message: only these are read.
ACTIONS = frozenset({_RELEASE, _ROUTING, _QUESTION, *_RECALLS})


@dataclass(frozen=True, slots=True)
class Message:
    """A message that an event of the log becomes: its type, and the interaction it is about."""

    type: MessageType
    interaction: UUID
    process: str


def of_event(content: Mapping[str, Any]) -> Message | None:
    """The message an event becomes; nothing for most of them, never for a honeypot, and not for the past that an import
    writes down."""
    facts = content.get("facts", {})
    kind = _type_of(str(content["action"]), facts)
    interaction = trail_marks.interaction_of(content)
    if kind is None or not interaction or not telemetry.counts(content) or _is_past(content):
        return None
    return Message(kind, UUID(interaction), str(content.get("process", "")))


def _type_of(action: str, facts: Mapping[str, Any]) -> MessageType | None:
    if action == _RELEASE:
        return MessageType.REJECTED if facts["verdict"] == Verdict.REJECT else MessageType.RELEASED
    if action == _ROUTING:
        return MessageType.QUARANTINED if facts["disposition"] == "quarantined" else None
    if action in _RECALLS:
        return MessageType.RECALLED
    return MessageType.ASKED if action == _QUESTION else None


def _is_past(content: Mapping[str, Any]) -> bool:
    happened, written = (datetime.fromisoformat(content[name]) for name in ("occurred_at", "recorded_at"))
    return written - happened > LATEST


def wanted(message: Message, *, types: Collection[str], processes: Collection[str]) -> bool:
    """Whether an endpoint that asked for these types of these processes is told."""
    return message.type in types and message.process in processes


def pause(failures: int, draw: float) -> timedelta:
    """How long an endpoint is left alone after so many failures in a row (from 1): 5 s, three times as long each time, an
    hour at most. `draw` from 0 to 1 spreads it by a fifth either way, so that endpoints that failed together do not come
    back together."""
    steep = LONGEST_PAUSE if failures > _STEEP else FIRST_PAUSE * _GROWTH ** (failures - 1)
    return min(steep, LONGEST_PAUSE) * (1 - _SPREAD + 2 * _SPREAD * draw)


def exhausted(failing_since: datetime, at: datetime) -> bool:
    """Whether an endpoint has failed for so long without a break that it is disabled."""
    return at - failing_since >= PATIENCE


def generations(generation: int, rotated_at: datetime | None, at: datetime) -> tuple[int, ...]:
    """The generations of the secret that sign at this moment, the newest first."""
    if generation > 1 and rotated_at is not None and at < rotated_at + OVERLAP:
        return (generation, generation - 1)
    return (generation,)
