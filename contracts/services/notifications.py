"""Telling people: an in-app inbox at once, an e-mail by the sweep that follows."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F

from audit.services import origins
from contracts.models import Notification, User

ATTEMPTS = 5


def notify(*, user: User, subject: str, body: str, link: str, at: datetime) -> Notification:
    """Put a message into a person's inbox; an e-mail follows where the person has an address.

    What is written down of the past wakes nobody: it is in the inbox as read, and no e-mail follows.
    """
    quiet = origins.current().quiet
    return Notification.objects.create(
        user=user,
        subject=_one_line(subject)[:200],
        body=body,
        link=link,
        created_at=at,
        read_at=at if quiet else None,
        email_next_at=at if user.email and not quiet else None,
    )


def _one_line(text: str) -> str:
    """A subject is a header of the letter: a line break in it would begin another one."""
    return " ".join(text.split())


def mark_read(*, user: User, notification_id: UUID | None, at: datetime) -> int:
    """Mark one message, or all of them, as read by their owner."""
    mine = Notification.objects.filter(user=user, read_at__isnull=True)
    if notification_id is not None:
        mine = mine.filter(pk=notification_id)
    return mine.update(read_at=at)


def send_due(*, at: datetime, limit: int = 100) -> int:
    """Send what is due; returns how many went out.

    The claim is a conditional update that moves the next attempt into the future, so that two sweeps never send
    the same letter; a letter that fails is tried again with growing pauses, five times.
    """
    due = Notification.objects.filter(emailed_at__isnull=True, email_next_at__lte=at).order_by(
        "email_next_at", "pk"
    )
    sent = 0
    for notification in due.select_related("user")[:limit]:
        pause = timedelta(minutes=2**notification.email_attempts)
        last = notification.email_attempts + 1 >= ATTEMPTS
        with transaction.atomic():
            claimed = Notification.objects.filter(
                pk=notification.pk, emailed_at__isnull=True, email_attempts=notification.email_attempts
            ).update(email_attempts=F("email_attempts") + 1, email_next_at=None if last else at + pause)
        if claimed and _send(notification):
            Notification.objects.filter(pk=notification.pk).update(emailed_at=at, email_next_at=None)
            sent += 1
    return sent


def _send(notification: Notification) -> bool:
    link = f"\n\n{settings.PUBLIC_URL}{notification.link}" if notification.link else ""
    message = EmailMessage(
        subject=f"[Countersign] {_one_line(notification.subject)}",
        body=f"{notification.body}{link}",
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[notification.user.email],
    )
    try:
        return bool(message.send())
    except (OSError, ValueError):
        # The mail server is away, or the address is none: the attempt is counted, the letters behind it go out.
        return False
