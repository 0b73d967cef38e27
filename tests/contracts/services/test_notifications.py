"""Telling people: the inbox at once, the letter by a sweep that sends it exactly once and tries again."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend

from contracts.models import Notification
from contracts.services import notifications

OLD_MESSAGES = {"email_next_at": None}


class Away(BaseEmailBackend):
    """A mail server that does not answer."""

    def send_messages(self, email_messages):
        raise OSError("no route to host")


@pytest.fixture
def letter(desk, at):
    Notification.objects.update(**OLD_MESSAGES)
    return notifications.notify(
        user=desk.lead, subject="A case waits", body="Case 7f3a is yours.", link="/cases/7f3a/", at=at
    )


def test_notify_stands_in_the_inbox_at_once(letter, desk):
    assert (letter.user, letter.read_at, letter.emailed_at) == (desk.lead, None, None)


def test_notify_writes_no_letter_to_somebody_without_an_address(desk, at):
    told = notifications.notify(user=desk.agent, subject="x" * 300, body="", link="", at=at)

    assert told.email_next_at is None
    assert len(told.subject) == 200


def test_send_due_sends_each_letter_once(letter, at, settings):
    settings.PUBLIC_URL = "https://portal.example.org"

    sent, again = notifications.send_due(at=at), notifications.send_due(at=at + timedelta(hours=1))

    assert (sent, again) == (1, 0)
    (message,) = mail.outbox
    assert (message.to, message.subject) == (["north_lead@example.org"], "[Countersign] A case waits")
    assert "https://portal.example.org/cases/7f3a/" in message.body


def test_send_due_leaves_for_later_what_is_not_due(letter, at):
    assert notifications.send_due(at=at - timedelta(seconds=1)) == 0


def test_send_due_tries_again_with_growing_pauses_and_gives_up_after_five(letter, at, settings):
    settings.EMAIL_BACKEND = f"{__name__}.Away"
    moment, pauses = at, []

    for _attempt in range(5):
        assert notifications.send_due(at=moment) == 0
        assert notifications.send_due(at=moment) == 0
        letter.refresh_from_db()
        if letter.email_next_at:
            pauses.append((letter.email_next_at - moment).total_seconds() / 60)
            moment = letter.email_next_at

    assert pauses == [1, 2, 4, 8]
    assert (letter.email_attempts, letter.email_next_at, letter.emailed_at) == (5, None, None)
    assert mail.outbox == []


def test_send_due_arrives_when_the_server_is_back(letter, at, settings):
    backend = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = f"{__name__}.Away"
    failed = notifications.send_due(at=at)
    settings.EMAIL_BACKEND = backend

    sent = notifications.send_due(at=at + timedelta(minutes=1))

    letter.refresh_from_db()
    assert (failed, sent, len(mail.outbox)) == (0, 1, 1)
    assert letter.emailed_at == at + timedelta(minutes=1)


def test_send_due_leaves_a_letter_that_another_sweep_has_claimed(letter, at):
    stale = Notification.objects.get(pk=letter.pk)
    Notification.objects.filter(pk=letter.pk).update(email_attempts=1)

    claimed = Notification.objects.filter(pk=stale.pk, email_attempts=stale.email_attempts).update(
        email_attempts=9
    )

    assert claimed == 0
    assert notifications.send_due(at=at) == 1


def test_send_due_takes_no_more_than_its_limit(desk, letter, at):
    for _number in range(3):
        notifications.notify(user=desk.lead, subject="More", body="", link="", at=at)

    assert [notifications.send_due(at=at, limit=3), notifications.send_due(at=at, limit=3)] == [3, 1]


@pytest.mark.parametrize("injected", ["A case\nBcc: all@example.org", "A case\r\nX: y"])
def test_send_due_lets_nobody_write_the_headers(desk, letter, at, injected):
    Notification.objects.filter(pk=letter.pk).update(subject=injected)
    notifications.notify(user=desk.ops, subject="Fine", body="", link="", at=at)

    notifications.send_due(at=at)

    assert [message.to for message in mail.outbox if "Fine" in message.subject] == [["north_ops@example.org"]]
    assert all("\n" not in message.subject for message in mail.outbox)


def test_mark_read_is_for_the_owner_only(desk, letter, at):
    foreign = notifications.mark_read(user=desk.ops, notification_id=letter.pk, at=at)
    own = notifications.mark_read(user=desk.lead, notification_id=letter.pk, at=at)
    again = notifications.mark_read(user=desk.lead, notification_id=letter.pk, at=at + timedelta(hours=1))

    letter.refresh_from_db()
    assert (foreign, own, again, letter.read_at) == (0, 1, 0, at)


def test_mark_read_without_a_message_means_all_of_ones_own(desk, letter, at):
    notifications.notify(user=desk.lead, subject="More", body="", link="", at=at)
    notifications.notify(user=desk.ops, subject="Other", body="", link="", at=at)

    notifications.mark_read(user=desk.lead, notification_id=None, at=at)

    assert not Notification.objects.filter(user=desk.lead, read_at__isnull=True).exists()
    assert Notification.objects.filter(user=desk.ops, read_at__isnull=True).exists()
