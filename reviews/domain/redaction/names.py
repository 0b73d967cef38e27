"""Names and addresses: no pattern knows them, so those of the customer's record are masked wherever they stand."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from reviews.domain.redaction.reading import Reading, fold, lower
from reviews.domain.redaction.spans import Span

# Words inside names and addresses that are ordinary words everywhere else.
_STOPPING = """von van der den dem des del della dela los las the and und for zum zur dos das mac bin binti ibn san santa
    mrs miss mister herr frau doctor prof dipl ing jun sen junior senior
    street road lane avenue drive square court flat floor apartment apt unit suite block building room level
    north south east west upper lower new old city town village county state province region district
    straße strasse str weg platz allee gasse ring haus hof stock ufer damm chaussee
    barangay brgy purok sitio subdivision subd phase lot nagar marg sector society colony near opp
    ltd inc gmbh dac plc llc corp company not are was has had who you our your"""
_STOP_WORDS = frozenset(_STOPPING.split())
# People bear these names, yet in small letters they are ordinary words.
_AMBIGUOUS = """will can may mark grant price young long good king best brown green white black gray grey rose hope faith grace
    joy summer april june august bill art drew sue pat rob frank jack rich dean earl major bishop cook baker fox wolf bush stone
    wood woods field fields hill park place house home main high church station bridge market mill rivers lake day love bell
    power powers banks case law read reading short small little noble wise sharp strong swift west winter snow frost
    klein groß lang kurz jung schwarz weiß braun stark frei lieb ernst bach berg stein wald rot"""
_CAPITAL_WORDS = frozenset(_AMBIGUOUS.split())
_HONORIFICS = ("様", "さま", "さん", "氏", "君", "殿", "ちゃん")
_PART = re.compile(r"[^\s,;/|()・]+")
_TRANSLITERATION = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_NO_MARKS = str.maketrans({"«": " ", "\x00": " "})
_EAST = "⺀"


class Needle(NamedTuple):
    """One string to look for.

    An honorific one counts only before 様, さん and the like; one that is also an ordinary word only where it
    begins with a capital.
    """

    text: str
    kind: str
    capital: bool = False
    honorific: bool = False


def is_east_asian(char: str) -> bool:
    """Whether a character belongs to a script that writes words without spaces."""
    return char >= _EAST


@lru_cache(maxsize=1024)
def needles(names: tuple[str, ...]) -> tuple[Needle, ...]:
    """What to look for: each field as a whole and each of its parts that is long enough to be told apart.

    Parts need 3 letters (2 in Japanese and Chinese writing, 5 where they are digits only) and must not be an
    ordinary word. Spellings with ae, oe, ue, ss and in decomposed form are looked for too. A field with a
    digit is an address, any other a name.
    """
    found: dict[str, Needle] = {}
    for name in names:
        # Folded as the text will be; the marks of tokens and of boundaries cannot be part of a name.
        plain = lower(fold(unicodedata.normalize("NFKC", name))).translate(_NO_MARKS).strip()
        parts = [part for raw in _PART.findall(plain) if (part := raw.strip(".-'’\""))]
        kind = "ADDRESS" if any(map(str.isdigit, plain)) else "NAME"
        wanted = [part for part in parts if _is_telling(part, alone=len(parts) == 1)]
        if len(parts) > 1:
            wanted.append(plain)
        for text in wanted:
            for spelling in _spellings(text):
                found.setdefault(spelling, Needle(spelling, kind, capital=spelling in _CAPITAL_WORDS))
        if kind == "NAME":
            for part in parts:
                for surname in _surnames(part):
                    found.setdefault(surname, Needle(surname, kind, honorific=True))
    return tuple(found.values())


def _is_telling(part: str, *, alone: bool) -> bool:
    if part in _STOP_WORDS:
        return False
    if part.isdigit():
        return len(part) >= 5
    if is_east_asian(part[0]):
        return len(part) >= 2
    return len(part) >= (2 if alone else 3)


def _surnames(part: str) -> tuple[str, ...]:
    """The beginnings of a name written in one go that may be its family name: 田中 of 田中太郎."""
    if not is_east_asian(part[0]):
        return ()
    return (part,) if len(part) <= 2 else (part[:1], part[:2], part[:3])


def _spellings(text: str) -> list[str]:
    if text.isascii():
        return [text]
    return sorted({text, text.translate(_TRANSLITERATION), unicodedata.normalize("NFD", text)})


class Names:
    """The fields of one customer's record, found as whole words and whatever their case.

    In scripts without spaces any occurrence counts; Katakana must not go on in Katakana.
    """

    kinds = ("NAME", "ADDRESS")

    def __init__(self, names: Sequence[str]) -> None:
        self._needles = needles(tuple(names))

    def hint(self, reading: Reading) -> bool:
        return bool(self._needles)

    def find(self, reading: Reading) -> Iterator[Span]:
        text = reading.lower
        for needle in self._needles:
            wanted = needle.text
            start = text.find(wanted)
            while start >= 0:
                end = _genitive_end(text, start + len(wanted), needle)
                if _is_bounded(text, start, end) and self._counts(needle, reading, start, end):
                    yield Span(start, end, needle.kind)
                start = text.find(wanted, end)

    def _counts(self, needle: Needle, reading: Reading, start: int, end: int) -> bool:
        if needle.capital:
            return reading.text[start].isupper()
        return not needle.honorific or reading.text.startswith(_HONORIFICS, end)


def _genitive_end(text: str, end: int, needle: Needle) -> int:
    """Müllers, as German writes it, is still Müller."""
    if text[end : end + 1] == "s" and needle.kind == "NAME" and len(needle.text) >= 4:
        ends = end + 1 == len(text) or not _runs_on("s", text[end + 1])
        return end + 1 if ends else end
    return end


def _is_bounded(text: str, start: int, end: int) -> bool:
    return not (
        (start and _runs_on(text[start - 1], text[start]))
        or (end < len(text) and _runs_on(text[end - 1], text[end]))
    )


def _runs_on(left: str, right: str) -> bool:
    """Whether two neighbouring characters belong to one word."""
    if is_east_asian(left) or is_east_asian(right):
        return "ァ" <= left <= "ー" and "ァ" <= right <= "ー"
    if not (left.isalnum() or left == "_"):
        return False
    return right.isalnum() or right == "_" or unicodedata.combining(right) != 0
