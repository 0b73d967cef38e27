"""What the beat does for webhooks: reads the logs, and nudges a worker for each endpoint that waits."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.utils import timezone

from governance import tasks
from governance.celery import app
from governance.domain.webhooks import DeliveryState
from governance.models import Delivery
from tests import worlds
from tests.factories import webhooks as hooked
from tests.governance import receiving
from tests.governance.receiving import receiver

pytestmark = pytest.mark.django_db


@pytest.fixture
def _nudges_run_at_once() -> Iterator[None]:
    app.conf.task_always_eager = True
    yield
    app.conf.task_always_eager = False


@pytest.mark.usefixtures("_nudges_run_at_once")
def test_the_sweep_reads_the_log_and_the_nudged_worker_sends(settings: LazySettings) -> None:
    settings.WEBHOOK_ALLOW_PRIVATE = receiving.ALLOWED
    desk = worlds.build(timezone.now()).north

    with receiver() as there:
        one = hooked.endpoint(desk, timezone.now(), url=there.url)
        hooked.released(desk, timezone.now())
        hooked.sequencing.sweep(clock=timezone.now)
        tasks.send_webhooks()
        tasks.send_webhooks()

    [delivery] = hooked.line(one)
    assert there.messages == [delivery.message]
    assert delivery.state == DeliveryState.DELIVERED


def test_the_delivery_log_is_cleared_by_the_beat() -> None:
    now = timezone.now()
    desk = worlds.build(now).north
    one = hooked.endpoint(desk, now)
    hooked.released(desk, now)
    hooked.catch_up()
    Delivery.objects.update(state=DeliveryState.DELIVERED, ended_at=now - timedelta(days=31))

    assert tasks.forget_deliveries() == 1
    assert hooked.line(one) == []


def test_everything_the_beat_sends_is_a_task(settings: LazySettings) -> None:
    app.loader.import_default_modules()

    scheduled = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert scheduled - app.tasks.keys() == set()
