"""Who makes the final decision on an interaction by the agreement (C3), for whoever decides and for whoever asks."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from contracts.domain.final_decision import ADVERSE, FinalRule, designated
from reviews.domain import amounts
from reviews.models import Case, Interaction
from reviews.selectors import snapshots
from reviews.selectors.snapshots import Snapshot, Step


def rule_for(*, snapshot: Snapshot, step: Step, value: Decimal | None, adverse: bool) -> FinalRule | None:
    """The rule that names the final decision-maker; one for adverse outcomes goes before that of the step's category."""
    categories = [ADVERSE, step.business_category] if adverse else [step.business_category]
    return designated(snapshot.final_rules, categories=categories, value=value)


def rule_now(case: Case) -> FinalRule | None:
    """The rule in force that names who finally decides on what people last made of a case, or else on the AI's output."""
    snapshot = snapshots.current(case.process_id)
    step = snapshot.step_of(case.interaction)
    last = case.standing_decisions().order_by("-round", "-pk").first()
    output = last.output if last is not None else case.interaction.output
    return rule_for(
        snapshot=snapshot,
        step=step,
        value=value_of(case.interaction, output),
        adverse=step.adversity(output) is True,
    )


def value_of(interaction: Interaction, output: Mapping[str, Any] | None = None) -> Decimal | None:
    """What is at stake, in the currency of the process where routing converted it: what was posted, or more where an
    amount in the output that goes out (by default the AI's own) is higher."""
    routing = getattr(interaction, "routing", None)
    converted = (routing.snapshot.get("facts") or {}).get("amount") if routing else None
    posted = interaction.amount
    value = Decimal(converted) if converted is not None else posted
    output = interaction.output if output is None else output
    written = [
        amount
        for entry in interaction.step.output_fields
        if entry.get("type") == "money" and (amount := amounts.read(output.get(entry["name"]))) is not None
    ]
    highest = max(written, default=None)
    if highest is None or (posted is not None and highest <= posted):
        return value
    # At the rate at which routing converted the posted amount.
    return highest * value / posted if posted and value is not None else highest
