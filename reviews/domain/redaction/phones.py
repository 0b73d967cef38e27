"""Telephone numbers, international and as written in seven countries."""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby

import phonenumbers

from reviews.domain.redaction.contexts import is_phone, is_reference
from reviews.domain.redaction.reading import Reading, Window
from reviews.domain.redaction.spans import Span

REGIONS = ("PH", "IN", "JP", "DE", "IE", "GB", "US")
_SHORT_YEAR = re.compile(r"[0-9]{1,2}([./\-])[0-9]{1,2}\1(?:[0-9]{4}|[0-9]{2})(?![0-9])")
_LONG_YEAR = re.compile(r"(?:19|20)[0-9]{2}([./\-])[0-9]{1,2}\1[0-9]{1,2}(?![0-9])")
_MOBILE = {
    "PH": re.compile(r"09[0-9]{9}\Z"),
    "JP": re.compile(r"0[789]0[0-9]{8}\Z"),
    "GB": re.compile(r"07[0-9]{9}\Z"),
    "IE": re.compile(r"08[35679][0-9]{7}\Z"),
    "DE": re.compile(r"01[567][0-9]{8,9}\Z"),
}
# How people of a country part a number; used where the region of the text is not known.
_SHAPES = {
    (4, 3, 4): ("PH", "GB"),
    (3, 4, 4): ("JP", "GB"),
    (2, 4, 4): ("JP", "PH"),
    (3, 3, 4): ("JP", "IE"),
    (4, 2, 4): ("JP",),
    (5, 6): ("GB",),
    (5, 3, 3): ("GB",),
    (2, 3, 4): ("IE",),
    (2, 7): ("IE",),
    (3, 7): ("IE",),
    (4, 7): ("DE", "PH", "GB"),
    (4, 8): ("DE",),
    (5, 7): ("DE",),
    (5, 8): ("DE",),
}
_AMERICAN = frozenset({(3, 3, 4), (1, 3, 3, 4)})


@lru_cache(maxsize=8192)
def _judge(number: str, region: str) -> int:
    """2 for a valid number of the region, 1 for one of a possible length, 0 for none."""
    try:
        parsed = phonenumbers.parse(number, region or None)
    except phonenumbers.NumberParseException:
        return 0
    if phonenumbers.is_valid_number(parsed):
        return 2
    return int(phonenumbers.is_possible_number(parsed))


class Phones:
    """Candidates by their shape, then the numbering plan of their country decides.

    A number with + needs a possible length only, since numbers kept free for films and examples are in no
    plan; of several readings the longest valid one is taken. A national number without any parting needs its
    region, a word such as "call" before it, or the unmistakable form of a mobile number.
    """

    kinds = ("PHONE",)

    def hint(self, reading: Reading) -> bool:
        return bool(reading.long)

    def find(self, reading: Reading) -> Iterator[Span]:
        for _, same_start in groupby(reading.windows, key=lambda window: window.start):
            windows = [window for window in same_start if len(window.digits) <= 16 and not window.glued]
            windows.reverse()
            if windows:
                yield from self._longest(reading, windows)

    def _longest(self, reading: Reading, windows: list[Window]) -> Iterator[Span]:
        text, start = reading.text, windows[0].start
        opened = start - 1 if start and text[start - 1] == "(" else start
        if opened and text[opened - 1] == "+":
            if opened > 1 and text[opened - 2].isascii() and text[opened - 2].isalnum():
                return
            judged = [(self._international(window), window) for window in windows]
            best, window = max(judged, key=lambda pair: pair[0])
            if best:
                yield Span(opened - 1, window.end, "PHONE")
            return
        before = ""
        for window in windows:
            if not self._has_shape(window):
                continue
            before = before or reading.before(start) or " "
            if self._is_national(window, text[opened : window.end], before, reading.region):
                yield Span(opened if ")" in window.gaps else start, window.end, "PHONE")
                return

    def _international(self, window: Window) -> int:
        return _judge("+" + window.digits, "") if len(window.digits) >= 8 else 0

    def _has_shape(self, window: Window) -> bool:
        """The cheap test: what a national number of any of the seven countries begins with."""
        digits = window.digits
        if window.shape.count(1) > 2 or len(digits) > 16:
            return False
        if digits[0] == "0":
            return len(digits) >= 8
        if len(digits) == 11:
            return digits[0] == "1" and window.shape in {(1, 3, 3, 4), (11,), (1, 10)}
        return len(digits) == 10 and digits[0] in "23456789"

    def _is_national(self, window: Window, written: str, before: str, region: str) -> bool:
        digits = window.digits
        if _SHORT_YEAR.match(written) or _LONG_YEAR.match(written) or is_reference(before):
            return False
        announced = is_phone(before)
        if digits.startswith("00") and digits[2] != "0":
            return len(digits) >= 10 and _judge("+" + digits[2:], "") == 2
        if digits[0] == "0":
            regions = self._regions(window, announced, region)
        elif len(digits) == 11 or window.shape == (3, 3, 4):
            spaces = window.gaps.strip() == "" and "(" not in written
            regions = (
                ("US",) if announced or (window.shape in _AMERICAN and (not spaces or region == "US")) else ()
            )
        else:
            regions = self._plain_ten(window, announced, region)
        return any(_judge(digits, each) == 2 for each in regions)

    def _regions(self, window: Window, announced: bool, region: str) -> tuple[str, ...]:
        if announced:
            return (region, *REGIONS) if region else REGIONS
        if region in REGIONS:
            return (region,)
        if len(window.shape) == 1:
            return tuple(each for each, mobile in _MOBILE.items() if mobile.match(window.digits))
        return _SHAPES.get(window.shape, ())

    def _plain_ten(self, window: Window, announced: bool, region: str) -> tuple[str, ...]:
        indian = window.digits[0] in "6789" and window.shape in {(10,), (5, 5), (4, 3, 3), (3, 3, 4)}
        if announced:
            return ("IN", "US") if indian else ("US",)
        if indian and (region == "IN" or (not region and window.shape == (5, 5))):
            return ("IN",)
        return ()
