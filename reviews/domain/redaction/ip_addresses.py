"""Internet addresses of both versions."""

import ipaddress
import re
from collections.abc import Iterator

from reviews.domain.redaction.contexts import is_version
from reviews.domain.redaction.reading import Reading
from reviews.domain.redaction.spans import Span

_FOUR = re.compile(r"(?<![A-Za-z0-9.\-_])[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?!\.?[A-Za-z0-9_]|-[0-9])")
_SIX = re.compile(
    r"(?<![A-Za-z0-9:.])(?:[0-9A-Fa-f]{0,4}:){2,7}(?:[0-9]{1,3}(?:\.[0-9]{1,3}){3}|[0-9A-Fa-f]{0,4})(?![A-Za-z0-9:])"
)


class InternetAddresses:
    """IPv4 unless a word such as "version" comes before it, and IPv6 as far as Python's own reader takes it."""

    kinds = ("IP",)

    def hint(self, reading: Reading) -> bool:
        return bool(reading.dotted) or reading.text.count(":") >= 2

    def find(self, reading: Reading) -> Iterator[Span]:
        text = reading.text
        for low, high in reading.dotted:
            for match in _FOUR.finditer(text, low, high + 2):
                octets = match.group().split(".")
                if all(int(octet) <= 255 for octet in octets) and not is_version(
                    reading.before(match.start())
                ):
                    yield Span(*match.span(), "IP")
        if text.count(":") >= 2:
            for match in _SIX.finditer(text):
                if self._is_six(match.group()):
                    yield Span(*match.span(), "IP")

    def _is_six(self, written: str) -> bool:
        if not any(map(str.isdigit, written)):
            return False
        try:
            ipaddress.IPv6Address(written)
        except ValueError:
            return False
        return True
