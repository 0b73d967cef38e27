"""M1 and M2: tampering drills. The guards are off, as their owner can have them; each change is found, and its index named."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from audit.domain import checkpoint, merkle, note
from audit.models import Event, Leaf, LogState, Tile
from audit.selectors import tree
from audit.services import fsck, outside, publishing, ranges, rows, sequencing, signing_keys
from tests import flush
from tests.audit import growing
from tests.audit.conftest import AT


def owner(sql: str, *parameters: object) -> None:
    """What the owner of the database can do."""
    with flush.without_every_guard(connection), connection.cursor() as cursor:
        cursor.execute(sql, parameters)


@pytest.fixture
def old(log):
    """A log of 600 entries, signed at 300 and at 600."""
    growing.sequenced(299)
    publishing.publish_all(clock=timezone.now)
    growing.sequenced(300)
    publishing.publish_all(clock=timezone.now)
    return log


def check(**options) -> fsck.Verdict:
    return fsck.check(log="client-1", at=timezone.now(), **options)


def event_at(index: int, log_id: int) -> int:
    return Leaf.objects.get(log_id=log_id, index=index).event_id


def test_a_trail_that_nobody_touched_is_as_it_was(old):
    done = []

    verdict = check(told=done.append)

    assert (verdict.findings, verdict.incomplete, verdict.size) == ([], [], 600)
    assert sum(done) == 600


def test_an_empty_log_is_as_it_was(log):
    assert check().findings == []


@pytest.mark.parametrize("size", [1, 255, 256, 257, 511, 512])
def test_logs_of_any_size_are_as_they_were(log, size):
    growing.sequenced(size - 1)
    publishing.publish_all(clock=timezone.now)

    assert check().findings == []


# ── One place changed ────────────────────────────────────────────────────────────────────────────────────────

PLACES = {
    "an edited body": (
        "UPDATE audit_event SET body = leaf_hash WHERE id = {event}",
        "its body does not have the hash of its leaf",
    ),
    "an edited hash of an event": (
        (
            "UPDATE audit_event SET leaf_hash = (SELECT hash FROM audit_leaf WHERE log_id = {log} AND idx = 1) "
            "WHERE id = {event}"
        ),
        "the hash that was recorded with it is another one than its leaf",
    ),
    "an edited leaf": (
        (
            "UPDATE audit_leaf SET hash = (SELECT l.hash FROM audit_leaf l WHERE l.log_id = {log} AND l.idx = 1) "
            "WHERE log_id = {log} AND idx = {index}"
        ),
        "its body does not have the hash of its leaf",
    ),
    "a missing leaf": (
        "DELETE FROM audit_leaf WHERE log_id = {log} AND idx = {index}",
        "its leaf is missing",
    ),
    "a missing event": ("DELETE FROM audit_event WHERE id = {event}", "its event is missing"),
    "an edited action": (
        "UPDATE audit_event SET action = 'paper.read' WHERE id = {event}",
        "its columns do not say what its body says: action",
    ),
    "an edited actor": (
        "UPDATE audit_event SET actor_id = 'x', actor_type = 'anonymous' WHERE id = {event}",
        "its columns do not say what its body says: actor_type, actor_id",
    ),
    "an edited time": (
        "UPDATE audit_event SET occurred_at = '2026-01-01 00:00:00+00:00' WHERE id = {event}",
        "its columns do not say what its body says: occurred_at",
    ),
    "an edited object": (
        "UPDATE audit_event SET object_id = 'p-2' WHERE id = {event}",
        "its columns do not say what its body says: object_id",
    ),
    "a removed correlation": (
        "UPDATE audit_event SET correlation_id = '01980000-0000-7000-8000-000000000001' WHERE id = {event}",
        "its columns do not say what its body says: correlation_id",
    ),
    "an event of another log": (
        "UPDATE audit_event SET log_id = 99 WHERE id = {event}",
        "it belongs to another log",
    ),
}


@pytest.mark.parametrize("index", [0, 255, 256, 599])
@pytest.mark.parametrize("what", PLACES)
def test_a_place_that_was_changed_is_named(old, what, index):
    sql, said = PLACES[what]
    owner(sql.format(log=old.id, index=index, event=event_at(index, old.id)))

    first = check().first

    assert (first.index, first.what) == (index, said)


@pytest.mark.parametrize(("one", "other"), [(100, 200), (255, 256), (520, 599)])
def test_two_leaves_that_changed_places_are_named(old, one, other):
    first, second = (Leaf.objects.get(log_id=old.id, index=index) for index in (one, other))
    owner("DELETE FROM audit_leaf WHERE log_id = %s AND idx IN (%s, %s)", old.id, one, other)
    rows.append_rows(
        Leaf,
        [
            (old.id, one, second.event_id, bytes(second.hash)),
            (old.id, other, first.event_id, bytes(first.hash)),
        ],
    )

    found = check().first

    # In a full tile the very place; at the edge, where it was last signed as it is.
    assert found.index == (one if one < 512 else 300)


def test_a_missing_tail_is_named(old):
    owner("DELETE FROM audit_leaf WHERE log_id = %s AND idx >= 590", old.id)

    assert check().first == ranges.Finding("client-1", 590, "its leaf is missing")


def test_a_missing_tail_with_everything_that_knew_of_it_is_named_by_what_is_outside(old):
    leaves = growing.leaves("client-1")
    owner("DELETE FROM audit_leaf WHERE log_id = %s AND idx >= 590", old.id)
    owner("DELETE FROM audit_event WHERE log_id = %s AND id > %s", old.id, event_at(589, old.id))
    owner("DELETE FROM audit_checkpoint WHERE log_id = %s AND size > 590", old.id)
    with flush.without_every_guard(connection):
        LogState.objects.filter(log_id=old.id).update(size=590, root=merkle.root_of(leaves[:590]))

    assert check().first == ranges.Finding("client-1", 590, "600 entries were signed, and here are 590")


def test_a_missing_middle_is_named(old):
    owner("DELETE FROM audit_leaf WHERE log_id = %s AND idx BETWEEN 120 AND 130", old.id)

    verdict = check()

    assert verdict.first == ranges.Finding("client-1", 120, "its leaf is missing")
    assert sum(one.what == "its leaf is missing" for one in verdict.findings) == 11


@pytest.mark.parametrize(
    ("sql", "index", "said"),
    [
        (
            (
                "UPDATE audit_tile SET hashes = (SELECT t.hashes FROM audit_tile t WHERE t.log_id = {log} AND t.n = 0) "
                "WHERE log_id = {log} AND n = 1"
            ),
            256,
            "its tile holds another hash than its leaf",
        ),
        (
            (
                "UPDATE audit_tile SET root = (SELECT hash FROM audit_leaf WHERE log_id = {log} AND idx = 1) "
                "WHERE log_id = {log} AND n = 1"
            ),
            256,
            "its tile has another root than its hashes",
        ),
        ("DELETE FROM audit_tile WHERE log_id = {log} AND n = 1", 256, "its tile is missing"),
        (
            (
                "INSERT INTO audit_tile (log_id, level, n, hashes, root) "
                "SELECT log_id, level, 2, hashes, root FROM audit_tile WHERE log_id = {log} AND n = 1"
            ),
            512,
            "a tile that the tree does not have",
        ),
    ],
)
def test_a_tile_that_was_changed_is_named(old, sql, index, said):
    owner(sql.format(log=old.id))

    first = check().first

    assert (first.index, first.what) == (index, said)


# ── The whole history changed ────────────────────────────────────────────────────────────────────────────────


def rewrite(log_id: int, index: int) -> None:
    """An event changed by somebody who has the database: body, hashes, leaves, tiles and root fit each other again."""
    event = Event.objects.get(id=event_at(index, log_id))
    body = bytes(event.body).replace(b'"verdict":"approve"', b'"verdict":"refused"')
    hashed = merkle.leaf_hash(body)
    owner("UPDATE audit_event SET body = %s, leaf_hash = %s WHERE id = %s", body, hashed, event.id)
    places = list(Leaf.objects.filter(log_id=log_id).order_by("index").values_list("event_id", "hash"))
    leaves = [bytes(one) for _, one in places]
    leaves[index] = hashed
    owner("DELETE FROM audit_leaf WHERE log_id = %s", log_id)
    owner("DELETE FROM audit_tile WHERE log_id = %s", log_id)
    with flush.without_every_guard(connection):
        LogState.objects.filter(log_id=log_id).update(size=0, root=merkle.EMPTY_ROOT)
    edge: list[bytearray] = []
    rows.append_rows(
        Leaf,
        [
            (log_id, number, event_id, one)
            for number, ((event_id, _), one) in enumerate(zip(places, leaves, strict=True))
        ],
    )
    rows.append_rows(Tile, [(log_id, *tile) for tile in sequencing.grow(edge, leaves, 0)])
    LogState.objects.filter(log_id=log_id).update(size=len(leaves), root=merkle.root_of(leaves))


def test_a_rewritten_history_is_not_what_was_signed(old):
    rewrite(old.id, 450)

    # As it was at 300 entries, and not at 600.
    assert check().first == ranges.Finding(
        "client-1", 300, "between here and entry 600, the log is not what was signed at 600 entries"
    )


def test_a_rewritten_history_signed_again_with_the_right_key_is_not_what_others_have_kept(
    old, settings, tmp_path
):
    kept = [checkpoint.parse(note.parse(bytes(one.note)).text) for one in tree.checkpoints("client-1")]
    rewrite(old.id, 450)
    owner("DELETE FROM audit_checkpoint WHERE log_id = %s", old.id)
    settings.AUDIT_CHECKPOINTS = tmp_path / "new"
    assert publishing.publish(log="client-1", at=AT)

    # By itself it is consistent: nobody inside can tell.
    assert check().findings == []
    assert check(trusted=kept).first == ranges.Finding(
        "client-1", 300, "between here and entry 600, the log is not what was signed at 600 entries"
    )


def test_a_checkpoint_whose_root_was_edited_is_named(old):
    owner("UPDATE audit_checkpoint SET root = %s WHERE log_id = %s AND size = 300", b"\x01" * 32, old.id)

    assert check().first.what.endswith("the log is not what was signed at 300 entries")


def test_a_root_that_was_edited_is_named(log):
    growing.sequenced(10)
    with flush.without_every_guard(connection):
        LogState.objects.filter(log_id=log.id).update(root=b"\x01" * 32)

    first = check().first
    assert (first.index, first.what) == (
        0,
        "from here on, the leaves do not make the root that was written down",
    )


def test_a_leaf_behind_the_end_is_named(old):
    rows.append_rows(Leaf, [(old.id, 600, 10**9, b"\x01" * 32)])

    assert check().first == ranges.Finding("client-1", 600, "a leaf stands behind the end of the tree")


def test_an_event_that_was_taken_out_of_the_queue_is_missed(old):
    lost = growing.events(1)[0]
    owner("DELETE FROM audit_pending")

    assert check().findings == []
    verdict = fsck.check(log="client-1", at=timezone.now() + timedelta(seconds=61))
    assert verdict.first.what == f"event {lost.uid} is neither in the tree nor in the queue"


def test_an_event_that_waits_too_long_makes_it_incomplete(old):
    growing.events(1)

    assert check().incomplete == []
    verdict = fsck.check(log="client-1", at=timezone.now() + timedelta(seconds=61))
    assert (verdict.findings, verdict.incomplete) == (
        [],
        ["events have waited for their places for more than a minute"],
    )


def test_a_stopped_log_is_incomplete(old):
    publishing.stop(log="client-1", problem="a reason", at=AT)

    assert check().incomplete == ["nothing more is signed: a reason"]


# ── Large logs ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def stretches(monkeypatch):
    """Stretches of 65,536 entries are many for a test; what is in them is left to the other tests."""
    monkeypatch.setattr(ranges, "_problem", lambda *args: "")


def test_a_log_of_several_stretches(log, stretches):
    hashes = [merkle.leaf_hash(number.to_bytes(8, "big")) for number in range(2 * 65_536 + 300)]
    growing.bare(log.id, hashes)
    for size in (1, 65_535, 65_536, 65_537, 131_072, len(hashes)):
        signed = checkpoint.Checkpoint(
            signing_keys.origin("client-1"), size, tree.root(log="client-1", size=size)
        )
        outside.write(
            "client-1", size=size, data=note.sign(signed.text, signing_keys.for_log("client-1", AT))
        )
    kept = [
        checkpoint.parse(note.parse(file.read_bytes()).text) for file in outside.folder("client-1").iterdir()
    ]
    assert len(kept) == 7

    for begin in (0, 70_000, 131_072, 10**9):
        assert check(trusted=kept, begin=begin).findings == []

    owner("UPDATE audit_tile SET root = %s WHERE log_id = %s AND level = 1 AND n = 1", b"\x01" * 32, log.id)
    assert check(begin=65_536).first.index == 65_536


@pytest.mark.parametrize(
    ("sql", "index", "said"),
    [
        (
            (
                "UPDATE audit_tile SET hashes = (SELECT t.hashes FROM audit_tile t WHERE t.log_id = {log} AND t.n = 4 "
                "AND t.level = 0) WHERE log_id = {log} AND level = 1"
            ),
            0,
            "its tile of level 1 holds another hash than the tile below",
        ),
        ("DELETE FROM audit_tile WHERE log_id = {log} AND level = 1", 0, "its tile of level 1 is missing"),
    ],
)
def test_a_tile_of_level_1_that_was_changed_is_named(log, stretches, sql, index, said):
    growing.bare(log.id, [merkle.leaf_hash(number.to_bytes(8, "big")) for number in range(65_600)])
    owner(sql.format(log=log.id))

    assert ranges.Finding("client-1", index, said) in check().findings
