"""The hand-over package: what goes up the path with a case, attached by itself (C6)."""

from typing import Any

from contracts.domain.money import money
from reviews.models import Case


def of(case: Case) -> dict[str, Any]:
    """What the next person needs to know; the input and the output of the AI stand beside it on the case itself."""
    tried = [
        {"verdict": decision.verdict, "reason": decision.reason_code, "at": decision.decided_at.isoformat()}
        for decision in case.decisions.filter(withdrawn_at__isnull=True).order_by("round", "pk")
    ]
    interaction = case.interaction
    return {
        "amount": money(interaction.amount, interaction.currency) if interaction.amount is not None else "",
        "content_digest": interaction.content_digest,
        "model": interaction.model_reference,
        "rules": [{"code": reason["code"], "sentence": reason["sentence"]} for reason in interaction.reasons],
        "why_here": [reason["sentence"] for reason in interaction.reasons],
        "tried": tried,
        "evidence_opened": sorted(set(case.evidence_views.values_list("panel", flat=True))),
        "due_at": case.due_at.isoformat(),
    }
