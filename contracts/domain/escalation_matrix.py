"""The escalation matrix of a process: trigger class × severity → who takes a case, found by the closest row (C1)."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar

EVERY_CLASS = "*"
SEVERITIES = (1, 2, 3, 4)
# Requirements C7: the matrix is gone over every quarter.
REVIEW_EVERY = timedelta(days=92)

Row = TypeVar("Row")

# A row is for one trigger class, or for every one, and for one severity, or for any.
Key = tuple[str, int | None]


@dataclass(frozen=True, slots=True)
class Need:
    """What must find a row: a trigger class and severity, and what brings such cases about ("rule AP-R5")."""

    trigger_class: str
    severity: int
    source: str


def order(trigger_class: str, severity: int | None) -> tuple[Key, ...]:
    """Where a case is looked up: its class and severity, its class, its severity, and then the row for every case."""
    keys = [(trigger_class, severity), (trigger_class, None), (EVERY_CLASS, severity), (EVERY_CLASS, None)]
    return tuple(dict.fromkeys(keys))


def find(rows: Mapping[Key, Row], trigger_class: str, severity: int | None) -> Row | None:
    """The row a case follows; None where nobody is named for it."""
    return next((rows[key] for key in order(trigger_class, severity) if key in rows), None)


def review_due(stated: date | None, approved: datetime | None) -> date | None:
    """The day by which a version is gone over again: what it states, or a quarter after it was approved."""
    return stated or (approved and (approved + REVIEW_EVERY).date())


def uncovered(needs: Iterable[Need], keys: Collection[Key]) -> list[Need]:
    """The needs that find no row."""
    rows = dict.fromkeys(keys, True)
    return [need for need in needs if find(rows, need.trigger_class, need.severity) is None]


def in_order(keys: Iterable[Key]) -> list[Key]:
    """The rows as people read them: the one for every case first, then by class; any severity before the single ones."""
    return sorted(keys, key=lambda key: (key[0] != EVERY_CLASS, key[0], key[1] or 0))
