"""How a drawn interaction was handled, in words: enough to test the controls, and nothing of the verdict."""

from uuid import UUID

from reviews.enums import EscalationReason
from reviews.models import EscalationStep
from reviews.presenters import words
from reviews.selectors.evaluations import Sheet


def told(sheet: Sheet) -> list[tuple[str, str]]:
    """Labels and texts in the order of what happened: the rules, each review, the levels it went up, its way out."""
    interaction = sheet.evaluation.interaction
    case = getattr(interaction, "case", None)
    routing = getattr(interaction, "routing", None)
    lines = [("Received", words.clock(interaction.received_at, sheet.at))]
    if routing is not None and routing.ruleset_version is not None:
        lines.append(("Rules", f"v{routing.ruleset_version}"))
    if case is None:
        lines.append(("Route", "Straight through: nobody looked at it before it went out"))
    else:
        lines.append(
            ("Four eyes", "required" if routing is not None and routing.needs_second else "not required")
        )
        lines += [(f"Review {number}", text) for number, text in enumerate(_reviews(sheet), start=1)]
        lines.append(("Evidence opened", ", ".join(_titles(sheet)) or "none"))
        lines += [(f"Level {step.level}", _level(step)) for step in sheet.steps]
        lines.append(("Due", words.clock(case.due_at, sheet.at)))
    if interaction.released_at is not None:
        lines.append(("Went out", words.clock(interaction.released_at, sheet.at)))
    return lines


def _reviews(sheet: Sheet) -> list[str]:
    """Each review by its authority, time and procedure; people are told apart, not named."""
    known: dict[UUID, str] = {}
    lines = []
    for decision in sheet.decisions:
        who = known.setdefault(decision.decided_by_id, f"person {'ABCDEFGH'[len(known) % 8]}")
        parts = [
            who,
            decision.authority,
            words.clock(decision.decided_at, sheet.at),
            f"{decision.seconds} s at work",
            f"procedure v{decision.sop_version}" if decision.sop_version else "no procedure",
        ]
        lines.append(" · ".join(parts))
    return lines


def _titles(sheet: Sheet) -> list[str]:
    labels = {
        entry["name"]: entry.get("label", entry["name"])
        for entry in sheet.evaluation.interaction.step.evidence
    }
    return [labels.get(panel, panel) for panel in sheet.opened]


def _level(step: EscalationStep) -> str:
    taken = "never taken on"
    if step.acknowledged_at is not None:
        late = step.acknowledged_at > step.ack_due_at
        taken = f"taken on {'late' if late else 'in time'}, after {words.span(step.acknowledged_at - step.started_at)}"
    ended = f", left after {words.span(step.ended_at - step.started_at)}" if step.ended_at else ""
    late_end = step.ended_at is not None and step.ended_at > step.resolve_due_at
    reason = EscalationReason(step.escalation.reason).label.lower()
    return f"{reason}; {taken}{ended}{' (late)' if late_end else ''}"
