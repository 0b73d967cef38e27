"""Who makes the final decision on an interaction by the agreement (C3), for whoever decides and for whoever asks."""

from decimal import Decimal

from contracts.domain.final_decision import FinalRule, designated
from reviews.models import Interaction
from reviews.selectors.snapshots import Snapshot, Step

ADVERSE = "adverse"


def rule_for(*, snapshot: Snapshot, step: Step, value: Decimal | None, adverse: bool) -> FinalRule | None:
    """The rule that names the final decision-maker; one for adverse outcomes goes before that of the step's category."""
    categories = [ADVERSE, step.business_category] if adverse else [step.business_category]
    for category in categories:
        rule = designated(snapshot.final_rules, category=category, value=value)
        if rule is not None:
            return rule
    return None


def value_of(interaction: Interaction) -> Decimal | None:
    """What is at stake, in the currency of the process where routing converted it."""
    routing = getattr(interaction, "routing", None)
    converted = (routing.snapshot.get("facts") or {}).get("amount") if routing else None
    return Decimal(converted) if converted is not None else interaction.amount
