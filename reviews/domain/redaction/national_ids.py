"""Numbers that a state gives to a person: checked by their own arithmetic, or named by a word before them."""

import re
from collections.abc import Callable, Iterator

from stdnum.de import idnr
from stdnum.gb import nhs
from stdnum.ie import pps
from stdnum.in_ import aadhaar, pan
from stdnum.us import ssn

from reviews.domain.redaction.contexts import is_reference
from reviews.domain.redaction.reading import Reading, Window
from reviews.domain.redaction.spans import Span


def _announcing(words: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![a-z])(?:{words})[^0-9]{{0,24}}$")


_SSN = _announcing(r"ssn|social security")
_AADHAAR = _announcing(r"aadhaar|aadhar|adhaar|uidai|uid|आधार")
_MY_NUMBER = _announcing(r"my ?number|individual number|マイナンバー|個人番号")
_DE_TAX_ID = _announcing(
    r"steuer-?id(?:nr)?|idnr|id-nr|steuer-?identifikationsnummer|steueridentnummer|identifikationsnummer|steuerliche|tax id|tin"
)
_NHS = _announcing(r"nhs")
_PH_TIN = _announcing(r"tin|tax identification|tax id|taxpayer")
_PH_SSS = _announcing(r"sss|social security")
_NINO_WORD = _announcing(r"nino|ni|n\.i\.|national insurance")
_NINO = re.compile(
    r"(?<![A-Za-z0-9])(?!BG|GB|NK|KN|TN|NT|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z](?: ?[0-9]{2}){3} ?[A-D](?![A-Za-z0-9])",
    re.IGNORECASE,
)
_IN_PAN = re.compile(r"(?<![A-Za-z0-9])[A-Z]{3}[ABCFGHJLPTK][A-Z][0-9]{4}[A-Z](?![A-Za-z0-9])", re.IGNORECASE)
_PPS = re.compile(r"(?<![A-Za-z0-9])[0-9]{7} ?[A-W][ABHWTX]?(?![A-Za-z0-9])", re.IGNORECASE)


def my_number_holds(digits: str) -> bool:
    """The check digit of the Japanese individual number (12 digits): weights 2 to 7 and 2 to 6 from the right."""
    total = sum(
        int(digit) * (place + 2 if place < 6 else place - 4) for place, digit in enumerate(digits[10::-1])
    )
    rest = total % 11
    return int(digits[11]) == (0 if rest <= 1 else 11 - rest)


class Numbers:
    """The national numbers that consist of digits only; the count of digits chooses the rule.

    Where the arithmetic is weak (one number in ten passes by chance), a word before the number, the region or
    the usual parting must speak for it too. A word such as "order" before it speaks against it.
    """

    kinds = ("SSN", "AADHAAR", "MY_NUMBER", "DE_TAX_ID", "NHS", "PH_TIN", "PH_SSS")

    def __init__(self) -> None:
        self._rules: dict[int, Callable[[Window, str, str], str]] = {
            9: self._nine,
            10: self._ten,
            11: self._eleven,
            12: self._twelve,
        }

    def hint(self, reading: Reading) -> bool:
        return bool(reading.long)

    def find(self, reading: Reading) -> Iterator[Span]:
        for window in reading.windows:
            rule = self._rules.get(len(window.digits))
            if rule is None or window.glued or window.gaps.strip(" -") or len(window.shape) > 4:
                continue
            kind = rule(window, reading.before(window.start), reading.region)
            if kind:
                yield Span(window.start, window.end, kind)

    def _nine(self, window: Window, before: str, region: str) -> str:
        parted = window.shape == (3, 2, 4)
        named = _SSN.search(before) and region != "PH"
        if (named or (parted and not is_reference(before))) and ssn.is_valid(window.digits):
            return "SSN"
        return "PH_TIN" if window.shape in {(3, 3, 3), (9,)} and _PH_TIN.search(before) else ""

    def _ten(self, window: Window, before: str, region: str) -> str:
        if _NHS.search(before) and nhs.is_valid(window.digits):
            return "NHS"
        return "PH_SSS" if window.shape in {(2, 7, 1), (10,)} and _PH_SSS.search(before) else ""

    def _eleven(self, window: Window, before: str, region: str) -> str:
        usual = window.shape == (2, 3, 3, 3) or (region == "DE" and window.shape == (11,))
        named = _DE_TAX_ID.search(before) is not None
        if (named or (usual and not is_reference(before))) and idnr.is_valid(window.digits):
            return "DE_TAX_ID"
        return ""

    def _twelve(self, window: Window, before: str, region: str) -> str:
        parted = window.shape == (4, 4, 4)
        plain = parted or window.shape == (12,)
        if plain and aadhaar.is_valid(window.digits):
            if _AADHAAR.search(before):
                return "AADHAAR"
            if (parted or region == "IN") and region != "JP" and not is_reference(before):
                return "AADHAAR"
        if plain and my_number_holds(window.digits):
            if _MY_NUMBER.search(before):
                return "MY_NUMBER"
            if (parted or region == "JP") and region in {"", "JP"} and not is_reference(before):
                return "MY_NUMBER"
        return "PH_TIN" if window.shape in {(3, 3, 3, 3), (12,)} and _PH_TIN.search(before) else ""


class Lettered:
    """The national numbers of letters and digits: Indian PAN, Irish PPS, and the UK's NINO after its name."""

    kinds = ("IN_PAN", "PPS", "NINO")

    def hint(self, reading: Reading) -> bool:
        return bool(reading.wide or reading.headed)

    def find(self, reading: Reading) -> Iterator[Span]:
        text = reading.text
        for low, high in reading.headed:
            if high - low < 4:
                continue
            for match in _IN_PAN.finditer(text, max(0, low - 5), high + 2):
                if pan.is_valid(match.group().upper()) and not is_reference(reading.before(match.start())):
                    yield Span(*match.span(), "IN_PAN")
        for low, high in reading.wide:
            for match in _PPS.finditer(text, low, high + 3):
                if pps.is_valid(match.group().upper()) and not is_reference(reading.before(match.start())):
                    yield Span(*match.span(), "PPS")
            for match in _NINO.finditer(text, max(0, low - 3), high + 2):
                if _NINO_WORD.search(reading.before(match.start())):
                    yield Span(*match.span(), "NINO")
