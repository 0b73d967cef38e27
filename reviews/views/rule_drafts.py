"""Drafts of rules: begun, put in order, annotated, discarded (B1, B8). Single rules are written in `rule_editor`."""

from typing import cast
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from audit.errors import Conflict, Invalid
from contracts.models import User
from reviews.selectors import rulesets
from reviews.services import rule_drafts
from reviews.views import requests, rules


@login_required
@require_POST
def draft(request: HttpRequest, code: str) -> HttpResponse:
    """Begin a draft; whoever has one open is led to it."""
    user = cast(User, request.user)
    process = rulesets.process_of(user=user, code=code)
    try:
        begun = rule_drafts.draft(process=process, by=user, at=timezone.now())
    except Conflict as refusal:
        if refusal.code != "draft_open":
            raise
        messages.info(request, refusal.sentence)
        begun = rulesets.own_draft(user=user, process=process)
    return redirect("reviews:rules_version", code=code, version=begun.version)


@login_required
@require_POST
def remove(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """Take one rule out of a draft."""
    user = cast(User, request.user)
    found = rulesets.version(user=user, code=code, number=version)
    named = request.POST.get("code", "")
    try:
        rule_drafts.remove_rule(
            ruleset_id=found.pk,
            code=named,
            by=user,
            at=timezone.now(),
            edits=requests.number(request.POST.get("edits", "")),
        )
    except Conflict as refusal:
        return rules.page(request, found.process, rules.again(user, code, version), refusal=refusal)
    messages.success(request, _("%(code)s is no longer in the draft.") % {"code": named})
    return redirect("reviews:rules_version", code=code, version=version)


@login_required
@require_POST
def order(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """Put one rule of a draft into another place, or all of them into another order."""
    user = cast(User, request.user)
    found = rulesets.version(user=user, code=code, number=version)
    edits, at = requests.number(request.POST.get("edits", "")), timezone.now()
    before = [rule.code for rule in sorted(found.rules.all(), key=lambda rule: rule.position)]
    moved = request.POST.get("code", "") or request.POST.get("moved", "")
    try:
        if "order" in request.POST:
            wanted = request.POST["order"].split(" ")
            rule_drafts.reorder(ruleset_id=found.pk, codes=wanted, by=user, at=at, edits=edits)
            place = wanted.index(moved) + 1 if moved in wanted else 1
        else:
            to = requests.number(request.POST.get("to", "")) or 1
            place = rule_drafts.move_rule(ruleset_id=found.pk, code=moved, to=to, by=user, at=at, edits=edits)
    except (Conflict, Invalid) as refusal:
        return rules.page(request, found.process, rules.again(user, code, version), refusal=refusal)
    if moved in before:
        messages.success(
            request,
            _("%(code)s is now rule %(place)d of %(size)d.")
            % {"code": moved, "place": place, "size": len(before)},
        )
    upwards = moved in before and place <= before.index(moved)
    query = urlencode({"moved": moved, "up": int(upwards)})
    return redirect(f"{reverse('reviews:rules_version', args=[code, version])}?{query}")


@login_required
@require_POST
def note(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """Say in a draft what it is for."""
    user = cast(User, request.user)
    found = rulesets.version(user=user, code=code, number=version)
    text = request.POST.get("note", "")
    try:
        rule_drafts.write_note(
            ruleset_id=found.pk,
            note=text,
            by=user,
            at=timezone.now(),
            edits=requests.number(request.POST.get("edits", "")),
        )
    except (Conflict, Invalid) as refusal:
        now = rules.again(user, code, version)
        now.note = text  # what was typed stays in its box
        return rules.page(request, found.process, now, refusal=refusal)
    messages.success(request, _("The note is in the draft."))
    return redirect("reviews:rules_version", code=code, version=version)


@login_required
@require_POST
def discard(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """Throw a draft away."""
    user = cast(User, request.user)
    found = rulesets.version(user=user, code=code, number=version)
    edits = requests.number(request.POST.get("edits", ""))
    try:
        rule_drafts.discard(ruleset_id=found.pk, by=user, at=timezone.now(), edits=edits)
    except Conflict as refusal:
        return rules.page(request, found.process, rules.again(user, code, version), refusal=refusal)
    messages.success(
        request,
        _("The draft v%(version)d is discarded. The rules in force are as they were.") % {"version": version},
    )
    return redirect("reviews:rules_active", code=code)
