"""How somebody feels who writes so: words and their strength, turned and strengthened by the words beside them."""

import re
from collections.abc import Iterator
from functools import lru_cache

from reviews.domain.autoqa import lexicons
from reviews.domain.autoqa.engine import Finding
from reviews.enums import AutoFlag

ANGRY = -0.6
# One strong word uses half of the scale: a single one is a mood, two are anger.
_HALF = 3.0
_REACH = 3
_AFTER = 6
_TURNED, _STRONGER, _WEAKER = -0.7, 1.5, 0.6
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]{1,2})?")


def score(text: str, languages: tuple[str, ...]) -> float:
    """From −1 (furious) to 1 (delighted) for a text in small letters; 0 where nothing says how somebody feels."""
    total = sum(weight for language in languages for weight in _weights(text, language))
    return total / (abs(total) + _HALF)


def findings(sentiment: float) -> Iterator[Finding]:
    if sentiment <= ANGRY:
        yield Finding(AutoFlag.SENTIMENT, f"What came in sounds very negative ({sentiment:.2f})")


def _weights(text: str, language: str) -> Iterator[float]:
    return _japanese(text) if language == "ja" else _spaced(text, language)


def _spaced(text: str, language: str) -> Iterator[float]:
    """The words that weigh something, each as the three words before it turn and strengthen it."""
    negators, stronger, weaker = (
        lexicons.NEGATORS[language],
        lexicons.STRONGER[language],
        lexicons.WEAKER[language],
    )
    words = _WORD.findall(text.replace("’", "'"))
    for index, word in enumerate(words):
        weight: float = _valence(word, language)
        if not weight:
            continue
        before = words[max(0, index - _REACH) : index]
        if any(one in negators for one in before):
            weight *= _TURNED
        if any(one in stronger for one in before):
            weight *= _STRONGER
        elif any(one in weaker for one in before):
            weight *= _WEAKER
        yield weight


@lru_cache(maxsize=8192)
def _valence(word: str, language: str) -> int:
    return lexicons.valence(word, language) if len(word) <= 40 else 0


@lru_cache(maxsize=1)
def _stems() -> re.Pattern[str]:
    return re.compile("|".join(sorted(map(re.escape, lexicons.valences("ja")), key=len, reverse=True)))


def _japanese(text: str) -> Iterator[float]:
    """The same for a language whose words are not parted, and are turned by what follows them."""
    valences = lexicons.valences("ja")
    for match in _stems().finditer(text):
        weight: float = valences[match.group()]
        after = text[match.end() : match.end() + _AFTER]
        before = text[max(0, match.start() - _AFTER) : match.start()]
        # A negative stem such as 許せな is turned within itself; only praise is turned by what follows.
        if weight > 0 and any(turn in after for turn in lexicons.TURNED):
            weight *= _TURNED
        if any(word in before for word in lexicons.STRONGER["ja"]):
            weight *= _STRONGER
        elif any(word in before for word in lexicons.WEAKER["ja"]):
            weight *= _WEAKER
        yield weight
