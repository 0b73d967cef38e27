"""The monthly report of where a process's interactions were processed (A5)."""

from datetime import date

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from contracts.presenters import agreement_tabs
from contracts.views.requests import SignedIn
from governance.presenters import sovereignty as presenter
from governance.selectors import sovereignty as selector


@login_required
@require_GET
def report(request: SignedIn, code: str) -> HttpResponse:
    today = timezone.localdate()
    found = selector.month(user=request.user, code=code, first=_month(request.GET.get("month", ""), today))
    context = {
        "page": presenter.page(found, today),
        "tabs": agreement_tabs.of(request.user, found.process, "governance:sovereignty"),
    }
    return render(request, "governance/sovereignty.html", context)


def _month(asked: str, today: date) -> date:
    """The first day of the month that is asked for; this month where none is, or none that there was."""
    try:
        first = date.fromisoformat(f"{asked}-01")
    except ValueError:
        return today.replace(day=1)
    return first if date(2000, 1, 1) <= first <= today else today.replace(day=1)
