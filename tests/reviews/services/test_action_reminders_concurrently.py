"""Two sweeps remind at once, on real connections (F11)."""

from datetime import datetime, timedelta

import pytest

from audit.models import Event
from reviews.services import action_reminders
from tests import threads, worlds
from tests.factories import consequences

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


def test_two_sweeps_remind_once(at: datetime) -> None:
    action = consequences.action(worlds.build(at).north, at)
    late = action.due_at + timedelta(seconds=1)

    done = threads.together([lambda: action_reminders.remind_due(at=late)] * 3)

    assert sorted(done) == [0, 0, 1]
    assert Event.objects.filter(action="action.overdue").count() == 1
