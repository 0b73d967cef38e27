"""What becomes of a version beside approval: called off, put in force in an emergency, ratified, put in shadow."""

from collections.abc import Callable
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from audit.errors import Conflict, Invalid
from contracts.models import User
from reviews.forms.rule_life import ReasonForm
from reviews.models import RuleSet
from reviews.presenters import rule_comparing
from reviews.selectors import rulesets, shadows
from reviews.services import rule_emergencies, rules, shadowing
from reviews.views import requests
from reviews.views import rules as page_of


def _done(
    request: HttpRequest, code: str, version: int, act: Callable[[RuleSet, User], object], said: str
) -> HttpResponse:
    """Do one thing with a version and go back to it; a refusal stands on its page, with what was typed."""
    user = cast(User, request.user)
    found = rulesets.version(user=user, code=code, number=version)
    try:
        act(found, user)
    except (Conflict, Invalid) as refusal:
        now = page_of.again(user, code, version)
        reason = ReasonForm(request.POST) if "reason" in request.POST else None
        return page_of.page(request, found.process, now, refusal=refusal, reason=reason)
    messages.success(request, said)
    return redirect("reviews:rules_version", code=code, version=version)


@login_required
@require_POST
def call_off(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """Call off an activation at a set time."""
    reason = request.POST.get("reason", "")
    return _done(
        request,
        code,
        version,
        lambda found, user: rules.call_off(ruleset_id=found.pk, by=user, reason=reason, at=timezone.now()),
        _("Called off: the rules in force stay."),
    )


@login_required
@require_POST
def emergency(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """Put a version in force alone; another person ratifies it in time."""
    sent = request.POST
    return _done(
        request,
        code,
        version,
        lambda found, user: rule_emergencies.activate(
            ruleset_id=found.pk,
            reason=sent.get("reason", ""),
            by=user,
            at=timezone.now(),
            against=requests.compared(request),
            edits=requests.number(sent.get("edits", "")),
        ),
        _("In force: the next interaction follows it. Somebody else must ratify it in time."),
    )


@login_required
@require_POST
def ratify(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """Stand behind rules that somebody else put in force alone."""
    return _done(
        request,
        code,
        version,
        lambda found, user: rule_emergencies.ratify(ruleset_id=found.pk, by=user, at=timezone.now()),
        _("Ratified: these rules stay in force."),
    )


@login_required
@require_POST
def shadow_start(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """Let a proposal meet live interactions."""
    return _done(
        request,
        code,
        version,
        lambda found, user: shadowing.start(ruleset_id=found.pk, by=user, at=timezone.now()),
        _("In shadow: it meets every interaction from now on and decides nothing."),
    )


@login_required
@require_POST
def shadow_stop(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """Take a version out of the shadow."""
    return _done(
        request,
        code,
        version,
        lambda found, user: shadowing.stop(ruleset_id=found.pk, by=user, at=timezone.now()),
        _("No longer in shadow. What it found stays here."),
    )


@login_required
@require_GET
def shadow(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """What a version in shadow would have done otherwise."""
    found, rows = shadows.differences(
        user=cast(User, request.user), code=code, number=version, after=request.GET.get("after", "")
    )
    shown = rule_comparing.shadow(found, shadows.tally(found), rows)
    return render(request, "reviews/rules_shadow.html", {"page": shown})


@login_required
@require_GET
def compare(request: HttpRequest, code: str) -> HttpResponse:
    """Two versions side by side; without being told, the newest one against the rules in force."""
    old, new, versions = rulesets.pair(
        user=cast(User, request.user),
        code=code,
        old=requests.number(request.GET.get("from", "")),
        new=requests.number(request.GET.get("to", "")),
    )
    return render(request, "reviews/rules_compare.html", {"page": rule_comparing.page(old, new, versions)})
