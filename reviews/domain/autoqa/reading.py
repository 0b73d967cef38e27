"""A JSON value as it is read: so much of it and no more, so that no input takes longer than another by much."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reviews.domain.redaction.tokens import TOKEN

MOST_CHARACTERS = 40_000
MOST_NODES = 5_000
DEEPEST = 40
# Characters that show nothing: zero-width ones, joiners and the block of invisible tags.
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060-\u2064\ufeff\U000e0000-\U000e007f]")
# Of them, those that no writing and no emoji needs.
_HIDDEN = re.compile("[\u200b\u2060-\u2064\ufeff\U000e0000-\U000e007f]")
_BLANKS = re.compile(r"\s+")
_KANA = re.compile("[ぁ-ヿ]")
_LANGUAGES = ("en", "de", "ja")


@dataclass(frozen=True, slots=True)
class Read:
    """What was read of a value: a copy of it within the limits, its texts and numbers, and whether something was left."""

    value: Any
    texts: tuple[str, ...]
    cut: bool

    @property
    def text(self) -> str:
        return "\n".join(self.texts)


def read(value: Any) -> Read:
    """A value up to 40 levels, 5,000 nodes and 40,000 characters."""
    reader = _Reader()
    copy = reader.copy(value, 0)
    return Read(copy, tuple(reader.texts), reader.cut)


class _Reader:
    def __init__(self) -> None:
        self.texts: list[str] = []
        self.cut = False
        self._characters = MOST_CHARACTERS
        self._nodes = MOST_NODES

    def copy(self, value: Any, depth: int) -> Any:
        self._nodes -= 1
        if self._nodes < 0 or depth > DEEPEST:
            self.cut = True
            return None
        if isinstance(value, str):
            return self._take(value)
        if isinstance(value, bool) or value is None:
            return value
        if isinstance(value, int | float):
            # No number of thousands of digits is turned into text, which would take its time.
            if isinstance(value, int) and value.bit_length() > 256:
                self.cut = True
                return None
            self._take(str(value))
            return value
        if isinstance(value, Mapping):
            return {self._key(key): self.copy(item, depth + 1) for key, item in self._some(value.items())}
        if isinstance(value, list | tuple):
            return [self.copy(item, depth + 1) for item in self._some(value)]
        self.cut = True
        return None

    def _some(self, items: Any) -> Any:
        for item in items:
            if self._nodes <= 0 or self._characters <= 0:
                self.cut = True
                return
            yield item

    def _key(self, key: Any) -> str:
        return str(key)[:64]

    def _take(self, text: str) -> str:
        if len(text) > self._characters:
            self.cut = True
            text = text[: self._characters]
        self._characters -= len(text)
        if text:
            self.texts.append(text)
        return text


def plain(text: str) -> str:
    """A text as it is compared: one width, small letters, no unseen characters, single blanks."""
    if not text.isascii():
        text = _UNSEEN.sub("", unicodedata.normalize("NFKC", text))
    return _BLANKS.sub(" ", text.casefold())


def unseen(text: str) -> int:
    """How many characters of a text nobody sees, and nothing needs."""
    return 0 if text.isascii() else len(_HIDDEN.findall(text))


def bare(text: str) -> str:
    """A text without the tokens that stand for personal data."""
    return TOKEN.sub(" ", text) if "«" in text else text


def languages(tag: str, text: str) -> tuple[str, ...]:
    """The languages whose words are looked for: the one that is named, or those the writing allows."""
    named = tag[:2].lower()
    if named in _LANGUAGES:
        return (named,)
    return ("ja",) if _KANA.search(text) else ("en", "de")
