"""Vigilance: my own figures and what I say to them, and the figures of those I lead."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from audit.errors import Invalid
from contracts.views.replies import see_other, status_of
from contracts.views.requests import SignedIn
from reviews.presenters import vigilance as presenter
from reviews.selectors import vigilance as selector
from reviews.services import vigilance as services


@login_required
@require_GET
def mine(request: SignedIn) -> HttpResponse:
    return _mine(request)


@login_required
@require_POST
def acknowledge(request: SignedIn) -> HttpResponse:
    services.acknowledge(by=request.user, at=timezone.now())
    messages.success(request, _("Thank you. Counting begins with your next decision."))
    return see_other(reverse("reviews:vigilance_mine"))


@login_required
@require_POST
def comment(request: SignedIn, signal_id: UUID) -> HttpResponse:
    text = request.POST.get("comment", "")
    try:
        services.comment(signal_id=signal_id, text=text, by=request.user, at=timezone.now())
    except Invalid as refusal:
        return _mine(request, refusal, {signal_id: text})
    messages.success(
        request, _("Your comment stands beside the figures. Your lead reads it, clients do not.")
    )
    return see_other(reverse("reviews:vigilance_mine"))


@login_required
@require_GET
def teams(request: SignedIn) -> HttpResponse:
    return _teams(request)


@login_required
@require_POST
def clear(request: SignedIn, action_id: UUID) -> HttpResponse:
    reason = request.POST.get("reason", "")
    try:
        services.clear(action_id=action_id, reason=reason, by=request.user, at=timezone.now())
    except Invalid as refusal:
        return _teams(request, refusal, {action_id: reason})
    messages.success(request, _("Cleared. Counting begins again tomorrow."))
    return see_other(reverse("reviews:vigilance"))


def _mine(
    request: SignedIn, refusal: Invalid | None = None, typed: dict[UUID, str] | None = None
) -> HttpResponse:
    page = presenter.own_page(selector.own(request.user))
    return _page(request, "reviews/vigilance_mine.html", page, refusal, typed)


def _teams(
    request: SignedIn, refusal: Invalid | None = None, typed: dict[UUID, str] | None = None
) -> HttpResponse:
    pages = presenter.team_pages(selector.teams(request.user))
    return _page(request, "reviews/vigilance.html", pages, refusal, typed)


def _page(
    request: SignedIn, template: str, page: object, refusal: Invalid | None, typed: dict[UUID, str] | None
) -> HttpResponse:
    """The page as it stands, with the sentence that says what is missing beside what was typed."""
    where, text = next(iter((typed or {}).items()), (None, ""))
    context = {"page": page, "sentence": refusal.sentence if refusal else "", "where": where, "typed": text}
    return render(request, template, context, status=status_of(refusal))
