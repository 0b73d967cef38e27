"""Enhanced mode: which share, reason and end may be asked for (F1)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from audit.errors import Invalid
from reviews.domain import enhanced_modes

TODAY = date(2026, 3, 4)
GOOD = {"fraction": Decimal("0.2"), "reason": "x" * 20, "until": TODAY + timedelta(days=1)}
TAKEN = [
    ("_case a little more than the band", {"fraction": Decimal("0.101")}),
    ("_case everything", {"fraction": Decimal("1.00")}),
    ("_case as long as it may", {"until": TODAY + timedelta(days=92)}),
]
REFUSED = [
    ("_case the most of the plan", {"fraction": Decimal("0.10")}, "fraction"),
    ("_case more than all", {"fraction": Decimal("1.001")}, "fraction"),
    ("_case no number", {"fraction": Decimal("NaN")}, "fraction"),
    ("_case too fine", {"fraction": Decimal("0.2005")}, "fraction"),
    ("_case no reason to speak of", {"reason": "x" * 19}, "reason"),
    ("_case an end today", {"until": TODAY}, "until"),
    ("_case an end too far away", {"until": TODAY + timedelta(days=93)}, "until"),
]


@pytest.mark.parametrize(("_case", "terms"), TAKEN, ids=[row[0] for row in TAKEN])
def test_check_takes(_case, terms):
    enhanced_modes.check(**(GOOD | terms), today=TODAY)


@pytest.mark.parametrize(("_case", "terms", "field"), REFUSED, ids=[row[0] for row in REFUSED])
def test_check_refuses(_case, terms, field):
    with pytest.raises(Invalid) as refused:
        enhanced_modes.check(**(GOOD | terms), today=TODAY)

    assert refused.value.field == field
