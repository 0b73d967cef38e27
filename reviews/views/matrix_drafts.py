"""Drafting the escalation matrix: its rows with their levels, what it is for, by forms without scripts (C1)."""

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from audit.errors import Conflict, Invalid, NotVisible, Refused
from contracts import permissions
from contracts.domain import hours
from contracts.domain.escalation_matrix import EVERY_CLASS
from contracts.domain.matrix_lint import row_in_words
from contracts.enums import MatrixState
from contracts.models import EscalationLevel, EscalationMatrix, Process, User
from contracts.selectors import calendars
from contracts.selectors import matrices as versions
from contracts.services import matrix_drafts
from contracts.views.replies import status_of
from reviews.forms import matrix as forms
from reviews.presenters import words
from reviews.selectors import rulesets
from reviews.views import matrix as pages
from reviews.views.requests import number


@login_required
@require_POST
def draft(request: HttpRequest, code: str) -> HttpResponse:
    """Begin a draft; whoever has one open is led to it."""
    user = cast(User, request.user)
    process = versions.process_of(user=user, code=code)
    try:
        begun = matrix_drafts.draft(process=process, by=user, at=timezone.now())
    except Conflict as refusal:
        if refusal.code != "draft_open":
            raise
        messages.info(request, refusal.sentence)
        begun = versions.own_draft(user=user, process=process)
    return redirect("reviews:matrix_version", code=code, version=begun.version)


def editable(request: HttpRequest, code: str, version: int) -> EscalationMatrix:
    """The draft that a form is for. Raises NotAllowed for whoever drafts no matrix here."""
    user = cast(User, request.user)
    found = versions.version(user=user, code=code, number=version)
    permissions.check_can_draft_matrix(user, found.process)
    if found.state != MatrixState.DRAFT and request.method == "GET":
        raise Conflict("not_a_draft", "Only a draft can be edited; start a new one.")
    return found


@login_required
@require_http_methods(["GET", "POST"])
def row(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """The form of one row: `?class=&severity=` names it, without them a new one is written."""
    found = editable(request, code, version)
    named = request.GET.get("class", "")
    key = (named or EVERY_CLASS, number(request.GET.get("severity", "")))
    existing = next((path for path in found.paths.all() if named and path.key == key), None)
    people, choices = choices_of(found.process)
    classes = sorted({need.trigger_class for need in rulesets.needs_in_force(found.process)})
    initial = {"trigger_class": key[0], "severity": key[1] or "", "edits": found.edits}
    shared: dict[str, Any] = {"classes": classes, "kept": existing is not None}
    refusal: Refused | None = None
    act = request.POST.get("do", "")
    if request.method == "POST" and act != "save":
        # A level was added, removed or moved: what was typed stays, and nothing is stored yet.
        form = forms.RowForm(initial=request.POST.dict(), **shared)
        levels = _unbound(forms.rearranged(forms.raw_levels(request.POST.dict()), act), choices)
    elif request.method == "POST":
        form = forms.RowForm(request.POST, **shared)
        typed = forms.raw_levels(request.POST.dict())
        levels = _bound(typed, choices)
        valid = [form.is_valid(), *(level.is_valid() for level in levels)]
        if all(valid) and levels:
            try:
                path = matrix_drafts.put_path(
                    matrix_id=found.pk,
                    trigger_class=form.cleaned_data["trigger_class"],
                    severity=form.cleaned_data["severity"],
                    levels=[_level(level.cleaned_data, people, found.process) for level in levels],
                    edits=form.cleaned_data["edits"],
                    by=cast(User, request.user),
                    at=timezone.now(),
                )
            except Invalid as mistake:
                _refuse(form, levels, mistake)
            except Conflict as moved:
                refusal = moved
                # What was typed stays; sent again, it is meant for the draft as it stands now.
                found = versions.version(user=cast(User, request.user), code=code, number=version)
                form = forms.RowForm({**request.POST.dict(), "edits": str(found.edits)}, **shared)
            else:
                sentence = _("The row for %(row)s is in the draft.")
                messages.success(request, sentence % {"row": row_in_words(path.key)})
                return redirect("reviews:matrix_version", code=code, version=version)
    else:
        form = forms.RowForm(initial=initial, **shared)
        rows = list(existing.levels.all()) if existing else []
        levels = _unbound([_written(level) for level in rows] or [{}], choices)
    status = status_of(refusal) if refusal else 400 if act == "save" else 200
    context = {
        "form": form,
        "levels": levels,
        "process": {"code": code, "name": found.process.name},
        "version": version,
        "title": row_in_words(existing.key).capitalize() if existing else "",
        "address": request.get_full_path(),
        "sentence": refusal.sentence if refusal else "",
    }
    return render(request, "reviews/matrix_row.html", context, status=status)


def choices_of(process: Process) -> tuple[dict[str, versions.Candidate], forms.Choices]:
    """Who may be named in a matrix, by key, and what its forms offer: these people and the hours agreed on."""
    people = {str(one.user.pk): one for one in versions.candidates(process)}
    named = [(key, f"{one.user.name}, {words.role(one.role)}") for key, one in people.items()]
    kept = [
        (str(calendar.pk), f"{calendar.name}: {hours.in_words(calendars.terms(calendar))}")
        for calendar in versions.known_calendars(process)
    ]
    return people, forms.Choices(named, kept)


def _unbound(levels: list[dict[str, Any]], choices: forms.Choices) -> list[forms.LevelForm]:
    return [
        forms.LevelForm(initial=level or None, prefix=f"l{index}", choices=choices)
        for index, level in enumerate(levels)
    ]


def _bound(levels: list[dict[str, str]], choices: forms.Choices) -> list[forms.LevelForm]:
    return [
        forms.LevelForm(
            {f"l{index}-{name}": value for name, value in level.items()},
            prefix=f"l{index}",
            choices=choices,
        )
        for index, level in enumerate(levels)
    ]


def _written(level: EscalationLevel) -> dict[str, Any]:
    return {
        "name": level.name,
        "person": str(level.person_id),
        "deputy": str(level.deputy_id or ""),
        "calendar": str(level.calendar_id),
        "ack_minutes": level.ack_minutes,
        "resolve_minutes": level.resolve_minutes,
        "channel": level.channel,
        "authority": level.authority,
    }


def _level(
    given: dict[str, Any], people: dict[str, versions.Candidate], process: Process
) -> matrix_drafts.Level:
    kept = {str(calendar.pk): calendar for calendar in versions.known_calendars(process)}
    person, deputy = people[given["person"]], people.get(given["deputy"])
    return matrix_drafts.Level(
        name=given["name"],
        role=person.role,
        person=person.user,
        deputy=deputy.user if deputy else None,
        calendar=kept[given["calendar"]],
        ack_minutes=given["ack_minutes"],
        resolve_minutes=given["resolve_minutes"],
        channel=given["channel"],
        authority=given["authority"],
    )


def _refuse(form: forms.RowForm, levels: list[forms.LevelForm], mistake: Invalid) -> None:
    """Say a refusal of the service where it belongs."""
    parts = (mistake.field or "").split(".")
    if len(parts) == 3 and parts[0] == "levels":
        levels[int(parts[1])].add_error(parts[2], mistake.sentence)
    else:
        form.add_error(mistake.field if mistake.field in form.fields else None, mistake.sentence)


@login_required
@require_POST
def remove(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """Take a row, or a final decision-maker, out of a draft."""
    user = cast(User, request.user)
    found = editable(request, code, version)
    try:
        edits = pages.seen(request)
        if rule := request.POST.get("rule", ""):
            matrix_drafts.remove_final(
                matrix_id=found.pk, rule_id=_key(rule), by=user, at=timezone.now(), edits=edits
            )
        else:
            matrix_drafts.remove_path(
                matrix_id=found.pk,
                trigger_class=request.POST.get("class", ""),
                severity=number(request.POST.get("severity", "")),
                by=user,
                at=timezone.now(),
                edits=edits,
            )
    except Conflict as refusal:
        again = versions.version(user=user, code=code, number=version)
        return pages.page(request, found.process, again, refusal=refusal)
    messages.success(request, _("It is no longer in the draft."))
    return redirect("reviews:matrix_version", code=code, version=version)


def _key(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotVisible("not_found", "This draft has no such final decision-maker.") from None


@login_required
@require_POST
def describe(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """Say what a draft is for, and by when the matrix is to be gone over again."""
    user = cast(User, request.user)
    found = editable(request, code, version)
    form = forms.DescribeForm(request.POST)
    if not form.is_valid():
        why = Invalid("invalid", "Give a day, and at most 300 characters.", "review_by")
        return pages.page(request, found.process, found, refusal=why, describe=form)
    try:
        matrix_drafts.describe(matrix_id=found.pk, by=user, at=timezone.now(), **form.cleaned_data)
    except (Conflict, Invalid) as refusal:
        again = versions.version(user=user, code=code, number=version)
        # What was typed stays; sent again, it is meant for the draft as it stands now.
        typed = forms.DescribeForm({**request.POST.dict(), "edits": str(again.edits)})
        return pages.page(request, found.process, again, refusal=refusal, describe=typed)
    messages.success(request, _("Kept."))
    return redirect("reviews:matrix_version", code=code, version=version)
