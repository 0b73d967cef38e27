"""Recalls: the list of those that run, one with what it waits for, and opening one (D4)."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit.errors import Conflict, Invalid, NotAllowed, Refused
from contracts.views.replies import see_other, status_of, status_of_form
from contracts.views.requests import SignedIn
from reviews import permissions
from reviews.domain import keysets
from reviews.forms.recalls import CorrectionForm, FixForm, NoticeForm, RecallForm
from reviews.models import Recall
from reviews.presenters import recall_proposals
from reviews.presenters import recalls as presenter
from reviews.selectors import recall_proposals as proposals
from reviews.selectors import recalls as selector
from reviews.services import recalls as services


@login_required
@require_GET
def recalls(request: SignedIn) -> HttpResponse:
    after = keysets.read(request.GET.get("after", ""))
    running, over, more = selector.listing(request.user, after=after)
    page = presenter.listing(running, over, timezone.now(), more=more, first=after is None)
    proposed, rest = proposals.waiting(request.user) if after is None else ([], False)
    context = {"page": page, "proposed": recall_proposals.rows(proposed), "rest": rest}
    return render(request, "reviews/recalls.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def new(request: SignedIn, interaction_id: UUID) -> HttpResponse:
    """Recall an interaction that went out. What was typed stays on the page where it is refused."""
    at, user = timezone.now(), request.user
    interaction = selector.interaction(interaction_id)
    permissions.check_may_recall(user, interaction.process)
    if request.method != "POST":
        permissions.check_can_recall(user, interaction)
    sent = request.POST if request.method == "POST" else None
    out = services.went_out(interaction)
    form = RecallForm(interaction.step.output_fields, out, sent)
    refusal: Refused | None = None
    if form.is_valid():
        try:
            made = services.recall(
                interaction_id=interaction_id,
                by=user,
                correction=form.correction(),
                severity=form.level(),
                at=at,
            )
        except (Invalid, Conflict, NotAllowed) as refused:
            refusal = refused
            form.refuse(refused)
        else:
            messages.success(request, _("Recalled. The client’s system is told."))
            return see_other(reverse("reviews:recall", args=[made.pk]))
    context = {"page": presenter.opening(interaction, out), "form": form}
    return render(request, "reviews/recall_new.html", context, status=status_of_form(form, refusal))


@login_required
@require_GET
def recall(request: SignedIn, recall_id: UUID) -> HttpResponse:
    return _page(request, selector.one(request.user, recall_id))


def _page(
    request: SignedIn,
    found: Recall,
    *,
    correction: CorrectionForm | None = None,
    notice: NoticeForm | None = None,
    fix: FixForm | None = None,
    refusal: Refused | None = None,
) -> HttpResponse:
    stands = found.output or services.went_out(found.interaction)
    context = {
        "page": presenter.page(found, request.user, timezone.now()),
        "correction": correction or CorrectionForm(found.interaction.step.output_fields, stands),
        "correcting": correction is not None,
        "notice": notice or NoticeForm(),
        "fix": fix or FixForm(),
        "sentence": refusal.sentence if refusal else "",
    }
    form = correction or notice or fix
    status = status_of_form(form, refusal) if form else status_of(refusal)
    return render(request, "reviews/recall.html", context, status=status)


@login_required
@require_POST
def correct(request: SignedIn, recall_id: UUID) -> HttpResponse:
    found = selector.one(request.user, recall_id)
    permissions.check_may_recall(request.user, found.process)
    stands = found.output or services.went_out(found.interaction)
    form = CorrectionForm(found.interaction.step.output_fields, stands, request.POST)
    refusal: Refused | None = None
    if form.is_valid():
        try:
            services.correct(
                recall_id=recall_id, by=request.user, correction=form.correction(), at=timezone.now()
            )
        except (Invalid, Conflict, NotAllowed) as refused:
            refusal = refused
            form.refuse(refused)
        else:
            messages.success(request, _("Corrected. The client’s system is told."))
            return see_other(reverse("reviews:recall", args=[recall_id]))
    return _page(request, selector.one(request.user, recall_id), correction=form, refusal=refusal)


@login_required
@require_POST
def acknowledge(request: SignedIn, recall_id: UUID) -> HttpResponse:
    selector.one(request.user, recall_id)
    return _act(
        request,
        recall_id,
        lambda: services.acknowledge(recall_id=recall_id, by=request.user, at=timezone.now()),
        _("The client’s system knows."),
    )


def _act(request: SignedIn, recall_id: UUID, act: Callable[[], object], done: str) -> HttpResponse:
    try:
        act()
    except Conflict as refused:
        return _page(request, selector.one(request.user, recall_id), refusal=refused)
    messages.success(request, done)
    return see_other(reverse("reviews:recall", args=[recall_id]))


@login_required
@require_POST
def notice(request: SignedIn, recall_id: UUID) -> HttpResponse:
    selector.one(request.user, recall_id)
    form = NoticeForm(request.POST)
    refusal: Refused | None = None
    if form.is_valid():
        sent = form.cleaned_data
        try:
            services.decide_notice(
                recall_id=recall_id,
                by=request.user,
                notify={"yes": True, "no": False}.get(sent["notify"]),
                why=sent["notice"],
                at=timezone.now(),
            )
        except (Invalid, Conflict) as refused:
            refusal = refused
            form.refuse(refused)
        else:
            messages.success(request, _("The decision on the customer’s notice is recorded."))
            return see_other(reverse("reviews:recall", args=[recall_id]))
    return _page(request, selector.one(request.user, recall_id), notice=form, refusal=refusal)


@login_required
@require_POST
def confirm(request: SignedIn, recall_id: UUID) -> HttpResponse:
    selector.one(request.user, recall_id)
    form = FixForm(request.POST)
    refusal: Refused | None = None
    if form.is_valid():
        try:
            services.confirm(
                recall_id=recall_id, by=request.user, fix=form.cleaned_data["fix"], at=timezone.now()
            )
        except (Invalid, Conflict) as refused:
            refusal = refused
            form.refuse(refused)
        else:
            messages.success(request, _("Confirmed: the recall is over."))
            return see_other(reverse("reviews:recall", args=[recall_id]))
    return _page(request, selector.one(request.user, recall_id), fix=form, refusal=refusal)
