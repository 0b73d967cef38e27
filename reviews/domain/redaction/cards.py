"""Payment card numbers."""

from collections.abc import Iterator

from reviews.domain.redaction.reading import Reading
from reviews.domain.redaction.spans import Span

_DOUBLED = {str(digit): digit * 2 - 9 * (digit > 4) for digit in range(10)}
# First digits of the card networks; without them one long number in ten would pass for a card.
_NETWORKS = ("3", "4", "5", "6", "22", "23", "24", "25", "26", "27", "81", "82", "9792")
_PARTED = frozenset(" -.")


def luhn_holds(digits: str) -> bool:
    """The check sum of card numbers: from the right, every second digit doubled, the sum divisible by 10."""
    return (sum(map(int, digits[-1::-2])) + sum(map(_DOUBLED.__getitem__, digits[-2::-2]))) % 10 == 0


class Cards:
    """13 to 19 digits, also in groups parted by single spaces, dashes or dots, of a card network and with a true check digit."""

    kinds = ("CARD",)

    def hint(self, reading: Reading) -> bool:
        return bool(reading.long)

    def find(self, reading: Reading) -> Iterator[Span]:
        for window in reading.windows:
            if len(window.digits) < 13 or not window.digits.startswith(_NETWORKS):
                continue
            parted = len(window.gaps) == len(window.shape) - 1 and _PARTED.issuperset(window.gaps)
            if parted and window.shape[0] >= 4 and len(window.shape) <= 6 and luhn_holds(window.digits):
                yield Span(window.start, window.end, "CARD")
