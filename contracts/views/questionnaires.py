"""Questionnaires of vendors (Y2): asked, answered by the vendor, assessed."""

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit.errors import Conflict, NotAllowed
from contracts.forms.questionnaires import AnswersForm, AskForm, PointsForm
from contracts.models import VendorQuestionnaire
from contracts.permissions import questionnaires as permissions
from contracts.presenters import certificates, vendor_tabs
from contracts.presenters import questionnaires as presenter
from contracts.selectors import questionnaires as selector
from contracts.services import questionnaires as services
from contracts.views.replies import see_other, status_of_form
from contracts.views.requests import SignedIn

_PATIENCE = timedelta(days=30)


@login_required
@require_GET
def questionnaires(request: SignedIn) -> HttpResponse:
    today = timezone.now().date()
    context = {
        "rows": [presenter.row(one, today) for one in selector.listing(request.user)],
        "tabs": vendor_tabs.of(request.user, "contracts:questionnaires"),
        "may_ask": bool(selector.askable(request.user)),
    }
    return render(request, "contracts/questionnaires.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def new(request: SignedIn) -> HttpResponse:
    """Ask a vendor for a process."""
    pairs = {
        f"{process.code} {vendor.slug}": (process, vendor)
        for process, vendor in selector.askable(request.user)
    }
    if not pairs:
        raise NotAllowed(
            "nobody_to_ask",
            "Vendors are asked by information security and the governance lead, one time after the other.",
        )
    form = AskForm(
        request.POST if request.method == "POST" else None,
        vendors=[(key, f"{vendor.name} · {process.code}") for key, (process, vendor) in pairs.items()],
        initial={"due_on": timezone.now().date() + _PATIENCE},
    )

    def ask() -> VendorQuestionnaire:
        process, vendor = pairs[form.cleaned_data["vendor"]]
        due_on = form.cleaned_data["due_on"]
        return services.ask(process=process, vendor=vendor, due_on=due_on, by=request.user, at=timezone.now())

    made = form.passes(ask)
    if made is not None:
        messages.success(request, _("Asked. The vendor’s people are told."))
        return see_other(reverse("contracts:questionnaire", args=[made.pk]))
    context = {
        "form": form,
        "title": _("Ask a vendor"),
        "button": _("Ask it"),
        "back": {"url": reverse("contracts:questionnaires"), "label": _("Questionnaires")},
    }
    return render(request, "contracts/vendor_form.html", context, status=status_of_form(form))


@login_required
@require_GET
def questionnaire(request: SignedIn, questionnaire_id: UUID) -> HttpResponse:
    return _page(request, selector.one(request.user, questionnaire_id))


def _answers_form(request: SignedIn, found: VendorQuestionnaire) -> AnswersForm:
    choices = [(str(one.pk), certificates.name(one)) for one in selector.evidence(found.vendor)]
    return AnswersForm(
        request.POST if request.method == "POST" else None,
        kept=selector.answers(found),
        certificates=choices,
        initial={"edits": found.edits},
    )


def _page(
    request: SignedIn,
    found: VendorQuestionnaire,
    answers: AnswersForm | None = None,
    points: PointsForm | None = None,
) -> HttpResponse:
    evidence = selector.evidence(found.vendor)
    page = presenter.page(found, evidence, request.user, timezone.now().date())
    if answers is None and page.may_answer and request.method == "GET":
        answers = _answers_form(request, found)
    if points is None and page.may_assess:
        points = PointsForm(answered=list(found.answers))
    sent = answers or points if request.method == "POST" else None
    refusal = sent.refusal if sent else None
    context = {
        "page": page,
        "answers": answers if page.may_answer else None,
        "points": points if page.may_assess else None,
        "sentence": refusal.sentence if isinstance(refusal, Conflict) else "",
    }
    status = status_of_form(sent) if sent else 200
    return render(request, "contracts/questionnaire.html", context, status=status)


@login_required
@require_POST
def answer(request: SignedIn, questionnaire_id: UUID) -> HttpResponse:
    found = selector.one(request.user, questionnaire_id)
    permissions.check_can_answer(request.user, found)
    form = _answers_form(request, found)
    submit = request.POST.get("do") == "submit"
    kept = form.passes(
        lambda: services.answer(
            questionnaire_id=questionnaire_id,
            answers=form.answers(),
            submit=submit,
            edits=form.cleaned_data["edits"],
            by=request.user,
            at=timezone.now(),
        )
    )
    if kept is not None:
        messages.success(request, _("Handed in.") if submit else _("Kept. Hand it in when all is answered."))
        return see_other(reverse("contracts:questionnaire", args=[questionnaire_id]))
    now = selector.one(request.user, questionnaire_id)
    if isinstance(form.refusal, Conflict):
        # What was typed stays, and is now put over the answers that stand.
        form.data = {**request.POST.dict(), "edits": str(now.edits)}
    return _page(request, now, answers=form)


@login_required
@require_POST
def assess(request: SignedIn, questionnaire_id: UUID) -> HttpResponse:
    found = selector.one(request.user, questionnaire_id)
    permissions.check_can_assess(request.user, found)
    form = PointsForm(request.POST, answered=list(found.answers))
    assessed = form.passes(
        lambda: services.assess(
            questionnaire_id=questionnaire_id, points=form.points(), by=request.user, at=timezone.now()
        )
    )
    if assessed is not None:
        messages.success(request, _("Assessed."))
        return see_other(reverse("contracts:questionnaire", args=[questionnaire_id]))
    return _page(request, selector.one(request.user, questionnaire_id), points=form)
