"""M6: what becomes of projections when the texts they were made of are pruned."""

import pytest
from django.utils import timezone

from audit.errors import Conflict
from audit.models import Cursor
from audit.services import projecting
from audit.services.projecting import Projection
from tests.audit import pruned
from tests.audit.conftest import AT


@pytest.fixture
def old(log):
    pruned.old_log()
    return log


@pytest.fixture
def counting(monkeypatch):
    """A projection that keeps what it has seen."""
    seen: list[str] = []
    made = Projection(
        "counting", 1, lambda log, events: seen.extend(one.action for one in events), lambda log: seen.clear()
    )
    monkeypatch.setattr(projecting, "_projections", {"counting": made})
    return seen


def test_m6_a_projection_of_a_pruned_log_is_not_made_anew_by_itself(old, counting, monkeypatch):
    projecting.sweep(clock=timezone.now)
    pruned.prune()
    pruned.settle()
    before = list(counting)

    with pytest.raises(Conflict, match="cannot be made again"):
        projecting.rebuild(name="counting", log_id=old.pk, at=AT)
    newer = Projection("counting", 2, projecting._projections["counting"].apply, lambda log: counting.clear())
    monkeypatch.setattr(projecting, "_projections", {"counting": newer})
    projecting.sweep(clock=timezone.now)

    assert counting == before
    cursor = Cursor.objects.get(projection="counting", log_id=old.pk)
    assert (cursor.version, "cannot be made again" in cursor.stopped) == (1, True)


def test_m6_a_projection_begins_behind_what_was_pruned_where_it_is_told_to(old, counting):
    projecting.sweep(clock=timezone.now)
    pruned.prune()
    pruned.settle()

    count = projecting.rebuild(name="counting", log_id=old.pk, at=AT, from_minimum=True)
    projecting.sweep(clock=timezone.now)

    assert count == 1
    assert counting == ["retention.pruned"]
    assert Cursor.objects.get(projection="counting", log_id=old.pk).stopped == ""
