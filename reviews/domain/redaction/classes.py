"""Which sensitive subjects a text touches: a hint for routing, never a reason to mask a word."""

import re
import string
from collections.abc import Iterator
from functools import lru_cache

from reviews.domain.redaction.lexicon import JAPANESE, PHRASES, WORDS
from reviews.domain.redaction.reading import fold

_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
# What parts the words of an ASCII text.
_BREAKS = {code: " " for code in range(128) if chr(code) not in string.ascii_letters + "-"}
_JAPANESE = re.compile("[⺀-\U0010ffff]")
# Both begin with what is rare in a text, so that the search for it is quick.
_YEARS_OLD = re.compile(
    r"(?P<age>[0-9](?<![0-9].)[0-9]?)"
    r"(?:[ \-]{0,2}(?:years?|yrs?)[ \-]{0,2}old|[ \-]?y/o|[ \-]{0,2}jährige?[rsnm]?|[ \-]?jahre alt| ?歳)"
)
_OLD = ("old", "y/o", "jähr", "jahre alt", "歳")
_AGED = re.compile(
    r"a(?:(?<![a-z].)ged?|(?<![a-z]im a)(?<=im a)lter von)[ :]{1,2}(?P<age>[0-9]{1,2})(?![0-9])"
)
_ADULT = 18


@lru_cache(maxsize=1)
def _class_of_word() -> dict[str, frozenset[str]]:
    classes: dict[str, set[str]] = {}
    for name, words in WORDS.items():
        for word in words.split():
            classes.setdefault(word, set()).add(name)
    return {word: frozenset(names) for word, names in classes.items()}


@lru_cache(maxsize=1)
def _phrases_of_word() -> dict[str, list[tuple[str, re.Pattern[str], str]]]:
    """Each phrase under its longest word, so that only phrases with a word in the text are looked for."""
    phrases: dict[str, list[tuple[str, re.Pattern[str], str]]] = {}
    for name, written in PHRASES.items():
        for phrase in written:
            word = max(_WORD.findall(phrase), key=len)
            pattern = re.compile(rf"(?<!\w){re.escape(phrase)}(?!\w)")
            phrases.setdefault(word, []).append((phrase, pattern, name))
    return phrases


def _words(low: str) -> set[str]:
    """The words of a text in lower case, and perhaps scraps that are no words."""
    # A token is no letter either, and hardly anything else in an English text is beyond ASCII.
    plain = low.replace("«", " ").replace("»", " ")
    if not plain.isascii():
        return set(_WORD.findall(plain))
    found = set(plain.translate(_BREAKS).split())
    for dashed in [word for word in found if "-" in word]:
        found.update(_WORD.findall(dashed))
    return found


def _ages(low: str) -> Iterator[int]:
    patterns = (_AGED, _YEARS_OLD) if any(word in low for word in _OLD) else (_AGED,)
    for pattern in patterns:
        for match in pattern.finditer(low):
            yield int(match["age"])


def detect_classes(text: str) -> set[str]:
    """The sensitive classes a text in English, German or Japanese mentions.

    Words of Latin scripts count as whole words, Japanese ones anywhere. Some of: health, minor, financial,
    credentials, legal_threat, regulator, press, data_request, safety.
    """
    low = fold(text).lower()
    lexicon, phrases = _class_of_word(), _phrases_of_word()
    words = _words(low)
    found: set[str] = set()
    for word in words & lexicon.keys():
        found |= lexicon[word]
    for word in words & phrases.keys():
        found.update(name for phrase, pattern, name in phrases[word] if phrase in low and pattern.search(low))
    if _JAPANESE.search(low):
        for name, stems in JAPANESE.items():
            if name not in found and any(stem in low for stem in stems):
                found.add(name)
    if "minor" not in found and any(age < _ADULT for age in _ages(low)):
        found.add("minor")
    return found
