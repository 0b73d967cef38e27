"""What escalations taught: the report by month, and the cases behind each of its numbers (C6)."""

from datetime import UTC, datetime

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from contracts.views.requests import SignedIn
from reviews.domain import keysets
from reviews.enums import Learning
from reviews.presenters import learning as presenter
from reviews.selectors import learning as selector


@login_required
@require_GET
def report(request: SignedIn) -> HttpResponse:
    processes, counts = selector.counts(user=request.user, at=timezone.now())
    return render(request, "reviews/learning.html", {"page": presenter.report(processes, counts)})


@login_required
@require_GET
def listing(request: SignedIn, code: str, month: str) -> HttpResponse:
    process = selector.process_of(user=request.user, code=code)
    begins = datetime(int(month[:4]), int(month[5:]), 1, tzinfo=UTC)
    tag = next((one for one in Learning if one == request.GET.get("tag")), None)
    after = keysets.read(request.GET.get("after", ""))
    found, more = selector.closed(process=process, month=begins, learning=tag, after=after)
    page = presenter.listing(process, begins, tag, found, more=more, first=after is None)
    return render(request, "reviews/learning_list.html", {"page": page})
