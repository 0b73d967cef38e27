"""Automatic QA as people read it: each process, and what was flagged of one."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from audit.errors import Conflict, Refused
from contracts.models import Process
from contracts.views.replies import see_other, status_of
from contracts.views.requests import SignedIn
from reviews import permissions
from reviews.domain import keysets
from reviews.forms.autoqa import ActingFlagsForm
from reviews.presenters import autoqa as presenter
from reviews.selectors import acting_flags, calibration, draws, engines
from reviews.selectors import autoqa_pages as selector
from reviews.services import acting_flags as services
from reviews.services import engine_calibrations


@login_required
@require_GET
def processes(request: SignedIn) -> HttpResponse:
    rows = [presenter.process_row(standing) for standing in selector.standings(request.user, timezone.now())]
    return render(request, "reviews/auto_qa.html", {"rows": rows})


@login_required
@require_GET
def process(request: SignedIn, code: str) -> HttpResponse:
    """What was flagged, newest first; on the first page also how far each flag agreed with people."""
    return _page(request, draws.process_of(request.user, code))


@login_required
@require_POST
def calibrate(request: SignedIn, code: str) -> HttpResponse:
    """Record how far the engine agrees with people now."""
    found = draws.process_of(request.user, code)
    try:
        made = engine_calibrations.calibrate(code=code, by=request.user, at=timezone.now())
    except Conflict as refused:
        return _page(request, found, sentence=refused.sentence, status=status_of(refused))
    messages.success(
        request,
        _("Recorded: from now on the engine is trusted.")
        if made.trusted
        else _("Recorded: the engine is advisory only, and nothing follows from its flags by itself."),
    )
    return see_other(reverse("reviews:auto_qa_process", args=[code]))


@login_required
@require_POST
def set_flags(request: SignedIn, code: str) -> HttpResponse:
    """Say which flags bring a person. What was chosen stays on the page where it is refused."""
    found = draws.process_of(request.user, code)
    permissions.check_can_set_acting_flags(request.user, found)
    form = ActingFlagsForm(request.POST)
    refusal: Refused | None = None
    if form.is_valid():
        try:
            services.set_flags(
                code=code, flags=form.cleaned_data["flags"], by=request.user, at=timezone.now()
            )
        except Conflict as refused:
            refusal = refused
            form.refuse(refused)
        else:
            messages.success(request, _("From now on these flags bring a person."))
            return see_other(reverse("reviews:auto_qa_process", args=[code]))
    return _page(request, found, form=form, status=400 if refusal is None else status_of(refusal))


def _page(
    request: SignedIn,
    found: Process,
    *,
    form: ActingFlagsForm | None = None,
    sentence: str = "",
    status: int = 200,
) -> HttpResponse:
    after = keysets.read(request.GET.get("after", ""))
    rows, following = selector.flagged(request.user, found, after)
    trust = acting = None
    if after is None:
        engine = engines.in_use()
        trust = presenter.trust(
            request.user, found, calibration.of(found, engine), calibration.recorded(found, engine)
        )
        acting = presenter.acting(request.user, found, acting_flags.of(found))
        form = form or ActingFlagsForm(initial={"flags": acting.flags})
    context = {
        "page": presenter.process_page(found, rows, trust, acting),
        "form": form,
        "next_url": f"?{urlencode({'after': keysets.write(*following)})}" if following else "",
        "first": after is None,
        "sentence": sentence,
    }
    return render(request, "reviews/auto_qa_process.html", context, status=status)
