"""Passport numbers, which carry nothing to check and are known by the word before them."""

import re
from collections.abc import Iterator

from reviews.domain.redaction.reading import Reading
from reviews.domain.redaction.spans import Span

_WORDS = ("pass", "旅券", "パスポート")
_PASSPORT = re.compile(
    r"(?<![a-z])(?:passport|reisepass|passnummer|pass-nr|旅券|パスポート)(?:nummer|番号)?"
    r"(?:[ .:#=(\-]{0,3}(?:no|nr|num|numbers?|nummer|is|ist|lautet|details?|id|book|holder)(?![a-z])|[ .:#=(\-]{0,3}(?:番号|は|の|が)){0,4}"
    r"[ \n.:#=()\-]{0,4}(?P<number>(?=[a-z]{0,4}[0-9])[a-z0-9]{6,10}|[a-z]{1,2} [0-9]{6,8})(?![a-z0-9])"
)


class Passports:
    """Six to ten letters and digits, at least four of them digits, right after "passport" in three languages."""

    kinds = ("PASSPORT",)

    def hint(self, reading: Reading) -> bool:
        return reading.mentions(_WORDS)

    def find(self, reading: Reading) -> Iterator[Span]:
        for match in _PASSPORT.finditer(reading.lower):
            if sum(map(str.isdigit, match["number"])) >= 4:
                yield Span(*match.span("number"), "PASSPORT")
