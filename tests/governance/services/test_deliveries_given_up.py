"""Endpoints that take nothing: disabled after a day with a notice, and nothing of their line is lost (design §7)."""

from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.urls import reverse

from audit.models import Event
from contracts.models import Notification
from contracts.services import notifications
from governance.domain.webhooks import DeliveryState
from governance.models import Delivery
from governance.selectors import webhook_lines
from governance.services import deliveries, endpoints, webhook_secrets, webhooks
from tests.factories import webhooks as hooked
from tests.governance import receiving
from tests.governance.receiving import receiver
from tests.governance.services.delivering import deliver, states, to
from tests.worlds import Desk, World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loopback_is_allowed")]
HOUR, DAY = timedelta(hours=1), timedelta(hours=24)


# ── Given up ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_endpoint_that_takes_nothing_for_a_day_is_disabled_with_a_notice(
    world: World, now: datetime
) -> None:
    desk = world.north
    at, tries = now, 0
    with receiver(receiving.status(500)) as there:
        subscription = to(desk, there, now)
        hooked.released(desk, now)
        hooked.catch_up()
        while not (subscription.disabled_at or tries > 100):
            tries += deliver(subscription, at)
            subscription.refresh_from_db()
            at = max(at, subscription.retry_after)

    [delivery] = hooked.line(subscription)
    assert 20 < tries < 50
    assert DAY <= subscription.disabled_at - now < DAY + HOUR * 1.3
    assert subscription.disabled_why == "Nothing was taken there for 24 hours."
    assert set(there.messages) == {delivery.message}
    assert (delivery.state, delivery.attempts) == ("waiting", tries)
    event = Event.objects.get(action="webhook.disabled")
    assert (event.facts["cause"], event.facts["failures"], event.facts["waiting"]) == ("failing", tries, 1)
    told = Notification.objects.filter(subject="The webhook “Back office” was disabled")
    assert {notice.user for notice in told} == {desk.admin, desk.owner, desk.ops}
    assert {notice.link for notice in told} == {reverse("governance:webhook", args=[subscription.pk])}
    notifications.send_due(at=at + HOUR)
    assert {letter.to[0] for letter in mail.outbox} >= {desk.admin.email, desk.ops.email}


def test_an_endpoint_that_fails_now_and_then_is_never_disabled(desk: Desk, now: datetime) -> None:
    with receiver(receiving.statuses(*[500, 204] * 40)) as there:
        subscription = to(desk, there, now)
        for hours in range(0, 48, 4):
            at = now + HOUR * hours
            webhooks.send_test(subscription_id=subscription.pk, by=desk.admin, at=at)
            deliver(subscription, at)
            deliver(subscription, at + HOUR)

    subscription.refresh_from_db()
    assert subscription.disabled_at is None
    assert set(states(subscription)) == {"delivered"}


def test_an_endpoint_that_is_gone_is_disabled_at_once(desk: Desk, now: datetime) -> None:
    with receiver(receiving.status(410)) as there:
        subscription = to(desk, there, now)
        hooked.released(desk, now)
        hooked.catch_up()
        deliver(subscription, now)
        assert deliver(subscription, now + HOUR) == 0

    subscription.refresh_from_db()
    assert (subscription.disabled_at, subscription.disabled_by) == (now, None)
    assert "410" in subscription.disabled_why
    assert Event.objects.get(action="webhook.disabled").facts["cause"] == "gone"
    assert webhook_lines.due(now + DAY) == []
    assert len(there.requests) == 1


def test_nothing_is_lost_when_a_disabled_endpoint_goes_on(desk: Desk, now: datetime) -> None:
    with receiver(receiving.statuses(410, 204)) as there:
        subscription = to(desk, there, now)
        before = hooked.released(desk, now)
        hooked.catch_up()
        deliver(subscription, now)
        meanwhile = hooked.rejected(desk, now)
        hooked.catch_up()
        webhooks.resume(subscription_id=subscription.pk, by=desk.admin, at=now)
        hooked.catch_up()
        deliver(subscription, now)

    secret = webhook_secrets.secret(subscription)
    told = [request.verified(secret)["data"]["interaction"]["id"] for request in there.requests]
    assert told == [str(before), str(before), str(meanwhile)]
    assert there.messages[0] == there.messages[1]


def test_a_replay_sends_again_from_its_entry_on_under_the_same_ids(desk: Desk, now: datetime) -> None:
    with receiver() as there:
        subscription = to(desk, there, now)
        for _ in range(3):
            hooked.released(desk, now)
        hooked.catch_up()
        deliver(subscription)
        second = hooked.line(subscription)[1]
        webhooks.replay(subscription_id=subscription.pk, from_index=second.index, by=desk.admin, at=now)
        hooked.catch_up()
        deliver(subscription)

    assert there.messages[3:] == there.messages[1:3]
    assert [delivery.run for delivery in hooked.line(subscription)] == [1, 1, 1, 2, 2]


def test_a_replay_while_something_is_sent_keeps_the_order(desk: Desk, now: datetime) -> None:
    """What is under way is not counted, and the line begins anew once its lease is over."""
    subscription = hooked.endpoint(desk, now)
    begin = subscription.position
    hooked.released(desk, now)
    hooked.catch_up()

    def send(**sent: object) -> endpoints.Reply:
        webhooks.replay(subscription_id=subscription.pk, from_index=begin, by=desk.admin, at=now)
        hooked.catch_up()
        assert deliver(subscription, now, send=send) == 0
        return endpoints.Reply(204)

    deliver(subscription, now, send=send)

    assert states(subscription) == ["passed_over", "waiting"]
    assert deliver(subscription, now + timedelta(seconds=10), send=send) == 0
    assert deliver(subscription, now + deliveries.LEASE, send=lambda **_sent: endpoints.Reply(204)) == 1


def test_forget_drops_what_ended_a_month_ago(desk: Desk, now: datetime) -> None:
    subscription = hooked.endpoint(desk, now)
    for _ in range(3):
        hooked.released(desk, now)
    hooked.catch_up()
    old, new, _ = hooked.line(subscription)
    ends = {old.pk: now - timedelta(days=31), new.pk: now - timedelta(days=29)}
    for pk, ended_at in ends.items():
        Delivery.objects.filter(pk=pk).update(state=DeliveryState.DELIVERED, ended_at=ended_at)

    assert deliveries.forget(at=now) == 1
    assert states(subscription) == ["delivered", "waiting"]
