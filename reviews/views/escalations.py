"""Escalations: mine with what I can do about them, others' for those who oversee."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from contracts.views.replies import see_other
from contracts.views.requests import SignedIn
from reviews.domain import keysets
from reviews.forms.desk import HandOverForm
from reviews.presenters import escalations as presenter
from reviews.selectors import drills
from reviews.selectors import escalations as selector
from reviews.services import escalations as services


@login_required
@require_GET
def escalations(request: SignedIn) -> HttpResponse:
    at, after = timezone.now(), keysets.read(request.GET.get("after", ""))
    owned = selector.owned(request.user)
    others, more = selector.others(request.user, after=after)
    page = presenter.escalations_page(
        owned,
        others,
        drills.mine(request.user),
        more=more,
        first=after is None,
        people=selector.named(owned),
        at=at,
    )
    return render(request, "reviews/escalations.html", {"page": page})


@login_required
@require_POST
def acknowledge(request: SignedIn, escalation_id: UUID) -> HttpResponse:
    taken = services.acknowledge(escalation_id=escalation_id, user=request.user, at=timezone.now())
    messages.success(request, "You have taken it on. The clock of the decision runs.")
    return see_other(reverse("reviews:case", args=[taken.case_id]))


@login_required
@require_POST
def hand_over(request: SignedIn, escalation_id: UUID) -> HttpResponse:
    form = HandOverForm(request.POST)
    form.is_valid()
    given = services.hand_over(
        escalation_id=escalation_id,
        user=request.user,
        to=form.cleaned_data.get("to", ""),
        reason=form.cleaned_data.get("reason", ""),
        at=timezone.now(),
    )
    messages.success(request, f"It is with {given.owner.name} now.")
    return see_other(reverse("reviews:escalations"))
