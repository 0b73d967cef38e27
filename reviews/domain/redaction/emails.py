"""E-mail addresses."""

import re
from collections.abc import Iterator

from reviews.domain.redaction.reading import Reading
from reviews.domain.redaction.spans import Span

# Latin letters only: in Japanese the sentence runs on around an address without a space.
_LETTERS = "A-Za-z0-9À-ÖØ-öø-ɏ"
_DOMAIN = re.compile(
    rf"[{_LETTERS}](?:[{_LETTERS}\-]{{0,62}})(?:\.[{_LETTERS}](?:[{_LETTERS}\-]{{0,62}})){{1,8}}"
)
_LOCAL_SET = frozenset("!#$%&'*+/=?^_`{|}~.-")
_LONGEST_LOCAL = 128


class Emails:
    """`name@domain.tld`, found from the @ outwards, so that the work is bounded for each of them."""

    kinds = ("EMAIL",)

    def hint(self, reading: Reading) -> bool:
        return "@" in reading.text

    def find(self, reading: Reading) -> Iterator[Span]:
        text = reading.text
        at = text.find("@")
        while at >= 0:
            start = self._local_start(text, at)
            match = _DOMAIN.match(text, at + 1) if start < at else None
            if match:
                end = match.end()
                while text[end - 1] == "-":
                    end -= 1
                top = text[text.rfind(".", at, end) + 1 : end]
                if len(top) >= 2 and not top.isdigit():
                    yield Span(start, end, "EMAIL")
            at = text.find("@", at + 1)

    def _local_start(self, text: str, at: int) -> int:
        start = at
        while start > 0 and at - start < _LONGEST_LOCAL:
            char = text[start - 1]
            if not (char in _LOCAL_SET or (char <= "ɏ" and char.isalnum())):
                break
            start -= 1
        # An address in quotes, brackets or after "mailto=" begins at its first letter or digit.
        while start < at and not text[start].isalnum():
            start += 1
        return start
