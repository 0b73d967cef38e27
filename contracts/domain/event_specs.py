"""How the events of agreement, of access and of the work are declared."""

from audit.domain.catalogue import EventSpec


def spec(
    action: str,
    facts: set[str],
    sentence: str,
    optional: set[str] | None = None,
    personal: set[str] | None = None,
    version: int = 1,
) -> EventSpec:
    return EventSpec(
        action=action,
        version=version,
        facts=frozenset(facts),
        optional=frozenset(optional or ()),
        personal=frozenset(personal or ()),
        sentence=sentence,
    )
