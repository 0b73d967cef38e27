"""The page of simulations (B8): asked, watched, read, and nobody else's."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from reviews.enums import SimulationState
from reviews.models import RuleSimulation
from reviews.services import simulating, simulations
from tests import worlds
from tests.factories import rules as rule_factory
from tests.factories import simulations as factory

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return worlds.build(timezone.now() - timedelta(hours=2))


@pytest.fixture
def desk(world):
    return world.north


@pytest.fixture
def draft(desk):
    return rule_factory.changed(desk, timezone.now() - timedelta(hours=1), "15000")


def page(client, draft, by):
    client.force_login(by, backend="contracts.backends.People")
    return reverse("reviews:rules_simulation", args=[draft.process.code, draft.version])


def test_b8_story_12_is_asked_for_and_read(client, desk, draft):
    factory.post(desk, timezone.now() - timedelta(minutes=30), amount="9000.00")
    address = page(client, draft, desk.admin)
    assert "Not simulated yet" in client.get(address).content.decode()
    today = timezone.localdate()
    sent = {"kind": "period", "since": today - timedelta(days=3), "until": today}

    asked = client.post(address, sent, follow=True)
    assert "It waits for a worker" in asked.content.decode()
    assert 'hx-trigger="every 1s"' in asked.content.decode()
    simulating.sweep(clock=timezone.now)

    shown = client.get(asked.redirect_chain[-1][0]).content.decode()
    for words in ("0 → 1", "€9,000.00", "To a person → straight through", "AP-R1 → none"):
        assert words in shown
    assert (
        "No interaction fits the filter"
        in client.get(f"{asked.redirect_chain[-1][0]}?kind=missed").content.decode()
    )


def test_a_period_that_has_not_begun_is_refused_with_what_was_typed(client, desk, draft):
    address = page(client, draft, desk.admin)

    refused = client.post(address, {"kind": "period", "since": "2099-01-01", "until": "2099-01-02"})

    assert refused.status_code == 400
    assert "Nothing of this period has happened yet." in refused.content.decode()
    assert 'value="2099-01-01"' in refused.content.decode()
    assert not RuleSimulation.objects.exists()


def test_a_fourth_at_once_is_refused(client, desk, draft):
    address = page(client, draft, desk.admin)
    today = timezone.localdate()
    sent = {"kind": "period", "since": today - timedelta(days=3), "until": today}

    statuses = [client.post(address, sent).status_code for _ in range(4)]

    assert statuses == [302, 302, 302, 409]
    assert RuleSimulation.objects.count() == 3


def test_another_process_s_simulation_is_not_found(client, world, desk, draft):
    asked = simulations.ask_period(ruleset_id=draft.pk, by=desk.admin, at=timezone.now())
    south = world.south
    foreign = rule_factory.changed(south, timezone.now(), "15000")
    page(client, foreign, south.admin)

    for code, version in ((draft.process.code, draft.version), (foreign.process.code, foreign.version)):
        url = reverse("reviews:rules_simulation_cancel", args=[code, version, asked.pk])
        assert client.post(url).status_code == 404

    asked.refresh_from_db()
    assert asked.state == SimulationState.REQUESTED


def test_a_result_of_other_rules_says_so(client, desk, draft):
    at = timezone.now()
    factory.done(draft, desk.admin, at)
    address = page(client, draft, desk.admin)
    assert "were changed after this simulation" not in client.get(address).content.decode()

    from_then = rule_factory.threshold("12000")
    factory.rule_drafts.put_rule(ruleset_id=draft.pk, rule=from_then, by=desk.admin, at=at)

    assert "were changed after this simulation" in client.get(address).content.decode()
