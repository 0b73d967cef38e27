"""Events as lines a person can read. Upper apps register how their events read; whatever is not registered reads by
the sentence of its catalogue entry, so no event is ever left out of a story."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from string import Formatter
from typing import Any
from uuid import UUID

from audit.domain import catalogue
from audit.enums import ActorType
from audit.models import Event

MISSING = "–"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a story.

    `who` names nobody: it is the role or the kind of actor, and the caller, who may look people up, replaces it by
    way of `actor_type` and `actor_id`. `sealed` lists the fields whose values are in the vault or were erased.
    """

    when: datetime
    who: str
    what: str
    details: list[tuple[str, str]] = field(default_factory=list)
    actor_type: str = ""
    actor_id: str = ""
    role: str = ""
    uid: UUID | None = None
    action: str = ""
    origin: str = ""
    sealed: tuple[str, ...] = ()


Presenter = Callable[[Event], Line]
_presenters: dict[str, Presenter] = {}


def register(action: str, presenter: Presenter) -> None:
    """Say how events of this action read; ValueError where somebody else has said so already."""
    if _presenters.setdefault(action, presenter) is not presenter:
        raise ValueError(f"{action} already has a presenter")


def present(event: Event) -> Line:
    """The event as a line, by its registered presenter or else by its sentence in the catalogue."""
    return _presenters.get(event.action, generic)(event)


def generic(event: Event, *, what: str | None = None, details: list[tuple[str, str]] | None = None) -> Line:
    """A line from the event's own sentence and facts; a presenter may give its own words for either."""
    content = event.content
    actor = content["actor"]
    return Line(
        when=event.occurred_at,
        who=_who(actor),
        what=sentence(event) if what is None else what,
        details=_details(content) if details is None else details,
        actor_type=actor["type"],
        actor_id=actor.get("id", ""),
        role=actor.get("role", ""),
        uid=event.uid,
        action=event.action,
        origin=event.origin,
        sealed=tuple(event.sealed),
    )


def sentence(event: Event) -> str:
    """What happened, in the words of the catalogue for the version that was recorded."""
    content = event.content
    try:
        spec = catalogue.get(event.action, content["action_version"])
    except ValueError:  # recorded by a release that knew more than this one
        spec = None
    if spec is None or not spec.sentence:
        return f"{words(event.action.replace('.', ' '))}: {_name(content['object'])}"
    target = content["object"]
    known = {
        "object": _name(target),
        "parent": target.get("parent_id"),
        "role": content["actor"].get("role"),
        "reason": content.get("reason"),
        "client": content.get("client"),
        "process": content.get("process"),
        **event.facts,
    }
    return Formatter().vformat(
        spec.sentence, (), _Shown({name: text(value) for name, value in known.items()})
    )


def text(value: Any) -> str:
    """A fact as a person reads it."""
    if value is None or value == "":
        return MISSING
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(text(item) for item in value) or MISSING
    if isinstance(value, dict):
        return "; ".join(f"{words(name)}: {text(item)}" for name, item in value.items()) or MISSING
    return str(value)


def words(name: str) -> str:
    """A snake_case name in words, with a capital first letter."""
    plain = name.replace("_", " ").replace(".", " ")
    return plain[:1].upper() + plain[1:]


class _Shown(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return MISSING


def _who(actor: Mapping[str, str]) -> str:
    kind = ActorType(actor["type"])
    if kind is ActorType.SYSTEM:
        return f"{kind.label} ({words(actor['id']).lower()})"
    return words(actor["role"]) if actor.get("role") else kind.label


def _name(target: Mapping[str, str]) -> str:
    return target.get("label") or f"{words(target['type']).lower()} {target['id']}"


def _details(content: Mapping[str, Any]) -> list[tuple[str, str]]:
    details = [(words(name), text(value)) for name, value in content.get("facts", {}).items()]
    if content.get("reason"):
        details.append(("Reason", content["reason"]))
    return details
