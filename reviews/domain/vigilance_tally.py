"""Counting decisions for the signals of vigilance, once each: sums of a day, and the little that must be remembered beyond.

Nothing of what was written is kept: of a rationale a digest, of a decision whether it was too fast.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Self

from reviews.domain.vigilance_signals import ENOUGH, LOW_CONFIDENCE, NOTES, Cell

# A decision that took many times its floor says no more about the pace of an hour than one that took ten times.
_SLOWEST = 10.0


@dataclass(frozen=True, slots=True)
class Seen:
    """One decision as vigilance reads it.

    `floor` is None where nobody measured the time; `approved` is None where the AI's output was not shown; `opened` is
    None where there was no evidence to open.
    """

    at: datetime
    stratum: str
    seconds: int
    floor: float | None
    approved: bool | None
    opened: bool | None
    confidence: float | None
    note: str = ""


@dataclass(slots=True)
class Tally:
    """The sums of one reviewer's day, or of several days together."""

    decisions: int = 0
    measured: int = 0
    under: int = 0
    approved: int = 0
    approved_with_evidence: int = 0
    unopened: int = 0
    low: int = 0
    low_approved: int = 0
    fastest: int = 0
    strata: dict[str, list[int]] = field(default_factory=dict)

    def cells(self) -> dict[str, Cell]:
        return {name: Cell(*counts) for name, counts in self.strata.items()}

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> Self:
        return cls(**{**kept, "strata": {name: list(cell) for name, cell in kept.get("strata", {}).items()}})

    def written(self) -> dict[str, Any]:
        return asdict(self)


_SUMS = (
    "decisions",
    "measured",
    "under",
    "approved",
    "approved_with_evidence",
    "unopened",
    "low",
    "low_approved",
)


@dataclass(slots=True)
class Memory:
    """What goes on from one decision to the next: the last fifty measured ("1" for too fast), the last thirty reasons,
    the approvals in a row, the last minute, and the paces of the hours of this day."""

    recent: str = ""
    notes: list[str] = field(default_factory=list)
    run: int = 0
    minute: list[float] = field(default_factory=list)
    pace: dict[str, list[float]] = field(default_factory=dict)

    def tomorrow(self) -> "Memory":
        """What a new day begins with."""
        return Memory(self.recent, list(self.notes), self.run, list(self.minute))

    @property
    def paces(self) -> dict[str, tuple[int, float]]:
        return {hour: (int(cell[0]), cell[1]) for hour, cell in self.pace.items()}

    def written(self) -> dict[str, Any]:
        return asdict(self)


def count(seen: Iterable[Seen], tally: Tally, memory: Memory) -> None:
    """Add decisions, in the order of time, to the sums of their day and to what is remembered."""
    for one in seen:
        tally.decisions += 1
        _time(one, tally, memory)
        if one.approved is not None:
            _approval(one, one.approved, tally, memory)
        if one.note:
            memory.notes = [*memory.notes[1 - NOTES :], _digest(one.note)]
        now = one.at.timestamp()
        memory.minute = [*(moment for moment in memory.minute if now - moment < 60), now]
        tally.fastest = max(tally.fastest, len(memory.minute))


def _time(one: Seen, tally: Tally, memory: Memory) -> None:
    if one.floor is None:
        return
    under = one.seconds < one.floor
    tally.measured += 1
    tally.under += under
    memory.recent = (memory.recent + "01"[under])[-ENOUGH:]
    at = one.at
    cell = memory.pace.setdefault(f"{at.month:02}{at.day:02}{at.hour:02}", [0, 0.0])
    cell[0] += 1
    cell[1] += min(one.seconds / one.floor, _SLOWEST)


def _approval(one: Seen, approved: bool, tally: Tally, memory: Memory) -> None:
    tally.approved += approved
    cell = tally.strata.setdefault(one.stratum, [0, 0])
    cell[0] += 1
    cell[1] += approved
    memory.run = memory.run + 1 if approved else 0
    if approved and one.opened is not None:
        tally.approved_with_evidence += 1
        tally.unopened += not one.opened
    if one.confidence is not None and one.confidence < LOW_CONFIDENCE:
        tally.low += 1
        tally.low_approved += approved


def peers(everybody: Mapping[str, Cell], own: Mapping[str, Cell]) -> dict[str, Cell]:
    """What is left of everybody's decisions without one's own, by stratum."""
    none = Cell(0, 0)
    return {
        name: Cell(
            cell.decisions - own.get(name, none).decisions, cell.approved - own.get(name, none).approved
        )
        for name, cell in everybody.items()
    }


def _add(to: dict[str, list[int]], more: Mapping[str, list[int]]) -> None:
    for name, (decisions, approved) in more.items():
        cell = to.setdefault(name, [0, 0])
        cell[0] += decisions
        cell[1] += approved


def _digest(note: str) -> str:
    """Two reasons are the same where only case and spaces differ; what they say is not kept."""
    plain = " ".join(note.casefold().split())
    return hashlib.sha256(plain.encode()).hexdigest()[:12]


def total(tallies: Iterable[Tally]) -> Tally:
    """The sums of several days or people."""
    summed = Tally()
    for tally in tallies:
        for name in _SUMS:
            setattr(summed, name, getattr(summed, name) + getattr(tally, name))
        summed.fastest = max(summed.fastest, tally.fastest)
        _add(summed.strata, tally.strata)
    return summed
