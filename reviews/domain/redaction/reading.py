"""One text as every recogniser reads it: folded to plain digits, with its runs of digits found once.

This is the shared pre-filter. One scan for digits and a few cheap tests decide which recognisers run at all.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cached_property
from itertools import chain
from typing import NamedTuple

from reviews.domain.redaction.tokens import TOKEN

# Ends one text inside a joined reading; no recogniser reads across it.
BOUNDARY = "\x00"

_SEPARATORS = " ()./+-"
_FIELD = re.compile(r"[0-9][0-9 ()./+\-]*[0-9]")
_NO_SEPARATORS = str.maketrans("", "", _SEPARATORS)
_DIGITS = re.compile(r"[0-9]+")
_FEWEST, _MOST = 8, 19
_GROUPS = 7
_CONTEXT = 40


def _folding() -> dict[int, str]:
    """Single characters to single characters only, so that every offset is also one of the original text."""
    table = dict.fromkeys((*range(0x2010, 0x2016), 0x2212, 0x2043, 0xFE63), "-")
    table |= dict.fromkeys((0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000), " ")
    wide = chain(range(0xFF01, 0xFFA0), range(0xFE50, 0xFE6C))
    decimals = (0x660, 0x6F0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66, 0xCE6, 0xD66, 0xE50)
    for code in chain(wide, *(range(zero, zero + 10) for zero in decimals)):
        plain = unicodedata.normalize("NFKC", chr(code))
        if unicodedata.decimal(chr(code), None) is not None:
            plain = str(unicodedata.decimal(chr(code)))
        if len(plain) == 1 and plain != chr(code):
            table.setdefault(code, plain)
    return table


_FOLDING = _folding()
_FOLDABLE = re.compile("[ー" + "".join(map(re.escape, map(chr, sorted(_FOLDING)))) + "]")
# The long-vowel mark is a letter in words and a dash only in numbers.
_VOWEL_DASH = re.compile("(?<=[0-9])ー(?=[0-9])")


def fold(text: str) -> str:
    """Full-width and other scripts' digits, dashes and spaces as ASCII; every character keeps its place."""
    if text.isascii() or _FOLDABLE.search(text) is None:
        return text
    return _VOWEL_DASH.sub("-", text.translate(_FOLDING))


def lower(text: str) -> str:
    """Lower case of the same length; a character whose lower case is longer stays as it is."""
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(low if len(low := char.lower()) == 1 else char for char in text)


class Window(NamedTuple):
    """Neighbouring groups of digits that could be one number, at most 7 groups and 8 to 19 digits; with 8 it must begin with 0 or follow a plus.

    `shape` holds the length of each group; `glued` says that a dash, dot or underscore ties it to something more.
    """

    start: int
    end: int
    digits: str
    shape: tuple[int, ...]
    gaps: str
    glued: bool


class Reading:
    """A folded text with what the pre-filter learns of it.

    `filtered=False` switches the pre-filter off: every recogniser then looks at the whole text. Both ways
    find the same; the slow one exists so that a test can prove it.
    """

    def __init__(self, text: str, *, region: str = "", filtered: bool = True) -> None:
        folded = fold(text)
        if "«" in folded:
            # A token is opaque: the fill is in no recogniser's alphabet, and offsets stay true.
            folded = TOKEN.sub(lambda match: "«" * len(match.group()), folded)
        self.text = folded
        self.lower = lower(folded)
        self.region = region.upper()
        self.filtered = filtered
        whole = [(0, len(folded))]
        # Runs of digits and what parts them: long enough for a number on its own, right after a letter, of six
        # characters or more, with three dots. Unfiltered, each of them is the whole text.
        self.long, self.headed, self.wide, self.dotted = whole, whole, whole, whole
        if filtered:
            self._digest()

    def _digest(self) -> None:
        text = self.text
        self.long, self.headed, self.wide, self.dotted = [], [], [], []
        for match in _FIELD.finditer(text):
            start, end = match.span()
            if start and text[start - 1].isalpha():
                self.headed.append((start, end))
            if end - start < 6:
                continue
            self.wide.append((start, end))
            if text.count(".", start, end) >= 3:
                self.dotted.append((start, end))
            digits = len(text[start:end].translate(_NO_SEPARATORS))
            if digits > _FEWEST or (digits == _FEWEST and _may_be_short(text, start)):
                self.long.append((start, end))

    @cached_property
    def windows(self) -> list[Window]:
        """Every candidate for a number; a text of n characters has fewer than 7 n of them."""
        return list(chain.from_iterable(self._windows(*area) for area in self.long))

    def _windows(self, start: int, end: int) -> Iterator[Window]:
        text = self.text
        groups = [match.span() for match in _DIGITS.finditer(text, start, end)]
        for first, (begin, _) in enumerate(groups):
            if _is_plain(text, begin - 1):
                continue
            digits, gaps, stop = "", "", begin
            shape: list[int] = []
            for low, high in groups[first : first + _GROUPS]:
                gap = text[stop:low]
                if gap and (len(gap) > 3 or gap.strip(_SEPARATORS) or "+" in gap):
                    break
                if "/" in gap and len(shape) > 1:  # parts an area code; further on it begins another number
                    break
                if high - low + len(digits) > _MOST:
                    break
                digits += text[low:high]
                gaps += gap
                shape.append(high - low)
                stop = high
                if len(digits) < _FEWEST or (len(digits) == _FEWEST and not _may_be_short(text, begin)):
                    continue
                if not _is_plain(text, high):
                    yield Window(begin, high, digits, tuple(shape), gaps, self._is_glued(begin, high))

    def _is_glued(self, start: int, end: int) -> bool:
        text = self.text
        before = start > 1 and text[start - 1] in "-._" and _is_plain(text, start - 2)
        return before or (end + 1 < len(text) and text[end] in "-._" and _is_plain(text, end + 1))

    def before(self, start: int) -> str:
        """The 40 characters before an offset in lower case, of the same text and after the last token."""
        context = self.lower[max(0, start - _CONTEXT) : start]
        return context[max(context.rfind(BOUNDARY), context.rfind("«")) + 1 :]

    def mentions(self, words: tuple[str, ...], *, exact: bool = False) -> bool:
        """Whether any of these words (in lower case, or exactly as written) occurs, also inside another."""
        if not self.filtered:
            return True
        text = self.text if exact else self.lower
        for word in words:  # noqa: SIM110 — twice as fast as any() with a generator, and this runs for every text
            if word in text:
                return True
        return False


def _may_be_short(text: str, start: int) -> bool:
    """Only telephone numbers have as few as 8 digits; dates and order numbers, which often do, stop here."""
    return text[start] == "0" or text[max(0, start - 2) : start].rstrip("(")[-1:] == "+"


def _is_plain(text: str, index: int) -> bool:
    return 0 <= index < len(text) and text[index].isascii() and (text[index].isalnum() or text[index] == "_")
