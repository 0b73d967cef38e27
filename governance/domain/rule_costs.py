"""What control costs and what it brings (G9): per trigger, how often it sent work to people, how long they took, and how
often they changed anything.

A trigger is a rule that fired, or another reason for which a person looked: the step's category, an adverse outcome, a
missing confidence, a failure. Everything counts on the day (UTC) on which the interaction was routed, so that hits and
what became of them are of the same interactions.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

PROJECTION = "rules"
DAYS = 90
PERIODS = (7, 28, DAYS)
# So many decisions without one change show, at 95 %, that fewer than one in a hundred changes anything (§5.2).
ENOUGH = 299

COUNTS = ("hits", "sole", "decided", "changed", "seconds", "share_ms", "sole_seconds")


class Trigger(NamedTuple):
    """A reason for which a person looks; `rule` tells the code of a rule from that of another reason."""

    rule: bool
    code: str


class Cell(NamedTuple):
    """What is added up together: one trigger of a process on one day (UTC)."""

    process: str
    day: date
    rule: bool
    code: str


def triggers(facts: Mapping[str, Any]) -> list[Trigger]:
    """Why an interaction was routed as it was, from the facts of its routing: each trigger once."""
    rules = [Trigger(True, code) for code in facts["fired"]]
    others = [Trigger(False, code) for code in facts["reasons"] if not code.startswith("RULE_")]
    return list(dict.fromkeys(rules + others))


def of_routing(found: Sequence[Trigger]) -> dict[str, int]:
    """What being routed adds to each of the triggers."""
    return {"hits": 1, "sole": int(len(found) == 1)}


def of_work(found: Sequence[Trigger], seconds: int) -> dict[str, int]:
    """What one decision's active time adds to each of the triggers. The shares of all triggers add up to the time
    itself; `seconds` counts it whole for each."""
    return {
        "seconds": seconds,
        "share_ms": seconds * 1000 // len(found),
        "sole_seconds": seconds if len(found) == 1 else 0,
    }


def of_release(*, changed: bool) -> dict[str, int]:
    """What a decision that went out adds: only then it is certain that nobody takes it back."""
    return {"decided": 1, "changed": int(changed)}


def never_changed(*, decided: int, changed: int) -> bool:
    """Whether a trigger has shown, at 95 %, that it changes fewer than one case in a hundred."""
    return changed == 0 and decided >= ENOUGH
