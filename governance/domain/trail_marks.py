"""By what an interaction is found in the trail, read off its events."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any

LONGEST = 120
RECEIVED = "intake.received"
ROUTED = "routing.decided"
INTERACTION = "interaction"


class MarkKind(StrEnum):
    SUBJECT = "subject"
    MODEL = "model"
    RULE = "rule"
    PERSON = "person"
    ACTION = "action"


Mark = tuple[MarkKind, str]


def interaction_of(content: Mapping[str, Any]) -> str:
    """The interaction an event is about, itself or by its parent; nothing for an event about something else."""
    target = content.get("object", {})
    if target.get("type") == INTERACTION:
        return str(target["id"])
    return str(target["parent_id"]) if target.get("parent_type") == INTERACTION else ""


def marks(content: Mapping[str, Any]) -> Iterator[Mark]:
    """What this event adds to what its interaction is found by. Every event adds its action, but for the routing that
    follows every arrival."""
    action, facts, actor = str(content["action"]), content.get("facts", {}), content.get("actor", {})
    found: list[Mark] = [(MarkKind.ACTION, action)] if action != ROUTED else []
    if actor.get("type") == "human":
        found.append((MarkKind.PERSON, actor["id"]))
    if action == RECEIVED:
        subject = content.get("subject", "")
        # Without a reference of the agent's, what is sealed hangs on the interaction itself.
        if subject and subject != interaction_of(content):
            found.append((MarkKind.SUBJECT, subject))
        found.append((MarkKind.MODEL, facts.get("model_version") or ""))
    if action == ROUTED:
        found += [(MarkKind.RULE, str(code)) for code in facts.get("fired") or ()]
    return ((kind, value[:LONGEST]) for kind, value in found if value)
