"""Why a case is here and who decides it, in words: D2 and C2 at one glance."""

from collections.abc import Mapping
from typing import Any

from contracts.domain.final_decision import FinalRule
from reviews.enums import CaseState, EscalationReason
from reviews.presenters import words
from reviews.selectors.cases import Desk


def why(desk: Desk, hidden_ai: bool) -> list[str]:
    reasons = desk.case.interaction.reasons
    # "The outcome is adverse" would say what the AI put out.
    shown = [reason["sentence"] for reason in reasons if not (hidden_ai and reason["code"] == "ADVERSE")]
    return shown or ["A person looks at every case of this step"]


def decides(desk: Desk) -> list[str]:
    """The words of D2: whose decision is final, at this moment and for this reader."""
    if desk.case.state in {CaseState.DECIDED, CaseState.CLOSED}:
        final = next((decision for decision in desk.decisions if decision.is_final), None)
        return [f"Decided finally by {final.decided_by.name}: {final.authority}"] if final else ["Decided"]
    ordinary = _final(desk, desk.rule)
    lines = [ordinary]
    if desk.adverse_rule is not None and desk.adverse_rule != desk.rule:
        lines.append(f"Against the customer: {_holder(desk, desk.adverse_rule)}")
    return lines


def _final(desk: Desk, rule: FinalRule | None) -> str:
    case = desk.case
    holds = rule is not None and desk.reader.pk in {rule.person_id, rule.deputy_id}
    alone = not any(decision.decided_by_id != desk.reader.pk for decision in desk.decisions)
    # Above the queue too: only the final decision-maker needs nobody beside him.
    if desk.needs_second and alone and not (holds and desk.escalation is not None):
        then = f"; final: {_holder(desk, rule)}" if rule else ""
        return f"You recommend; a second reviewer decides after you{then}"
    if rule is not None and not holds:
        return f"You recommend; final: {_holder(desk, rule)}"
    if case.first_reviewer_id is not None and desk.escalation is None:
        return "Second review: final where the two agree, otherwise it goes up"
    return "This is the final decision"


def _holder(desk: Desk, rule: FinalRule) -> str:
    person = desk.people.get(str(rule.person_id))
    name = person.name if person else ""
    return f"{words.role(rule.role)}, {name}" if name else words.role(rule.role)


def sent_up(desk: Desk) -> str:
    """C2: the level, the person on call and the clock — or where the case would go."""
    escalation = desk.escalation
    if escalation is not None:
        level = next((level for level in desk.levels if level["level"] == escalation.level), None)
        named = f"{level['name']}, {words.role(level['role'])}" if level else f"L{escalation.level}"
        return f"Escalated to {escalation.owner.name} ({named}): {words.inside(EscalationReason(escalation.reason).label)}"
    if not desk.levels:
        return "No escalation path is agreed yet"
    first = desk.levels[0]
    person = desk.people.get(first["person"])
    taken = words.minutes(first["ack_minutes"])
    return f"Sent up, it goes to {person.name if person else '–'} ({first['name']}, {words.role(first['role'])}), who takes it on within {taken}"


def clocks(desk: Desk) -> list[str]:
    escalation = desk.escalation
    if escalation is None:
        return []
    resolve = f"To be decided {words.limit(escalation.resolve_due_at, desk.at)}"
    if escalation.acknowledged_at is not None:
        return [f"Taken on at {words.clock(escalation.acknowledged_at, desk.at)}", resolve]
    return [f"To be taken on {words.limit(escalation.ack_due_at, desk.at)}", resolve]


def question(desk: Desk) -> str:
    if desk.escalation is not None and desk.escalation.question:
        return desk.escalation.question
    return desk.case.question


def package(desk: Desk) -> list[tuple[str, str]]:
    """C6: what was handed over with an escalated case, in words."""
    escalation = desk.escalation
    if escalation is None:
        return []
    kept = escalation.package
    titles = {
        panel["name"]: panel.get("label", panel["name"]) for panel in desk.case.interaction.step.evidence
    }
    opened = ", ".join(titles.get(panel, panel) for panel in kept.get("evidence_opened", ()))
    tried = "; ".join(
        " ".join(part for part in (_word(one["verdict"]), _word(one["reason"])) if part)
        for one in kept.get("tried", ())
    )
    level: Mapping[str, Any] = next(
        (level for level in escalation.path if level["level"] == escalation.level), {}
    )
    lines = [
        ("At stake", kept.get("amount", "")),
        ("Rules that fired", "; ".join(kept.get("why_here", ()))),
        ("Evidence opened", opened or "none"),
        ("Tried", tried or "nothing was decided yet"),
        ("To be answered", escalation.question),
        ("This level may decide", level.get("authority", "")),
        ("Escalation matrix", f"v{escalation.path_version}, as it was when the case was sent up"),
    ]
    return [(label, text) for label, text in lines if text]


def _word(code: str) -> str:
    return code.replace("_", " ").lower()
