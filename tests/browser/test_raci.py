"""The RACI, who holds which authority and the accountability sheet, as axe sees them (K1, K4, K10)."""

from datetime import datetime

import pytest
from django.urls import reverse

from tests.browser.conftest import Examine
from tests.factories import raci as factory
from tests.worlds import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_axe_finds_nothing_on_who_answers(world: World, now: datetime, examine: Examine) -> None:
    desk = world.north
    made, code = factory.in_every_state(desk, now), world.north.process.code
    draft = reverse("contracts:raci_version", args=[code, made["raci_draft"]])
    proposed = reverse("contracts:raci_version", args=[code, made["raci_proposed"]])
    row = reverse("contracts:raci_row", args=[code, made["raci_draft"], "review"])
    authority = reverse("contracts:authority", args=[code])

    found = examine(
        {
            desk.legal: [
                reverse("contracts:raci", args=[code]),
                draft,
                row,
                authority,
                reverse("governance:sheet", args=[code]),
            ],
            desk.owner: [proposed, authority],
        }
    )

    assert found == []
