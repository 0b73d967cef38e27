"""A call at night in Cebu that nobody answers reaches Hyderabad by itself, by the calendars of the demo (story 15)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from contracts.models import Notification
from governance.demo import days, invoices
from governance.demo.world import World
from reviews.models import Escalation
from reviews.services import claims, escalations, promotions

# A Thursday, 22:30 in Manila (the day before is a holiday in Hyderabad): Cebu's desk closes in half an hour, Hyderabad's works until two.
NIGHT = datetime(2026, 3, 5, 14, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def escalation(demo: World) -> Escalation:
    """Sent up by the reviewer at half past ten at night: the team lead in Cebu has a quarter of an hour."""
    came = NIGHT - 5 * MINUTE
    draft = invoices.make(Random("night"), came, bad=False, flavour="new", step="approve")
    draft = replace(draft, payload=draft.payload | {"external_id": "AP-NIGHT-1"})
    receipt = days.take_in(demo, "AP-INV", [draft])[0]
    assert receipt.case is not None
    ana = demo.people["ana.reyes"]
    claims.claim(case_id=receipt.case, user=ana, at=NIGHT - MINUTE)
    return escalations.escalate(case_id=receipt.case, user=ana, question="Do we know this bank?", at=NIGHT)


def test_nobody_answers_in_cebu_and_hyderabad_has_it(demo: World, escalation: Escalation) -> None:
    """C4: the sweep alone moves it, at the end of the first limit; the second limit runs in Hyderabad's hours."""
    first = (escalation.owner.username, escalation.level, escalation.ack_due_at)

    early = promotions.promote_due(at=NIGHT + 15 * MINUTE - timedelta(seconds=1))
    moved = promotions.promote_due(at=NIGHT + 15 * MINUTE)

    escalation.refresh_from_db()
    assert first == ("liza.santos", 1, NIGHT + 15 * MINUTE)
    assert (early, moved) == (0, 1)
    assert (escalation.owner.username, escalation.level) == ("arjun.mehta", 2)
    assert escalation.ack_due_at == NIGHT + 45 * MINUTE
    assert Notification.objects.filter(
        user=demo.people["arjun.mehta"], created_at=NIGHT + 15 * MINUTE
    ).exists()


def test_it_stands_on_the_page_of_whoever_has_it_now(demo: World, escalation: Escalation) -> None:
    promotions.promote_due(at=NIGHT + 15 * MINUTE)

    with time_machine.travel(NIGHT + 20 * MINUTE, tick=False):
        client = Client()
        client.force_login(demo.people["arjun.mehta"], backend="contracts.backends.People")
        page = client.get(reverse("reviews:escalations")).context["page"]

    row = next(row for row in page.mine if row.id == escalation.pk)
    assert (row.level, row.owner, row.to_acknowledge, row.acknowledge_late) == (
        "Operations, ops manager",
        "Arjun Mehta",
        True,
        False,
    )
