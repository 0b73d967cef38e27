"""The vocabularies of the trail."""

from enum import StrEnum


class ActorType(StrEnum):
    """Who can act: a person, an AI agent with a key of its own, the system itself, or somebody unknown."""

    HUMAN = "human"
    AI_AGENT = "ai_agent"
    SYSTEM = "system"
    ANONYMOUS = "anonymous"

    @property
    def label(self) -> str:
        return _ACTOR_LABELS[self]


_ACTOR_LABELS = {
    ActorType.HUMAN: "Person",
    ActorType.AI_AGENT: "AI agent",
    ActorType.SYSTEM: "System",
    ActorType.ANONYMOUS: "Unknown person",
}
