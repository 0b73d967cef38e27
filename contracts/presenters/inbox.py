"""The inbox as its template shows it."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from contracts.models import Notification
from contracts.selectors.inbox import Inbox


@dataclass(frozen=True)
class Message:
    id: str
    subject: str
    body: str
    link: str
    at: datetime
    unread: bool


@dataclass(frozen=True)
class InboxPage:
    messages: list[Message]
    unread: int
    older_url: str


def inbox(found: Inbox) -> InboxPage:
    older = ""
    if found.older is not None:
        at, pk = found.older
        older = f"{reverse('contracts:inbox')}?before={at.timestamp():.6f}_{pk}"
    return InboxPage([_message(one) for one in found.notifications], found.unread, older)


def _message(one: Notification) -> Message:
    # A link leads into this site or nowhere.
    link = one.link if one.link.startswith("/") and url_has_allowed_host_and_scheme(one.link, None) else ""
    return Message(str(one.pk), one.subject, one.body, link, one.created_at, one.read_at is None)
