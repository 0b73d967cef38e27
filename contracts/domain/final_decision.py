"""Who holds the authority to give the final go-ahead: by business category and by the value at stake."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

ANY_CATEGORY = "*"
# An outcome that hurts the person concerned goes before the category of the step.
ADVERSE = "adverse"


@dataclass(frozen=True, slots=True)
class FinalRule:
    """The client or provider `role` that decides finally on a category from `min_value` on (None: any value).

    `person_id` and `deputy_id` name the holders; where neither is named, everyone of the role holds it.
    """

    category: str
    min_value: Decimal | None
    party: str
    role: str
    person_id: UUID | None = None
    deputy_id: UUID | None = None


def designated(
    rules: Iterable[FinalRule], *, categories: Sequence[str], value: Decimal | None
) -> FinalRule | None:
    """The rule that designates the final decision-maker, or None where nobody is designated.

    The first of `categories` that a rule names goes before the others, and all of them before a rule for everything
    ("*"); among those the highest threshold that `value` meets. `value` None means that no money is at stake, so no
    threshold is met.
    """
    preferred = [*categories, ANY_CATEGORY]

    def rank(rule: FinalRule) -> tuple[int, bool, Decimal]:
        return -preferred.index(rule.category), rule.min_value is not None, rule.min_value or Decimal(0)

    met = [
        rule
        for rule in rules
        if rule.category in preferred
        and (rule.min_value is None or (value is not None and value >= rule.min_value))
    ]
    return max(met, key=rank, default=None)


def holds(rule: FinalRule, *, person_id: UUID, party: str, roles: Collection[str]) -> bool:
    """True if this person may take the final decision: as named holder or deputy, or by role where none is named.

    Named holders must still belong to the party and role they were named for.
    """
    if party != rule.party or rule.role not in roles:
        return False
    named = {rule.person_id, rule.deputy_id} - {None}
    return not named or person_id in named
