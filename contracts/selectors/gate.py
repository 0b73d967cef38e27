"""The gate before a process goes live, as a list of what is asked and what is missing (W2, K1, K6, K7, K9, B10)."""

from dataclasses import dataclass
from datetime import datetime

from contracts.domain import coverage
from contracts.domain.halting import HOLDERS
from contracts.models import Process
from contracts.selectors import accountability, calendars, halt_rights, paths, raci


@dataclass(frozen=True)
class Check:
    """One thing that is asked before going live; the sentence says what there is, or what is missing."""

    code: str
    label: str
    met: bool
    sentence: str


def checks(process: Process, at: datetime, *, rules_in_force: bool) -> list[Check]:
    """Everything that is asked. Whether rules are in force is told by the floor that knows them."""
    grants = halt_rights.grants_of(process, at)
    gaps = coverage.uncovered_all_year([calendars.terms(grant.calendar) for grant in grants], at)
    names = ", ".join(grant.user.name for grant in grants) or "nobody"
    has_path = bool(paths.all_in_force(process))
    scopes = process.steps.values_list("code", "ai_scope", "human_scope").order_by("position")
    empty = [code for code, ai, human in scopes if not ai.strip() or not human.strip()]
    steps = len(scopes)
    return [
        Check(
            "safe_state",
            "What happens when the AI is halted",
            bool(process.safe_state),
            process.get_safe_state_display() if process.safe_state else "Nobody has said what happens then.",
        ),
        Check(
            "escalation_path",
            "An escalation path",
            has_path,
            "Agreed." if has_path else "There is no escalation path.",
        ),
        Check(
            "halt_holders",
            f"At least {HOLDERS} people who may halt it",
            len(grants) >= HOLDERS,
            f"{names.capitalize() if not grants else names}.",
        ),
        Check(
            "halt_coverage",
            "Somebody who may halt it at every hour of the week",
            not gaps,
            _covered(gaps),
        ),
        Check(
            "scope_texts",
            "What the AI and what people judge, at every step",
            bool(steps) and not empty,
            f"Missing at: {', '.join(empty)}." if empty else "Said." if steps else "There is no step yet.",
        ),
        *_accountable(process),
        Check(
            "rules_in_force",
            "Rules in force",
            rules_in_force,
            "In force." if rules_in_force else "No rule set is active.",
        ),
    ]


def _accountable(process: Process) -> list[Check]:
    """K1, K7, K9: who answers is signed, everybody concerned is known, and somebody decided to use AI at each step."""
    signed = raci.in_force(process)
    lacking = accountability.missing_stakes(process)
    undecided = accountability.undecided_steps(process)
    return [
        Check(
            "raci_signed",
            "A RACI that the client and the provider have signed",
            signed is not None,
            f"v{signed.version} is in force." if signed else "No RACI is signed by both parties.",
        ),
        Check(
            "stakeholders",
            "Everybody concerned, with contact, deputy and duty",
            not lacking,
            f"Nobody is named for: {', '.join(stake.label for stake in lacking)}." if lacking else "Named.",
        ),
        Check(
            "ai_use_decided",
            "Who decided to use AI, at every step",
            not undecided,
            f"Nobody has decided at: {', '.join(undecided)}." if undecided else "Decided.",
        ),
    ]


def _covered(gaps: list[coverage.Gap]) -> str:
    if not gaps:
        return "Around the clock, in winter and in summer."
    first = gaps[0]
    hours = sum(gap.hours for gap in gaps) / 2
    return (
        f"About {hours:g} hours of a week are not covered, the first on {first.begins:%A} "
        f"from {first.begins:%H:%M} to {first.ends:%A %H:%M} UTC."
    )
