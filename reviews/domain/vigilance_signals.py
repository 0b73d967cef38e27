"""The signals of a review that became a habit: each is one rule with a reason, and none looks at what was written (E1–E5).

A signal is scaled between 0 (nothing) and 1 (as bad as it gets); where there is too little to say anything it is None,
and counts nothing. That it is raised is a fact about figures, never a verdict about a person.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from reviews.domain.estimates import wilson

# Fewer decisions than this say nothing about a person.
ENOUGH = 50
# A run of approvals is remarkable where chance makes one in a thousand.
CHANCE = 0.001
SIGMAS = 3
# A stratum in which the peers decided less often than this is left out: nobody knows what is usual there.
PEERS = 10
NOTES, ALIKE = 30, 0.6
# The share from which a signal about single decisions is raised.
OFTEN = 0.25
LOW_CONFIDENCE, UNEDITED = 0.8, 0.9
# More decisions than this within sixty seconds: less than ten seconds for each.
BURST = 6
ESCAPES = HONEYPOT_MISSES = 0.10
# An hour of a shift, and the hours before it, are compared where they hold so many decisions.
HOUR, EARLIER, HURRY = 10, 30, 0.5


class Code(StrEnum):
    """The signals by name, in the order in which they are told."""

    DWELL = "dwell"
    HONEYPOT = "honeypot"
    STREAK = "streak"
    OUTLIER = "outlier"
    ESCAPE = "escape"
    EVIDENCE = "evidence"
    RATIONALE = "rationale"
    UNEDITED = "unedited"
    BURST = "burst"
    ACCELERATION = "acceleration"


@dataclass(frozen=True, slots=True)
class Signal:
    """What one rule found: the figure behind it, out of how many, and the limit it is held against."""

    code: Code
    scaled: float | None = None
    raised: bool = False
    figure: float | None = None
    of: int = 0
    limit: float | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """Decisions in one stratum, and how many of them approved the AI's output as it is."""

    decisions: int
    approved: int


@dataclass(frozen=True, slots=True)
class Expected:
    """How many approvals peers would have given on the same mix, and the limits that chance leaves."""

    decisions: int
    approved: int
    expected: float
    upper: float


def dwell(under: int, measured: int) -> Signal:
    """E1: the share of decisions made in less time than reading takes, of those whose time was measured."""
    if not measured:
        return Signal(Code.DWELL, limit=OFTEN)
    share = under / measured
    return Signal(Code.DWELL, share, measured >= ENOUGH and share >= OFTEN, share, measured, OFTEN)


def streak_limit(p_ref: float) -> int | None:
    """E2: how many approvals in a row chance gives once in a thousand: L = ⌈ln .001 / ln p_ref⌉; .92 → 83.

    None where everybody approves everything, or nobody anything: then a row says nothing.
    """
    if not 0 < p_ref < 1:
        return None
    return math.ceil(math.log(CHANCE) / math.log(p_ref))


def streak(run: int, p_ref: float | None) -> Signal:
    """E2: the approvals in a row up to the last decision, against the usual rate of the process."""
    limit = streak_limit(p_ref) if p_ref is not None else None
    if limit is None:
        return Signal(Code.STREAK, figure=run)
    fires = run >= limit
    return Signal(Code.STREAK, float(fires), fires, run, run, limit)


def expected(own: Mapping[str, Cell], peers: Mapping[str, Cell]) -> Expected:
    """E3, indirect standardisation: what peers would have approved of the same mix, E = Σ nₕ·pₕ, and E + 3σ with
    σ² = Σ nₕ·pₕ(1−pₕ)(1 + nₕ/mₕ), where mₕ is what the peers decided: their rate is an estimate too."""
    decisions = approved = 0
    mean = variance = 0.0
    for stratum, cell in own.items():
        usual = peers.get(stratum)
        if usual is None or usual.decisions < PEERS:
            continue
        rate = usual.approved / usual.decisions
        decisions += cell.decisions
        approved += cell.approved
        mean += cell.decisions * rate
        variance += cell.decisions * rate * (1 - rate) * (1 + cell.decisions / usual.decisions)
    return Expected(decisions, approved, mean, mean + SIGMAS * math.sqrt(variance))


def outlier(own: Mapping[str, Cell], peers: Mapping[str, Cell]) -> Signal:
    """E3: more approvals than 3σ above what peers give on the same mix; 99 % of 400 against 92 % is, n < 50 says nothing."""
    compared = expected(own, peers)
    n = compared.decisions
    if n < ENOUGH:
        return Signal(Code.OUTLIER, of=n)
    fires = compared.approved > compared.upper
    return Signal(Code.OUTLIER, float(fires), fires, compared.approved / n, n, min(1.0, compared.upper / n))


def honeypot(missed: int, served: int) -> Signal:
    """E4: the share of known-bad items let through; raised where it is above 10 % for certain: 5 of 20 (Wilson from
    11.2 %) are, 4 of 20 (8.1 %) are not. None served say nothing."""
    if not served:
        return Signal(Code.HONEYPOT, limit=HONEYPOT_MISSES)
    found = wilson(missed, served)
    return Signal(
        Code.HONEYPOT,
        found.share,
        found.low > HONEYPOT_MISSES,
        found.share,
        served,
        HONEYPOT_MISSES,
    )


def escape(wrong: int, scored: int) -> Signal:
    """E5: how many of the items a person approved QA found wrong. What counts is the share it is at least, by Wilson,
    of 10 %: one bad item among five is no pattern."""
    if not scored:
        return Signal(Code.ESCAPE, limit=ESCAPES)
    found = wilson(wrong, scored)
    return Signal(
        Code.ESCAPE, min(1.0, found.low / ESCAPES), found.low > ESCAPES, found.share, scored, ESCAPES
    )


def evidence(unopened: int, approved: int) -> Signal:
    """E5: approvals without one look at the evidence, of those where there was evidence to look at."""
    if not approved:
        return Signal(Code.EVIDENCE, limit=OFTEN)
    share = unopened / approved
    return Signal(Code.EVIDENCE, share, approved >= ENOUGH and share >= OFTEN, share, approved, OFTEN)


def rationale(notes: Sequence[str]) -> Signal:
    """E5: the same words as the reason again and again: 60 % or more of the last thirty. `notes` are digests."""
    last = notes[-NOTES:]
    if len(last) < NOTES:
        return Signal(Code.RATIONALE, of=len(last), limit=ALIKE)
    share = Counter(last).most_common(1)[0][1] / NOTES
    return Signal(Code.RATIONALE, float(share >= ALIKE), share >= ALIKE, share, NOTES, ALIKE)


def unedited(approved: int, low: int) -> Signal:
    """E5: what the AI itself was unsure of, approved as it is: more than 90 % of it for certain (Wilson), so from 35 of
    35 on."""
    if not low:
        return Signal(Code.UNEDITED, limit=UNEDITED)
    found = wilson(approved, low)
    fires = found.low > UNEDITED
    return Signal(Code.UNEDITED, float(fires), fires, found.share, low, UNEDITED)


def burst(fastest: int) -> Signal:
    """E5: more than six decisions within sixty seconds."""
    return Signal(Code.BURST, float(fastest > BURST), fastest > BURST, fastest, fastest, BURST)


def acceleration(pace: Mapping[str, tuple[int, float]]) -> Signal:
    """E5: the last hour of a shift at less than half the pace of its hours before. The pace of a decision is its time
    over its floor, so that short texts are no hurry. `pace`: hour → how many, and the sum of their paces."""
    hours = sorted(hour for hour, (n, _) in pace.items() if n >= HOUR)
    if not hours:
        return Signal(Code.ACCELERATION, limit=HURRY)
    last = hours[-1]
    before = [cell for hour, cell in pace.items() if hour < last]
    n, total = sum(cell[0] for cell in before), sum(cell[1] for cell in before)
    if n < EARLIER or not total:
        return Signal(Code.ACCELERATION, of=n, limit=HURRY)
    ratio = (pace[last][1] / pace[last][0]) / (total / n)
    return Signal(Code.ACCELERATION, float(ratio < HURRY), ratio < HURRY, ratio, n, HURRY)
