"""Deciding, and what a person may do instead: send up, be unsure, ask; and taking a decision back."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from audit.errors import Invalid, NotVisible, Refused
from contracts.views.replies import see_other
from contracts.views.requests import SignedIn
from reviews.enums import Verdict
from reviews.forms.desk import OWN, DecisionForm, QuestionForm, VerdictForm, draft_of
from reviews.models import Case
from reviews.presenters.undo import done
from reviews.selectors import cases
from reviews.services import claims, decisions, escalations, information, withdrawals
from reviews.services import workspace as services
from reviews.services.decisions import Answer
from reviews.views.workspace import decision_form, workspace


@login_required
@require_POST
def decide(request: SignedIn, case_id: UUID) -> HttpResponse:
    at = timezone.now()

    def answer(case: Case) -> Answer:
        return _answer(request, decision_form(case, sent=request.POST), case)

    try:
        decision = decisions.decide(case_id=case_id, user=request.user, answer=answer, at=at)
    except NotVisible:
        raise
    except Refused as refusal:
        if refusal.code == "lease_lapsed":
            _keep(request, cases.visible(request.user, case_id), at)
        return workspace(request, case_id, at, refusal=refusal)
    if not decision.is_final:
        messages.success(request, f"{done(decision)}. {decision.authority}.")
    return _next(request, at)


@login_required
@require_POST
def escalate(request: SignedIn, case_id: UUID) -> HttpResponse:
    def act(note: str, at: datetime, *, unsure: bool) -> str:
        escalation = escalations.escalate(
            case_id=case_id, user=request.user, question=note, at=at, unsure=unsure
        )
        thanks = "Being unsure is a good answer. " if unsure else ""
        return f"{thanks}The case went up to {escalation.owner.name}."

    return _instead(request, case_id, act)


@login_required
@require_POST
def ask(request: SignedIn, case_id: UUID) -> HttpResponse:
    def act(note: str, at: datetime, *, unsure: bool) -> str:
        information.ask(case_id=case_id, user=request.user, question=note, at=at)
        return "The AI agent was asked. The case comes back to its queue with the answer."

    return _instead(request, case_id, act)


@login_required
@require_POST
def withdraw(request: SignedIn, decision_id: UUID) -> HttpResponse:
    case = withdrawals.withdraw(decision_id=decision_id, user=request.user, at=timezone.now())
    messages.success(request, "Taken back: nothing was released. The case is in your hands again.")
    return see_other(reverse("reviews:case", args=[case.pk]))


def _keep(request: SignedIn, case: Case, at: datetime) -> None:
    """Nothing that was typed is lost with the lease."""
    content = draft_of(request.POST.dict(), case.interaction.step.output_fields)
    services.save_draft(case_id=case.pk, user=request.user, content=content, at=at)


def _answer(request: SignedIn, form: DecisionForm, case: Case) -> Answer:
    pressed = VerdictForm(request.POST)
    if not pressed.is_valid():
        raise Invalid("verdict_required", "Choose a decision.", "verdict")
    if not form.is_valid():
        name, errors = next(iter(form.errors.items()))
        raise Invalid("form", str(errors[0]), str(name))
    chosen, output = pressed.cleaned_data["verdict"], form.output()
    if form.own != (chosen == OWN):
        raise Invalid("verdict_wrong", "This step asks for a decision of your own.", "verdict")
    verdict = decisions.own_outcome(case.interaction, output) if chosen == OWN else Verdict(chosen)
    sent = form.cleaned_data
    return Answer(
        verdict=verdict,
        output=output,
        reason_code=sent["reason_code"],
        note=sent["note"],
        factors=form.factor_list(),
        learning=sent["learning"],
    )


def _instead(request: SignedIn, case_id: UUID, act: Callable[..., str]) -> HttpResponse:
    """What is done in place of a decision: the case leaves the person's hands, and the next one comes."""
    at, sent = timezone.now(), QuestionForm(request.POST)
    if not sent.is_valid():
        return workspace(request, case_id, at, refusal=Invalid("note_long", "That is too long.", "note"))
    try:
        said = act(sent.cleaned_data["note"], at, unsure=sent.cleaned_data["unsure"])
    except NotVisible:
        raise
    except Refused as refusal:
        if refusal.code == "lease_lapsed":
            _keep(request, cases.visible(request.user, case_id), at)
        return workspace(request, case_id, at, refusal=refusal)
    messages.success(request, said)
    return _next(request, at)


def _next(request: SignedIn, at: datetime) -> HttpResponse:
    """On to the next case, or to the queues where none waits."""
    following = claims.next_case(user=request.user, at=at)
    if following is None:
        return see_other(reverse("reviews:queues"))
    return see_other(reverse("reviews:case", args=[following.case_id]))
