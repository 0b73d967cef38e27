"""Corrective actions and recalibration findings: the list, one of them, and what is done with it (F11)."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from audit.errors import Conflict, Invalid, Refused
from contracts.views.replies import see_other, status_of
from contracts.views.requests import SignedIn
from reviews.forms.actions import ActionsForm, ChangedForm, DoneForm, OwnerForm, ReturnForm, TextForm
from reviews.presenters import actions as presenter
from reviews.selectors import consequences as selector
from reviews.services import actions as services


@login_required
@require_GET
def actions(request: SignedIn) -> HttpResponse:
    at, user = timezone.now(), request.user
    form = ActionsForm(request.GET)
    filters = form.filters()
    after = form.goes_on_after()
    rows, more = selector.actions(user, filters, at, after=after)
    page = presenter.listing(
        rows,
        selector.open_findings(user),
        selector.closed_findings(user),
        selector.processes(user),
        filters,
        at,
        more=more,
        first=after is None,
    )
    return render(request, "reviews/actions.html", {"page": page})


@login_required
@require_GET
def action(request: SignedIn, action_id: UUID) -> HttpResponse:
    return _page(request, action_id)


def _page(
    request: SignedIn,
    action_id: UUID,
    refusal: Refused | None = None,
    forms: Mapping[str, TextForm] = MappingProxyType({}),
) -> HttpResponse:
    found = selector.action(request.user, action_id)
    context = {
        "page": presenter.page(found, request.user, timezone.now()),
        "done": forms.get("done") or DoneForm(),
        "owner": forms.get("owner") or OwnerForm(selector.owners(found.process)),
        "back": forms.get("back") or ReturnForm(),
        "refused": next(iter(forms), ""),
        "sentence": refusal.sentence if isinstance(refusal, Conflict) else "",
    }
    status = status_of(refusal) if refusal or not forms else 400
    return render(request, "reviews/action.html", context, status=status)


@login_required
@require_POST
def finish(request: SignedIn, action_id: UUID) -> HttpResponse:
    form = DoneForm(request.POST)
    return _act(
        request,
        action_id,
        "done",
        form,
        lambda: services.finish(
            action_id=action_id, by=request.user, done=form.cleaned_data["done"], at=timezone.now()
        ),
        _("Thank you. Somebody else looks that it helps."),
    )


@login_required
@require_POST
def assign(request: SignedIn, action_id: UUID) -> HttpResponse:
    found = selector.action(request.user, action_id)
    form = OwnerForm(selector.owners(found.process), request.POST)
    return _act(
        request,
        action_id,
        "owner",
        form,
        lambda: services.assign(
            action_id=action_id, by=request.user, to=form.cleaned_data["to"], at=timezone.now()
        ),
        _("It is handed over."),
    )


@login_required
@require_POST
def verify(request: SignedIn, action_id: UUID) -> HttpResponse:
    return _act(
        request,
        action_id,
        "",
        None,
        lambda: services.verify(action_id=action_id, by=request.user, at=timezone.now()),
        _("Verified: the action is over."),
    )


@login_required
@require_POST
def give_back(request: SignedIn, action_id: UUID) -> HttpResponse:
    form = ReturnForm(request.POST)
    return _act(
        request,
        action_id,
        "back",
        form,
        lambda: services.give_back(
            action_id=action_id, by=request.user, why=form.cleaned_data["why"], at=timezone.now()
        ),
        _("Its owner has it again."),
    )


def _act(
    request: SignedIn,
    action_id: UUID,
    name: str,
    form: TextForm | None,
    act: Callable[[], object],
    done: str,
) -> HttpResponse:
    """Do it, or show the page again with what was typed and why not."""
    selector.action(request.user, action_id)
    sent = {name: form} if form is not None else {}
    if form is not None and not form.is_valid():
        return _page(request, action_id, None, sent)
    try:
        act()
    except (Invalid, Conflict) as refused:
        if form is not None:
            form.refuse(refused)
        return _page(request, action_id, refused, sent)
    messages.success(request, done)
    return see_other(reverse("reviews:action", args=[action_id]))


@login_required
@require_GET
def finding(request: SignedIn, finding_id: UUID) -> HttpResponse:
    return _finding(request, finding_id, ChangedForm())


def _finding(
    request: SignedIn, finding_id: UUID, form: ChangedForm, refusal: Refused | None = None
) -> HttpResponse:
    found = selector.finding(request.user, finding_id)
    scored = selector.scored(found.evaluations)
    context = {"page": presenter.finding(found, scored, request.user), "form": form}
    return render(
        request,
        "reviews/finding.html",
        context,
        status=400 if form.errors and not refusal else status_of(refusal),
    )


@login_required
@require_POST
def close(request: SignedIn, finding_id: UUID) -> HttpResponse:
    selector.finding(request.user, finding_id)
    form = ChangedForm(request.POST)
    if not form.is_valid():
        return _finding(request, finding_id, form)
    try:
        services.close_finding(
            finding_id=finding_id, by=request.user, changed=form.cleaned_data["changed"], at=timezone.now()
        )
    except (Invalid, Conflict) as refused:
        form.refuse(refused)
        return _finding(request, finding_id, form, refused)
    messages.success(request, _("Closed. What fails from here on counts anew."))
    return see_other(reverse("reviews:finding", args=[finding_id]))
