"""Nudges: one message after the commit, none after a rollback, and no broker that anything depends on (B9)."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from celery import Celery, current_app
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from audit.services import origins
from governance.celery import app as own_app
from reviews.enums import InteractionState
from reviews.models import Interaction
from reviews.services import nudges, release
from tests import worlds
from tests.factories import reviews as made
from tests.reviews.services.stages import events

PATIENCE = 90  # seconds, for a worker to start on a busy machine


def messages() -> list[str]:
    """The tasks that wait at the broker; looking takes them away."""
    names = []
    with current_app.connection_for_read() as broker:
        channel = broker.default_channel
        channel.queue_declare(settings.CELERY_TASK_DEFAULT_QUEUE, durable=True)
        while message := channel.basic_get(settings.CELERY_TASK_DEFAULT_QUEUE, no_ack=True):
            names.append(message.headers["task"])
    return names


@pytest.fixture(autouse=True)
def _empty_broker() -> None:
    messages()


@contextmanager
def broker(url: str) -> Iterator[None]:
    """Messages of this process go to another broker meanwhile."""
    other = Celery("elsewhere", set_as_current=False)
    other.config_from_object("django.conf:settings", namespace="CELERY")
    other.conf.update(broker_url=url, broker_read_url=url, broker_write_url=url)
    other.set_current()
    try:
        yield
    finally:
        own_app.set_current()
        other.close()


@pytest.mark.django_db
class TestAfterCommit:
    def test_one_message_once_committed(
        self, at: datetime, django_capture_on_commit_callbacks: Callable
    ) -> None:
        desk = worlds.build(at).north

        with django_capture_on_commit_callbacks(execute=True):
            made.decided_case(desk, at)

        assert messages() == ["reviews.release_due"]

    def test_nothing_before_the_commit_and_nothing_after_a_rollback(
        self, django_capture_on_commit_callbacks: Callable
    ) -> None:
        def fail() -> None:
            with transaction.atomic():
                nudges.after_commit("reviews.release_due")
                raise ZeroDivisionError

        with django_capture_on_commit_callbacks(execute=True):
            with pytest.raises(ZeroDivisionError):
                fail()
            nudges.after_commit("reviews.expire_leases")
            assert messages() == []

        assert messages() == ["reviews.expire_leases"]

    def test_whoever_writes_down_the_past_nudges_nobody(
        self, django_capture_on_commit_callbacks: Callable
    ) -> None:
        with django_capture_on_commit_callbacks(execute=True), origins.writing(origin="demo", quiet=True):
            nudges.after_commit("reviews.release_due")

        assert messages() == []

    def test_a_broker_that_is_away_costs_nothing(
        self, django_capture_on_commit_callbacks: Callable, caplog: pytest.LogCaptureFixture
    ) -> None:
        """B9: no error, and nobody waits for it."""
        with broker("redis://127.0.0.1:1/0"):
            with django_capture_on_commit_callbacks(execute=True):
                nudges.after_commit("reviews.release_due")
            began = time.monotonic()
            with django_capture_on_commit_callbacks(execute=True):
                nudges.after_commit("reviews.release_due")
            waited = time.monotonic() - began

        assert caplog.text.count("The broker is away") == 2
        # Retrying would take two seconds and more.
        assert waited < 1.5


@pytest.mark.redis
@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
class TestRealWorker:
    """A worker of its own process, on the real broker and the committed database."""

    @contextmanager
    def worker(self, redis_url: str) -> Iterator[subprocess.Popen]:
        access = connection.settings_dict
        host = f"{access['USER']}:{access['PASSWORD']}@{access['HOST']}:{access['PORT']}"
        environment = {
            **os.environ,
            "DATABASE_URL": f"postgres://{host}/{access['NAME']}",
            "REDIS_URL": redis_url,
            "COUNTERSIGN_VAR": str(settings.VAR),
            "CONN_MAX_AGE": "0",
        }
        command = [
            sys.executable,
            "-m",
            "celery",
            "-A",
            "governance",
            "worker",
            "--pool",
            "solo",
            "-l",
            "warning",
        ]
        process = subprocess.Popen(
            command,
            env=environment,
            cwd=settings.BASE_DIR,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            yield process
        finally:
            process.kill()
            process.wait(30)

    def eventually(self, true: Callable[[], bool]) -> bool:
        until = time.monotonic() + PATIENCE
        while not true():
            if time.monotonic() > until:
                return False
            time.sleep(0.2)
        return True

    def state(self, interaction_id: object) -> str:
        return Interaction.objects.values_list("state", flat=True).get(pk=interaction_id)

    def somebody_waits_for_a_lock(self) -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            return cursor.fetchone()[0] > 0

    def test_a_worker_releases_what_was_decided(self, redis_url: str, settings: object) -> None:
        """B9: the nudge comes through, the worker releases after the undo window."""
        settings.UNDO_SECONDS = 1  # type: ignore[attr-defined]
        now = timezone.now()
        desk = worlds.build(now).north
        with broker(redis_url):
            decision = made.decided_case(desk, timezone.now())

        with self.worker(redis_url):
            done = self.eventually(lambda: self.state(decision.interaction_id) == InteractionState.RELEASED)

        assert done
        assert len(events("release.released")) == 1
        assert Interaction.objects.get(
            pk=decision.interaction_id
        ).released_at >= decision.decided_at + timedelta(seconds=1)

    def test_a_worker_killed_in_the_middle_loses_nothing(self, redis_url: str, settings: object) -> None:
        """Design §2: nothing half-done stays, and the sweep finds what the lost message meant."""
        settings.UNDO_SECONDS = 0  # type: ignore[attr-defined]
        desk = worlds.build(timezone.now()).north
        with broker(redis_url):
            decision = made.decided_case(desk, timezone.now())

        with self.worker(redis_url) as process, transaction.atomic():
            # The worker's update has to wait for this row, so it is killed in the middle of its task.
            Interaction.objects.select_for_update().get(pk=decision.interaction_id)
            waited = self.eventually(self.somebody_waits_for_a_lock)
            os.kill(process.pid, signal.SIGKILL)
            process.wait(30)
        assert waited
        assert self.state(decision.interaction_id) == InteractionState.DECIDED
        assert events("release.released") == []

        counts = [release.release_due(at=timezone.now()) for _ in range(2)]

        assert counts == [1, 0]
        assert len(events("release.released")) == 1
