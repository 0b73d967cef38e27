"""Who did what to what: the parts of an event that every app fills in.

Only opaque keys go in here. Names, e-mail addresses and texts people wrote are personal values: they are sealed.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from audit.enums import ActorType

_OPAQUE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:/+=-]{0,199}")


def opaque(key: str, what: str) -> str:
    """The key itself; ValueError where it could be an address or a name (only letters, digits and `_.:/+=-`)."""
    if _OPAQUE.fullmatch(key) is None:
        raise ValueError(f"{what} must be an opaque key, not {key!r}")
    return key


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, for which organisation and in which role.

    `id` is the public UUID of a person or an agent and the name of a part of the system; `org` is the public UUID of
    the organisation. ValueError for a person without a UUID, or an id that could be an e-mail address.
    """

    type: ActorType
    id: str
    org: str = ""
    role: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "type", ActorType(self.type))
        object.__setattr__(self, "id", str(self.id))
        object.__setattr__(self, "org", str(self.org))
        object.__setattr__(self, "role", str(self.role))
        if self.type is ActorType.HUMAN:
            object.__setattr__(self, "id", str(UUID(self.id)))
        elif self.id:
            opaque(self.id, "An actor's id")
        elif self.type is not ActorType.ANONYMOUS:
            raise ValueError(f"{self.type.label} acts under an id")
        if self.org:
            opaque(self.org, "An actor's organisation")

    @classmethod
    def system(cls, name: str) -> "Actor":
        """A part of the portal acting by itself, such as `escalation`."""
        return cls(ActorType.SYSTEM, name)

    @classmethod
    def anonymous(cls) -> "Actor":
        """Somebody the portal could not identify, such as the sender of a wrong password."""
        return cls(ActorType.ANONYMOUS, "")


@dataclass(frozen=True, slots=True)
class Target:
    """What an event is about, as text, so that the event outlives it; the parent still finds it when it is gone."""

    type: str
    id: str
    label: str = ""
    parent_type: str = ""
    parent_id: str = ""

    def __post_init__(self) -> None:
        for name in ("type", "id", "label", "parent_type", "parent_id"):
            object.__setattr__(self, name, str(getattr(self, name)))
        if not self.type or not self.id or "\x00" in self.type + self.id:
            raise ValueError("An event is about something that has a type and an id")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One event to be recorded. `at` is when it happened; `personal` are texts to seal under the key of `subject`."""

    log: str
    action: str
    actor: Actor
    target: Target
    facts: Mapping[str, Any]
    at: datetime
    correlation_id: UUID | None = None
    client: str = ""
    process: str = ""
    reason: str = ""
    origin: str = ""
    personal: Mapping[str, str] = field(default_factory=dict)
    subject: str = ""

    def __post_init__(self) -> None:
        for name in ("client", "process", "reason", "origin", "subject"):
            object.__setattr__(self, name, str(getattr(self, name)))
