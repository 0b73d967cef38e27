"""M1: places, roots and proofs as the stored tree has them, against the definition of RFC 9162."""

import random
from uuid import uuid4

import pytest
from django.utils import timezone

from audit.domain import merkle, note, proofs, tiles
from audit.domain.note_keys import Kind, SigningKey
from audit.models import Checkpoint, Cosignature, Event, Tile
from audit.selectors import nodes, tree
from audit.services import rows
from tests.audit import growing
from tests.audit.conftest import AT
from tests.audit.domain.trees import numbered

LEAVES = numbered(66_000)


@pytest.fixture
def large(log):
    """A log of 66,000 bare leaves: 257 full tiles, one of them a level up, and an edge on three levels."""
    growing.bare(log.id, LEAVES.hashes)
    return log


def test_size_and_root_of_an_empty_log(log):
    assert tree.size("client-1") == 0
    assert tree.root(log="client-1", size=0) == merkle.EMPTY_ROOT


def test_a_log_that_is_not_there_is_not_found(db):
    with pytest.raises(LookupError, match="no log"):
        tree.size("client-9")


def test_every_proof_of_a_small_log_is_that_of_the_definition(log):
    growing.bare(log.id, LEAVES.hashes[:20])

    for size in range(1, 21):
        assert tree.root(log="client-1", size=size) == LEAVES.root(size)
        for index in range(0, size, 3):
            assert tree.inclusion(log="client-1", index=index, size=size) == LEAVES.path(index, 0, size)
        for old in range(1, size + 1, 4):
            expected = LEAVES.subproof(old, 0, size, True)
            assert tree.consistency(log="client-1", old=old, new=size) == expected


def test_proofs_of_a_large_log(large):
    rnd = random.Random(7)
    for _ in range(40):
        size = rnd.choice([256, 257, 65_535, 65_536, 65_537, 66_000, rnd.randrange(2, 66_000)])
        index, old = rnd.randrange(size), rnd.randrange(1, size)
        assert tree.inclusion(log="client-1", index=index, size=size) == LEAVES.path(index, 0, size)
        assert tree.consistency(log="client-1", old=old, new=size) == LEAVES.subproof(old, 0, size, True)


def test_a_proof_of_a_range_verifies(large):
    left, right = tree.range_proof(log="client-1", begin=1000, end=1300, size=65_900)

    assert proofs.verify_range(
        begin=1000,
        size=65_900,
        leaves=LEAVES.hashes[1000:1300],
        left=left,
        right=right,
        root=LEAVES.root(65_900),
    )


def test_a_proof_reads_at_most_five_tiles_and_the_second_time_none(large, django_assert_max_num_queries):
    # Log, full tiles, leaves at the edge, roots at the edge.
    with django_assert_max_num_queries(4):
        tree.inclusion(log="client-1", index=40_000, size=66_000)
    assert len(nodes.cache) <= 5

    for size in (66_000, 65_536):
        with django_assert_max_num_queries(1):
            tree.inclusion(log="client-1", index=40_000, size=size)


def test_a_tile_at_the_edge_that_was_kept_serves_its_own_size_alone(log):
    growing.bare(log.id, LEAVES.hashes[:20])
    for size in (15, 20, 17, 15):
        assert tree.inclusion(log="client-1", index=3, size=size) == LEAVES.path(3, 0, size)
    growing.bare(log.id, LEAVES.hashes[20:300])
    for size in (20, 256, 299, 15):
        assert tree.inclusion(log="client-1", index=3, size=size) == LEAVES.path(3, 0, size)


def test_a_fresh_lookup_believes_no_cache(large):
    nodes.cache.put((large.id, 1, 0, 256), tiles.expand(b"\x01" * 8192))

    assert nodes.lookup(large.id, 65_536, [(15, 1)])(15, 1) != LEAVES.mth(32_768, 65_536)
    assert nodes.lookup(large.id, 65_536, [(15, 1)], fresh=True)(15, 1) == LEAVES.mth(32_768, 65_536)


def test_the_cache_keeps_what_was_used_last():
    cache = nodes.TileCache(most=2)
    rows_of = tiles.expand(b"\x01" * 32)
    cache.put((1, 0, 0, 256), rows_of)
    cache.put((1, 0, 1, 256), rows_of)
    cache.get((1, 0, 0, 256))
    cache.put((1, 0, 2, 256), rows_of)

    assert len(cache) == 2
    assert cache.get((1, 0, 1, 256)) is None
    assert cache.get((1, 0, 0, 256)) is rows_of


def test_no_proof_beyond_the_tree(log):
    growing.bare(log.id, LEAVES.hashes[:5])

    with pytest.raises(ValueError, match="no leaf"):
        tree.inclusion(log="client-1", index=5, size=5)
    with pytest.raises(LookupError):
        tree.inclusion(log="client-1", index=2, size=9)
    with pytest.raises(LookupError):
        tree.consistency(log="client-1", old=3, new=300)


def test_tiles_full_and_partial(large):
    full = tree.tile(log="client-1", tile=tiles.Tile(0, 3))
    edge = tree.tile(log="client-1", tile=tiles.Tile(0, 257, 20))
    above = tree.tile(log="client-1", tile=tiles.Tile(1, 1, 1))

    assert full == b"".join(LEAVES.hashes[768:1024])
    assert edge == b"".join(LEAVES.hashes[65_792:65_812])
    assert above == LEAVES.mth(65_536, 65_792)
    # A tile that has become full is still served as it was.
    assert tree.tile(log="client-1", tile=tiles.Tile(0, 3, 7)) == full[: 7 * 32]
    for beyond in (tiles.Tile(0, 257), tiles.Tile(0, 258, 1), tiles.Tile(2, 0, 2)):
        with pytest.raises(LookupError):
            tree.tile(log="client-1", tile=beyond)


def test_only_full_tiles_are_stored(large):
    assert Tile.objects.filter(log_id=large.id, level=0).count() == 257
    assert Tile.objects.filter(log_id=large.id, level=1).count() == 1
    assert Tile.objects.filter(log_id=large.id).count() == 258


def test_leaf_of_event_says_where_it_stands(log):
    events = growing.sequenced(4)

    place = tree.leaf_of_event(events[2].uid)

    assert (place.log, place.index, place.hash) == ("client-1", 3, events[2].leaf_hash)
    assert set(tree.leaves_of_events([event.uid for event in events])) == {event.uid for event in events}


def test_an_event_that_waits_has_no_place(log):
    waiting = growing.events(2)[0]

    assert tree.leaf_of_event(waiting.uid) is None
    assert tree.leaf_of_event(uuid4()) is None
    assert tree.waiting("client-1") == 3
    assert tree.waiting_since() == Event.objects.order_by("id").first().recorded_at


def test_nothing_waits_after_sequencing(log):
    growing.sequenced(2)

    assert tree.waiting_since() is None
    assert tree.waiting("client-1") == 0


def test_entries_come_in_order_with_their_bodies(log, monkeypatch):
    monkeypatch.setattr(tree, "CHUNK", 4)
    events = growing.sequenced(10)

    entries = list(tree.entries(log="client-1", begin=1, end=11))

    assert [entry.index for entry in entries] == list(range(1, 11))
    assert [entry.uid for entry in entries] == [event.uid for event in events]
    assert all(merkle.leaf_hash(entry.body) == entry.hash for entry in entries)


@pytest.mark.parametrize("end", [5, 300])
def test_entries_that_are_not_there_are_not_left_out_in_silence(log, end):
    growing.sequenced(3)

    with pytest.raises(LookupError, match="Entry 4"):
        list(tree.entries(log="client-1", begin=0, end=end))


def test_signed_note_carries_the_newest_cosignature_of_each_witness(log):
    text = "countersign.localhost/client-1\n1\n" + "A" * 43 + "=\n"
    signed = note.sign(text, [SigningKey("countersign.localhost/client-1", Kind.ED25519, b"\x01" * 32)])
    rows.append([Checkpoint(log_id=log.id, size=1, root=bytes(32), note=signed, created_at=AT)])
    for name, seconds in (("w1", 10), ("w2", 20), ("w1", 30)):
        line = note.signature(text, SigningKey(name, Kind.COSIGNATURE, name.encode() * 16), at=seconds).line
        rows.append(
            [
                Cosignature(
                    log_id=log.id, size=1, key_name=name, line=line.rstrip("\n"), received_at=timezone.now()
                )
            ]
        )

    opened = note.parse(tree.signed_note(tree.latest_checkpoint("client-1")))

    assert [
        (one.name, int.from_bytes(one.value[:8], "big")) for one in opened.signatures if one.name[0] == "w"
    ] == [("w1", 30), ("w2", 20)]
    assert tree.signed_note(tree.latest_checkpoint("client-1")).startswith(signed)


def test_latest_checkpoint_is_the_largest(log):
    assert tree.latest_checkpoint("client-1") is None
    for size in (3, 9, 5):
        rows.append([Checkpoint(log_id=log.id, size=size, root=bytes(32), note=b"", created_at=AT)])

    assert [one.size for one in tree.checkpoints("client-1")] == [9, 5, 3]
