"""What a notice of a model change must say, and what is wrong with one that does not (§3.9)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from contracts.domain.change_kinds import ChangeClass, ChangeKind

SHORTEST, LONGEST = 10, 4_000
LONGEST_REFERENCE = 120
LONGEST_AHEAD_DAYS = 730

# The least notice each kind of change needs; whoever files may say more.
LEAST: Mapping[ChangeKind, ChangeClass] = {
    ChangeKind.BASE_MODEL: ChangeClass.MAJOR,
    ChangeKind.FINE_TUNE: ChangeClass.MAJOR,
    ChangeKind.HOSTING: ChangeClass.MAJOR,
    ChangeKind.SYSTEM_PROMPT: ChangeClass.MINOR,
    ChangeKind.KNOWLEDGE_BASE: ChangeClass.MINOR,
    ChangeKind.GUARDRAIL: ChangeClass.MINOR,
    ChangeKind.TOOL_ACCESS: ChangeClass.MINOR,
    ChangeKind.KNOWN_DEFECT: ChangeClass.MINOR,
    ChangeKind.PARAMETERS: ChangeClass.CONFIG,
    ChangeKind.DEPRECATION: ChangeClass.RETIREMENT,
}
_STRICTNESS = (ChangeClass.CONFIG, ChangeClass.MINOR, ChangeClass.MAJOR)
# The texts every notice carries, in words.
TEXTS: Mapping[str, str] = {
    "reason": "why it changes",
    "behaviour": "what will be different in what the model answers",
    "evaluation": "how it was evaluated before and after",
    "data_handling": "what changes in the handling of data, or that nothing does",
    "rollback_plan": "how it is taken back",
    "contact": "who answers questions",
}


@dataclass(frozen=True)
class Notice:
    """A notice as somebody writes it. `reference` is what the new version is called in the API."""

    kind: str
    change_class: str
    reference: str
    steps: tuple[str, ...]
    reason: str
    behaviour: str
    evaluation: str
    data_handling: str
    rollback_plan: str
    contact: str
    planned_at: datetime | None
    test_from: date | None = None
    test_until: date | None = None


@dataclass(frozen=True)
class Mistake:
    """What is wrong with a notice, at its field."""

    field: str
    sentence: str


def mistakes(notice: Notice, known_steps: frozenset[str], today: date) -> Iterator[Mistake]:
    """Everything that is wrong with a notice before it can be sent, in the order of its fields."""
    yield from _kind(notice)
    if not 1 <= len(notice.reference) <= LONGEST_REFERENCE:
        yield Mistake("reference", f"Say in 1 to {LONGEST_REFERENCE} characters what the version is called.")
    if not notice.steps:
        yield Mistake("steps", "Say which steps the change affects.")
    for step in notice.steps:
        if step not in known_steps:
            yield Mistake("steps", f"The process has no step {step!r}.")
    for field, words in TEXTS.items():
        length = len(getattr(notice, field).strip())
        if not SHORTEST <= length <= LONGEST:
            yield Mistake(field, f"Say {words}, in {SHORTEST} to {LONGEST:,} characters.")
    yield from _window(notice, today)
    if notice.planned_at is None:
        yield Mistake("planned_at", "Say when the change is to take effect.")


def _kind(notice: Notice) -> Iterator[Mistake]:
    if notice.kind not in set(ChangeKind):
        yield Mistake("kind", "Say what changes.")
        return
    if notice.change_class not in set(ChangeClass):
        yield Mistake("change_class", "Say how the change is classed.")
        return
    kind, stated = ChangeKind(notice.kind), ChangeClass(notice.change_class)
    least = LEAST[kind]
    if (least == ChangeClass.RETIREMENT) != (stated == ChangeClass.RETIREMENT):
        sentence = "The end of life of a version is classed as a retirement, and nothing else is."
        yield Mistake("change_class", sentence)
    elif not strict_enough(kind, stated):
        yield Mistake(
            "change_class",
            f"{kind.label} is classed as {least.label.lower()} at least, not as {stated.label.lower()}.",
        )


def strict_enough(kind: ChangeKind, stated: ChangeClass) -> bool:
    """Whether a kind of change may be classed like this: what is due in an emergency is due after, for every kind."""
    least = LEAST[kind]
    if stated == ChangeClass.EMERGENCY:
        return least != ChangeClass.RETIREMENT
    if ChangeClass.RETIREMENT in (stated, least):
        return stated == least
    return _STRICTNESS.index(stated) >= _STRICTNESS.index(least)


def _window(notice: Notice, today: date) -> Iterator[Mistake]:
    begins, ends = notice.test_from, notice.test_until
    if notice.change_class in (ChangeClass.EMERGENCY, ChangeClass.RETIREMENT):
        return
    if begins is None or ends is None:
        yield Mistake("test_from", "Say from when to when it can be tested.")
        return
    if ends < begins:
        yield Mistake("test_until", "The test ends before it begins.")
    if begins < today:
        yield Mistake("test_from", "The test cannot begin in the past.")
    if notice.planned_at is not None and ends > notice.planned_at.date():
        yield Mistake("test_until", "The test ends after the change is to take effect.")
