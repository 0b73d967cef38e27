"""The logs: how far each has grown, what of it is signed, who witnessed it, and whether it is late."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from governance.presenters import log_status as presenter
from governance.selectors import clocks
from governance.selectors import log_status as selector


@require_GET
@login_required
def logs(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    statuses = selector.statuses(request.user)  # type: ignore[arg-type]
    late = clocks.lateness_of([status.log for status in statuses], now)
    cards = [presenter.card(status, now, late.get(status.log, clocks.Lateness())) for status in statuses]
    warnings = [presenter.clock_warning(one) for one in clocks.apart()] if cards else []
    return render(request, "governance/logs.html", {"logs": cards, "clock_warnings": warnings})
