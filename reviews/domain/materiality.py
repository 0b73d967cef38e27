"""How far a person's version is from the AI's: cosmetic or material, and the word-by-word difference.

An edit is material if a decision field or an amount changed, or if the normalised token similarity of the rest
is below 0.90. Words are compared whole, scripts without spaces by character; spaces and plain punctuation do not
count as words. Long texts are capped so that hostile output costs no more than honest output.
"""

import itertools
import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from rapidfuzz.distance import Indel

MATERIAL_BELOW = Decimal("0.90")
MAX_WORDS = 20_000
MAX_DIFF_TOKENS = 8_000

# Japanese, Chinese, Thai, Lao, Burmese and Khmer are written without spaces: one token per character.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f"
)
_UNSPACED += "\U00020000-\U0003ffff"
# Vowel signs and accents that stand on their own belong to the word around them.
_MARKS = "\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0900-\u0dff"
_TOKENS = re.compile(
    rf"[-−+]?\d+(?:[.,]\d+)*|[{_UNSPACED}]|(?:[^\W{_UNSPACED}]|[{_MARKS}])+|\s+|[^\w\s]",
)
_NOT_WORDS = frozenset(".,;:!?\"'()[]{}…–—-“”‘’„«»、。「」『』！？，：；（）・·•")


@dataclass(frozen=True, slots=True)
class Change:
    """Whether anything changed, whether it matters, and how much of the wording is the same (0 to 1)."""

    changed: bool
    material: bool
    similarity: Decimal


def assess(
    before: Mapping[str, Any], after: Mapping[str, Any], *, decision_fields: Collection[str]
) -> Change:
    """Compare the AI's output with what a person made of it, both as JSON objects.

    Any change of a field in `decision_fields` (decisions, amounts) is material; 5000 and "5000.00" are the same.
    """
    decided = any(_plain(before.get(name)) != _plain(after.get(name)) for name in decision_fields)
    share = similarity(_wording(before, decision_fields), _wording(after, decision_fields))
    return Change(
        changed=decided or before != after,
        material=decided or share < MATERIAL_BELOW,
        similarity=share.quantize(Decimal("0.0001")),
    )


def similarity(before: str, after: str) -> Decimal:
    """The normalised Indel similarity of two texts by words: 1 where no word differs, 0 where none is shared.

    Beyond 20,000 differing words the rest counts as changed, so a long text is never called more alike than it is.
    """
    old, new = _numbered(_words(before), _words(after))
    total = len(old) + len(new)
    if total == 0:
        return Decimal(1)
    start, end = _common(old, new)
    old_rest, new_rest = old[start : len(old) - end], new[start : len(new) - end]
    distance = Indel.distance(old_rest[:MAX_WORDS], new_rest[:MAX_WORDS])
    distance += max(0, len(old_rest) - MAX_WORDS) + max(0, len(new_rest) - MAX_WORDS)
    return 1 - Decimal(distance) / total


def word_diff(before: str, after: str) -> list[tuple[str, str]]:
    """The way from one text to the other in runs of ("equal" | "delete" | "insert", text), nothing lost.

    What was deleted stands before what was inserted; a blank between two changes belongs to them. Where more
    than 8,000 tokens differ, the whole middle is shown as replaced.
    """
    old_tokens, new_tokens = _TOKENS.findall(before), _TOKENS.findall(after)
    old, new = _numbered(old_tokens, new_tokens)
    start, end = _common(old, new)
    old_end, new_end = len(old) - end, len(new) - end
    runs = _Runs()
    runs.equal("".join(old_tokens[:start]))
    if max(old_end, new_end) - start > MAX_DIFF_TOKENS:
        runs.change("".join(old_tokens[start:old_end]), "".join(new_tokens[start:new_end]))
    else:
        for code in Indel.opcodes(old[start:old_end], new[start:new_end]):
            deleted = "".join(old_tokens[start + code.src_start : start + code.src_end])
            inserted = "".join(new_tokens[start + code.dest_start : start + code.dest_end])
            if code.tag == "equal":
                runs.equal(deleted)
            else:
                runs.change(deleted, inserted)
    runs.equal("".join(old_tokens[old_end:]))
    return runs.finished()


class _Runs:
    """Collects runs; neighbouring changes, also with only a blank between them, become one."""

    def __init__(self) -> None:
        self._runs: list[tuple[str, str]] = []
        self._deleted = self._inserted = self._blank = ""

    def equal(self, text: str) -> None:
        changing = bool(self._deleted or self._inserted)
        if changing and not self._blank and text.isspace():
            self._blank = text
        elif text:
            self._flush()
            self._runs.append(("equal", text))

    def change(self, deleted: str, inserted: str) -> None:
        self._deleted += self._blank + deleted
        self._inserted += self._blank + inserted
        self._blank = ""

    def finished(self) -> list[tuple[str, str]]:
        """All runs, with neighbours of one kind as one."""
        self._flush()
        grouped = itertools.groupby(self._runs, key=lambda run: run[0])
        return [(op, "".join(text for _, text in runs)) for op, runs in grouped]

    def _flush(self) -> None:
        blank = self._blank
        changes = (("delete", self._deleted), ("insert", self._inserted))
        self._runs += [run for run in changes if run[1]]
        if blank:
            self._runs.append(("equal", blank))
        self._deleted = self._inserted = self._blank = ""


def _words(text: str) -> list[str]:
    return [token for token in _TOKENS.findall(text) if not token.isspace() and token not in _NOT_WORDS]


def _numbered(old: Sequence[str], new: Sequence[str]) -> tuple[list[int], list[int]]:
    """Both texts with a number for each different token, which compares exactly and fast."""
    numbers: dict[str, int] = {}
    return (
        [numbers.setdefault(token, len(numbers)) for token in old],
        [numbers.setdefault(token, len(numbers)) for token in new],
    )


def _common(old: Sequence[int], new: Sequence[int]) -> tuple[int, int]:
    """How many tokens the two share at the start, and at the end beyond those."""
    shorter = min(len(old), len(new))
    start = 0
    while start < shorter and old[start] == new[start]:
        start += 1
    end = 0
    while end < shorter - start and old[-1 - end] == new[-1 - end]:
        end += 1
    return start, end


def _wording(output: Mapping[str, Any], decision_fields: Collection[str]) -> str:
    return "\n".join(_text(output[name]) for name in sorted(output) if name not in decision_fields)


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)


def _plain(value: Any) -> Any:
    """A decision as it is compared: a number by its value, however it was written; blank is nothing."""
    if value is None:
        return None
    if isinstance(value, bool):
        return _text(value)
    if isinstance(value, str) and not value.strip():
        return None
    if isinstance(value, (str, int, float, Decimal)):
        try:
            number = Decimal(str(value).strip())
        except InvalidOperation:
            return value
        return number if number.is_finite() else str(value)
    return _text(value)
