"""The start of a reviewer's day: what waits, and one button that brings the next case."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from audit.errors import NotVisible
from contracts.views.replies import see_other
from contracts.views.requests import SignedIn
from reviews.presenters import queues as presenter
from reviews.presenters.undo import undo
from reviews.selectors import cases, escalations, vigilance
from reviews.selectors import queues as selector
from reviews.services import claims


@login_required
@require_GET
def queues(request: SignedIn) -> HttpResponse:
    at = timezone.now()
    page = presenter.queues_page(
        selector.overview(request.user),
        owned=escalations.owned(request.user),
        held=selector.holding(request.user, at),
        process=request.GET.get("process", ""),
        at=at,
    )
    context = {
        "page": page,
        "undo": undo(cases.undoable(request.user, at)),
        "notice": vigilance.asked_to_take_note(request.user),
    }
    return render(request, "reviews/queues.html", context)


@login_required
@require_POST
def next_case(request: SignedIn) -> HttpResponse:
    claim = claims.next_case(user=request.user, at=timezone.now(), queue_id=_queue(request))
    if claim is not None:
        return redirect("reviews:case", claim.case_id)
    # Why there is nothing is told by the page itself; the message only says that the button was heard.
    messages.info(request, "There is nothing for you to take at this moment.")
    return see_other(reverse("reviews:queues"))


def _queue(request: SignedIn) -> UUID | None:
    text = request.POST.get("queue", "")
    try:
        return UUID(text) if text else None
    except ValueError:
        raise NotVisible("not_found", "There is no such queue that you work on.") from None
