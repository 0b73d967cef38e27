"""The control-cost panel of a process, and the way from it into an ordinary draft (G9)."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from audit.errors import Refused
from contracts import access
from contracts.models import User
from governance.domain import rule_costs as domain
from governance.presenters import rule_costs as presenter
from governance.selectors import rule_costs as selector
from reviews import permissions
from reviews.services import rule_drafts


@login_required
@require_GET
def costs(request: HttpRequest, code: str) -> HttpResponse:
    return _page(request, code)


def _page(request: HttpRequest, code: str, refusal: Refused | None = None) -> HttpResponse:
    reader, at = cast(User, request.user), timezone.now()
    asked = request.GET.get("days", "")
    days = next((one for one in domain.PERIODS if asked == str(one)), domain.DAYS)
    found = selector.of(user=reader, code=code, at=at, days=days)
    draft = access.allowed(permissions.check_can_draft, reader, found.process)
    context = {
        "page": presenter.page(found, at=at, draft=draft),
        "sentence": refusal.sentence if refusal else "",
    }
    return render(request, "governance/rule_costs.html", context, status=409 if refusal else 200)


@login_required
@require_POST
def draft(request: HttpRequest, code: str) -> HttpResponse:
    """Begin a draft of the rules without one of them; what it would have done is simulated before anybody approves."""
    user, at = cast(User, request.user), timezone.now()
    found = selector.of(user=user, code=code, at=at)
    rule = request.POST.get("rule", "")
    begun = rule_drafts.without(process=found.process, code=rule, by=user, at=at)
    messages.success(
        request,
        _(
            "A draft without %(rule)s: simulate it, then propose it. Nothing changes until somebody else approves."
        )
        % {"rule": rule},
    )
    return redirect("reviews:rules_version", code=code, version=begun.version)
