"""Whatever an agent posted, as plain readable parts: texts, lists and named fields. Markup in it stays text."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

DEEPEST = 8
MOST = 200
LONG = 90


@dataclass(frozen=True)
class Part:
    """One readable part. `kind` is text, long, list or fields; `fields` pairs labels with parts."""

    kind: str
    text: str = ""
    items: list["Part"] = field(default_factory=list)
    fields: list[tuple[str, "Part"]] = field(default_factory=list)
    more: int = 0


def part(value: Any, depth: int = 0) -> Part:
    """A JSON value as a part. What is nested deeper than DEEPEST reads as JSON; of long lists the first MOST are shown."""
    if isinstance(value, Mapping) and value and depth < DEEPEST:
        shown = list(value.items())[:MOST]
        fields = [(label(str(name)), part(inner, depth + 1)) for name, inner in shown]
        return Part("fields", fields=fields, more=len(value) - len(shown))
    if isinstance(value, list) and value and depth < DEEPEST:
        items = [part(inner, depth + 1) for inner in value[:MOST]]
        return Part("list", items=items, more=len(value) - len(items))
    return _plain(value)


def _plain(value: Any) -> Part:
    if value is None or value in ("", [], {}):
        return Part("text", "–")
    if isinstance(value, bool):
        return Part("text", "yes" if value else "no")
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return Part("long" if len(text) > LONG or "\n" in text else "text", text)


def label(name: str) -> str:
    """A field's name in words: "supplier_age" → "Supplier age"."""
    plain = " ".join(name.replace("_", " ").split())
    return plain[:1].upper() + plain[1:] if plain else "–"


def named(source: Sequence[Mapping[str, Any]], names: Sequence[str]) -> Part | None:
    """The fields of these names from the first source that has each; None where none has any."""
    found: dict[str, Any] = {}
    for name in names:
        for values in source:
            if isinstance(values, Mapping) and name in values:
                found[name] = values[name]
                break
    return part(found) if found else None
