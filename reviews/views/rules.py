"""The rules of a process: read, proposed, approved by somebody else, rolled back (B1, B8)."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from audit.errors import Conflict, Invalid, Refused
from contracts import access
from contracts.models import Process, User
from contracts.views.replies import status_of
from reviews import permissions
from reviews.enums import RuleSetState
from reviews.forms.rule_life import ApproveForm, ReasonForm
from reviews.forms.rules import RejectForm
from reviews.models import RuleSet
from reviews.presenters import rule_drafting, simulations
from reviews.presenters import rules as presenter
from reviews.selectors import rulesets, shadows
from reviews.selectors import simulations as simulation_rows
from reviews.services import rule_events, rules
from reviews.views import requests


@login_required
@require_GET
def processes(request: HttpRequest) -> HttpResponse:
    found = rulesets.overview(user=cast(User, request.user))
    return render(request, "reviews/rules.html", {"processes": presenter.overview(found)})


@login_required
@require_GET
def ruleset_active(request: HttpRequest, code: str) -> HttpResponse:
    """The rules in force."""
    process = rulesets.process_of(user=cast(User, request.user), code=code)
    active = rulesets.active(process)
    if active is not None:
        active = rulesets.version(user=cast(User, request.user), code=code, number=active.version)
    return page(request, process, active)


@login_required
@require_GET
def ruleset(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """One version, whatever its state."""
    found = rulesets.version(user=cast(User, request.user), code=code, number=version)
    return page(request, found.process, found)


def page(
    request: HttpRequest,
    process: Process,
    found: RuleSet | None,
    *,
    refusal: Refused | None = None,
    reject: RejectForm | None = None,
    approve: ApproveForm | None = None,
    reason: ReasonForm | None = None,
) -> HttpResponse:
    """A version of the rules, and above it why something with it was refused."""
    reader = cast(User, request.user)
    active = found
    if found is None or found.state != RuleSetState.ACTIVE:
        active = rulesets.active(process)
    # What may come into force from this page is weighed on it.
    unweighed = {RuleSetState.ACTIVE, RuleSetState.REJECTED, RuleSetState.DISCARDED}
    weighed = found is not None and found.state not in unweighed
    context = {
        "page": presenter.page(
            process=process,
            ruleset=found,
            active=active,
            history=rulesets.history(
                user=reader, process=process, before=requests.number(request.GET.get("before", ""))
            ),
            found=rulesets.problems(found) if found is not None and weighed else [],
            reader=reader,
            at=timezone.now(),
            tally=shadows.tally(found) if found is not None else None,
            approvers=rulesets.approvers(found) if found is not None and presenter.waiting(found) else (),
        ),
        "drafting": rule_drafting.drafting(
            found, reader, moved=request.GET.get("moved", ""), upwards=request.GET.get("up") == "1"
        ),
        "sentence": refusal.sentence if refusal else "",
        "simulation": _simulated(found, active, reader),
        "reject_form": reject or RejectForm(auto_id="reject_%s"),
        "approve_form": approve or ApproveForm(),
        "reason_form": reason or ReasonForm(),
    }
    return render(request, "reviews/rules_version.html", context, status=status_of(refusal))


def _simulated(found: RuleSet | None, active: RuleSet | None, reader: User) -> simulations.Box | None:
    """What these rules would have done, for those who write or approve them while nothing is decided."""
    if found is None or found.state not in rulesets.OPEN:
        return None
    if not access.allowed(permissions.check_can_simulate, reader, found)[0]:
        return None
    newest = simulation_rows.latest_done(found)
    # Only where there is something to compare with.
    digest = rule_events.digest(found) if newest else ""
    return simulations.box(found, newest, active, digest)


def again(user: User, code: str, version: int) -> RuleSet:
    """The version as it stands now, for a page that says what has changed."""
    return rulesets.version(user=user, code=code, number=version)


@login_required
@require_POST
def propose(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """Propose a draft; what makes it unsafe is named on the page."""
    user = cast(User, request.user)
    found = rulesets.version(user=user, code=code, number=version)
    edits = requests.number(request.POST.get("edits", ""))
    try:
        rules.propose(ruleset_id=found.pk, by=user, at=timezone.now(), edits=edits)
    except (Conflict, Invalid) as refusal:
        return page(request, found.process, again(user, code, version), refusal=refusal)
    messages.success(request, _("Proposed. Somebody else must approve it before anything changes."))
    return redirect("reviews:rules_version", code=code, version=version)


@login_required
@require_POST
def approve(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """Approve a proposal: it is in force from the next interaction on."""
    user = cast(User, request.user)
    found = rulesets.version(user=user, code=code, number=version)
    permissions.check_can_approve_rules(user, found, timezone.now())
    form = ApproveForm(request.POST)
    if not form.is_valid():
        why = Invalid("wrong_time", str(next(iter(form.errors.values()))[0]), "activate_at")
        return page(request, found.process, found, refusal=why, approve=form)
    later = form.cleaned_data["activate_at"]
    try:
        against = requests.compared(request)
        rules.approve(ruleset_id=found.pk, by=user, at=timezone.now(), against=against, activate_at=later)
    except (Conflict, Invalid) as refusal:
        return page(request, found.process, again(user, code, version), refusal=refusal, approve=form)
    if later is not None:
        messages.success(request, _("Approved. The rules come into force by themselves at the time you set."))
        return redirect("reviews:rules_version", code=code, version=version)
    messages.success(
        request, _("v%(version)d is in force: the next interaction follows it.") % {"version": version}
    )
    return redirect("reviews:rules_active", code=code)


@login_required
@require_POST
def reject(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """Send a proposal back with a reason."""
    user = cast(User, request.user)
    found = rulesets.version(user=user, code=code, number=version)
    permissions.check_can_judge_rules(user, found)
    form = RejectForm(request.POST, auto_id="reject_%s")
    if not form.is_valid():
        why = Invalid(
            "reason_required", "Say why the rules are sent back, in at most 300 characters.", "reason"
        )
        return page(request, found.process, found, refusal=why, reject=form)
    try:
        rules.reject(ruleset_id=found.pk, by=user, reason=form.cleaned_data["reason"], at=timezone.now())
    except Conflict as refusal:
        return page(request, found.process, again(user, code, version), refusal=refusal, reject=form)
    messages.success(request, _("Sent back. The author sees your reason."))
    return redirect("reviews:rules_version", code=code, version=version)


@login_required
@require_POST
def restore(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """Put an earlier version back in force."""
    user = cast(User, request.user)
    found = rulesets.version(user=user, code=code, number=version)
    try:
        against = requests.compared(request)
        rules.roll_back(process=found.process, to=found, by=user, at=timezone.now(), against=against)
    except (Conflict, Invalid) as refusal:
        return page(request, found.process, again(user, code, version), refusal=refusal)
    messages.success(
        request, _("v%(version)d is in force again: the next interaction follows it.") % {"version": version}
    )
    return redirect("reviews:rules_active", code=code)
