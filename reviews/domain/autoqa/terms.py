"""What a process expects of its outputs, as its intake policy says under `autoqa`.

`{"forbidden": [{"phrase", "steps"}, …], "required": [{"phrase", "steps", "languages"}, …], "cited": [steps], "pick":
[flags], "daily_cap": 20}`. Without `steps` or `languages` a phrase counts for all. Flags in `pick` bring an auditor
whatever the daily cap; the engine that gave them has to be calibrated for that.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from audit.errors import Invalid
from reviews.enums import AutoFlag

DAILY_CAP = 20
MOST_PHRASES = 200
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that must not stand in an output, or must; of which steps and languages ("" and none: of all)."""

    text: str
    steps: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()

    def counts(self, step: str, language: str) -> bool:
        return (not self.steps or step in self.steps) and (not self.languages or language in self.languages)


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of a process; `cited` are the steps whose outputs point to a source."""

    forbidden: tuple[Phrase, ...] = ()
    required: tuple[Phrase, ...] = ()
    cited: frozenset[str] = frozenset()
    pick: frozenset[AutoFlag] = frozenset()
    daily_cap: int = DAILY_CAP


def read(policy: Any) -> Terms:
    """The terms that a policy states; Invalid with the JSON pointer of what cannot be understood."""
    if not isinstance(policy, Mapping):
        raise _wrong("The terms of automatic QA must be an object.", "")
    if unknown := sorted(set(map(str, policy)) - {"forbidden", "required", "cited", "pick", "daily_cap"}):
        raise _wrong("There is no such term.", f"/{unknown[0]}")
    cap = policy.get("daily_cap", DAILY_CAP)
    if type(cap) is not int or not 0 <= cap <= 500:
        raise _wrong("The daily cap is a whole number from 0 to 500.", "/daily_cap")
    return Terms(
        forbidden=_phrases(policy, "forbidden"),
        required=_phrases(policy, "required"),
        cited=_texts(policy.get("cited", []), "/cited"),
        pick=_flags(policy.get("pick", [])),
        daily_cap=cap,
    )


def _phrases(policy: Mapping[str, Any], name: str) -> tuple[Phrase, ...]:
    entries = policy.get(name, [])
    if not isinstance(entries, list) or len(entries) > MOST_PHRASES:
        raise _wrong(f"A list of at most {MOST_PHRASES} phrases is required.", f"/{name}")
    return tuple(_phrase(entry, f"/{name}/{index}") for index, entry in enumerate(entries))


def _phrase(entry: Any, pointer: str) -> Phrase:
    if not isinstance(entry, Mapping):
        raise _wrong("A phrase is an object.", pointer)
    text = entry.get("phrase")
    if not isinstance(text, str) or not 2 <= len(text.strip()) <= _LONGEST:
        raise _wrong(f"A phrase has 2 to {_LONGEST} characters.", f"{pointer}/phrase")
    return Phrase(
        text.strip(),
        _texts(entry.get("steps", []), f"{pointer}/steps"),
        _texts(entry.get("languages", []), f"{pointer}/languages"),
    )


def _texts(entries: Any, pointer: str) -> frozenset[str]:
    if not isinstance(entries, list) or not all(isinstance(entry, str) for entry in entries):
        raise _wrong("A list of texts is required.", pointer)
    return frozenset(entries)


def _flags(entries: Any) -> frozenset[AutoFlag]:
    named = _texts(entries, "/pick")
    if unknown := sorted(named - set(AutoFlag)):
        raise _wrong(f"There is no flag “{unknown[0]}”.", "/pick")
    return frozenset(AutoFlag(name) for name in named)


def _wrong(sentence: str, pointer: str) -> Invalid:
    return Invalid("autoqa_terms", sentence, pointer)
