"""The page of one evaluation, for everybody who works on it: the auditor, the reviewer whose work it is, the third person."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from audit.errors import Refused
from reviews.forms.qa import MARK, NOTE, DisputeForm, ScorecardForm
from reviews.presenters import disputes as dispute_presenter
from reviews.presenters import evaluations as presenter
from reviews.selectors import disputes
from reviews.selectors.evaluations import Sheet


def page(
    request: HttpRequest,
    sheet: Sheet,
    form: ScorecardForm | None,
    *,
    action: str = "",
    status: int = 200,
    refusal: str = "",
    typed: list[tuple[str, str, str]] | None = None,
    dispute_form: DisputeForm | None = None,
) -> HttpResponse:
    """`form` is the scorecard where this reader fills it in, and `action` where it is sent."""
    fields: dict[str, Any] | None = None
    if form is not None:
        fields = {code: (form[MARK + code], form[NOTE + code]) for code in form.codes}
    context = {
        "page": presenter.evaluation_page(sheet, fields),
        "form": form,
        "action": action,
        "refusal": refusal,
        "typed": typed or [],
        "thread": dispute_presenter.thread(sheet) if not sheet.open else None,
        **_disputing(sheet, dispute_form, sheet.at),
    }
    return render(request, "reviews/evaluation.html", context, status=status)


def _disputing(sheet: Sheet, form: DisputeForm | None, at: datetime) -> dict[str, Any]:
    """What a reviewer may still do about a score of his own work, or why he may not; nothing for anybody else."""
    if not sheet.own_work or sheet.evaluation.state == "disputed":
        return {"dispute_form": None, "dispute_refusal": ""}
    try:
        disputes.check_disputable(sheet.evaluation, at)
    except Refused as refusal:
        return {"dispute_form": None, "dispute_refusal": refusal.sentence}
    return {
        "dispute_form": form or DisputeForm(sheet.items),
        "dispute_refusal": "",
        "dispute_until": disputes.disputable_until(sheet.evaluation),
    }
