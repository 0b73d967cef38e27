"""Reminders of late corrective actions (F11): the owner first, then also whoever leads him, each step once."""

from datetime import timedelta

import pytest

from audit.models import Event
from contracts.models import Notification, User
from reviews.models import CorrectiveAction
from reviews.services import action_reminders, actions
from tests import worlds
from tests.factories import consequences as factory

MOMENT = timedelta(seconds=1)


@pytest.fixture
def desk(db, at):
    return worlds.build(at).north


def told(action, since):
    """Who was told of the action after a moment."""
    found = Notification.objects.filter(link__contains=str(action.pk), created_at__gt=since)
    return sorted(one.user.username for one in found)


def late(action):
    return action.due_at + MOMENT


def later(action):
    """After the further business days are over, whatever weekend lies between."""
    return action.due_at + timedelta(days=7)


def test_f11_the_owner_is_reminded_when_the_day_is_over_and_not_before(desk, at):
    action = factory.action(desk, at)
    assert action.owner == desk.ops

    assert action_reminders.remind_due(at=action.due_at) == 0
    assert told(action, at) == []
    assert action_reminders.remind_due(at=late(action)) == 1

    assert told(action, at) == [desk.ops.username]
    facts = Event.objects.get(action="action.overdue").facts
    assert (facts["step"], facts["owner"], facts["told"]) == (1, str(desk.ops.pk), [str(desk.ops.pk)])


def test_f11_days_later_whoever_manages_the_process_is_told_as_well(desk, at):
    action = factory.action(desk, at)
    action_reminders.remind_due(at=late(action))

    assert action_reminders.remind_due(at=later(action)) == 1

    assert told(action, late(action)) == sorted([desk.ops.username, desk.governance.username])
    assert [
        event.facts["step"] for event in Event.objects.filter(action="action.overdue").order_by("pk")
    ] == [
        1,
        2,
    ]


def test_f11_the_lead_of_the_owner_comes_before_whoever_manages(desk, at):
    action = factory.action(desk, at)
    User.objects.filter(pk=desk.ops.pk).update(lead=desk.lead)

    action_reminders.remind_due(at=later(action))

    assert told(action, at) == sorted([desk.ops.username, desk.lead.username])


def test_f11_a_lead_who_may_not_read_it_is_not_told(desk, at):
    action = factory.action(desk, at)
    User.objects.filter(pk=desk.ops.pk).update(lead=desk.reviewer)

    action_reminders.remind_due(at=later(action))

    assert told(action, at) == sorted([desk.ops.username, desk.governance.username])


def test_f11_what_nobody_owns_concerns_whoever_manages_at_once(desk, at):
    action = factory.action(desk, at)
    CorrectiveAction.objects.update(owner=None)

    action_reminders.remind_due(at=late(action))

    assert told(action, at) == sorted([desk.ops.username, desk.governance.username])


def test_f11_each_step_is_taken_once_however_often_the_sweep_runs(desk, at):
    action = factory.action(desk, at)

    assert [action_reminders.remind_due(at=late(action)) for _ in range(2)] == [1, 0]
    assert [action_reminders.remind_due(at=later(action)) for _ in range(2)] == [1, 0]

    assert Event.objects.filter(action="action.overdue").count() == 2
    assert len(told(action, at)) == 3


def test_f11_a_sweep_that_was_missed_goes_to_the_last_step_at_once(desk, at):
    action = factory.action(desk, at)

    assert [action_reminders.remind_due(at=later(action)) for _ in range(2)] == [1, 0]

    assert Event.objects.get(action="action.overdue").facts["step"] == 2


def test_f11_nobody_is_reminded_of_what_is_done(desk, at):
    action = factory.finished(desk, at)

    assert action_reminders.remind_due(at=later(action)) == 0
    assert told(action, at) == []
    actions.give_back(action_id=action.pk, by=desk.auditor, why="It happened again since", at=at)
    assert action_reminders.remind_due(at=later(action)) == 1
