"""Deliveries to a real receiver: in order, and at least once under one id (design §7)."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import connection
from django.utils import timezone

from contracts.models import Process
from governance.models import Subscription
from governance.selectors import webhook_contents, webhook_lines
from governance.services import deliveries, endpoints, webhooks
from tests.factories import webhooks as hooked
from tests.governance import receiving
from tests.governance.receiving import receiver
from tests.governance.services.delivering import deliver, states, to
from tests.worlds import Desk

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loopback_is_allowed")]
HOUR, DAY = timedelta(hours=1), timedelta(hours=24)


# ── In order, and again ──────────────────────────────────────────────────────────────────────────────────────


def test_what_was_not_taken_is_sent_again_under_the_same_id_before_all_that_follows(
    desk: Desk, now: datetime
) -> None:
    with receiver(receiving.statuses(500, 503, 204)) as there:
        subscription = to(desk, there, now)
        first, second = hooked.released(desk, now), hooked.rejected(desk, now)
        hooked.catch_up()
        assert deliver(subscription, now) == 1
        assert deliver(subscription, now + timedelta(seconds=3)) == 0
        assert deliver(subscription, now + timedelta(seconds=7)) == 1
        assert deliver(subscription, now + timedelta(minutes=1)) == 2

    one, two = hooked.line(subscription)
    assert (one.interaction, two.interaction) == (first, second)
    assert there.messages == [one.message, one.message, one.message, two.message]
    assert (one.attempts, one.status, one.state) == (3, 204, "delivered")
    assert (two.attempts, two.state) == (1, "delivered")
    subscription.refresh_from_db()
    assert (subscription.failures, subscription.failing_since, subscription.retry_after) == (0, None, None)


@pytest.mark.parametrize("code", [301, 400, 404, 500])
def test_whatever_is_no_success_counts_as_a_failure(desk: Desk, now: datetime, code: int) -> None:
    with receiver(receiving.status(code)) as there:
        subscription = to(desk, there, now)
        hooked.released(desk, now)
        hooked.catch_up()
        deliver(subscription, now)

    subscription.refresh_from_db()
    [delivery] = hooked.line(subscription)
    assert (delivery.state, delivery.status, delivery.attempts) == ("waiting", code, 1)
    assert (subscription.failures, subscription.failing_since) == (1, now)
    assert timedelta(seconds=4) <= subscription.retry_after - now <= timedelta(seconds=6)
    assert webhook_lines.due(now) == []
    assert webhook_lines.due(now + timedelta(seconds=6)) == [subscription.pk]


def test_an_endpoint_that_says_when_it_is_ready_is_left_alone_until_then(desk: Desk, now: datetime) -> None:
    with receiver(receiving.status(429, headers="Retry-After: 600\r\n")) as there:
        subscription = to(desk, there, now)
        hooked.released(desk, now)
        hooked.catch_up()
        deliver(subscription, now)

    subscription.refresh_from_db()
    assert subscription.retry_after == now + timedelta(minutes=10)


def test_an_endpoint_that_only_drips_is_cut_off_and_tried_again(desk: Desk, now: datetime) -> None:
    with receiver(receiving.dripping) as there:
        subscription = to(desk, there, now)
        hooked.released(desk, now)
        hooked.catch_up()
        deliver(subscription, now, send=partial(endpoints.post, seconds=0.3))

    [delivery] = hooked.line(subscription)
    assert (delivery.state, delivery.status) == ("waiting", None)
    assert delivery.error == "There was no whole reply within 0.3 seconds."
    assert there.messages == [delivery.message]


def test_an_endpoint_that_leads_inside_is_sent_nothing(
    desk: Desk, now: datetime, settings: LazySettings
) -> None:
    with receiver() as there:
        subscription = to(desk, there, now)
        hooked.released(desk, now)
        hooked.catch_up()
        settings.WEBHOOK_ALLOW_PRIVATE = []
        deliver(subscription, now)

    assert there.connections == 0
    assert states(subscription) == ["waiting"]


def test_the_line_is_held_while_something_is_sent_and_free_afterwards(desk: Desk, now: datetime) -> None:
    held = []

    def send(**sent: object) -> endpoints.Reply:
        subscription = Subscription.objects.get()
        held.append((subscription.lease is not None, subscription.held_until))
        return endpoints.Reply(204)

    subscription = hooked.endpoint(desk, now)
    hooked.released(desk, now)
    hooked.catch_up()
    deliver(subscription, now, send=send)

    assert held == [(True, now + deliveries.LEASE)]
    subscription.refresh_from_db()
    assert (subscription.lease, subscription.held_until) == (None, None)


def test_one_worker_at_a_time_speaks_to_an_endpoint(desk: Desk, now: datetime) -> None:
    subscription = hooked.endpoint(desk, now)
    hooked.released(desk, now)
    hooked.catch_up()
    tried_beside = []

    def send(**sent: object) -> endpoints.Reply:
        tried_beside.append(deliver(subscription, now, send=send))
        return endpoints.Reply(204)

    assert deliver(subscription, now, send=send) == 1
    assert tried_beside == [0]


def test_what_was_sent_by_a_worker_that_died_is_sent_again_under_the_same_id(
    desk: Desk, now: datetime
) -> None:
    class Killed(BaseException):
        pass

    def dying(**sent: object) -> endpoints.Reply:
        endpoints.post(**sent)  # type: ignore[arg-type]
        # A dead worker gives nothing back: another lease than its own stands there by the time it would.
        Subscription.objects.update(lease=subscription.pk)
        raise Killed

    with receiver() as there:
        subscription = to(desk, there, now)
        hooked.released(desk, now)
        hooked.rejected(desk, now)
        hooked.catch_up()
        with pytest.raises(Killed):
            deliver(subscription, now, send=dying)
        assert deliver(subscription, now + deliveries.LEASE - timedelta(seconds=1)) == 0
        assert deliver(subscription, now + deliveries.LEASE) == 2

    one, two = hooked.line(subscription)
    assert there.messages == [one.message, one.message, two.message]
    assert (one.state, one.attempts) == ("delivered", 1)


def test_a_worker_that_was_too_slow_writes_nothing_down(desk: Desk, now: datetime) -> None:
    def slow(**sent: object) -> endpoints.Reply:
        assert deliver(subscription, now + deliveries.LEASE, send=lambda **_sent: endpoints.Reply(204)) == 1
        return endpoints.Reply(500)

    subscription = hooked.endpoint(desk, now)
    hooked.released(desk, now)
    hooked.catch_up()
    deliver(subscription, now, send=slow)

    [delivery] = hooked.line(subscription)
    subscription.refresh_from_db()
    assert (delivery.state, delivery.status, delivery.attempts) == ("delivered", 204, 1)
    assert subscription.failures == 0


# ── What cannot be sent from here ────────────────────────────────────────────────────────────────────────────


def test_a_message_that_cannot_be_signed_counts_as_a_failure(
    desk: Desk, now: datetime, settings: LazySettings, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    damaged = tmp_path / "vault.key"
    damaged.write_bytes(b"cut off")
    with receiver() as there:
        subscription = to(desk, there, now)
        hooked.released(desk, now)
        hooked.catch_up()
        settings.VAULT_KEY_FILE = damaged
        assert deliver(subscription, now) == 1

    check_it_was_not_made(subscription, now)
    assert "has 7 bytes, not 32" in caplog.text
    assert there.connections == 0


def test_a_message_that_cannot_be_read_counts_as_a_failure(
    desk: Desk, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    def failing(execute: Callable[..., Any], sql: str, *args: Any) -> Any:
        if 'FROM "reviews_interaction"' in sql:
            raise ValueError("what stands there is no interaction")
        return execute(sql, *args)

    with receiver() as there:
        subscription = to(desk, there, now)
        hooked.released(desk, now)
        hooked.catch_up()
        with connection.execute_wrapper(failing):
            assert deliver(subscription, now) == 1

    check_it_was_not_made(subscription, now)
    assert "what stands there is no interaction" in caplog.text
    assert there.connections == 0


def check_it_was_not_made(subscription: Subscription, now: datetime) -> None:
    [delivery] = hooked.line(subscription)
    assert (delivery.state, delivery.attempts, delivery.status) == ("waiting", 1, None)
    assert delivery.error == "It could not be made here. The log of this server says why."
    subscription.refresh_from_db()
    assert (subscription.failures, subscription.failing_since, subscription.lease) == (1, now, None)
    assert subscription.retry_after > now


# ── What is told no more ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("narrow", "why"),
    [
        (
            lambda desk: Subscription.objects.update(types=["interaction.rejected"]),
            webhook_contents.NOT_ASKED_FOR,
        ),
        (lambda desk: Subscription.objects.get().processes.clear(), webhook_contents.NOT_THEIRS),
        (
            lambda desk: Process.objects.filter(pk=desk.process.pk).update(client=desk.process.vendors.get()),
            webhook_contents.NOT_THEIRS,
        ),
    ],
    ids=["type", "process", "client"],
)
def test_what_is_not_theirs_any_more_is_passed_over_and_says_so(
    desk: Desk, now: datetime, narrow: Callable[[Desk], object], why: str
) -> None:
    with receiver() as there:
        subscription = to(desk, there, now)
        hooked.released(desk, now)
        hooked.catch_up()
        narrow(desk)
        assert deliver(subscription) == 0

    [delivery] = hooked.line(subscription)
    assert (delivery.state, delivery.error, delivery.attempts) == ("passed_over", why, 0)
    assert there.requests == []


@pytest.mark.parametrize(
    "widen",
    [
        lambda desk, one: webhooks.change(
            subscription_id=one.pk, terms=hooked.terms(desk), by=desk.admin, at=timezone.now()
        ),
        lambda desk, one: Subscription.objects.update(types=one.types),
    ],
    ids=["line taken over", "line still held"],
)
def test_what_is_asked_for_again_before_it_is_passed_over_stays_in_the_line(
    desk: Desk, now: datetime, widen: Callable[[Desk, Subscription], object]
) -> None:
    subscription = hooked.endpoint(desk, now)
    hooked.released(desk, now)
    hooked.catch_up()
    Subscription.objects.update(types=[])
    looks = []

    def clock() -> datetime:
        # The second look at the clock is for the end of what is not wanted any more.
        looks.append(now)
        if len(looks) == 2:
            widen(desk, subscription)
        return now

    deliveries.deliver(
        subscription_id=subscription.pk,
        clock=clock,
        seconds=60,
        send=lambda **_sent: endpoints.Reply(500),
    )

    assert len(looks) >= 2
    assert states(subscription) == ["waiting"]


@pytest.mark.parametrize(("types", "ended"), [(None, "delivered"), ([], "passed_over")])
def test_a_worker_stops_when_its_time_is_over(
    desk: Desk, now: datetime, types: list[str] | None, ended: str
) -> None:
    subscription = hooked.endpoint(desk, now)
    for _ in range(2):
        hooked.released(desk, now)
    hooked.catch_up()
    if types is not None:
        Subscription.objects.update(types=types)

    deliveries.deliver(
        subscription_id=subscription.pk,
        clock=lambda: now,
        seconds=0,
        send=lambda **_sent: endpoints.Reply(204),
    )

    assert states(subscription) == [ended, "waiting"]
