"""M1: every event gets its place in the tree of its log, exactly once; what contradicts itself stops its log, loudly."""

import hashlib
import random

import pytest
from django.db import connection
from django.utils import timezone

from audit.domain import merkle
from audit.models import Event, Leaf, Log, LogState, Pending, Tile
from audit.selectors import tree
from audit.services import logs, rows, sequencing
from tests import flush
from tests.audit import growing
from tests.audit.conftest import AT
from tests.audit.domain.trees import numbered


@pytest.fixture
def tampering(log):
    """A cursor that the guards do not stop, as the owner of the database has one."""

    def run(sql: str, *parameters: object) -> None:
        with flush.without_every_guard(connection), connection.cursor() as cursor:
            cursor.execute(sql, parameters)

    return run


def _sweep(**options):
    return sequencing.sweep(clock=timezone.now, **options)


def test_events_get_dense_places_in_the_order_of_their_ids(log):
    growing.events(600)

    done = _sweep()

    ids = list(Event.objects.filter(log_id=log.id).order_by("id").values_list("id", flat=True))
    places = list(Leaf.objects.filter(log_id=log.id).order_by("index").values_list("index", "event_id"))
    assert places == list(enumerate(ids))
    # The first event of each log says that it was opened.
    assert (done.sequenced, done.stopped, len(ids)) == (601 + 1, 0, 601)
    assert not Pending.objects.exists()


@pytest.mark.parametrize("batch", [1, 7, 255, 256, 257, 1000])
def test_the_tree_is_the_same_whatever_the_batches_were(log, batch):
    growing.events(530)

    _sweep(batch=batch)

    leaves = growing.leaves("client-1")
    state = tree.state("client-1")
    assert (state.size, bytes(state.root)) == (531, merkle.root_of(leaves))
    assert [bytes(tile.hashes) for tile in Tile.objects.filter(log_id=log.id).order_by("n")] == [
        b"".join(leaves[:256]),
        b"".join(leaves[256:512]),
    ]


def test_the_leaf_hash_is_that_of_the_body(log):
    growing.sequenced(3)

    for leaf in Leaf.objects.all():
        body = bytes(Event.objects.get(id=leaf.event_id).body)
        assert bytes(leaf.hash) == hashlib.sha256(b"\x00" + body).digest()


def test_each_log_has_a_tree_of_its_own(log):
    logs.open_log(key="client-2", at=AT)
    growing.events(5)
    growing.events(3, log="client-2")

    _sweep(batch=2)

    assert (tree.size("client-1"), tree.size("client-2")) == (6, 4)


def test_a_second_sweep_does_nothing(log):
    growing.sequenced(5)
    before = list(LogState.objects.order_by("log_id").values())

    assert _sweep() == sequencing.Sweep()
    assert list(LogState.objects.order_by("log_id").values()) == before


def test_integrated_at_is_when_it_was_done(log):
    sequencing.sequence(log_id=log.id, at=AT)

    assert tree.state("client-1").integrated_at == AT


def test_a_sweep_ends_when_its_time_is_over(log):
    growing.events(5)

    assert _sweep(seconds=0).sequenced == 0
    assert _sweep(seconds=60).sequenced == 7


def test_the_same_tree_comes_of_any_sizes_of_steps():
    rnd = random.Random(20261121)
    oracle = numbered(70_000)
    for _ in range(3):
        edge: list[bytearray] = []
        filled, size = [], 0
        while size < len(oracle.hashes):
            step = rnd.choice([1, 3, 255, 256, 257, 5000, 66_000])
            part = oracle.hashes[size : size + step]
            filled += sequencing.grow(edge, part, size)
            size += len(part)
            if step > 256:
                assert sequencing.tree_root(size, edge) == merkle.root_of(oracle.hashes[:size])
        assert sorted((level, n) for level, n, _, _ in filled) == [
            *((0, n) for n in range(70_000 // 256)),
            (1, 0),
        ]
        assert all(
            root == oracle.mth(n << (8 * level + 8), (n + 1) << (8 * level + 8))
            for level, n, _, root in filled
        )


# ── What contradicts itself ──────────────────────────────────────────────────────────────────────────────────


def _alarm() -> dict:
    return Event.objects.get(action="audit.mismatch_found").facts


def test_a_body_that_was_changed_before_it_was_sequenced_stops_the_log(log, tampering):
    growing.sequenced(4)
    changed = growing.events(3)[1]
    event_id = Event.objects.get(uid=changed.uid).id
    tampering("UPDATE audit_event SET body = %s WHERE id = %s", b"{}", event_id)

    done = _sweep()

    assert done.stopped == 1
    assert _alarm() == {
        "log": "client-1",
        "size": 5,
        "problem": "an event's body does not have the hash that was recorded with it",
        "event_id": event_id,
    }
    assert tree.size("client-1") == 5
    assert Pending.objects.filter(log_id=log.id).count() == 3


def test_a_stopped_log_stays_stopped_and_the_others_go_on(log, tampering):
    growing.events(1)
    tampering("UPDATE audit_event SET leaf_hash = %s WHERE log_id = %s", b"\x01" * 32, log.id)
    _sweep()
    growing.events(2)
    logs.open_log(key="client-2", at=AT)

    done = _sweep()

    assert (done.stopped, tree.size("client-1"), tree.size("client-2")) == (0, 0, 1)
    assert Event.objects.filter(action="audit.mismatch_found").count() == 1
    # The alarm itself is in the tree of the platform.
    assert tree.leaf_of_event(Event.objects.get(action="audit.mismatch_found").uid).log == "platform"


def test_a_missing_event_stops_the_log(log, tampering):
    growing.sequenced(1)
    lost = Event.objects.get(uid=growing.events(2)[0].uid)
    tampering("DELETE FROM audit_event WHERE id = %s", lost.id)

    _sweep()

    assert _alarm()["problem"] == "1 events of the queue are not in the trail"
    assert _alarm()["event_id"] == lost.id


def test_an_event_in_the_queue_of_another_log_stops_that_log(log, tampering):
    growing.events(1)
    platform = Log.objects.get(key="platform")
    tampering("UPDATE audit_pending SET log_id = %s", platform.id)

    _sweep()

    assert (_alarm()["log"], _alarm()["problem"]) == (
        "platform",
        "an event waits in the queue of another log",
    )


def test_an_event_that_is_queued_a_second_time_stops_the_log(log, tampering):
    growing.sequenced(2)
    rows.append_rows(Pending, [(Event.objects.filter(log_id=log.id).first().id, log.id)])

    _sweep()

    assert "taken already" in _alarm()["problem"]


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM audit_leaf WHERE log_id = %s AND idx = 261",
        "UPDATE audit_leaf SET hash = (SELECT a.hash FROM audit_leaf a WHERE a.idx = 1) WHERE log_id = %s AND idx = 260",
        "DELETE FROM audit_tile WHERE log_id = %s",
        "UPDATE audit_tile SET root = (SELECT hash FROM audit_leaf WHERE idx = 1 LIMIT 1) WHERE log_id = %s",
    ],
)
def test_a_tree_whose_edge_was_touched_does_not_grow(log, tampering, sql):
    growing.sequenced(263)
    tampering(sql, log.id)
    growing.events(2)

    _sweep()

    assert _alarm()["size"] == 264
    assert tree.size("client-1") == 264


def test_resume_lets_a_log_go_on_that_was_mended(log, tampering):
    growing.sequenced(1)
    broken = Event.objects.get(uid=growing.events(2)[0].uid)
    tampering("UPDATE audit_event SET body = %s WHERE id = %s", b"{}", broken.id)
    _sweep()
    tampering("UPDATE audit_event SET body = %s WHERE id = %s", bytes(broken.body), broken.id)

    assert sequencing.resume(log="client-1", at=AT)
    assert not sequencing.resume(log="client-1", at=AT)

    _sweep()
    assert tree.size("client-1") == 4
    assert Event.objects.get(action="audit.resumed").facts == {"log": "client-1", "what": "sequencing"}


def test_resume_of_a_log_that_is_still_wrong_stops_it_again(log, tampering):
    growing.events(1)
    tampering("UPDATE audit_event SET body = %s WHERE log_id = %s", b"{}", log.id)
    _sweep()
    sequencing.resume(log="client-1", at=AT)

    assert _sweep().stopped == 1
    assert Event.objects.filter(action="audit.mismatch_found").count() == 2
