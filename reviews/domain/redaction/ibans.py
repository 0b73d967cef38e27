"""International bank account numbers."""

import re
from collections.abc import Iterator

from reviews.domain.redaction.reading import Reading
from reviews.domain.redaction.spans import Span

# Length of the IBAN of each country in the SWIFT registry.
_REGISTRY = """
    AD:24 AE:23 AL:28 AT:20 AZ:28 BA:20 BE:16 BG:22 BH:22 BI:27 BR:29 BY:28 CH:21 CR:22 CY:28 CZ:24 DE:22
    DJ:27 DK:18 DO:28 EE:20 EG:29 ES:24 FI:18 FK:18 FO:18 FR:27 GB:22 GE:22 GI:23 GL:18 GR:27 GT:28 HN:28
    HR:21 HU:28 IE:22 IL:23 IQ:23 IS:26 IT:27 JO:30 KW:30 KZ:20 LB:28 LC:32 LI:21 LT:20 LU:20 LV:21 LY:25
    MC:27 MD:24 ME:22 MK:19 MN:20 MR:27 MT:31 MU:30 NI:28 NL:18 NO:15 OM:23 PK:24 PL:28 PS:29 PT:25 QA:29
    RO:24 RS:22 RU:33 SA:24 SC:31 SD:18 SE:24 SI:19 SK:24 SM:27 SO:23 ST:25 SV:28 TL:23 TN:24 TR:26 UA:29
    VA:22 VG:24 XK:20 YE:30
"""
_LENGTHS = dict(pair.split(":") for pair in _REGISTRY.split())
_HEAD = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}[0-9]{2}")


def check_digits_hold(account: str) -> bool:
    """ISO 13616: the first four characters moved to the end, letters as 10 to 35, the number leaves 1 by 97."""
    return int("".join(str(int(char, 36)) for char in account[4:] + account[:4])) % 97 == 1


class Ibans:
    """A country's two letters, two check digits and the rest in its length, with spaces or dashes or without."""

    kinds = ("IBAN",)

    def hint(self, reading: Reading) -> bool:
        return bool(reading.headed)

    def find(self, reading: Reading) -> Iterator[Span]:
        text = reading.text
        for start, end in reading.headed:
            for head in _HEAD.finditer(text, max(0, start - 2), end):
                length = int(_LENGTHS.get(head.group()[:2].upper(), 0))
                if length:
                    yield from self._at(text, head.start(), length)

    def _at(self, text: str, start: int, length: int) -> Iterator[Span]:
        account, place = "", start
        while len(account) < length and place < len(text):
            char = text[place]
            if char.isascii() and char.isalnum():
                account += char
            elif char not in " -" or text[place - 1] in " -":
                return
            place += 1
        ends = place == len(text) or not (text[place].isascii() and text[place].isalnum())
        if len(account) == length and ends and check_digits_hold(account.upper()):
            yield Span(start, place, "IBAN")
