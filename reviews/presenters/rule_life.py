"""The life of a version as its page shows it: the steps it has gone, what waits for whom, and the buttons of its state."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from contracts import access
from contracts.models import Process, User
from contracts.presenters.parts import Button
from reviews import permissions
from reviews.enums import RuleSetState
from reviews.models import RuleSet
from reviews.selectors.shadows import Tally

_WAITING = (RuleSetState.PROPOSED, RuleSetState.SIMULATED)


@dataclass(frozen=True)
class Step:
    """One step of the line draft · proposed · simulated · approved · in force: done by whom and when, or still to come."""

    label: str
    done: bool
    current: bool
    who: str
    at: datetime | None


@dataclass(frozen=True)
class Emergency:
    """One person put these rules in force alone."""

    who: str
    at: datetime
    reason: str
    until: datetime
    ratified_by: str
    waits: bool
    ratify: Button | None


@dataclass(frozen=True)
class ShadowSection:
    """A version that meets live interactions and decides nothing, or did."""

    running: bool
    since: datetime | None
    until: datetime | None
    evaluated: int
    differing: int
    url: str
    start: Button | None
    stop: Button | None


def button(process: Process, name: str, answer: tuple[bool, str], *more: int) -> Button:
    allowed, reason = answer
    return Button(reverse(f"reviews:{name}", args=[process.code, *more]), allowed, reason)


def buttons(
    process: Process, ruleset: RuleSet, active: RuleSet | None, reader: User, at: datetime
) -> dict[str, Button]:
    """What can be done with the version as it stands, each with the sentence why not."""
    found: dict[str, Button] = {}

    def offer(name: str, route: str, *checks: tuple) -> None:
        answers = (access.allowed(*check) for check in checks)
        refusal = next((answer for answer in answers if not answer[0]), (True, ""))
        found[name] = button(process, f"rules_{route}", refusal, ruleset.version)

    alone = (permissions.check_can_restore_rules, reader, process, at)
    if ruleset.state == RuleSetState.DRAFT:
        offer("propose", "propose", (permissions.check_can_propose, reader, ruleset))
    if ruleset.state in _WAITING:
        offer(
            "approve",
            "approve",
            (permissions.check_can_approve_rules, reader, ruleset, at),
            (permissions.check_is_simulated, ruleset, active),
        )
        offer("reject", "reject", (permissions.check_can_judge_rules, reader, ruleset))
    if ruleset.state == RuleSetState.DRAFT or ruleset.state in _WAITING:
        offer("emergency_button", "emergency", alone)
    if ruleset.state == RuleSetState.APPROVED:
        offer("call_off", "call_off", (permissions.check_can_call_off_rules, reader, process))
    if ruleset.state == RuleSetState.SUPERSEDED:
        offer("restore", "restore", alone, (permissions.check_was_approved, ruleset))
    return found


def steps(ruleset: RuleSet) -> list[Step]:
    """The line of steps; an emergency skips some, and one is over where the version was sent back or discarded."""
    line = [
        ("Drafted", ruleset.author, ruleset.drafted_at),
        ("Proposed", ruleset.proposed_by, ruleset.proposed_at),
        ("Simulated", ruleset.simulated_by, ruleset.simulated_at),
        *_approval(ruleset),
        ("In force", ruleset.activated_by, ruleset.activated_at),
    ]
    last = max(index for index, (_, _, when) in enumerate(line) if when is not None)
    return [
        Step(label, when is not None, index == last, person.name if person and when else "", when)
        for index, (label, person, when) in enumerate(line)
    ]


def _approval(ruleset: RuleSet) -> list[tuple[str, User | None, datetime | None]]:
    if ruleset.state == RuleSetState.REJECTED:
        return [("Sent back", ruleset.decided_by, ruleset.decided_at)]
    if ruleset.emergency_at is not None:
        return [("Ratified", ruleset.ratified_by, ruleset.ratified_at)]
    return [("Approved", ruleset.decided_by, ruleset.decided_at)]


def emergency(process: Process, ruleset: RuleSet, reader: User, at: datetime) -> Emergency | None:
    """What must be said of rules that one person put in force alone."""
    if ruleset.emergency_at is None or ruleset.emergency_by is None or ruleset.ratify_until is None:
        return None
    told, _why = access.allowed(permissions.check_can_see_emergency_reason, reader, ruleset)
    waits = ruleset.unratified and ruleset.state == RuleSetState.ACTIVE
    ratify = access.allowed(permissions.check_can_ratify_rules, reader, ruleset, at) if waits else None
    return Emergency(
        who=ruleset.emergency_by.name,
        at=ruleset.emergency_at,
        reason=ruleset.emergency_reason if told else "",
        until=ruleset.ratify_until,
        ratified_by=ruleset.ratified_by.name if ruleset.ratified_by else "",
        waits=waits,
        ratify=button(process, "rules_ratify", ratify, ruleset.version) if ratify else None,
    )


def shadow(process: Process, ruleset: RuleSet, tally: Tally | None, reader: User) -> ShadowSection | None:
    """The shadow of a version that may be put there, or was."""
    may = ruleset.state in _WAITING
    if tally is None and not may:
        return None
    asked = access.allowed(permissions.check_can_propose, reader, ruleset)
    return ShadowSection(
        running=ruleset.in_shadow,
        since=ruleset.shadowed_at,
        until=ruleset.unshadowed_at,
        evaluated=tally.evaluated if tally else 0,
        differing=tally.differing if tally else 0,
        url=reverse("reviews:rules_shadow", args=[process.code, ruleset.version]) if tally else "",
        start=button(process, "rules_shadow_start", asked, ruleset.version)
        if may and not ruleset.in_shadow
        else None,
        stop=button(process, "rules_shadow_stop", asked, ruleset.version) if ruleset.in_shadow else None,
    )


def waits_for(ruleset: RuleSet, approvers: Sequence[User]) -> str:
    """Who may take the next step with it, by name."""
    names = [person.name for person in approvers]
    if not names:
        return "Nobody who may approve it is left: it needs a person who wrote nothing in it and may approve rules."
    return f"It waits for {' or '.join(names)}."
