"""Telling people: an in-app inbox at once, an e-mail by the sweep that follows."""

from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F

from contracts.models import Notification, User

ATTEMPTS = 5


def notify(*, user: User, subject: str, body: str, link: str, at: datetime) -> Notification:
    """Put a message into a person's inbox; an e-mail follows where the person has an address."""
    return Notification.objects.create(
        user=user,
        subject=subject[:200],
        body=body,
        link=link,
        created_at=at,
        email_next_at=at if user.email else None,
    )


def mark_read(*, user: User, notification_id: object | None, at: datetime) -> int:
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
    due = Notification.objects.filter(emailed_at__isnull=True, email_next_at__lte=at).order_by("email_next_at", "pk")
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
        subject=f"[Countersign] {notification.subject}",
        body=f"{notification.body}{link}",
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[notification.user.email],
    )
    try:
        return bool(message.send())
    except OSError:
        # The mail server is away: the attempt is counted, the sweep comes again.
        return False
