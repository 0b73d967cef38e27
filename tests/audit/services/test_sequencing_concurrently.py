"""M1: late commits, rollbacks, savepoints, rival sequencers and kill -9; nothing is lost, doubled or out of order."""

import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from audit.domain import merkle
from audit.models import Event, Leaf, LogState, Pending
from audit.selectors import tree
from audit.services import logs, recording, sequencing
from tests.audit.conftest import AT, entry

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

WRITERS, SECONDS = 8, 5.0


class World:
    """What the writers know: which events were committed, and between which two ticks each transaction lived."""

    def __init__(self) -> None:
        self.tick = count().__next__
        self.lock = threading.Lock()
        self.lived: dict[str, tuple[int, int]] = {}
        self.abandoned: set[str] = set()

    def write(self, seed: int, until: float) -> None:
        rnd = random.Random(seed)
        try:
            while time.monotonic() < until:
                self._transaction(rnd)
        finally:
            connection.close()

    def _transaction(self, rnd: random.Random) -> None:
        began, kept, lost = self.tick(), [], []
        with transaction.atomic():
            for _ in range(rnd.randint(1, 3)):
                with transaction.atomic():
                    recorded = recording.record(**_event(rnd)).uid.hex
                    if rnd.random() < 0.15:
                        lost.append(recorded)
                        transaction.set_rollback(True)
                    else:
                        kept.append(recorded)
                # Some commit at once, some late, so that ids and commits come in different orders.
                time.sleep(rnd.choice([0, 0, 0.001, 0.03]))
            if rnd.random() < 0.1:
                lost += kept
                kept.clear()
                transaction.set_rollback(True)
        ended = self.tick()
        with self.lock:
            self.abandoned.update(lost)
            self.lived.update(dict.fromkeys(kept, (began, ended)))


def _event(rnd: random.Random) -> dict:
    made = entry(log=rnd.choice(["client-1", "client-2"]), correlation_id=None)
    return {name: getattr(made, name) for name in ("log", "action", "actor", "target", "facts", "at")}


@contextmanager
def sequencer(batch: int) -> Iterator[subprocess.Popen]:
    """A sequencer as operators run it, on the database of this test."""
    options = connection.settings_dict
    name = f"{options['USER']}:{options['PASSWORD']}@" if options["PASSWORD"] else f"{options['USER']}@"
    url = f"postgres://{name}{options['HOST']}:{options['PORT'] or 5432}/{options['NAME']}"
    program = (
        "import django; django.setup()\n"
        "from django.core.management import call_command\n"
        f"call_command('audit_sequence', follow=True, batch={batch})"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program],
        env={**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "governance.settings"},
        cwd=settings.BASE_DIR,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait(10)


def _check(world: World) -> None:
    places = list(Leaf.objects.order_by("log_id", "index").values_list("log_id", "index", "event_id", "hash"))
    uids = {event_id: uid.hex for event_id, uid in Event.objects.values_list("id", "uid")}
    placed = [uids[event_id] for _, _, event_id, _ in places]
    assert set(world.lived) - set(placed) == set(), "missing"
    assert len(placed) == len(set(placed)), "twice"
    assert world.abandoned & set(placed) == set(), "rolled back and there"
    assert not Pending.objects.exists()
    for state in LogState.objects.all():
        own = [row for row in places if row[0] == state.log_id]
        assert [index for _, index, _, _ in own] == list(range(state.size)), "not dense"
        assert merkle.root_of([bytes(hashed) for *_, hashed in own]) == bytes(state.root)
        # Whoever began after another's commit had returned stands behind it.
        latest = -1
        for _, _, event_id, _ in own:
            began, ended = world.lived.get(uids[event_id], (-1, 10**12))
            assert latest <= ended, "happened before, stands behind"
            latest = max(latest, began)


def test_nothing_is_lost_doubled_or_out_of_order():
    for key in ("client-1", "client-2"):
        logs.open_log(key=key, at=AT)
    world = World()
    until = time.monotonic() + SECONDS
    writers = [threading.Thread(target=world.write, args=(seed, until)) for seed in range(WRITERS)]
    kills, killer = 0, random.Random(3)
    for writer in writers:
        writer.start()
    with sequencer(7):
        while time.monotonic() < until:
            with sequencer(3) as victim:
                _wait_for(victim, 2 + killer.random())
            kills += 1
    for writer in writers:
        writer.join(30)

    assert sequencing.sweep(clock=timezone.now).stopped == 0

    _check(world)
    assert kills >= 1
    assert len(world.lived) > 300
    assert world.abandoned
    by_commit = sorted(world.lived.values(), key=lambda span: span[1])
    assert by_commit != sorted(by_commit), (
        "the commits came in the order of the beginnings: nothing was tried"
    )


def _wait_for(process: subprocess.Popen, seconds: float) -> None:
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(10)


@pytest.mark.parametrize("fails_at", range(1, 9))
def test_a_failure_at_any_statement_changes_nothing(fails_at):
    logs.open_log(key="client-1", at=AT)
    recording.record_many([entry() for _ in range(300)])
    before = [list(model.objects.order_by("pk").values()) for model in (Pending, Leaf, LogState)]
    seen = count(1).__next__

    def failing(execute, sql, params, many, context):
        if seen() == fails_at:
            raise ConnectionError("on purpose")
        return execute(sql, params, many, context)

    log_id = tree.log_id("client-1")
    try:
        with connection.execute_wrapper(failing):
            sequencing.sequence(log_id=log_id, at=AT)
    except ConnectionError:
        assert [list(model.objects.order_by("pk").values()) for model in (Pending, Leaf, LogState)] == before
    assert sequencing.sweep(clock=timezone.now).stopped == 0
    assert tree.size("client-1") == 301


def test_a_rival_does_not_wait():
    logs.open_log(key="client-1", at=AT)
    log_id = tree.log_id("client-1")
    results = []

    def rival() -> None:
        try:
            results.append(sequencing.sequence(log_id=log_id, at=AT))
        finally:
            connection.close()

    with transaction.atomic():
        LogState.objects.select_for_update().get(log_id=log_id)
        thread = threading.Thread(target=rival)
        thread.start()
        thread.join(10)

    assert results == [0]
    assert sequencing.sequence(log_id=log_id, at=AT) == 1
