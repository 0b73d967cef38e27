"""The Vigilance Index of a reviewer, its band, and what follows from it (§5.4, E6).

It is figures and nothing else: it says that somebody should look, and what a band leads to is coaching or a second pair
of eyes. Nothing here, and nothing that uses it, takes work or rights away from anybody.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from reviews.domain import vigilance_signals as signals
from reviews.domain.vigilance_signals import ENOUGH, Cell, Code, Signal
from reviews.domain.vigilance_tally import Memory, Tally
from reviews.enums import VigilanceBand as Band

# What each signal can take from 100. Together they are all of it.
WEIGHTS: Mapping[Code, int] = {
    Code.DWELL: 30,
    Code.HONEYPOT: 30,
    Code.STREAK: 10,
    Code.OUTLIER: 10,
    Code.ESCAPE: 10,
    Code.EVIDENCE: 5,
    Code.RATIONALE: 5,
}
GREEN, AMBER = 75, 50
# Half of the last fifty under the floor is red, whatever the index says.
TOO_FAST = 0.5


class Override(StrEnum):
    """Why a band is red although the index alone would not make it so."""

    FAST = "fast"
    HONEYPOTS = "honeypots"


@dataclass(frozen=True, slots=True)
class Honeypots:
    """How many known-bad items a reviewer was given, and how many he let through."""

    served: int
    missed: int


@dataclass(frozen=True, slots=True)
class Window:
    """What is known of one reviewer on one process: his sums and memory, everybody else's, QA's, and honeypots where
    there are any."""

    own: Tally
    memory: Memory
    peers: Mapping[str, Cell]
    p_ref: float | None
    scored: int = 0
    wrong: int = 0
    honeypots: Honeypots | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """The index (None while there is too little), the band, and why: every signal, raised or not."""

    index: int | None
    band: Band
    signals: tuple[Signal, ...]
    overrides: tuple[Override, ...] = ()

    @property
    def raised(self) -> list[Code]:
        return [signal.code for signal in self.signals if signal.raised]


def judge(window: Window) -> Finding:
    """Work out everything about one reviewer. Fewer than fifty decisions are insufficient, whatever they look like."""
    found = _signals(window)
    if window.own.decisions < ENOUGH:
        return Finding(None, Band.INSUFFICIENT, found)
    value = index(found)
    why = overrides(window.memory.recent, window.honeypots)
    return Finding(value, Band.RED if why else band(value), found, why)


def index(found: Sequence[Signal]) -> int:
    """100 − (30·dwell + 30·honeypot + 10·streak + 10·outlier + 10·escape + 5·evidence + 5·rationale).

    What is not known takes nothing away: the doubt is the reviewer's. Signals without a weight are told, not counted.
    """
    lost = sum(WEIGHTS.get(signal.code, 0) * (signal.scaled or 0.0) for signal in found)
    return round(100 - lost)


def band(value: int) -> Band:
    """Green from 75 on, amber from 50 to 74, red below."""
    if value >= GREEN:
        return Band.GREEN
    return Band.AMBER if value >= AMBER else Band.RED


def overrides(recent: str, honeypots: Honeypots | None) -> tuple[Override, ...]:
    """What makes a band red by itself: half or more of the last fifty under the floor, or misses above 10 % for
    certain. `recent`: one character a decision, "1" for too fast."""
    why = []
    if len(recent) >= ENOUGH and recent[-ENOUGH:].count("1") >= TOO_FAST * ENOUGH:
        why.append(Override.FAST)
    if honeypots is not None and signals.honeypot(honeypots.missed, honeypots.served).raised:
        why.append(Override.HONEYPOTS)
    return tuple(why)


def _signals(window: Window) -> tuple[Signal, ...]:
    own, memory = window.own, window.memory
    pots = window.honeypots or Honeypots(0, 0)
    return (
        signals.dwell(own.under, own.measured),
        signals.honeypot(pots.missed, pots.served),
        signals.streak(memory.run, window.p_ref),
        signals.outlier(own.cells(), window.peers),
        signals.escape(window.wrong, window.scored),
        signals.evidence(own.unopened, own.approved_with_evidence),
        signals.rationale(memory.notes),
        signals.unedited(own.low_approved, own.low),
        signals.burst(own.fastest),
        signals.acceleration(memory.paces),
    )
