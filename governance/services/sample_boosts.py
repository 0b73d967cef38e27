"""A flagged group boosts the sample (R2), and nobody learns who belongs to it (R4)."""

import random
from collections.abc import Collection, Iterable
from datetime import date, datetime
from uuid import UUID

from contracts.models import Process
from governance.selectors import bias as selector
from reviews.services import extra_picks

PICKS = 10
"""So many interactions of each flagged group, and as many of nobody in these groups."""
# The system's own chance: from any other, whoever knows the rule of the pick could reckon back from what was not picked.
_CHANCE = random.SystemRandom()


def boost(
    *, process: Process, attribute: str, groups: Collection[str], since: date, until: date, at: datetime
) -> int:
    """Let auditors look at ten more of each flagged group of these days, among as many others; returns how many in all.

    What leaves here is one set of interactions, in no order. Of any of them it is as likely as not that it belongs to a
    flagged group, so to be picked tells nothing that a coin would not. Where there are fewer than ten to pick from on
    either side nothing is picked: it would tell of single persons. Part of the transaction that keeps the audit.
    """
    picked: set[UUID] = set()
    for group in sorted(groups):
        found = _some(selector.undrawn_of_group(process, attribute, group, since, until), PICKS)
        if len(found) == PICKS:
            picked |= set(found)
    others = _some(selector.undrawn_of_others(process, attribute, groups, since, until), len(picked))
    if not picked or len(others) < len(picked):
        return 0
    return extra_picks.ask(process=process, interactions=picked | set(others), at=at)


def _some(rows: Iterable[UUID], count: int) -> list[UUID]:
    """So many of the rows by chance, each as likely as the other; all where there are no more. Keeps only what it picks."""
    kept: list[UUID] = []
    for number, row in enumerate(rows, start=1):
        if len(kept) < count:
            kept.append(row)
        elif (place := _CHANCE.randrange(number)) < count:
            kept[place] = row
    return kept
