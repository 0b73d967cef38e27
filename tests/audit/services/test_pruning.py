"""M6: texts go when their period is over, with a tombstone; hashes, proofs and what is held stay."""

import io

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from audit.domain import canonical, proofs
from audit.domain.envelope import Actor
from audit.domain.ids import new_id
from audit.domain.retention import HoldScope
from audit.enums import ActorType
from audit.errors import Conflict, NotVisible
from audit.models import Cursor, Event, Leaf, Pruning, Tile
from audit.selectors import evidence, tree
from audit.services import (
    erasure,
    exporting,
    fsck,
    projecting,
    pruning,
    publishing,
    retention,
    vault,
)
from tests.audit import growing, pruned
from tests.audit.conftest import AT
from tests.audit.services import test_exporting
from tests.audit.services.test_fsck import owner

DPO = Actor(ActorType.HUMAN, "01980000-0000-7000-8000-00000000000a")


@pytest.fixture
def old(log):
    pruned.old_log()
    return log


def plans(at=None):
    return pruning.plans(at=at or pruned.later())


def check(**options) -> fsck.Verdict:
    return fsck.check(log="client-1", at=timezone.now(), **options)


def state():
    return (
        list(Event.objects.order_by("id").values_list("id", "uid")),
        list(Pruning.objects.order_by("pk").values()),
        _triggers(),
    )


def _triggers():
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name")
        else:
            cursor.execute(
                "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1, 2"
            )
        return cursor.fetchall()


def leaves():
    return list(Leaf.objects.order_by("pk").values()), list(Tile.objects.order_by("pk").values())


# ── What goes, and what stays ────────────────────────────────────────────────────────────────────────────────


def test_m6_prune_takes_the_texts_and_leaves_the_hashes(old):
    before, size = leaves(), tree.size("client-1")

    tombstones = pruned.prune()

    assert leaves() == before
    assert {event.action for event in Event.objects.all()} == {"retention.pruned"}
    facts = next(event.facts for event in tombstones if event.log_id == old.pk)
    assert (facts["first_index"], facts["end_index"], facts["entries"]) == (0, size, size)
    last = Leaf.objects.get(log_id=old.pk, index=size - 1)
    assert facts["last_leaf"] == bytes(last.hash).hex()
    assert (facts["tree_size"], facts["keep_days"], facts["jurisdictions"]) == (size, 184, ["EU"])
    assert facts["root"] == tree.root(log="client-1", size=size).hex()
    assert {one.log_id: one.end_index for one in Pruning.objects.all()}[old.pk] == size
    assert {event.log_id for event in tombstones} == set(Event.objects.values_list("log_id", flat=True))


def test_m6_fsck_is_content_after_it_and_the_log_goes_on(old):
    pruned.prune()
    growing.sequenced(300)
    publishing.publish_all(clock=timezone.now)

    verdict = check()

    assert (verdict.findings, verdict.incomplete) == ([], [])
    assert verdict.pruned == Pruning.objects.get(log_id=old.pk).entries_in_all
    assert verdict.size == tree.size("client-1") == verdict.pruned + 301


def test_m6_fsck_beside_a_prune_says_run_it_again_and_nothing_else(old):
    done = []

    def prune_once(execute, sql, *args):
        if "audit_tile" in sql and not done:
            done.append(True)
            pruned.prune()
        return execute(sql, *args)

    with connection.execute_wrapper(prune_once):
        verdict = check()

    assert done
    assert (verdict.findings, verdict.incomplete) == ([], ["texts were pruned while this ran: run it again"])
    again = check()
    assert (again.findings, again.incomplete) == ([], [])


def test_m6_a_pruned_entry_is_proven_by_who_has_its_text(old):
    kept = Event.objects.filter(log_id=old.pk).order_by("id")[3]
    place, body = tree.leaf_of_event(kept.uid), bytes(kept.body)

    pruned.prune()
    growing.sequenced(5)

    size = tree.size("client-1")
    proof = tree.inclusion(log="client-1", index=place.index, size=size)
    assert proofs.verify_inclusion(
        index=place.index,
        size=size,
        leaf=canonical.leaf_hash(body),
        proof=proof,
        root=tree.root(log="client-1", size=size),
    )


def test_m6_bundles_over_pruned_entries_are_verified_offline(old, tmp_path):
    size = tree.size("client-1")
    pruned.prune()
    growing.sequenced(5)
    test_exporting.sign()
    out = io.BytesIO()
    exporting.export(
        out,
        evidence.Selection("client-1", 0, tree.size("client-1")),
        policy=test_exporting.POLICY,
        purpose="A test",
        by=DPO,
        at=AT,
    )

    status, told = test_exporting.verify(out.getvalue(), tmp_path)

    assert status == 0, told
    assert f"{size} pruned" in told


def test_prune_twice_goes_on_where_it_was(old):
    pruned.prune()
    assert pruned.prune() == []
    growing.sequenced(10)
    pruned.purge()
    pruned.settle()
    pruned.turn_the_page()
    if connection.vendor == "postgresql":
        _make_partition(2)

    pruned.prune(at=pruned.later())

    first, second = Pruning.objects.filter(log_id=old.pk).order_by("entries_in_all")
    assert second.first_index == first.end_index
    assert second.entries_in_all == first.entries + second.entries == second.end_index
    assert check().findings == []


def _make_partition(number: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit_make_partition(%s)", [number])


# ── What stands in the way ───────────────────────────────────────────────────────────────────────────────────


def _hold(scope, key=""):
    return retention.place_hold(
        log="client-1", scope=scope, key=key, reason="A lawsuit about this", by=DPO, at=timezone.now()
    )


@pytest.mark.parametrize(
    ("_case", "scope", "key"),
    [
        ("the whole log", HoldScope.LOG, ""),
        ("a matter", HoldScope.MATTER, str(pruned.MATTER)),
        ("a subject", HoldScope.SUBJECT, "subject-1"),
    ],
)
def test_m6_held_texts_stay_until_the_hold_is_lifted(old, _case, scope, key):
    held = {
        HoldScope.LOG: Event.objects.filter(log_id=old.pk),
        HoldScope.MATTER: Event.objects.filter(correlation_id=pruned.MATTER),
        HoldScope.SUBJECT: Event.objects.filter(uid=_sealed().uid),
    }[scope]
    texts = set(held.values_list("pk", flat=True))
    hold = _hold(scope, key)

    pruned.prune()

    assert "a legal hold of" in _whys()
    assert texts <= set(Event.objects.values_list("pk", flat=True))
    assert check().findings == []
    retention.lift_hold(
        log="client-1",
        hold_id=hold.pk,
        reason="It is over now",
        by=Actor.system("operator"),
        at=timezone.now(),
    )
    pruned.purge()
    pruned.settle()
    pruned.prune()
    assert not Event.objects.filter(pk__in=texts).exists()


def _sealed() -> Event:
    return next(event for event in Event.objects.filter(action="paper.signed") if event.sealed)


def test_texts_within_their_period_stay(old):
    before = state()

    assert pruned.prune(at=timezone.now()) == []

    assert state() == before
    assert "its texts are kept for 184 days" in str(plans(timezone.now())[0].obstacles)
    assert pruned.prune() != []


def test_texts_without_a_period_stay(log):
    growing.events(3)
    pruned.keep("platform")
    pruned.settle()
    pruned.turn_the_page()
    texts = list(Event.objects.filter(log_id=log.pk).values_list("pk", flat=True))

    pruned.prune()

    assert "client-1: no period is set for its texts" in _whys()
    assert (
        list(
            Event.objects.filter(log_id=log.pk, action__in=["paper.signed", "log.opened"]).values_list(
                "pk", flat=True
            )
        )
        == texts
    )
    pruned.keep("client-1")
    pruned.prune()
    assert not Event.objects.filter(pk__in=texts).exists()


def test_texts_without_a_place_stay(old):
    _go_back()
    growing.events(1)
    pruned.turn_the_page()

    pruned.prune()

    assert Event.objects.filter(action="paper.signed").count() >= 1
    assert "events have no place in the tree yet" in _whys()
    assert check().findings == []


def test_texts_that_nobody_signed_stay(old):
    _go_back()
    growing.sequenced(1)
    pruned.turn_the_page()

    pruned.prune()

    assert "no signed checkpoint covers" in _whys()
    assert Event.objects.filter(action="paper.signed").count() >= 1


def _go_back() -> None:
    """Let the next events stand beside the old ones, as if the page had not been turned."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT max(id) + 1 FROM audit_event")
            cursor.execute(f"ALTER SEQUENCE audit_event_id_seq RESTART WITH {cursor.fetchone()[0]}")


def _whys() -> str:
    return " ".join(str(one) for plan in plans() for one in plan.obstacles)


def test_texts_that_a_projection_has_not_read_stay(old):
    Cursor.objects.filter(log_id=old.pk, projection="board").update(position=5)
    lost = Event.objects.get(pk=Leaf.objects.get(log_id=old.pk, index=5).event_id)

    pruned.prune()

    assert "the projection board has read it up to entry 5 only" in _whys()
    assert Event.objects.filter(pk=lost.pk).exists()
    projecting.sweep(clock=timezone.now)
    pruned.settle()
    pruned.prune()
    assert not Event.objects.filter(pk=lost.pk).exists()


def test_m6_what_shows_a_tampering_is_not_removed(old):
    changed = Leaf.objects.get(log_id=old.pk, index=4).event_id
    owner("UPDATE audit_event SET body = leaf_hash WHERE id = %s", changed)

    pruned.prune()

    assert "a text does not have the hash of its leaf" in _whys()
    assert Event.objects.filter(pk=changed).exists()
    assert check().first.index == 4


def test_a_hold_that_is_placed_after_the_plan_wins(old):
    at = pruned.later()
    going = pruning.removable(plans(at))
    _hold(HoldScope.LOG)
    before = state()

    with pytest.raises(Conflict, match="a legal hold of"):
        pruning.prune(going[0], kept=pruned.NOT_KEPT, at=at)

    assert state() == before


def test_a_part_with_an_event_of_no_log_stays(old):
    own_id = "OVERRIDING SYSTEM VALUE" if connection.vendor == "postgresql" else ""
    owner(
        "INSERT INTO audit_event (id, uid, log_id, body, leaf_hash, occurred_at, recorded_at, actor_type, actor_id,"
        f" action, object_type, object_id, origin) {own_id} SELECT id + 5000, %s, 99, body, leaf_hash, occurred_at,"
        " recorded_at, actor_type, actor_id, action, object_type, object_id, origin FROM audit_event"
        " WHERE id = (SELECT min(id) FROM audit_event)",
        new_id() if connection.vendor == "postgresql" else new_id().hex,
    )
    before = state()

    with pytest.raises(Conflict, match=r"it holds \d+ events and not \d+"):
        pruned.prune()

    assert state() == before


@pytest.mark.parametrize("moment", ["removing", "removed"])
def test_m6_who_is_killed_in_the_middle_did_nothing(old, moment):
    at = pruned.later()
    going = pruning.removable(plans(at))
    before, tree_before = state(), leaves()

    def kill(what: str) -> None:
        if what == moment:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pruning.prune(going[0], kept=pruned.NOT_KEPT, at=at, told=kill)

    assert (state(), leaves()) == (before, tree_before)
    assert check().findings == []
    assert pruned.prune(at) != []


def test_the_guards_are_there_again(old):
    before = [row for row in _triggers() if row[0] != "audit_event_p0000"]

    pruned.prune()

    assert _triggers() == before
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        connection.cursor().execute("DELETE FROM audit_event")


def test_a_value_of_a_pruned_text_that_was_erased_is_called_gone(old):
    sealed_in = _sealed()
    erasure.erase_subject(log="client-1", subject="subject-1", by=DPO, at=AT, legal_basis="gdpr_17_1_a")
    pruned.settle()
    pruned.turn_the_page()
    if connection.vendor == "postgresql":
        _make_partition(2)
    pruned.prune()
    assert not Event.objects.filter(uid=sealed_in.uid).exists()

    with pytest.raises(NotVisible, match=r"was erased|is gone") as gone:
        vault.reveal(event_uid=sealed_in.uid, field="comment")

    assert gone.value.code == "erased"
