"""Control items: the library of those who audit a process, and whether they are allowed on it (E4)."""

import json
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit.errors import Invalid
from contracts.views.replies import see_other
from contracts.views.requests import SignedIn
from reviews.domain import honeypots as rates
from reviews.forms.honeypots import ItemForm, PlanForm
from reviews.presenters import honeypots as presenter
from reviews.selectors import honeypots as selector
from reviews.services import control_items, honeypot_plans


@login_required
@require_GET
def library(request: SignedIn) -> HttpResponse:
    """The processes whose control items the user keeps or allows, and the items he keeps, the newest first."""
    after = _uuid(request.GET.get("after", ""))
    items, more = selector.library(request.user, after)
    context = {
        "places": selector.places(request.user),
        "rows": presenter.rows(items),
        "next_url": f"?after={items[-1].pk}" if more else "",
        "first": after is None,
    }
    return render(request, "reviews/honeypots.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def add(request: SignedIn, code: str) -> HttpResponse:
    """Write an item by hand, or change a real interaction (`?from=`) into one. What was typed stays where it is refused."""
    process = selector.curated_process(request.user, code)
    steps = list(process.steps.order_by("code"))
    named = _uuid(request.GET.get("from", ""))
    source = selector.source(request.user, process, named) if named else None
    if request.method != "POST":
        initial = {}
        if source is not None:
            drafted = control_items.draft_of(interaction=source)
            text = json.dumps(drafted, indent=2, ensure_ascii=False)
            initial = {"step": source.step.code, "payload": text}
        return _form(request, code, ItemForm(steps, initial=initial), 200)
    form = ItemForm(steps, request.POST)
    if not form.is_valid():
        return _form(request, code, form, 400)
    try:
        item = control_items.add(
            process=process, by=request.user, at=timezone.now(), source=source, **form.terms()
        )
    except Invalid as refusal:
        form.refuse(refusal)
        return _form(request, code, form, 400)
    messages.success(request, _("Added. It may be put before reviewers from now on."))
    return see_other(reverse("reviews:honeypots_item", args=[item.pk]))


def _form(request: SignedIn, code: str, form: ItemForm, status: int) -> HttpResponse:
    return render(request, "reviews/honeypots_add.html", {"code": code, "form": form}, status=status)


@login_required
@require_GET
def item(request: SignedIn, item_id: UUID) -> HttpResponse:
    """One item with what came of it."""
    page = presenter.page(selector.item(request.user, item_id))
    return render(request, "reviews/honeypots_item.html", {"page": page})


@login_required
@require_POST
def retire(request: SignedIn, item_id: UUID) -> HttpResponse:
    control_items.retire(item_id=item_id, by=request.user, at=timezone.now())
    messages.success(request, _("Retired. Nobody gets it any more."))
    return see_other(reverse("reviews:honeypots_item", args=[item_id]))


@login_required
@require_http_methods(["GET", "POST"])
def plan(request: SignedIn, code: str) -> HttpResponse:
    """Whether control items are allowed on a process, seen and set by whoever manages samples there."""
    process, current = selector.plan_of(request.user, code)
    initial = {
        "allowed": current.allowed if current else False,
        "share": f"{(current.share if current else rates.USUAL) * 100:.1f}",
        "basis": current.basis if current else "",
    }
    form = PlanForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        try:
            honeypot_plans.set_plan(process=process, by=request.user, at=timezone.now(), **form.terms())
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Set. It holds from the next sweep on."))
            return redirect("reviews:honeypots")
    context = {"process": process, "form": form, "since": current.set_at if current else None}
    return render(request, "reviews/honeypots_plan.html", context, status=400 if form.is_bound else 200)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
