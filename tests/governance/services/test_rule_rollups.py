"""G9, I3: what rules cost and how soon they govern is made of the trail alone, and equals a plain count."""

from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import uuid4

import pytest
from django.utils import timezone

from audit.domain.envelope import Actor, Target
from audit.models import Event, Log
from audit.services import projecting, recording, sequencing
from governance.domain import rule_costs, telemetry
from governance.models import RuleActivation, RuleRollup
from reviews.enums import InteractionState
from reviews.models import Decision, Interaction
from reviews.services import intake, rule_emergencies
from tests import worlds
from tests.caught_up import catch_up
from tests.factories import rules as made
from tests.governance import telling

pytestmark = pytest.mark.django_db
BEGINS = datetime(2026, 3, 2, 8, tzinfo=UTC)


@pytest.fixture
def world():
    return worlds.build(BEGINS)


def rolled_up() -> dict[tuple, Counter]:
    key = ("process", "day", "rule", "code")
    return {
        row[:4]: Counter(dict(zip(rule_costs.COUNTS, row[4:], strict=True)))
        for row in RuleRollup.objects.values_list(*key, *rule_costs.COUNTS)
    }


def plain() -> dict[tuple, Counter]:
    """The same, counted over the tables of the work."""
    counted: dict[tuple, Counter] = defaultdict(Counter)
    for one in Interaction.objects.select_related("process", "routing", "final_decision"):
        routing = one.routing
        told = {
            "fired": [fired["code"] for fired in routing.fired],
            "reasons": [reason["code"] for reason in routing.reasons],
        }
        found = rule_costs.triggers(told)
        released = one.state == InteractionState.RELEASED
        for trigger in found:
            cell = counted[(one.process.code, telemetry.day_of(routing.routed_at), *trigger)]
            cell.update(rule_costs.of_routing(found))
            for decision in Decision.objects.filter(interaction=one):
                cell.update(rule_costs.of_work(found, decision.seconds))
            if released:
                cell.update(rule_costs.of_release(changed=one.final_decision.material))
    return counted


@pytest.mark.parametrize("seed", range(3))
def test_costs_equal_a_plain_count_whatever_happened_in_whatever_order(world, seed):
    dice = Random(seed)
    plays = [telling.Play(desk, BEGINS, dice) for desk in (world.north, world.south)]
    for _ in range(12):
        dice.choice(plays).run(dice.randint(1, 10))
        if dice.random() < 0.5:
            sequencing.sweep(clock=timezone.now, batch=dice.choice((3, 50, 5000)))
        if dice.random() < 0.5:
            projecting.sweep(clock=timezone.now, limit=dice.choice((1, 7, 100, 1000)))
    catch_up()

    before = rolled_up()
    assert before == plain()

    for log_id in Log.objects.values_list("id", flat=True):
        projecting.rebuild(name=rule_costs.PROJECTION, log_id=log_id, at=BEGINS)
    assert rolled_up() == {}
    projecting.sweep(clock=timezone.now, limit=dice.choice((1, 13, 1000)))
    assert rolled_up() == before


def test_the_plays_have_something_of_every_count(world):
    telling.Play(world.north, BEGINS, Random(3)).run(120)
    catch_up()

    totals = sum(rolled_up().values(), Counter())
    assert {name for name in rule_costs.COUNTS if not totals[name]} == set()


def post(desk, at: datetime, **more) -> None:
    payload = worlds.payload(desk, subject_ref=f"S{at.timestamp()}", amount="6000.00")
    intake.accept(payloads=[payload], agent=desk.agent, key=desk.key, at=at, **more)


def activation(desk) -> RuleActivation:
    catch_up()
    return RuleActivation.objects.filter(process=desk.process.code).latest("activated_at")


def test_an_activation_says_which_interaction_followed_it_first(world):
    """I3: approve → first interaction routed under the new version."""
    desk, approved = world.north, BEGINS + timedelta(minutes=5)
    version = made.replaced(desk, approved).version
    post(desk, approved + timedelta(seconds=41))
    post(desk, approved + timedelta(seconds=90))

    row = activation(desk)
    assert (row.version, row.activated_at, row.way) == (version, approved, "approved")
    assert (row.first_at - row.activated_at, row.last_at - row.activated_at) == (
        timedelta(seconds=41),
        timedelta(seconds=90),
    )
    assert (row.late, row.earlier_at) == (0, None)


def test_an_interaction_that_had_begun_before_the_approval_gives_the_latency(world):
    """It read its clock after the approval did, and was stored before it: the approval waited for it."""
    desk, approved = world.north, BEGINS + timedelta(minutes=5)
    post(desk, approved + timedelta(seconds=2))
    made.replaced(desk, approved)
    post(desk, approved + timedelta(seconds=3))

    row = activation(desk)
    assert row.earlier_at - row.activated_at == timedelta(seconds=2)
    assert (row.first_at - row.activated_at, row.late) == (timedelta(seconds=3), 0)


def test_an_interaction_behind_the_activation_that_follows_others_is_counted(world):
    """It cannot happen by intake, so the trail is told of one as no service would."""
    desk, approved = world.north, BEGINS + timedelta(minutes=5)
    post(desk, approved)
    told = Event.objects.filter(action="routing.decided").latest("pk").facts
    made.replaced(desk, approved + timedelta(seconds=1))
    recording.record(
        log=desk.client.log_key,
        action="routing.decided",
        actor=Actor.system("routing"),
        target=Target("interaction", str(uuid4())),
        facts=told,
        at=approved + timedelta(seconds=9),
        client=desk.client.slug,
        process=desk.process.code,
    )

    row = activation(desk)
    assert (row.late, row.earlier_at) == (1, approved + timedelta(seconds=9))


def test_an_import_of_the_past_says_nothing_about_activations(world):
    desk, approved = world.north, BEGINS + timedelta(minutes=5)
    made.replaced(desk, approved)
    post(desk, approved + timedelta(hours=1), origin="import")

    assert activation(desk).first_at is None


def test_an_emergency_nobody_ratified_is_followed_by_the_rules_before_it(world):
    desk, at = world.north, BEGINS + timedelta(minutes=5)
    before = desk.rules.version
    draft = made.changed(desk, at)
    rule_emergencies.activate(
        ruleset_id=draft.pk, reason="Payments go wrong", by=desk.owner, at=at, against=1
    )
    rule_emergencies.lapse_due(at=at + timedelta(days=2))
    post(desk, at + timedelta(days=2, seconds=7))

    row = activation(desk)
    assert (row.version, row.way, row.first_at - row.activated_at) == (
        before,
        "not ratified",
        timedelta(seconds=7),
    )
    ways = RuleActivation.objects.filter(process=desk.process.code).order_by("activated_at")
    assert [one.way for one in ways] == ["approved", "emergency", "not ratified"]
