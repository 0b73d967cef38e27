"""How an output speaks to the person it is for: rude words, shouting, anger."""

import re
from collections.abc import Iterator

from reviews.domain.autoqa import lexicons, sentiment
from reviews.domain.autoqa.engine import Finding
from reviews.enums import AutoFlag

HARSH = -0.65
_SHOUTED = re.compile(r"(?<!\w)[A-ZÄÖÜ]{4,30}(?!\w)")
_WORD = re.compile(r"[^\W\d_]{4,}")
_MARKS = re.compile("[!！]{3,}")
_LOUD, _SHARE = 3, 0.3


def findings(text: str, low: str, languages: tuple[str, ...]) -> Iterator[Finding]:
    """What is wrong with the tone of an output; `low` is the same text as it is compared."""
    for language in languages:
        if rude := next((word for word in lexicons.RUDE[language] if _has(low, word, language)), None):
            yield Finding(AutoFlag.TONE, f"The output is rude (“{rude}”)")
            break
    if _MARKS.search(text):
        yield Finding(AutoFlag.TONE, "The output shouts with exclamation marks")
    shouted = len(_SHOUTED.findall(text))
    if shouted >= _LOUD and shouted >= _SHARE * len(_WORD.findall(text)):
        yield Finding(AutoFlag.TONE, "The output shouts in capitals")
    if sentiment.score(low, languages) <= HARSH:
        yield Finding(AutoFlag.TONE, "The output itself sounds very negative")


def _has(text: str, phrase: str, language: str) -> bool:
    """Whether a phrase stands in a text; in spaced languages, as words of its own."""
    at = text.find(phrase)
    if language == "ja":
        return at >= 0
    while at >= 0:
        end = at + len(phrase)
        if not (at and text[at - 1].isalnum()) and not (end < len(text) and text[end].isalnum()):
            return True
        at = text.find(phrase, at + 1)
    return False
