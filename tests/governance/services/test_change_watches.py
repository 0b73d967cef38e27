"""The watch over deployed model changes, and the figures they are closed with (§3.10, K5)."""

from datetime import datetime, timedelta

import pytest

from audit.errors import NotAllowed
from contracts.domain.change_kinds import ChangeState
from governance.models import DayRollup
from governance.selectors import change_figures
from governance.services import change_watches
from reviews.models import ExtraPick
from tests import worlds
from tests.factories import changes, qa
from tests.worlds import Desk

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def desk(db: None, at: datetime) -> Desk:
    return worlds.build(at).north


def test_a_watch_begins_by_itself_and_once(desk, at):
    """X3."""
    change = changes.deployed(desk, at)

    assert change_watches.sweep(at=at) == 1
    assert change_watches.sweep(at=at) == 0

    change.refresh_from_db()
    assert (change.state, change.watch_until) == (ChangeState.WATCH, at + 14 * DAY)


def test_the_same_day_is_doubled_once(desk, at, monkeypatch):
    change = changes.watched(desk, at)
    for number in range(4):
        qa.straight_through(desk, at, external_id=f"out-{number}")
    monkeypatch.setattr(change_figures, "drawn", lambda process, day: 2)

    assert change_watches.double(change=change, day=at.date(), at=at + DAY) == 2
    assert change_watches.double(change=change, day=at.date(), at=at + DAY) == 0
    assert ExtraPick.objects.count() == 2


def test_closing_keeps_what_people_changed_before_and_after(desk, at):
    change = changes.watched(desk, at)
    for days, decided, changed in ((-40, 900, 900), (-28, 100, 8), (-1, 100, 8), (0, 50, 5), (3, 40, 1)):
        row = {"log": "north", "process": desk.process.code, "step": "approve", "tier": "high"}
        day = (at + days * DAY).date()
        DayRollup.objects.create(**row, day=day, decided=decided, changed=changed)

    closed = change_watches.close(change_id=change.pk, by=desk.owner, at=at + 14 * DAY)

    assert (closed.before_decided, closed.before_changed) == (200, 16)
    assert (closed.after_decided, closed.after_changed) == (90, 6)


def test_only_those_who_decide_close(desk, at):
    change = changes.watched(desk, at)

    with pytest.raises(NotAllowed):
        change_watches.close(change_id=change.pk, by=desk.governance, at=at + 14 * DAY)


@pytest.mark.parametrize("who", ["reviewer", "infosec"])
def test_figures_by_version_are_read_with_the_board_or_by_the_vendor(desk, at, who):
    assert change_figures.by_version(desk.vendor, desk.process.code, at)[1] == []
    assert change_figures.by_version(desk.viewer, desk.process.code, at)[1] == []

    with pytest.raises(NotAllowed):
        change_figures.by_version(desk.cast[who], desk.process.code, at)
