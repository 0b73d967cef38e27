"""Disputes of scores: my own scores, the act of disputing one, the list of what waits, and its adjudication."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit.errors import Conflict, Invalid
from contracts.views.replies import see_other
from contracts.views.requests import SignedIn
from reviews import permissions
from reviews.domain import keysets
from reviews.forms.qa import AdjudicationForm, DisputeForm
from reviews.presenters import disputes as presenter
from reviews.selectors import disputes as selector
from reviews.selectors import evaluations
from reviews.services import disputes
from reviews.views import scored


@login_required
@require_GET
def mine(request: SignedIn) -> HttpResponse:
    """How QA scored what I decided, newest first."""
    at, after = timezone.now(), keysets.read(request.GET.get("after", ""))
    found = selector.own(request.user, after)
    rows, more = found[: selector.PAGE], len(found) > selector.PAGE
    context = {
        "rows": [presenter.own_row(evaluation, at) for evaluation in rows],
        "next_url": _next(rows[-1].submitted_at, rows[-1].pk) if more else "",
        "first": after is None,
    }
    return render(request, "reviews/evaluations_mine.html", context)


@login_required
@require_POST
def dispute(request: SignedIn, evaluation_id: UUID) -> HttpResponse:
    """Dispute a score of my own work; what was typed stays on the page where it is refused."""
    at, user = timezone.now(), request.user
    sheet = evaluations.sheet(user, evaluation_id, at)
    permissions.check_can_dispute(user, sheet.evaluation)
    form = DisputeForm(sheet.items, request.POST)
    if form.is_valid():
        try:
            disputes.dispute(
                evaluation_id=evaluation_id,
                by=user,
                reason=form.cleaned_data["reason"],
                lines=form.cleaned_data["lines"],
                at=at,
            )
        except Invalid as refusal:
            form.refuse(refusal)
        except Conflict as refusal:
            typed = [(_("Your reason"), form.cleaned_data["reason"], "")]
            now = evaluations.sheet(user, evaluation_id, at)
            return scored.page(request, now, None, status=409, refusal=refusal.sentence, typed=typed)
        else:
            messages.success(request, _("Disputed. Somebody else than the auditor decides it."))
            return see_other(reverse("reviews:evaluation", args=[evaluation_id]))
    return scored.page(request, sheet, None, status=400, dispute_form=form)


@login_required
@require_GET
def disputed(request: SignedIn) -> HttpResponse:
    """What waits for a third person, what was decided, and how often scores are disputed and overturned."""
    at, after = timezone.now(), keysets.read(request.GET.get("after", ""))
    found = selector.decided(request.user, after)
    rows, more = found[: selector.PAGE], len(found) > selector.PAGE
    first = after is None
    context = {
        "rates": [presenter.rates_row(rates) for rates in selector.rates(request.user)] if first else [],
        "waiting": [presenter.waiting_row(row, at) for row in selector.waiting(request.user)]
        if first
        else [],
        "rows": [presenter.decided_row(row) for row in rows],
        "next_url": _next(rows[-1].adjudicated_at, rows[-1].pk) if more else "",
        "first": first,
    }
    return render(request, "reviews/disputes.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def adjudicate(request: SignedIn, dispute_id: UUID) -> HttpResponse:
    """Decide a dispute, with the first auditor's scorecard to be corrected; what was decided is on the evaluation."""
    at, user = timezone.now(), request.user
    found = selector.load(dispute_id)
    permissions.check_can_adjudicate(user, found.evaluation)
    if found.outcome and request.method == "GET":
        return see_other(reverse("reviews:evaluation", args=[found.evaluation_id]))
    sheet = evaluations.sheet(user, found.evaluation_id, at)
    action = reverse("reviews:dispute", args=[dispute_id])
    if request.method == "GET":
        return scored.page(request, sheet, AdjudicationForm(sheet.evaluation, sheet.items), action=action)
    form = AdjudicationForm(sheet.evaluation, sheet.items, request.POST)
    if not form.is_valid():
        return scored.page(request, sheet, form, action=action, status=400)
    try:
        disputes.adjudicate(
            dispute_id=dispute_id,
            by=user,
            outcome=form.cleaned_data["outcome"],
            why=form.cleaned_data["why"],
            answers=form.answers(),
            judged_wrong=form.judged(),
            at=at,
        )
    except Invalid as refusal:
        form.refuse(refusal)
        return scored.page(request, sheet, form, action=action, status=400)
    except Conflict as refusal:
        typed = [(_("Your reason"), form.cleaned_data["why"], ""), *form.filled_in()]
        now = evaluations.sheet(user, found.evaluation_id, at)
        return scored.page(request, now, None, status=409, refusal=refusal.sentence, typed=typed)
    messages.success(request, _("Decided. The reviewer and the auditor read it beside the score."))
    return see_other(reverse("reviews:evaluation", args=[found.evaluation_id]))


def _next(moment: object, pk: UUID) -> str:
    return f"?{urlencode({'after': keysets.write(moment, pk)})}"  # type: ignore[arg-type]
