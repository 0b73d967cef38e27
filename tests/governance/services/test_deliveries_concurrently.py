"""Several workers on the same endpoints, each on a connection of its own: nothing doubled, nothing out of order."""

import os
import signal
import socket
import subprocess
import sys
from datetime import datetime, timedelta

import pytest
from django.conf import LazySettings
from django.conf import settings as site
from django.db import connection
from django.utils import timezone

from audit.services import logs
from governance.models import Subscription
from governance.services import deliveries, endpoints, webhook_feeding
from tests import worlds
from tests.factories import webhooks as hooked
from tests.governance import receiving
from tests.governance.receiving import receiver
from tests.threads import together

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 12
# A worker of its own, on the database of this test: it sends one endpoint what waits for it.
WORKER = """
import sys
import django
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[1]
settings.WEBHOOK_ALLOW_PRIVATE = ["127.0.0.0/8"]
django.setup()
from django.utils import timezone
from governance.services import deliveries
deliveries.deliver(subscription_id=sys.argv[2], clock=timezone.now, seconds=30)
"""


@pytest.fixture(autouse=True)
def _loopback_is_allowed(settings: LazySettings) -> None:
    settings.WEBHOOK_ALLOW_PRIVATE = receiving.ALLOWED


@pytest.fixture
def world(db: None) -> worlds.World:
    logs.open_log(key=logs.PLATFORM, at=timezone.now())
    return worlds.build(timezone.now())


def feed() -> int:
    return webhook_feeding.feed_all(clock=timezone.now)


def deliver(subscription: Subscription) -> int:
    return deliveries.deliver(subscription_id=subscription.pk, clock=timezone.now, seconds=30)


@pytest.mark.postgresql
def test_four_workers_put_each_message_into_a_line_once(world: worlds.World) -> None:
    now = timezone.now()
    told = [hooked.endpoint(desk, now) for desk in (world.north, world.south)]
    expected = {one.pk: [] for one in told}
    for _ in range(3):
        for one, desk in zip(told, (world.north, world.south), strict=True):
            expected[one.pk].append(hooked.released(desk, now))
    hooked.sequencing.sweep(clock=timezone.now)

    put = together([feed] * 4)

    assert sum(put) == 6
    assert {one.pk: [row.interaction for row in hooked.line(one)] for one in told} == expected


@pytest.mark.postgresql
def test_four_workers_send_each_message_once_and_in_order(world: worlds.World) -> None:
    with receiver() as there:
        subscription = hooked.endpoint(world.north, timezone.now(), url=there.url)
        for _ in range(MANY):
            hooked.rejected(world.north, timezone.now())
        hooked.catch_up()

        tried = together([lambda: deliver(subscription)] * 4)

    line = hooked.line(subscription)
    assert sum(tried) == MANY
    assert there.messages == [delivery.message for delivery in line]
    assert {delivery.attempts for delivery in line} == {1}


def test_the_database_is_free_while_something_is_sent(world: worlds.World) -> None:
    open_transactions = []

    def send(**sent: object) -> endpoints.Reply:
        open_transactions.append(connection.in_atomic_block)
        return endpoints.Reply(204)

    now: datetime = timezone.now()
    subscription = hooked.endpoint(world.north, now)
    hooked.released(world.north, now)
    hooked.catch_up()
    deliveries.deliver(subscription_id=subscription.pk, clock=timezone.now, seconds=30, send=send)

    assert open_transactions == [False]


def worker(subscription: Subscription) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-c", WORKER, str(connection.settings_dict["NAME"]), str(subscription.pk)],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "governance.settings"},
        cwd=site.BASE_DIR,
    )


def test_a_worker_killed_while_it_sends_loses_nothing_and_its_message_comes_again(
    world: worlds.World,
) -> None:
    """Killed after the receiver has the message and before that is noted down: no word of it is in the database."""
    started: list[subprocess.Popen[bytes]] = []

    def kill_the_first(connected: socket.socket, before: int) -> None:
        if before == 0:
            started[0].send_signal(signal.SIGKILL)
            started[0].wait()
        receiving.status(204)(connected, before)

    with receiver(kill_the_first) as there:
        subscription = hooked.endpoint(world.north, timezone.now(), url=there.url)
        hooked.released(world.north, timezone.now())
        hooked.rejected(world.north, timezone.now())
        hooked.catch_up()
        started.append(worker(subscription))
        assert started[0].wait(120) == -signal.SIGKILL
        one, two = hooked.line(subscription)
        assert (one.state, one.attempts) == ("waiting", 0)
        assert deliver(subscription) == 0
        Subscription.objects.update(held_until=timezone.now() - timedelta(seconds=1))
        assert worker(subscription).wait(120) == 0

    assert there.messages == [one.message, one.message, two.message]
    assert [(delivery.state, delivery.attempts) for delivery in hooked.line(subscription)] == [
        ("delivered", 1)
    ] * 2
