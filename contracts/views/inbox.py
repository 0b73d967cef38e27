"""A person's own messages: read, opened, marked."""

from datetime import UTC, datetime
from typing import cast
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from audit.errors import Invalid
from contracts.models import User
from contracts.presenters import inbox as presenter
from contracts.selectors import inbox as messages
from contracts.services import notifications


def _before(text: str) -> tuple[datetime, UUID] | None:
    """The place in the list that a link to older messages names. Raises Invalid where somebody made it up."""
    if not text:
        return None
    moment, _, pk = text.partition("_")
    try:
        return datetime.fromtimestamp(float(moment), UTC), UUID(pk)
    except (ValueError, OverflowError, OSError):
        raise Invalid(
            "cursor", "This link to older messages is damaged; start again from the newest."
        ) from None


@login_required
@require_GET
def inbox(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    found = messages.page(user=user, before=_before(request.GET.get("before", "")))
    return render(request, "contracts/inbox.html", {"inbox": presenter.inbox(found)})


@login_required
@require_POST
def read(request: HttpRequest) -> HttpResponse:
    """Mark one message as read, or all of them where none is named. Somebody else's stays as it is."""
    named = request.POST.get("id", "")
    try:
        notification_id = UUID(named) if named else None
    except ValueError:
        raise Invalid("id", "There is no such message.") from None
    notifications.mark_read(user=cast(User, request.user), notification_id=notification_id, at=timezone.now())
    return redirect("contracts:inbox")
