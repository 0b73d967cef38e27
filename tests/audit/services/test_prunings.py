"""M6: a text that is missing where no tombstone says so is found, and so is a tombstone that says too much."""

import pytest
from django.db import connection
from django.utils import timezone

from audit.domain.ids import new_id
from audit.models import Leaf, Pruning
from audit.services import fsck, rows
from tests import flush
from tests.audit import growing, pruned
from tests.audit.conftest import AT
from tests.audit.services.test_fsck import owner


@pytest.fixture
def old(log):
    pruned.old_log()
    return log


def check() -> fsck.Verdict:
    return fsck.check(log="client-1", at=timezone.now())


def _remove(event_id: int) -> None:
    owner("DELETE FROM audit_event WHERE id = %s", event_id)


def test_m6_a_text_that_is_missing_behind_what_was_pruned_is_found(old):
    pruned.prune()
    growing.sequenced(10)
    pruned.settle()
    behind = Pruning.objects.get(log_id=old.pk).end_index + 4
    _remove(Leaf.objects.get(log_id=old.pk, index=behind).event_id)

    assert (check().first.index, check().first.what) == (behind, "its event is missing")


def test_m6_a_removal_without_a_tombstone_is_found(old):
    _remove(Leaf.objects.get(log_id=old.pk, index=0).event_id)
    with flush.without_every_guard(connection):
        rows.append_rows(Pruning, [(new_id(), old.pk, 0, 1, 1, 1, 184, AT)])

    found = check()

    assert found.first.what == "texts are said to be pruned, and no tombstone in the log says so"


def test_m6_a_minimum_index_that_was_moved_is_found(old):
    pruned.prune()
    growing.sequenced(10)
    pruned.settle()
    end = Pruning.objects.get(log_id=old.pk).end_index
    _remove(Leaf.objects.get(log_id=old.pk, index=end).event_id)
    # The tombstone stands behind what it tells of, and is hidden with it.
    owner(
        "UPDATE audit_pruning SET end_index = end_index + 1, entries = entries + 1, "
        "entries_in_all = entries_in_all + 1 WHERE log_id = %s",
        old.pk,
    )

    whats = [one.what for one in check().findings]

    assert any("tombstone" in what for what in whats)


def test_m6_a_tombstone_that_tells_of_more_than_is_gone_is_found(old):
    pruned.prune()
    growing.sequenced(3)
    owner(
        "UPDATE audit_pruning SET entries_in_all = entries_in_all + 1, entries = entries + 1 WHERE log_id = %s",
        old.pk,
    )

    whats = [one.what for one in check().findings]

    assert "its pruning is not what the tombstone in the log says" in whats
    assert any("are missing, and its tombstones tell of" in what for what in whats)
