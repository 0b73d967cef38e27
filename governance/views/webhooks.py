"""Webhooks: who is told what and where, what became of each message, and every act on an endpoint."""

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit.errors import Conflict, Invalid, Refused
from contracts.models import User
from governance.forms import ReplayForm, WebhookForm
from governance.models import Subscription
from governance.presenters import webhooks as presenter
from governance.selectors import webhooks as selector
from governance.services import webhook_secrets
from governance.services import webhooks as service
from governance.services.webhooks import Terms

# In the session: which secrets are still to be shown, once each. Not the secrets.
_TO_SHOW = "webhook_secrets"


@require_GET
@login_required
def webhooks(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    context = {
        "rows": [presenter.row(listed) for listed in selector.listed(user)],
        "may_add": selector.choosable(user).exists(),
    }
    return render(request, "governance/webhooks.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def new(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    selector.check_can_add(user)
    form = _form(request, user)
    if form.is_valid():
        try:
            made = service.subscribe(terms=_terms(form), by=user, at=timezone.now())
        except (Invalid, Conflict) as refusal:
            _refuse(form, refusal)
        else:
            _show_once(request, made)
            return redirect("governance:webhook", made.pk)
    return render(
        request, "governance/webhook_form.html", {"form": form}, status=400 if form.is_bound else 200
    )


@require_http_methods(["GET", "POST"])
@login_required
def change(request: HttpRequest, webhook_id: UUID) -> HttpResponse:
    user = cast(User, request.user)
    seen = selector.seen(user, webhook_id)
    initial = {
        "name": seen.subscription.name,
        "url": seen.subscription.url,
        "types": seen.subscription.types,
        "processes": [str(process.pk) for process in seen.processes],
    }
    form = _form(request, user, seen.subscription, initial)
    if form.is_valid():
        try:
            service.change(subscription_id=webhook_id, terms=_terms(form), by=user, at=timezone.now())
        except Invalid as refusal:
            _refuse(form, refusal)
        else:
            messages.success(request, _("Changed. What waits in the line is sent by the new terms."))
            return redirect("governance:webhook", webhook_id)
    context = {"form": form, "webhook": presenter.card(seen, timezone.now())}
    return render(request, "governance/webhook_form.html", context, status=400 if form.is_bound else 200)


@require_GET
@never_cache
@login_required
def webhook(request: HttpRequest, webhook_id: UUID) -> HttpResponse:
    """One endpoint with its delivery log; its secret this once, where it was just made."""
    return _page(request, webhook_id, ReplayForm())


def _page(request: HttpRequest, webhook_id: UUID, form: ReplayForm, status: int = 200) -> HttpResponse:
    seen = selector.seen(cast(User, request.user), webhook_id)
    before = request.GET.get("before", "")
    found = selector.deliveries(
        seen.subscription, int(before) if before.isdecimal() and len(before) < 19 else None
    )
    lines = found[: selector.PAGE]
    context = {
        "webhook": presenter.card(seen, timezone.now()),
        "secret": _shown_now(request, seen.subscription),
        "lines": [presenter.line(delivery) for delivery in lines],
        "next_url": f"?before={lines[-1].pk}" if len(found) > selector.PAGE else "",
        "first_url": "?" if before else "",
        "form": form,
    }
    return render(request, "governance/webhook.html", context, status=status)


@require_POST
@login_required
def test(request: HttpRequest, webhook_id: UUID) -> HttpResponse:
    service.send_test(subscription_id=webhook_id, by=cast(User, request.user), at=timezone.now())
    messages.success(request, _("A test message is in the line. In a few seconds its result stands below."))
    return redirect("governance:webhook", webhook_id)


@require_POST
@login_required
def rotate(request: HttpRequest, webhook_id: UUID) -> HttpResponse:
    rotated = service.rotate(subscription_id=webhook_id, by=cast(User, request.user), at=timezone.now())
    _show_once(request, rotated)
    return redirect("governance:webhook", webhook_id)


@require_POST
@login_required
def disable(request: HttpRequest, webhook_id: UUID) -> HttpResponse:
    service.disable(subscription_id=webhook_id, by=cast(User, request.user), at=timezone.now())
    messages.success(request, _("Disabled. What waits keeps its place."))
    return redirect("governance:webhook", webhook_id)


@require_POST
@login_required
def enable(request: HttpRequest, webhook_id: UUID) -> HttpResponse:
    service.resume(subscription_id=webhook_id, by=cast(User, request.user), at=timezone.now())
    messages.success(request, _("Enabled. It goes on where it stood."))
    return redirect("governance:webhook", webhook_id)


@require_POST
@login_required
def replay(request: HttpRequest, webhook_id: UUID) -> HttpResponse:
    """Send again from an entry of the log, or go on from now."""
    user, now = cast(User, request.user), request.POST.get("now") == "1"
    form = ReplayForm(None if now else request.POST)
    if not now and not form.is_valid():
        return _page(request, webhook_id, form, status=400)
    begin = None if now else form.cleaned_data["from_index"]
    try:
        service.replay(subscription_id=webhook_id, from_index=begin, by=user, at=timezone.now())
    except Invalid as refusal:
        form.add_error("from_index", refusal.sentence)
        return _page(request, webhook_id, form, status=400)
    told = _("It goes on from now.") if now else _("It is sent everything again from that entry on.")
    messages.success(request, told)
    return redirect("governance:webhook", webhook_id)


def _form(
    request: HttpRequest,
    user: User,
    subscription: Subscription | None = None,
    initial: dict[str, object] | None = None,
) -> WebhookForm:
    """The form, with the processes the user may choose: of one client, where there is an endpoint already."""
    processes = selector.choosable(user)
    if subscription is not None:
        processes = processes.filter(client=subscription.client)
    choices = [(str(one.pk), f"{one.client.name}: {one.code} · {one.name}") for one in processes]
    return WebhookForm(choices, request.POST if request.method == "POST" else None, initial=initial)


def _terms(form: WebhookForm) -> Terms:
    sent = form.cleaned_data
    return Terms(
        name=sent["name"],
        url=sent["url"],
        types=frozenset(sent["types"]),
        processes=frozenset(UUID(pk) for pk in sent["processes"]),
    )


def _refuse(form: WebhookForm, refusal: Refused) -> None:
    form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)


def _show_once(request: HttpRequest, subscription: Subscription) -> None:
    request.session[_TO_SHOW] = {str(subscription.pk): subscription.generation}


def _shown_now(request: HttpRequest, subscription: Subscription) -> str:
    """The secret, where this session has just made it and has not seen it yet."""
    if request.session.get(_TO_SHOW, {}).get(str(subscription.pk)) != subscription.generation:
        return ""
    del request.session[_TO_SHOW]
    return webhook_secrets.secret(subscription)
