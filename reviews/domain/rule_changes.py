"""What a version of the rules changes against another: rule by rule, by code, and in which order they are asked."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from reviews.domain.routing import Rule


class Kind(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"


@dataclass(frozen=True)
class Change:
    """One rule that differs; `before` is None where it was added, `after` where it was removed."""

    kind: Kind
    code: str
    before: Rule | None
    after: Rule | None
    moved: bool = False


def between(old: Sequence[Rule], new: Sequence[Rule]) -> list[Change]:
    """Every rule that differs, in the order of the new version; what it leaves out comes last."""
    before = {rule.code: rule for rule in old}
    after = {rule.code for rule in new}
    moved = _moved(old, new)
    changes = []
    for rule in new:
        earlier = before.get(rule.code)
        if earlier is None:
            changes.append(Change(Kind.ADDED, rule.code, None, rule))
        elif earlier != rule:
            changes.append(Change(Kind.CHANGED, rule.code, earlier, rule, rule.code in moved))
        elif rule.code in moved:
            changes.append(Change(Kind.MOVED, rule.code, earlier, rule, moved=True))
    return changes + [Change(Kind.REMOVED, rule.code, rule, None) for rule in old if rule.code not in after]


def _moved(old: Sequence[Rule], new: Sequence[Rule]) -> set[str]:
    """The fewest rules that must be taken out and put elsewhere to get from one order to the other."""
    places = {rule.code: place for place, rule in enumerate(old)}
    common = [rule.code for rule in new if rule.code in places]
    # The longest run of rules that kept their order (patience sorting); all others moved.
    tops: list[int] = []
    ends: list[int] = []
    behind: list[int] = []
    for index, code in enumerate(common):
        pile = bisect_left(tops, places[code])
        behind.append(ends[pile - 1] if pile else -1)
        if pile == len(tops):
            tops.append(places[code])
            ends.append(index)
        else:
            tops[pile], ends[pile] = places[code], index
    kept: set[str] = set()
    index = ends[-1] if ends else -1
    while index >= 0:
        kept.add(common[index])
        index = behind[index]
    return set(common) - kept
