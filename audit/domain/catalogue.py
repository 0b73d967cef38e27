"""The catalogue of events: which facts each action must carry, version by version.

Every app lists its events in `<app>/domain/events.py` and registers them when it starts. What was once recorded is
never read by another meaning: a later fact is a new version, and the old one stays in the list.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from string import Formatter
from typing import Any

from audit.domain import canonical

# What a sentence may name beside its facts.
ENVELOPE_WORDS = frozenset({"object", "parent", "role", "reason", "client", "process"})


@dataclass(frozen=True, slots=True)
class EventSpec:
    """One version of one action.

    `facts` must all be given, `optional` may be, `personal` names the fields that may be sealed beside them, and
    `sentence` says in plain words what happened, with facts in braces. ValueError for a badly written spec.
    """

    action: str
    version: int
    facts: frozenset[str]
    optional: frozenset[str] = frozenset()
    personal: frozenset[str] = frozenset()
    sentence: str = ""

    def __post_init__(self) -> None:
        for name in ("facts", "optional", "personal"):
            object.__setattr__(self, name, frozenset(getattr(self, name)))
        if not canonical.is_key(self.action) or "." not in self.action:
            raise ValueError(f"{self.action!r} is not of the form noun.verb")
        if self.version < 1:
            raise ValueError(f"{self.action}: versions count from 1")
        fields = [*self.facts, *self.optional, *self.personal]
        if len(fields) != len(set(fields)):
            raise ValueError(f"{self.action}: a field is listed twice")
        if odd := sorted(name for name in fields if not canonical.is_key(name)):
            raise ValueError(f"{self.action}: not snake_case: {', '.join(odd)}")
        named = {name for _, name, _, _ in Formatter().parse(self.sentence) if name is not None}
        if unknown := sorted(named - self.facts - self.optional - ENVELOPE_WORDS):
            raise ValueError(
                f"{self.action}: its sentence names {', '.join(unknown)}, which it does not carry"
            )


_specs: dict[str, dict[int, EventSpec]] = {}


def register(specs: Iterable[EventSpec]) -> None:
    """Add specs to the catalogue; ValueError where an action and version is already there with another meaning."""
    for spec in specs:
        known = _specs.setdefault(spec.action, {}).setdefault(spec.version, spec)
        if known != spec:
            raise ValueError(f"{spec.action} version {spec.version} is registered with another meaning")


def get(action: str, version: int | None = None) -> EventSpec:
    """The spec of an action, its newest version unless one is named; ValueError where it is unknown."""
    versions = _specs.get(action)
    if not versions:
        raise ValueError(f"{action!r} is not in the catalogue of events")
    try:
        return versions[max(versions) if version is None else version]
    except KeyError:
        raise ValueError(f"{action} has no version {version}") from None


def actions() -> list[str]:
    """Every registered action, sorted."""
    return sorted(_specs)


def check_facts(spec: EventSpec, facts: Mapping[str, Any], personal: Mapping[str, str] | None = None) -> None:
    """ValueError unless all facts are there, none is foreign, and only listed fields are sealed."""
    given = facts.keys()
    if missing := spec.facts - given:
        raise ValueError(f"{spec.action}: facts missing: {', '.join(sorted(missing))}")
    if len(given) > len(spec.facts) and (extra := given - spec.facts - spec.optional):
        raise ValueError(f"{spec.action}: facts it does not carry: {', '.join(sorted(map(str, extra)))}")
    if personal and (extra := personal.keys() - spec.personal):
        raise ValueError(f"{spec.action}: fields it does not seal: {', '.join(sorted(map(str, extra)))}")
