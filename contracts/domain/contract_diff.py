"""What changed between two versions of a contract, clause by clause."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher

from contracts.domain.clause_gaps import ClauseText
from contracts.domain.contracting import number_key

Part = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Change:
    """`kind` is added, removed, reworded or same; `parts` is the difference word by word."""

    number: str
    title: str
    kind: str
    parts: tuple[Part, ...]


def compare(before: Iterable[ClauseText], after: Iterable[ClauseText]) -> list[Change]:
    """Every clause of either version, in the order of the paper."""
    old = {clause.number: clause for clause in before}
    new = {clause.number: clause for clause in after}
    changes = []
    for number in sorted(old.keys() | new.keys(), key=number_key):
        was, now = old.get(number), new.get(number)
        title = (now or was).title  # type: ignore[union-attr]
        if was is None and now is not None:
            changes.append(Change(number, title, "added", (("insert", now.text),)))
        elif now is None and was is not None:
            changes.append(Change(number, title, "removed", (("delete", was.text),)))
        elif was is not None and now is not None:
            kind = "same" if was.text == now.text else "reworded"
            changes.append(Change(number, title, kind, tuple(words(was.text, now.text))))
    return changes


def words(before: str, after: str) -> list[Part]:
    """The difference of two texts by words, as the diff component takes it."""
    old, new = _tokens(before), _tokens(after)
    parts: list[Part] = []
    for op, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if op == "equal":
            parts.append(("equal", "".join(old[a:b])))
            continue
        if b > a:
            parts.append(("delete", "".join(old[a:b])))
        if d > c:
            parts.append(("insert", "".join(new[c:d])))
    return parts


def _tokens(text: str) -> list[str]:
    tokens: list[str] = []
    for word in text.split(" "):
        tokens += [word, " "]
    return tokens[:-1]
