"""A subject's sum may be in a currency that the batch at hand does not have: its rates are read all the same."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from contracts.services import rates
from reviews.enums import Disposition
from reviews.models import Interaction
from reviews.services import intake
from tests import worlds

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("_case", "before", "expected"),
    [
        ("little in dollars before", "1000.00", Disposition.AUTO_RELEASED),
        ("much in dollars before", "4900.00", Disposition.REVIEW),
    ],
)
def test_accept_adds_up_what_came_in_another_currency(
    at: datetime, _case: str, before: str, expected: Disposition
) -> None:
    world = worlds.build(at)
    desk = world.north
    rates.import_rates(rows=[("EUR", "USD", at.date(), Decimal("1.00"))], source="test", by=None, at=at)

    def post(when: datetime, **changes: str) -> Interaction:
        payload = worlds.payload(desk, subject_ref="supplier:7", **changes)
        receipts = intake.accept(payloads=[payload], agent=desk.agent, key=desk.key, at=when)
        return Interaction.objects.get(pk=receipts[0].id)

    for minutes in range(4):
        post(at + timedelta(minutes=minutes), amount=before, currency="USD")

    last = post(at + timedelta(minutes=9), amount="1200.00", currency="EUR")

    assert last.disposition == expected
    assert not last.routing.failsafe
