"""Which sensitive subjects a text touches: a hint for routing, never a reason to mask a word."""

import re
from functools import lru_cache

from reviews.domain.redaction.lexicon import JAPANESE, PHRASES, WORDS
from reviews.domain.redaction.reading import fold

_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_AGE = re.compile(
    r"(?<![0-9])(?P<age>[0-9]{1,2})(?:[ \-]{0,2}(?:years?|yrs?)[ \-]{0,2}old|[ \-]?y/o|[ \-]{0,2}jährige?[rsnm]?|[ \-]?jahre alt| ?歳)"
    r"|(?<![a-z])(?:aged|age|im alter von)[ :]{1,2}(?P<aged>[0-9]{1,2})(?![0-9])"
)
_AGE_WORDS = ("old", "y/o", "jähr", "jahre alt", "歳", "age", "alter von")
_ADULT = 18


@lru_cache(maxsize=1)
def _class_of_word() -> dict[str, frozenset[str]]:
    classes: dict[str, set[str]] = {}
    for name, words in WORDS.items():
        for word in words.split():
            classes.setdefault(word, set()).add(name)
    return {word: frozenset(names) for word, names in classes.items()}


@lru_cache(maxsize=1)
def _phrases_of_word() -> dict[str, list[tuple[re.Pattern[str], str]]]:
    """Each phrase under its longest word, so that only phrases with a word in the text are looked for."""
    phrases: dict[str, list[tuple[re.Pattern[str], str]]] = {}
    for name, written in PHRASES.items():
        for phrase in written:
            word = max(_WORD.findall(phrase), key=len)
            phrases.setdefault(word, []).append((re.compile(rf"(?<!\w){re.escape(phrase)}(?!\w)"), name))
    return phrases


def detect_classes(text: str) -> set[str]:
    """The sensitive classes a text in English, German or Japanese mentions.

    Words of Latin scripts count as whole words, Japanese ones anywhere. Some of: health, minor, financial,
    credentials, legal_threat, regulator, press, data_request, safety.
    """
    low = fold(text).lower()
    lexicon, phrases = _class_of_word(), _phrases_of_word()
    words = set(_WORD.findall(low))
    found: set[str] = set()
    for word in words & lexicon.keys():
        found |= lexicon[word]
    for word in words & phrases.keys():
        found.update(name for pattern, name in phrases[word] if pattern.search(low))
    if not low.isascii():
        for name, stems in JAPANESE.items():
            if name not in found and any(stem in low for stem in stems):
                found.add(name)
    if "minor" not in found and any(word in low for word in _AGE_WORDS):
        ages = (match["age"] or match["aged"] for match in _AGE.finditer(low))
        if any(int(age) < _ADULT for age in ages):
            found.add("minor")
    return found
