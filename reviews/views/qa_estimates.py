"""What the samples of a process say of everything that went out."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from audit.errors import Invalid
from contracts.views.requests import SignedIn
from reviews.forms.periods import PeriodForm
from reviews.presenters import qa_estimates as presenter
from reviews.selectors import draws
from reviews.selectors import qa_estimates as selector


@login_required
@require_GET
def estimates(request: SignedIn, code: str) -> HttpResponse:
    """The estimates of this month, or of the days that are asked for. A period that cannot be keeps what was typed."""
    process = draws.process_of(request.user, code)
    since, until = selector.month_so_far(process, timezone.now())
    asked = "since" in request.GET or "until" in request.GET
    form = PeriodForm(request.GET if asked else None, initial={"since": since, "until": until})
    context = {"process": process, "form": form, "formula": presenter.FORMULA, "page": None}
    if asked and form.is_valid():
        since, until = form.cleaned_data["since"], form.cleaned_data["until"]
    if not asked or form.is_valid():
        try:
            context["page"] = presenter.page(selector.estimated(process, since, until))
        except Invalid as refusal:
            form.refuse(refusal)
    return render(request, "reviews/qa_estimates.html", context, status=200 if context["page"] else 400)
