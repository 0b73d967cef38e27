"""The hand-over package: what goes up the path with a case, attached by itself (C6)."""

from typing import Any

from reviews.models import Case


def of(case: Case) -> dict[str, Any]:
    """What the next person needs to know."""
    tried = [
        {"verdict": decision.verdict, "reason": decision.reason_code, "at": decision.decided_at.isoformat()}
        for decision in case.decisions.filter(withdrawn_at__isnull=True).order_by("round", "pk")
    ]
    return {
        "why_here": [reason["sentence"] for reason in case.interaction.reasons],
        "tried": tried,
        "evidence_opened": sorted(set(case.evidence_views.values_list("panel", flat=True))),
        "due_at": case.due_at.isoformat(),
    }
