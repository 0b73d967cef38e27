"""What is put into the line of an endpoint: what it asked for, of its client alone, once and in order (design §7)."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.utils import timezone

from audit.models import Event, Leaf, Log
from audit.selectors import tree
from audit.services import projecting
from contracts.models import Notification, Process
from governance.domain.webhooks import DeliveryState, MessageType
from governance.models import Delivery
from governance.selectors import webhooks as selector
from governance.services import webhook_feeding, webhooks
from reviews.models import Interaction
from tests import flush, worlds
from tests.factories import reviews as made
from tests.factories import webhooks as hooked
from tests.governance import trails
from tests.worlds import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def now() -> datetime:
    return timezone.now()


@pytest.fixture
def world(db: None, now: datetime) -> World:
    return worlds.build(now)


def told(subscription: object) -> list[tuple[str, UUID | None]]:
    return [(delivery.type, delivery.interaction) for delivery in hooked.line(subscription)]  # type: ignore[arg-type]


def test_feed_puts_everything_that_was_asked_for_into_the_line_in_order(world: World, now: datetime) -> None:
    subscription = hooked.endpoint(world.north, now)
    happened = [
        ("interaction.released", hooked.released(world.north, now)),
        ("interaction.rejected", hooked.rejected(world.north, now)),
        ("interaction.quarantined", hooked.quarantined(world.north, now)),
        ("information.asked", hooked.asked(world.north, now)),
    ]
    made.waiting_case(world.north, now)

    assert hooked.catch_up() == 4

    assert told(subscription) == happened
    indexes = [delivery.index for delivery in hooked.line(subscription)]
    assert indexes == sorted(indexes)
    for delivery in hooked.line(subscription):
        place = tree.leaf_of_event(delivery.event)
        assert place is not None
        assert (place.log, place.index) == ("north", delivery.index)
        assert delivery.message == f"msg_{delivery.event.hex}"
        assert (delivery.state, delivery.attempts) == (DeliveryState.WAITING, 0)


def test_feed_tells_nothing_that_was_not_asked_for(world: World, now: datetime) -> None:
    only = hooked.endpoint(world.north, now, types=frozenset({MessageType.REJECTED}))
    hooked.released(world.north, now)
    rejected = hooked.rejected(world.north, now)

    hooked.catch_up()

    assert told(only) == [("interaction.rejected", rejected)]


def test_feed_tells_nothing_of_another_client_or_of_a_process_that_was_not_chosen(
    world: World, now: datetime
) -> None:
    north, south = hooked.endpoint(world.north, now), hooked.endpoint(world.south, now)
    theirs = hooked.released(world.south, now)
    hooked.released(world.north, now)
    Process.objects.filter(pk=world.north.process.pk).update(code="ANOTHER")

    hooked.catch_up()

    assert told(north) == []
    assert told(south) == [("interaction.released", theirs)]


def test_feed_tells_nothing_from_before_it_was_set_up(world: World, now: datetime) -> None:
    hooked.released(world.north, now)
    subscription = hooked.endpoint(world.north, now)
    later = hooked.released(world.north, now)

    hooked.catch_up()

    assert told(subscription) == [("interaction.released", later)]


def test_feed_tells_nothing_of_the_past_that_is_written_down(world: World, now: datetime) -> None:
    subscription = hooked.endpoint(world.north, now)
    hooked.released(world.north, now - timedelta(days=3))

    assert hooked.catch_up() == 0
    assert told(subscription) == []


def test_feed_again_tells_nothing_twice(world: World, now: datetime) -> None:
    subscription = hooked.endpoint(world.north, now)
    hooked.released(world.north, now)
    hooked.catch_up()

    assert hooked.catch_up() == 0
    assert webhook_feeding.feed(subscription_id=subscription.pk, at=now) == 0
    assert len(told(subscription)) == 1


def test_feed_in_small_steps_tells_the_same(world: World, now: datetime) -> None:
    subscription = hooked.endpoint(world.north, now)
    expected = [hooked.released(world.north, now), hooked.rejected(world.north, now)]
    trails.publish("north")
    size = tree.size("north")

    while subscription.position < size:
        webhook_feeding.feed(subscription_id=subscription.pk, at=now, limit=3)
        subscription.refresh_from_db()

    assert [interaction for _, interaction in told(subscription)] == expected


def test_feed_tells_what_was_asked_for_while_it_read(world: World, now: datetime) -> None:
    subscription = hooked.endpoint(world.north, now, types=frozenset({MessageType.REJECTED}))
    hooked.catch_up()
    happened = []

    def ask_for_more(execute: Callable[..., Any], sql: str, *args: Any) -> Any:
        if "audit_leaf" in sql and not happened:
            happened.append(None)
            webhooks.change(
                subscription_id=subscription.pk, terms=hooked.terms(world.north), by=world.north.admin, at=now
            )
            happened[0] = hooked.released(world.north, now)
            trails.publish("north")
        return execute(sql, *args)

    with connection.execute_wrapper(ask_for_more):
        webhook_feeding.feed(subscription_id=subscription.pk, at=now)
    hooked.catch_up()

    assert told(subscription) == [("interaction.released", happened[0])]


def test_feed_that_fails_moves_nothing(world: World, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    subscription = hooked.endpoint(world.north, now)
    interaction = hooked.released(world.north, now)
    trails.publish("north")

    def full(*_args: object, **_options: object) -> None:
        raise OSError("the disk is full")

    with monkeypatch.context() as broken:
        broken.setattr(Delivery.objects, "bulk_create", full)
        with pytest.raises(OSError, match="full"):
            webhook_feeding.feed(subscription_id=subscription.pk, at=now)
    assert told(subscription) == []
    assert webhook_feeding.feed(subscription_id=subscription.pk, at=now) == 1
    assert told(subscription) == [("interaction.released", interaction)]


def test_a_rebuilt_projection_sends_nothing_again(world: World, now: datetime) -> None:
    subscription = hooked.endpoint(world.north, now)
    hooked.released(world.north, now)
    hooked.catch_up()
    log_id = Log.objects.get(key="north").pk

    for name in projecting.registered():
        projecting.rebuild(name=name, log_id=log_id, at=now)
    projecting.sweep(clock=timezone.now)

    assert hooked.catch_up() == 0
    assert len(told(subscription)) == 1


def test_feed_stops_where_the_log_has_a_gap_and_keeps_nobody_else(
    world: World, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    north, south = hooked.endpoint(world.north, now), hooked.endpoint(world.south, now)
    hooked.released(world.north, now)
    theirs = hooked.released(world.south, now)
    logs_id = Log.objects.get(key="north").pk
    trails.publish("north")
    with flush.without_every_guard(connection):
        Leaf.objects.filter(log_id=logs_id, index=north.position)._raw_delete("default")

    hooked.catch_up()

    assert told(north) == []
    assert told(south) == [("interaction.released", theirs)]
    assert f"Entry {north.position} of log north is not there" in caplog.text


def test_an_endpoint_that_cannot_be_read_for_is_disabled_with_a_notice(world: World, now: datetime) -> None:
    desk = world.north
    one = hooked.endpoint(desk, now)
    hooked.released(desk, now)
    trails.publish("north")
    with flush.without_every_guard(connection):
        Leaf.objects.filter(log_id=Log.objects.get(key="north").pk, index=one.position)._raw_delete("default")

    hooked.catch_up()
    hooked.catch_up()

    stood = one.position
    one.refresh_from_db()
    assert one.disabled_at is not None
    assert (one.disabled_by, one.disabled_why, one.position) == (None, webhook_feeding.UNREADABLE, stood)
    assert Event.objects.get(action="webhook.disabled").facts == {"cause": "unreadable", "waiting": 0}
    told_of = Notification.objects.filter(subject="The webhook “Back office” was disabled")
    assert [notice.user for notice in told_of.order_by("user")] == selector.responsible([desk.process])


def test_a_full_line_leaves_the_rest_in_the_log(
    world: World, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook_feeding, "FULL", 2)
    subscription = hooked.endpoint(world.north, now)
    expected = []
    for _ in range(3):
        expected.append(hooked.released(world.north, now))
        hooked.catch_up()

    assert [interaction for _, interaction in told(subscription)] == expected[:2]
    Delivery.objects.filter(interaction=expected[0]).update(state=DeliveryState.DELIVERED, ended_at=now)
    hooked.catch_up()
    assert [interaction for _, interaction in told(subscription)] == expected


def test_nothing_is_read_for_a_disabled_endpoint_until_it_goes_on(world: World, now: datetime) -> None:
    subscription = hooked.endpoint(world.north, now)
    webhooks.disable(subscription_id=subscription.pk, by=world.north.admin, at=now)
    interaction = hooked.released(world.north, now)

    assert hooked.catch_up() == 0
    webhooks.resume(subscription_id=subscription.pk, by=world.north.admin, at=now)
    assert hooked.catch_up() == 1
    assert told(subscription) == [("interaction.released", interaction)]


# ── Checkpoints ──────────────────────────────────────────────────────────────────────────────────────────────


def test_the_newest_checkpoint_is_told_once(world: World, now: datetime) -> None:
    trails.publish("north")
    subscription = hooked.endpoint(world.north, now, types=frozenset({MessageType.CHECKPOINT}))
    assert hooked.catch_up() == 0

    made.waiting_case(world.north, now)
    trails.publish("north")
    made.waiting_case(world.north, now)
    newest = trails.publish("north")
    hooked.catch_up()
    hooked.catch_up()

    [delivery] = hooked.line(subscription)
    assert (delivery.type, delivery.index, delivery.interaction) == ("checkpoint.published", newest, None)


def test_while_one_checkpoint_waits_no_other_is_put_behind_it(world: World, now: datetime) -> None:
    subscription = hooked.endpoint(world.north, now, types=frozenset({MessageType.CHECKPOINT}))
    sizes = []
    for _ in range(3):
        made.waiting_case(world.north, now)
        sizes.append(trails.publish("north"))
        hooked.catch_up()

    assert [delivery.index for delivery in hooked.line(subscription)] == sizes[:1]
    Delivery.objects.update(state=DeliveryState.DELIVERED, ended_at=now)
    hooked.catch_up()
    assert [delivery.index for delivery in hooked.line(subscription)] == [sizes[0], sizes[2]]


def test_messages_of_two_clients_never_share_an_id(world: World, now: datetime) -> None:
    for desk in (world.north, world.south):
        hooked.endpoint(desk, now, types=frozenset(MessageType))
        hooked.released(desk, now)
        trails.publish(desk.client.log_key)
    hooked.catch_up()

    counted = Counter(Delivery.objects.values_list("message", flat=True))
    assert len(counted) == 4
    assert set(counted.values()) == {1}
    assert Interaction.objects.count() == 2
