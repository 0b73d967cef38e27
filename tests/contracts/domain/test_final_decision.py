from decimal import Decimal
from uuid import UUID

import pytest

from contracts.domain.final_decision import FinalRule, designated, holds

KATRIN, JONAS, LIZA = (UUID(int=n) for n in (1, 2, 3))
ANYTHING = FinalRule("*", None, "provider", "team_lead")
LARGE = FinalRule("*", Decimal(25_000), "client", "client_admin", JONAS)
HUGE = FinalRule("*", Decimal(100_000), "client", "client_owner", KATRIN, JONAS)
NEW_BANK = FinalRule("new_bank", None, "client", "client_owner", KATRIN)
NEW_BANK_SMALL = FinalRule("new_bank", Decimal(-1), "provider", "team_lead")
HURTS = FinalRule("adverse", None, "client", "client_owner", KATRIN)
HURTS_MUCH = FinalRule("adverse", Decimal(500), "client", "client_owner", KATRIN)
RULES = [HUGE, ANYTHING, NEW_BANK, LARGE]

CASES = [
    ("_case below every threshold", RULES, "payment", "24999.99", ANYTHING),
    ("_case the threshold itself", RULES, "payment", "25000.00", LARGE),
    ("_case the highest threshold met", RULES, "payment", "100000", HUGE),
    ("_case the category before the value", RULES, "new_bank", "100000", NEW_BANK),
    ("_case a threshold before none", [NEW_BANK, NEW_BANK_SMALL], "new_bank", "0", NEW_BANK_SMALL),
    ("_case no money at stake", RULES, "payment", None, ANYTHING),
    ("_case no money and only thresholds", [HUGE, LARGE], "payment", None, None),
    ("_case no rules", [], "payment", "5", None),
    ("_case another category only", [NEW_BANK], "payment", "5", None),
]


@pytest.mark.parametrize(
    ("_case", "rules", "category", "value", "rule"), CASES, ids=[row[0] for row in CASES]
)
def test_designated_is(_case, rules, category, value, rule):
    at_stake = None if value is None else Decimal(value)

    assert designated(rules, categories=[category], value=at_stake) is rule
    assert designated(reversed(rules), categories=[category], value=at_stake) is rule


@pytest.mark.parametrize(
    ("rules", "value", "rule"),
    [
        ([ANYTHING, NEW_BANK, HURTS], "5", HURTS),
        ([ANYTHING, NEW_BANK], "5", NEW_BANK),
        ([HUGE, NEW_BANK], "100000", NEW_BANK),
        ([ANYTHING, NEW_BANK, HURTS_MUCH], "499.99", NEW_BANK),
        ([ANYTHING], "5", ANYTHING),
    ],
    ids=["the outcome", "the category", "not everything", "below its threshold", "everything"],
)
def test_an_adverse_outcome_looks_for_its_own_rule_and_then_for_the_category(rules, value, rule):
    """C3: a rule for everything never goes before one that names the matter."""
    for order in (rules, list(reversed(rules))):
        assert designated(order, categories=["adverse", "new_bank"], value=Decimal(value)) is rule


HOLDERS = [
    ("_case the named person", HUGE, KATRIN, "client", {"client_owner"}, True),
    ("_case the deputy", HUGE, JONAS, "client", {"client_owner", "client_admin"}, True),
    ("_case another of the same role", HUGE, LIZA, "client", {"client_owner"}, False),
    ("_case the named person without the role", HUGE, KATRIN, "client", {"client_viewer"}, False),
    ("_case the named person at another party", HUGE, KATRIN, "provider", {"client_owner"}, False),
    ("_case anyone of the role where none is named", ANYTHING, LIZA, "provider", {"team_lead"}, True),
    ("_case no one without the role", ANYTHING, LIZA, "provider", set(), False),
]


@pytest.mark.parametrize(
    ("_case", "rule", "person", "party", "roles", "may"), HOLDERS, ids=[r[0] for r in HOLDERS]
)
def test_holds_is_true_only_for(_case, rule, person, party, roles, may):
    assert holds(rule, person_id=person, party=party, roles=roles) is may
