"""M6: holds, purges, erasures and people who seal at the same moment, on connections of their own."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from audit.domain.envelope import Actor
from audit.domain.retention import HoldScope, RecordClass
from audit.enums import ActorType
from audit.errors import Conflict
from audit.models import Event, PrivateValue, SubjectKey
from audit.services import erasure, holding, logs, recording, retention, vault
from tests import threads
from tests.audit.conftest import AT, sealed

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

OFFICER = Actor(ActorType.HUMAN, "01980000-0000-7000-8000-00000000000a")
PATIENCE = 30  # seconds


@pytest.fixture
def log(transactional_db):
    made = logs.open_log(key="client-1", at=AT)
    retention.set_policy(
        log="client-1", record_class=RecordClass.PERSONAL, jurisdiction="EU", keep_days=31, by=OFFICER, at=AT
    )
    return made


def purge(**more) -> retention.Purged:
    return retention.purge_personal(log="client-1", at=timezone.now() + timedelta(days=32), **more)


def hold() -> None:
    retention.place_hold(
        log="client-1", scope=HoldScope.SUBJECT, key="subject-1", reason="A lawsuit runs", by=OFFICER, at=AT
    )


def erase() -> int:
    return erasure.erase_subject(
        log="client-1", subject="subject-1", by=OFFICER, at=AT, legal_basis="gdpr_17_1_a"
    )


@contextmanager
def beside(act: Callable[[], object]) -> Iterator[threading.Event]:
    """Somebody else's open transaction in which something was done; it is committed when the event is set."""
    done, go_on = threading.Event(), threading.Event()

    def run() -> None:
        try:
            with transaction.atomic():
                act()
                done.set()
                assert go_on.wait(PATIENCE)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(run)
        assert done.wait(PATIENCE)
        try:
            yield go_on
        finally:
            go_on.set()
            running.result(PATIENCE)


def _waits() -> bool:
    """Whether somebody waits for the turn of a log."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
        return bool(cursor.fetchone()[0])


def started(call: Callable[[], object], pool: ThreadPoolExecutor):
    def run() -> object:
        try:
            return call()
        except Conflict as refusal:
            return refusal
        finally:
            connection.close()

    return pool.submit(run)


def _until(what: Callable[[], bool]) -> None:
    ends = timezone.now() + timedelta(seconds=PATIENCE)
    while not what():
        assert timezone.now() < ends


@pytest.mark.parametrize("remove", [purge, erase], ids=["purge", "erasure"])
def test_m6_a_hold_that_is_being_placed_wins_over_who_removes_after_it(log, remove):
    kept = recording.record(**sealed())

    with ThreadPoolExecutor(1) as pool:
        with beside(hold):
            removing = started(remove, pool)
            _until(_waits)
        outcome = removing.result(PATIENCE)

    assert isinstance(outcome, Conflict) or outcome.values == 0
    assert vault.reveal(event_uid=kept.uid, field="comment") == "Ada wrote this"


def test_m6_a_hold_waits_for_the_batch_under_way_and_covers_the_next(log):
    for _ in range(3):
        recording.record(**sealed())

    with ThreadPoolExecutor(1) as pool:
        # The turn of a removal that is under way.
        with beside(lambda: holding.take_turn(log.pk)):
            placing = started(hold, pool)
            _until(_waits)
            assert not placing.done()
        placing.result(PATIENCE)

    assert purge().values == 0
    assert PrivateValue.objects.filter(field="comment").count() == 3


def test_purge_passes_over_a_key_that_somebody_seals_with(log):
    recording.record(**sealed())

    with beside(lambda: recording.record(**sealed(personal={"comment": "new"}))):
        done = purge()

    assert (done.values, done.keys) == (1, 0)
    key = SubjectKey.objects.get()
    assert key.destroyed_at is None
    fresh = PrivateValue.objects.get()
    assert vault.reveal(event_uid=fresh.event_uid, field="comment") == "new"


def test_purge_passes_over_a_key_that_was_read_and_not_used_yet(log):
    recording.record(**sealed())

    with beside(lambda: vault.Keys([("client-1", "subject-1")])):
        done = purge()

    assert (done.values, done.keys) == (1, 0)
    # Nobody holds it any more: the next purge destroys it.
    assert purge() == retention.Purged(0, 1)


def test_two_purges_at_once_take_everything_once(log):
    for number in range(40):
        recording.record(**sealed(subject=f"subject-{number}"))

    done = threads.together([lambda: purge(batch=7), lambda: purge(batch=7)])

    assert sum(one.values for one in done) == 40
    assert SubjectKey.objects.filter(destroyed_at__isnull=True).count() == 0
    events = Event.objects.filter(action="retention.purged")
    assert sum(event.facts["count"] for event in events) == 40
    assert sum(event.facts["keys"] for event in events) == 40
