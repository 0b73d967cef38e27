"""How much people change of what each version puts out; and closing a change after its watch, with the figures of both sides."""

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from contracts import access
from contracts.models import User
from contracts.permissions import changes as permissions
from contracts.presenters import agreement_tabs
from contracts.presenters import changes as presenter
from contracts.selectors import model_changes
from governance.selectors import change_figures as selector
from governance.services import change_watches

ROUTE = "governance:model_figures"


@login_required
@require_GET
def figures(request: HttpRequest, code: str) -> HttpResponse:
    user, at = cast(User, request.user), timezone.now()
    process, versions = selector.by_version(user, code, at)
    watched = []
    if not permissions.is_vendor(user):
        for change in selector.watched(process):
            before, after = selector.of(change, at)
            allowed, reason = access.allowed(permissions.check_can_deploy_change, user, change, at)
            if allowed and change.watch_until and at < change.watch_until:
                allowed, reason = False, f"It is under watch until {change.watch_until:%-d %b %Y}."
            watched.append(
                (
                    change,
                    presenter.rate(before.changed, before.decided),
                    presenter.rate(after.changed, after.decided),
                    allowed,
                    reason,
                )
            )
    rows = [(one.reference, one.model, presenter.rate(one.changed, one.decided)) for one in versions]
    tabs = agreement_tabs.of(user, process, ROUTE)
    context = {"process": process, "rows": rows, "watched": watched, "tabs": tabs}
    return render(request, "governance/model_figures.html", context)


@login_required
@require_POST
def close(request: HttpRequest, change_id: UUID) -> HttpResponse:
    user = cast(User, request.user)
    change = model_changes.one(user, change_id)
    permissions.check_can_deploy_change(user, change, timezone.now())
    change_watches.close(change_id=change.pk, by=user, at=timezone.now())
    messages.success(request, _("Closed. Only the new version answers from now on."))
    return redirect("contracts:change", change_id)
