"""How long a text takes to read, and the time below which nobody can have read it (§5.4)."""

import re
from collections.abc import Iterator
from typing import Any

# Adult silent reading of English non-fiction, in words a minute: Brysbaert 2019, over 190 studies.
ENGLISH = 238
# Nobody is faster than two and a half times that, and nobody decides on anything in less than five seconds.
SHARE, LEAST = 0.4, 5.0
# Words a minute, read aloud by adults in their first language: Trauzettel-Klosinski and Dietz 2012 (IReST).
_ALOUD = {
    "ar": 138,
    "de": 179,
    "en": 228,
    "es": 218,
    "fi": 161,
    "fr": 195,
    "he": 187,
    "it": 188,
    "nl": 202,
    "pl": 166,
    "pt": 181,
    "ru": 184,
    "sl": 180,
    "sv": 199,
    "tr": 166,
}
# The same for writing without spaces: characters a minute.
_ALOUD_CHARACTERS = {"ja": 357, "zh": 255}
_WORD = re.compile(r"\w[\w'’.,/-]*")
_CHARACTER = re.compile(r"\w")


def rate(language: str) -> float:
    """Units a minute in silence: words, or characters where a language is written without spaces.

    English is 238 (Brysbaert 2019). For other languages nobody has as many studies: they keep the distance to English
    that the IReST texts found in reading aloud (Trauzettel-Klosinski and Dietz 2012), so German is 179/228 · 238 = 187
    words and Japanese 357/228 · 238 = 373 characters. An unknown language is read like English, among the fastest, so
    that a doubt speaks for the reader; so does that reading in a second language, which is slower, is not asked about.
    """
    short = _short(language)
    return _ALOUD_CHARACTERS.get(short, _ALOUD.get(short, _ALOUD["en"])) / _ALOUD["en"] * ENGLISH


def units(text: str, language: str) -> int:
    """The words of a text, or its characters without signs where the language is written without spaces."""
    pattern = _CHARACTER if _short(language) in _ALOUD_CHARACTERS else _WORD
    return sum(1 for _ in pattern.finditer(text))


def floor(count: int, language: str) -> float:
    """The seconds below which `count` units cannot have been read: max(5 s, 0.4 · E) with E = units / rate · 60 s.

    In English 120 words are 12.1 s, 200 are 20.2 s, 350 are 35.3 s.
    """
    return max(LEAST, SHARE * count / rate(language) * 60)


def floor_of(parts: Any, language: str) -> float:
    """The floor of everything written in these values, to the tenth of a second; numbers and names count as words."""
    return round(floor(sum(units(text, language) for text in _texts(parts)), language), 1)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner)
    elif value is not None and not isinstance(value, bool):
        yield str(value)


def _short(language: str) -> str:
    return language.lower().partition("-")[0]
