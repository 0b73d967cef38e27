"""Turning a user into the actor an event names: an opaque id, the organisation, the role used. Never a name."""

from audit.domain.envelope import Actor
from audit.enums import ActorType
from contracts.enums import UserKind
from contracts.models import User


def actor(user: User | None, role: str = "") -> Actor:
    """The actor of an event. No user means the system itself."""
    if user is None:
        return Actor.system("portal")
    kind = ActorType.AI_AGENT if user.kind == UserKind.AGENT else ActorType.HUMAN
    organisation = user.organisation.slug if user.organisation_id and user.organisation else ""
    return Actor(type=kind, id=str(user.pk), org=organisation, role=role)
