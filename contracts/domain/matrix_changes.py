"""What one version of an escalation matrix changes about another, row by row and word by word."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from contracts.domain import escalation_matrix
from contracts.domain.escalation_matrix import Key
from contracts.domain.matrix_lint import row_in_words

# A level in words: what it is called → what it says.
Words = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Change:
    """Where something changed, and what it said and says; nothing on the side where it is not there."""

    where: str
    before: str
    after: str


def of_rows(before: Mapping[Key, Sequence[Words]], after: Mapping[Key, Sequence[Words]]) -> list[Change]:
    """The changes of the rows: whole rows that came or went, and single words of levels that stayed."""
    found = []
    for key in escalation_matrix.in_order(before.keys() | after.keys()):
        named = row_in_words(key).capitalize()
        if key not in before or key not in after:
            found.append(Change(named, _whole(before.get(key, ())), _whole(after.get(key, ()))))
            continue
        old, new = before[key], after[key]
        for number in range(max(len(old), len(new))):
            where = f"{named}, level {number + 1}"
            if number >= len(old) or number >= len(new):
                found.append(
                    Change(where, _whole(old[number : number + 1]), _whole(new[number : number + 1]))
                )
            else:
                found += _words(where, old[number], new[number])
    return found


def of_finals(before: Mapping[str, str], after: Mapping[str, str]) -> list[Change]:
    """The changes of who decides finally, by matter."""
    return [
        Change(f"Final decision on {matter}", before.get(matter, ""), after.get(matter, ""))
        for matter in sorted(before.keys() | after.keys())
        if before.get(matter) != after.get(matter)
    ]


def _words(where: str, old: Words, new: Words) -> list[Change]:
    return [
        Change(f"{where}: {name}", old.get(name, ""), new.get(name, ""))
        for name in new
        if old.get(name) != new.get(name)
    ]


def _whole(levels: Sequence[Words]) -> str:
    return "; ".join(", ".join(text for text in level.values() if text) for level in levels)
