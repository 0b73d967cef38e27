"""The rules of a process: read, drafted by form, proposed, approved by somebody else, rolled back (B1, B8)."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit.errors import Conflict, Invalid, Refused
from contracts.models import Process, User
from reviews import permissions
from reviews.enums import RuleSetState
from reviews.forms.rules import RejectForm, RuleForm
from reviews.models import RuleSet
from reviews.presenters import rule_lines
from reviews.presenters import rules as presenter
from reviews.selectors import rulesets
from reviews.services import rules


def _number(text: str) -> int | None:
    """A number that a page of ours wrote into a form or link; anything else is as good as none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


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
    return _page(request, process, active)


@login_required
@require_GET
def ruleset(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """One version, whatever its state."""
    found = rulesets.version(user=cast(User, request.user), code=code, number=version)
    return _page(request, found.process, found)


def _page(
    request: HttpRequest,
    process: Process,
    found: RuleSet | None,
    *,
    refusal: Refused | None = None,
    reject: RejectForm | None = None,
) -> HttpResponse:
    reader = cast(User, request.user)
    active = found
    if found is None or found.state != RuleSetState.ACTIVE:
        active = rulesets.active(process)
    # What may come into force from this page is weighed on it.
    weighed = found is not None and found.state not in {RuleSetState.ACTIVE, RuleSetState.REJECTED}
    context = {
        "page": presenter.page(
            process=process,
            ruleset=found,
            active=active,
            history=rulesets.history(
                user=reader, process=process, before=_number(request.GET.get("before", ""))
            ),
            found=rulesets.problems(found) if found is not None and weighed else [],
            reader=reader,
            at=timezone.now(),
        ),
        "sentence": refusal.sentence if refusal else "",
        "reject_form": reject or RejectForm(),
    }
    return render(request, "reviews/rules_version.html", context, status=_status(refusal))


def _status(refusal: Refused | None) -> int:
    return 200 if refusal is None else 409 if isinstance(refusal, Conflict) else 400


@login_required
@require_POST
def draft(request: HttpRequest, code: str) -> HttpResponse:
    """Begin a draft; whoever has one open is led to it."""
    user = cast(User, request.user)
    process = rulesets.process_of(user=user, code=code)
    try:
        begun = rules.draft(process=process, by=user, at=timezone.now())
    except Conflict as refusal:
        if refusal.code != "draft_open":
            raise
        messages.info(request, refusal.sentence)
        begun = rulesets.own_draft(user=user, process=process)
    return redirect("reviews:rules_version", code=code, version=begun.version)


@login_required
@require_http_methods(["GET", "POST"])
def rule(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """The form of one rule of a draft: `?code=` names it, without it a new one is written."""
    user = cast(User, request.user)
    found = rulesets.version(user=user, code=code, number=version)
    permissions.check_can_propose(user, found)
    form = _rule_form(request, found)
    refusal: Refused | None = None
    if form.is_bound and form.is_valid():
        try:
            stored = rules.put_rule(
                ruleset_id=found.pk,
                rule=form.written(),
                by=user,
                at=timezone.now(),
                edits=form.cleaned_data["edits"],
            )
        except Invalid as mistake:
            form.refuse(mistake.field, mistake.sentence)
        except Conflict as moved:
            refusal = moved
            # What was typed stays; sent again, it is meant for the draft as it stands now.
            now = rulesets.version(user=user, code=code, number=version)
            data = request.POST.copy()
            data["edits"] = str(now.edits)
            found, form = now, _rule_form(request, now, data)
        else:
            messages.success(request, _("%(code)s is in the draft.") % {"code": stored.code})
            return redirect("reviews:rules_version", code=code, version=version)
    elif not form.is_bound and found.state != RuleSetState.DRAFT:
        raise Conflict("not_a_draft", "Only a draft can be edited; start a new one.")
    schema = rulesets.schema(found.process)
    context = {
        "form": form,
        "process": {"code": code, "name": found.process.name},
        "version": version,
        "existing": rule_lines.line(form.rule, schema) if form.rule else None,
        "askable": rule_lines.askable(schema),
        "sentence": refusal.sentence if refusal else "",
    }
    status = _status(refusal) if refusal else 400 if form.is_bound else 200
    return render(request, "reviews/rules_rule.html", context, status=status)


def _rule_form(request: HttpRequest, found: RuleSet, data: dict | None = None) -> RuleForm:
    schema = rulesets.schema(found.process)
    by_code = {one.code: one for one in rulesets.terms(found, schema).rules}
    named = request.GET.get("code", "")
    if data is None and request.method == "POST":
        data = request.POST
    return RuleForm(data, schema=schema, rule=by_code.get(named), taken=frozenset(by_code), edits=found.edits)


@login_required
@require_POST
def remove(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """Take one rule out of a draft."""
    user = cast(User, request.user)
    found = rulesets.version(user=user, code=code, number=version)
    named = request.POST.get("code", "")
    try:
        rules.remove_rule(
            ruleset_id=found.pk,
            code=named,
            by=user,
            at=timezone.now(),
            edits=_number(request.POST.get("edits", "")),
        )
    except Conflict as refusal:
        return _page(request, found.process, _again(user, code, version), refusal=refusal)
    messages.success(request, _("%(code)s is no longer in the draft.") % {"code": named})
    return redirect("reviews:rules_version", code=code, version=version)


def _again(user: User, code: str, version: int) -> RuleSet:
    """The version as it stands now, for a page that says what has changed."""
    return rulesets.version(user=user, code=code, number=version)


@login_required
@require_POST
def propose(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """Propose a draft; what makes it unsafe is named on the page."""
    user = cast(User, request.user)
    found = rulesets.version(user=user, code=code, number=version)
    edits = _number(request.POST.get("edits", ""))
    try:
        rules.propose(ruleset_id=found.pk, by=user, at=timezone.now(), edits=edits)
    except (Conflict, Invalid) as refusal:
        return _page(request, found.process, _again(user, code, version), refusal=refusal)
    messages.success(request, _("Proposed. Somebody else must approve it before anything changes."))
    return redirect("reviews:rules_version", code=code, version=version)


@login_required
@require_POST
def approve(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """Approve a proposal: it is in force from the next interaction on."""
    user = cast(User, request.user)
    found = rulesets.version(user=user, code=code, number=version)
    against = _number(request.POST.get("against", ""))
    try:
        rules.approve(ruleset_id=found.pk, by=user, at=timezone.now(), against=against)
    except Conflict as refusal:
        return _page(request, found.process, _again(user, code, version), refusal=refusal)
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
    form = RejectForm(request.POST)
    if not form.is_valid():
        why = Invalid(
            "reason_required", "Say why the rules are sent back, in at most 300 characters.", "reason"
        )
        return _page(request, found.process, found, refusal=why, reject=form)
    try:
        rules.reject(ruleset_id=found.pk, by=user, reason=form.cleaned_data["reason"], at=timezone.now())
    except Conflict as refusal:
        return _page(request, found.process, _again(user, code, version), refusal=refusal, reject=form)
    messages.success(request, _("Sent back. The author sees your reason."))
    return redirect("reviews:rules_version", code=code, version=version)


@login_required
@require_POST
def restore(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """Put an earlier version back in force."""
    user = cast(User, request.user)
    found = rulesets.version(user=user, code=code, number=version)
    against = _number(request.POST.get("against", ""))
    try:
        rules.roll_back(process=found.process, to=found, by=user, at=timezone.now(), against=against)
    except Conflict as refusal:
        return _page(request, found.process, _again(user, code, version), refusal=refusal)
    messages.success(
        request, _("v%(version)d is in force again: the next interaction follows it.") % {"version": version}
    )
    return redirect("reviews:rules_active", code=code)
