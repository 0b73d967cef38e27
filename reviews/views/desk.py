"""What happens at the desk before a decision: claiming, the lease, evidence, drafts, personal data."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from audit.errors import Invalid, NotVisible
from contracts.api import strict_json
from contracts.views.replies import see_other
from contracts.views.requests import SignedIn
from reviews.forms.desk import HeartbeatForm, QuestionForm, RevealForm, draft_of
from reviews.models import Claim
from reviews.presenters import evidence as evidence_presenter
from reviews.selectors import cases
from reviews.services import claims
from reviews.services import workspace as services
from reviews.views.replies import json_or, wants_json
from reviews.views.workspace import workspace


@login_required
@require_POST
def claim(request: SignedIn, case_id: UUID) -> HttpResponse:
    claims.claim(case_id=case_id, user=request.user, at=timezone.now())
    return see_other(_case(case_id))


@login_required
@require_POST
def heartbeat(request: SignedIn, case_id: UUID) -> HttpResponse:
    form = HeartbeatForm(request.POST)
    if not form.is_valid():
        raise Invalid("seconds_required", "Say how many whole seconds went by.", "active")
    at = timezone.now()
    held = claims.heartbeat(
        case_id=case_id, user=request.user, at=at, active_seconds=form.cleaned_data["active"]
    )
    return json_or(request, _lease(held, at.timestamp()), _case(case_id))


@login_required
@require_POST
def extend(request: SignedIn, case_id: UUID) -> HttpResponse:
    at = timezone.now()
    held = claims.extend(case_id=case_id, user=request.user, at=at)
    return json_or(request, _lease(held, at.timestamp()), _case(case_id))


@login_required
@require_POST
def hand_back(request: SignedIn, case_id: UUID) -> HttpResponse:
    form = QuestionForm(request.POST)
    form.is_valid()
    claims.hand_back(
        case_id=case_id, user=request.user, reason=form.cleaned_data.get("note", ""), at=timezone.now()
    )
    messages.success(request, "The case is back in its queue for somebody else.")
    return see_other(reverse("reviews:queues"))


@login_required
@require_POST
def evidence(request: SignedIn, case_id: UUID, panel: str) -> HttpResponse:
    at = timezone.now()
    view = services.open_evidence(case_id=case_id, user=request.user, panel=panel, at=at)
    if wants_json(request):
        return JsonResponse(evidence_presenter.opened(view, cases.missing_evidence(request.user, view.case)))
    return see_other(f"{_case(case_id)}?panel={panel}#evidence")


@login_required
@require_POST
def draft(request: SignedIn, case_id: UUID) -> HttpResponse:
    fields = cases.visible(request.user, case_id).interaction.step.output_fields
    saved = services.save_draft(
        case_id=case_id, user=request.user, content=draft_of(_sent(request), fields), at=timezone.now()
    )
    shown = timezone.localtime(saved.saved_at).strftime("%H:%M")
    return json_or(request, {"saved": shown}, _case(case_id))


@login_required
@require_POST
def reveal(request: SignedIn, case_id: UUID) -> HttpResponse:
    form = RevealForm(request.POST)
    form.is_valid()
    at, reason = timezone.now(), form.cleaned_data.get("reason", "")
    try:
        tokens = services.reveal(case_id=case_id, user=request.user, reason=reason, at=at)
    except Invalid as refusal:
        reply = workspace(request, case_id, at, reveal_error=refusal.sentence, reveal_text=reason)
        reply.status_code = 400
        return reply
    except NotVisible as refusal:
        if refusal.code != "erased":
            raise
        tokens = {"–": refusal.sentence}
    revealed = sorted(tokens.items())
    if request.htmx and not request.htmx.boosted:
        return render(request, "reviews/case.html#revealed", {"revealed": revealed})
    return workspace(request, case_id, at, revealed=revealed)


def _case(case_id: UUID) -> str:
    return reverse("reviews:case", args=[case_id])


def _lease(held: Claim, now: float) -> dict[str, int]:
    ends = int(held.expires_at.timestamp())
    return {"deadline": ends, "expires_at": ends, "seconds": max(0, int(ends - now))}


def _sent(request: SignedIn) -> dict[str, Any]:
    """The fields of a form, or of a JSON object where that was sent."""
    if request.content_type != "application/json":
        return request.POST.dict()
    try:
        body = strict_json.loads(request.body)
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise Invalid("not_an_object", "A JSON object of fields is required.")
    return body
