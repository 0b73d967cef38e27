"""The figures of a simulation in words: before → after, by kind and queue, and what they assume."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from contracts.domain.money import money
from reviews.enums import ChangeKind, QueueKind, SimulationKind
from reviews.models import RuleSimulation

MISSED = {
    "edit": "a person edited it",
    "reject": "a person rejected it",
    "override": "a person overrode it",
    "escalated": "a person escalated it",
    "failed_qa": "QA failed it",
}


@dataclass(frozen=True)
class Figure:
    """One big number, before and after."""

    name: str
    number: str
    note: str = ""
    hue: str = ""
    formula: str = ""


def figures(simulation: RuleSimulation) -> list[Figure]:
    """The big numbers, before → after."""
    result = simulation.figures
    currency = result["currency"]
    straight, people = result["straight"], result["people"]
    stake = result["kinds"][ChangeKind.NEWLY_STRAIGHT]
    missed = sum(result["missed"].values())
    told = [
        Figure(
            "Straight through",
            arrow(f"{straight['before']:,}", f"{straight['after']:,}"),
            f"of {result['seen']:,} interactions; {stake['count']:,} newly",
        ),
        Figure(
            "Value newly straight through",
            money(Decimal(stake["total"]), currency),
            f"{stake['amounts']:,} with an amount, the largest {money(Decimal(stake['largest']), currency)}",
        ),
        Figure("To a person", arrow(f"{people['before']:,}", f"{people['after']:,}"), _second(result)),
        Figure("Reviewer hours", *_hours(result)),
        Figure("Expected late", *_late(result)),
        Figure(
            "Corrections that would have been missed",
            f"{missed:,}",
            _missed(result["missed"]) or "no person had changed any of those newly straight through",
            "bad" if missed else "",
        ),
    ]
    if result["unjudged"]:
        told.append(
            Figure(
                "Could not be judged",
                f"{result['unjudged']:,}",
                "a rule asks what nobody knew: a person decides",
            )
        )
    return told


def kinds(result: dict[str, Any]) -> list[tuple[str, str, str, str, str]]:
    currency = result["currency"]
    return [
        (
            kind.value,
            kind.label,
            f"{stake['count']:,}",
            money(Decimal(stake["total"]), currency) if stake["amounts"] else "–",
            money(Decimal(stake["largest"]), currency) if stake["amounts"] else "–",
        )
        for kind in ChangeKind
        if (stake := result["kinds"][kind])["count"]
    ]


def queues(result: dict[str, Any]) -> list[tuple[str, ...]]:
    return [
        (
            QueueKind(kind).label,
            f"{one['before']:,}",
            f"{one['after']:,}",
            _time(one["seconds"]) if one["seconds"] is not None else "unknown",
            f"{one['n']:,}",
            f"{one['hours']['before']:,.1f}" if one["hours"] else "unknown",
            f"{one['hours']['after']:,.1f}" if one["hours"] else "unknown",
        )
        for kind, one in result["queues"].items()
    ]


def assumptions(simulation: RuleSimulation, result: dict[str, Any]) -> list[str]:
    version = f"v{simulation.base.version}" if simulation.base else "no rules"
    told = []
    if simulation.kind == SimulationKind.FILE:
        told.append(
            f"Before and after are what {version} and these rules do with each line; what subjects add up to is"
            " counted over the file alone."
        )
    else:
        told.append(f"Before is what really happened to what {version} routed.")
        if result["rerouted"]:
            told.append(f"{result['rerouted']:,} were routed by other versions: {version} routed them again.")
    for kind, one in result["queues"].items():
        if one["seconds"] is not None:
            whose = f"the {QueueKind(kind).label.lower()} queue" if one["own"] else "all queues together"
            told.append(
                f"{QueueKind(kind).label} queue: measured handling time {_time(one['seconds'])} of {whose},"
                f" n = {one['n']:,} in 28 days."
            )
    risk = result["risk"]
    if risk is not None:
        told.append(
            f"Late means done after {risk['minutes']} open minutes. The desk takes {risk['capacity']:,.1f} cases an open"
            " hour: the people who decided in a mean hour of the last 28 days, each at the measured time. Cases wait in"
            " one line that is empty at the beginning."
        )
    if result["held"]:
        told.append(f"{result['held']:,} were held by something outside the rules and keep their way.")
    told.append("Cases that fail on a missing fact or a stale rate stay as they were.")
    return told


def arrow(before: str, after: str) -> str:
    return before if before == after else f"{before} → {after}"


def _second(result: dict[str, Any]) -> str:
    second = result["second"]
    return f"{arrow(str(second['before']), str(second['after']))} of them twice"


def _missed(missed: dict[str, int]) -> str:
    return "; ".join(f"{count:,}: {MISSED[name]}" for name, count in missed.items())


def _hours(result: dict[str, Any]) -> tuple[str, str]:
    queues = [one for one in result["queues"].values() if one["before"] or one["after"]]
    if any(one["hours"] is None for one in queues):
        return "unknown", "fewer than 10 measured decisions in the last 28 days"
    before, after = (sum(one["hours"][when] for one in queues) for when in ("before", "after"))
    return arrow(f"{before:,.1f}", f"{after:,.1f}"), "by the measured handling times below"


def _late(result: dict[str, Any]) -> tuple[str, str]:
    risk = result["risk"]
    if risk is None:
        return "unknown", "fewer than 10 measured decisions in the last 28 days"
    before, after = (f"{risk['share'][when] * 100:.1f} %" for when in ("before", "after"))
    cases = arrow(f"{risk['late']['before']:,.0f}", f"{risk['late']['after']:,.0f}")
    return arrow(before, after), f"of what waits for a person: {cases} cases"


def _time(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
