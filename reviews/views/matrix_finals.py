"""Drafting the escalation matrix: who makes the final decision (C3)."""

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from audit.errors import Conflict, Invalid, Refused
from contracts.enums import Party
from contracts.models import EscalationMatrix, FinalDecisionRule, User
from contracts.selectors import matrices as versions
from contracts.services import matrix_drafts
from contracts.views.replies import status_of
from reviews.forms import matrix as forms
from reviews.views import matrix_drafts as drafts


@login_required
@require_http_methods(["GET", "POST"])
def final(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """The form of one final decision-maker: `?rule=` names it, without it a new one is written."""
    found = drafts.editable(request, code, version)
    named = request.GET.get("rule", "")
    existing = next((rule for rule in found.final_rules.all() if str(rule.pk) == named), None)
    people, choices = drafts.choices_of(found.process)
    shared: dict[str, Any] = {
        "categories": versions.known_categories(found.process),
        "people": choices.people,
    }
    refusal: Refused | None = None
    if request.method == "POST":
        form = forms.FinalForm(request.POST, **shared)
        if form.is_valid():
            try:
                _put(request, found, existing, form.cleaned_data, people)
            except Invalid as mistake:
                form.add_error(mistake.field if mistake.field in form.fields else None, mistake.sentence)
            except Conflict as moved:
                refusal = moved
                found = versions.version(user=cast(User, request.user), code=code, number=version)
                form = forms.FinalForm({**request.POST.dict(), "edits": str(found.edits)}, **shared)
            else:
                messages.success(request, _("The final decision-maker is in the draft."))
                return redirect("reviews:matrix_version", code=code, version=version)
    else:
        form = forms.FinalForm(initial=_initial(existing) | {"edits": found.edits}, **shared)
    context = {
        "form": form,
        "process": {"code": code, "name": found.process.name},
        "version": version,
        "address": request.get_full_path(),
        "sentence": refusal.sentence if refusal else "",
    }
    status = status_of(refusal) if refusal else 400 if form.is_bound else 200
    return render(request, "reviews/matrix_final.html", context, status=status)


def _put(
    request: HttpRequest,
    matrix: EscalationMatrix,
    existing: FinalDecisionRule | None,
    given: dict[str, Any],
    people: dict[str, versions.Candidate],
) -> None:
    person, deputy = people[given["person"]], people.get(given["deputy"])
    side = Party.CLIENT if person.user.organisation_id == matrix.process.client_id else Party.PROVIDER
    matrix_drafts.put_final(
        matrix_id=matrix.pk,
        category=given["category"],
        min_value=given["min_value"],
        party=side,
        role=person.role,
        person=person.user,
        deputy=deputy.user if deputy else None,
        replaces=existing.pk if existing else None,
        edits=given["edits"],
        by=cast(User, request.user),
        at=timezone.now(),
    )


def _initial(rule: FinalDecisionRule | None) -> dict[str, Any]:
    if rule is None:
        return {}
    return {
        "category": rule.category,
        "min_value": rule.min_value,
        "person": str(rule.person_id),
        "deputy": str(rule.deputy_id or ""),
    }
