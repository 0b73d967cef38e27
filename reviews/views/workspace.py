"""Drawing the workspace: every view of the desk that shows it comes here. No route leads to this module."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse, QueryDict
from django.shortcuts import render

from audit.errors import Refused
from contracts.api import problems
from contracts.enums import Category
from contracts.views.requests import SignedIn
from reviews.forms.desk import DecisionForm
from reviews.models import Case, Draft
from reviews.presenters import desk as desk_presenter
from reviews.presenters.outputs import Version
from reviews.presenters.undo import undo
from reviews.selectors import cases


def decision_form(case: Case, *, sent: QueryDict | None = None, draft: Draft | None = None) -> DecisionForm:
    """The form of a case: as it was sent, or with the draft that was kept. On D3 it knows nothing of the AI's output."""
    interaction = case.interaction
    fields, own = interaction.step.output_fields, interaction.category == Category.D3
    if sent is not None:
        return DecisionForm(fields, interaction.output, sent, own=own)
    return DecisionForm(fields, interaction.output, initial=draft.content if draft else {}, own=own)


def workspace(
    request: SignedIn,
    case_id: UUID,
    at: datetime,
    *,
    form: DecisionForm | None = None,
    refusal: Refused | None = None,
    **more: Any,
) -> HttpResponse:
    """The page of a case, with what was refused and all that was typed where something was."""
    user = request.user
    desk = cases.desk(user, case_id, at)
    if form is None:
        form = decision_form(desk.case, sent=request.POST if refusal else None, draft=desk.draft)
    if refusal is not None and form.is_valid():
        form.show(refusal)
    version = Version(fields=form.output_fields(), own=form.own, sent=form.is_bound)
    page = desk_presenter.case_page(desk, version, open_panel=request.GET.get("panel", ""))
    context = {
        "page": page,
        "form": form,
        "refusal": refusal.sentence if refusal else "",
        "undo": undo(cases.undoable(user, at)),
        **more,
    }
    return render(
        request, "reviews/case.html", context, status=problems.status_of(refusal) if refusal else 200
    )
