"""Automatic QA as people read it: each process, and what was flagged of one."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from reviews.domain import keysets
from reviews.presenters import autoqa as presenter
from reviews.selectors import autoqa_pages as selector
from reviews.selectors import calibration, draws
from reviews.views.requests import SignedIn


@login_required
@require_GET
def processes(request: SignedIn) -> HttpResponse:
    rows = [presenter.process_row(standing) for standing in selector.standings(request.user, timezone.now())]
    return render(request, "reviews/auto_qa.html", {"rows": rows})


@login_required
@require_GET
def process(request: SignedIn, code: str) -> HttpResponse:
    """What was flagged, newest first; on the first page also how far each flag agreed with people."""
    found = draws.process_of(request.user, code)
    after = keysets.read(request.GET.get("after", ""))
    rows, following = selector.flagged(request.user, found, after)
    compared = calibration.of(found) if after is None else None
    context = {
        "page": presenter.process_page(found, rows, compared),
        "next_url": f"?{urlencode({'after': keysets.write(*following)})}" if following else "",
        "first": after is None,
    }
    return render(request, "reviews/auto_qa_process.html", context)
