"""The figures of a simulation, counted in one pass: what changes, how much work that is, and what is at stake."""

import heapq
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from contracts.domain.sla_clock import Calendar
from reviews.domain import simulated_load
from reviews.domain.simulated_load import Measures
from reviews.domain.simulation import Held, Judged, Trial, Way
from reviews.enums import ChangeKind, Disposition, QueueKind

# Of each kind of change so many are listed, those of the highest amount; all of them are counted.
KEPT = 1_000
QUEUES = tuple(kind.value for kind in QueueKind)
_PLACES = {kind: place for place, kind in enumerate(QUEUES)}
_CENT = Decimal("0.01")
_REVIEW = Disposition.REVIEW.value


@dataclass(slots=True)
class Stake:
    """The changes of one kind: how many, how many of them with an amount, and what these come to."""

    count: int = 0
    amounts: int = 0
    total: Decimal = Decimal(0)
    largest: Decimal = Decimal(0)

    def add(self, amount: Decimal | None) -> None:
        self.count += 1
        if isinstance(amount, Decimal):
            self.amounts += 1
            self.total += amount
            self.largest = max(self.largest, amount)

    def told(self) -> dict[str, Any]:
        return {
            "count": self.count,
            "amounts": self.amounts,
            "total": str(self.total.quantize(_CENT)),
            "largest": str(self.largest.quantize(_CENT)),
        }


@dataclass
class Figures:
    """What is counted of all interactions, and the changes that are listed."""

    trial: Trial
    kept: int = KEPT
    seen: int = 0
    unjudged: int = 0
    rerouted: int = 0
    held: int = 0
    before: Counter[Way] = field(default_factory=Counter)
    after: Counter[Way] = field(default_factory=Counter)
    hits_before: Counter[str] = field(default_factory=Counter)
    hits_after: list[int] = field(default_factory=list)
    # By hour: what arrived in each queue before, then after.
    hours: dict[datetime, list[int]] = field(default_factory=dict)
    stakes: dict[str, Stake] = field(default_factory=dict)
    missed: Counter[str] = field(default_factory=Counter)
    _heaps: dict[str, list[tuple]] = field(default_factory=dict)
    _order: int = 0

    def __post_init__(self) -> None:
        self.hits_after = [0] * len(self.trial.candidate.rules)

    def count(self, judged: Judged) -> None:
        """Count one interaction; one that changes its way is given to `change` as well."""
        self.seen += 1
        before, after = judged.before, judged.after
        self.before[before] += 1
        self.after[after] += 1
        for code in judged.fired_before:
            self.hits_before[code] += 1
        for place in judged.fired_after:
            self.hits_after[place] += 1
        self.unjudged += judged.unjudged
        self.rerouted += judged.rerouted
        self.held += judged.held is not Held.NOT
        if before.queue or after.queue:
            hour = judged.at.replace(minute=0, second=0, microsecond=0)
            arrivals = self.hours.get(hour)
            if arrivals is None:
                arrivals = self.hours[hour] = [0] * (2 * len(QUEUES))
            if before.queue:
                arrivals[_PLACES[before.queue]] += 1
            if after.queue:
                arrivals[_PLACES[after.queue] + len(QUEUES)] += 1

    def change(self, judged: Judged, missed: str = "") -> None:
        """Count a change; `missed` says what a person once did that would not have been done."""
        amount = judged.amount if isinstance(judged.amount, Decimal) else None
        self.stakes.setdefault(judged.kind, Stake()).add(amount)
        if missed:
            self.missed[missed] += 1
        self._order += 1
        heap = self._heaps.setdefault("missed" if missed else judged.kind, [])
        # The order keeps two alike apart, so that nothing else is ever compared; the earlier one stays.
        entry = (amount if amount is not None else Decimal(-1), -self._order, judged, missed)
        if len(heap) < self.kept:
            heapq.heappush(heap, entry)
        else:
            heapq.heappushpop(heap, entry)

    def changes(self) -> list[tuple[Judged, str]]:
        """The changes that are listed: what people once corrected first, then by kind; the highest amounts first."""
        order = ["missed", *ChangeKind]
        return [
            (judged, missed)
            for kind in order
            for _, _, judged, missed in sorted(
                self._heaps.get(kind, []), key=lambda entry: entry[:2], reverse=True
            )
        ]

    def result(self, measures: Measures, *, minutes: int, calendar: Calendar) -> dict[str, Any]:
        """All figures as plain JSON."""
        return {
            "seen": self.seen,
            "changed": sum(stake.count for stake in self.stakes.values()),
            "kinds": {kind.value: self.stakes.get(kind, Stake()).told() for kind in ChangeKind},
            "unjudged": self.unjudged,
            "rerouted": self.rerouted,
            "held": self.held,
            "straight": _both(
                self.before, self.after, lambda way: way.disposition == Disposition.AUTO_RELEASED
            ),
            "people": _both(self.before, self.after, lambda way: way.disposition == _REVIEW),
            "quarantined": _both(
                self.before, self.after, lambda way: way.disposition == Disposition.QUARANTINED
            ),
            "second": _both(self.before, self.after, lambda way: way.second),
            "queues": self._queues(measures),
            "hours": [[hour.isoformat(), *counts] for hour, counts in sorted(self.hours.items())],
            "risk": self._risk(measures, minutes, calendar),
            "missed": dict(self.missed),
            "rules": self._rules(),
        }

    def _queues(self, measures: Measures) -> dict[str, Any]:
        told = {}
        for kind in QUEUES:
            if kind not in self.trial.queues:
                continue
            cases = _both(self.before, self.after, lambda way, kind=kind: way.queue == kind)  # type: ignore[misc]
            seconds = _both(self.before, self.after, lambda way, kind=kind: way.queue == kind and way.second)  # type: ignore[misc]
            handling = measures.handling(kind)
            own = measures.queues.get(kind)
            told[kind] = {
                **cases,
                "second": seconds,
                "seconds": None if handling is None else handling.seconds,
                "n": handling.n if handling else (own.n if own else 0),
                "own": bool(own and own.known),
                "hours": None
                if handling is None
                else {
                    when: round((cases[when] + seconds[when]) * handling.seconds / 3600, 2)
                    for when in ("before", "after")
                },
            }
        return told

    def _risk(self, measures: Measures, minutes: int, calendar: Calendar) -> dict[str, Any] | None:
        if not measures.capacity:
            return None
        half = len(QUEUES)
        before = {hour: sum(counts[:half]) for hour, counts in self.hours.items()}
        after = {hour: sum(counts[half:]) for hour, counts in self.hours.items()}
        late = simulated_load.late(
            before, after, capacity=measures.capacity, minutes=minutes, calendar=calendar
        )
        cases = sum(before.values()), sum(after.values())
        return {
            "capacity": round(measures.capacity, 2),
            "minutes": minutes,
            "n": measures.overall.n,
            "seconds": measures.overall.seconds,
            "late": {"before": round(late[0], 1), "after": round(late[1], 1)},
            "share": {
                when: round(number / of, 4) if of else 0.0
                for when, number, of in zip(("before", "after"), late, cases, strict=True)
            },
        }

    def _rules(self) -> list[dict[str, Any]]:
        """Each rule with its hits; None where one of the versions does not have it."""
        base = {rule.code: rule for rule in self.trial.base.rules} if self.trial.base else {}
        told = [
            {
                "code": rule.code,
                "name": rule.name,
                "before": self.hits_before[rule.code] if rule.code in base else None,
                "after": hits,
            }
            for rule, hits in zip(self.trial.candidate.rules, self.hits_after, strict=True)
        ]
        named = {line["code"] for line in told}
        return told + [
            {"code": code, "name": rule.name, "before": self.hits_before[code], "after": None}
            for code, rule in base.items()
            if code not in named
        ]


def _both(before: Mapping[Way, int], after: Mapping[Way, int], holds: Any) -> dict[str, int]:
    return {
        "before": sum(count for way, count in before.items() if holds(way)),
        "after": sum(count for way, count in after.items() if holds(way)),
    }
