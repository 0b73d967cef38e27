"""What a version of the rules changes against another: rule by rule, by code."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from reviews.domain.routing import Rule


class Kind(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True)
class Change:
    """One rule that differs; `before` is None where it was added, `after` where it was removed."""

    kind: Kind
    code: str
    before: Rule | None
    after: Rule | None


def between(old: Sequence[Rule], new: Sequence[Rule]) -> list[Change]:
    """Every rule that differs, in the order of the new version; what it leaves out comes last."""
    before = {rule.code: rule for rule in old}
    after = {rule.code for rule in new}
    changes = [
        Change(Kind.CHANGED if rule.code in before else Kind.ADDED, rule.code, before.get(rule.code), rule)
        for rule in new
        if before.get(rule.code) != rule
    ]
    return changes + [Change(Kind.REMOVED, rule.code, rule, None) for rule in old if rule.code not in after]
