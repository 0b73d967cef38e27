"""The AI deviation rate and its companions (§5.1): how often people had to change what the AI said.

What counts as reviewed (no honeypots, drills, replays or duplicates) and as changed (rejected, overridden, or
materially edited) is settled by whoever counts; here is only the arithmetic, with Wilson's 95 % limits.
"""

from collections.abc import Iterable

from reviews.domain.estimates import Interval, wilson, wilson_of_share


def adr_review(*, changed: int, reviewed: int) -> Interval:
    """Changed decisions among the reviewed: 45 of 300 is 15.0 % (11.40–19.48)."""
    return wilson(changed, reviewed)


def adr_pop(observations: Iterable[tuple[bool, float]], *, population: int) -> Interval:
    """ADR over all outputs from single observations: (changed, π)."""
    counted: dict[float, list[int]] = {}
    for was_changed, probability in observations:
        group = counted.setdefault(probability, [0, 0])
        group[0] += 1
        group[1] += was_changed
    groups = [(probability, looked_at, changed) for probability, (looked_at, changed) in counted.items()]
    return adr_pop_of_groups(groups, population=population)


def adr_pop_of_groups(groups: Iterable[tuple[float, int, int]], *, population: int) -> Interval:
    """Σ(c/π) / N over all N outputs of the AI, from groups looked at with one inclusion probability each:
    (π, how many were looked at, how many of them were changed).

    300 reviewed (π = 1) with 45 changed, and 70 of 700 straight-through (π = 0.1) with 2 wrong: 65 of 1,000,
    6.5 %. The limits are Wilson's for the effective sample size (Σ1/π)² / Σ(1/π)². The share is capped at 1,
    which small probabilities could otherwise pass.
    """
    weight = squares = changed = 0.0
    looked_at = 0
    for probability, count, count_changed in groups:
        if not 0 < probability <= 1:
            raise ValueError("An inclusion probability lies above 0 and at most at 1.")
        looked_at += count
        weight += count / probability
        squares += count / probability**2
        changed += count_changed / probability
    if looked_at > population:
        raise ValueError("More was looked at than there is.")
    if not looked_at:
        return Interval(None, 0.0, 1.0)
    return wilson_of_share(min(1.0, changed / population), weight**2 / squares)


def exception_rate(*, reviewed: int, total: int) -> Interval:
    """The share of outputs that went to a person: 300 of 1,000 is 30 %."""
    return wilson(reviewed, total)


def stp_rate(*, straight_through: int, total: int) -> Interval:
    """The share of outputs released without a person: 700 of 1,000 is 70 %."""
    return wilson(straight_through, total)


def escape_rate(*, wrong: int, sampled: int) -> Interval:
    """The share of straight-through outputs that the quality sample found wrong: 2 of 70 is 2.86 % (0.79–9.83)."""
    return wilson(wrong, sampled)
