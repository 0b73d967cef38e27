"""Try to cheat us: the drills in tampering on a copy of a log, and what the tools said."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from audit.domain import drills as domain
from governance.presenters import drills as presenter
from governance.selectors import drill_runs as selector
from governance.services import drill_runs


@require_GET
@login_required
def drills(request: HttpRequest) -> HttpResponse:
    """The drills of one log; while a run is under way, its fragment asks for itself again every two seconds."""
    logs = selector.logs(request.user)  # type: ignore[arg-type]
    asked = request.GET.get("log", "")
    chosen = dict(logs)
    key = asked or (logs[0][0] if logs else "")
    if asked and asked not in chosen:
        selector.check_can_run(request.user, asked)  # type: ignore[arg-type]
    log = selector.of_log(key, chosen.get(key, "")) if key else None
    context = {
        "logs": [{"label": client, "url": _address(one), "current": one == key} for one, client in logs],
        "log": log,
        "address": _address(key),
        "under_way": presenter.under_way(log) if log else None,
        "result": presenter.result(log) if log else None,
        "ways": presenter.ways(log),
        "not_covered": domain.NOT_COVERED,
        "most": f"{domain.MOST_ENTRIES:,}",
    }
    fragment = request.htmx and not request.htmx.boosted  # type: ignore[attr-defined]
    return render(request, "governance/drills.html#run" if fragment else "governance/drills.html", context)


@require_POST
@login_required
def start(request: HttpRequest, log: str) -> HttpResponse:
    drill_runs.request(log=log, by=request.user, at=timezone.now())  # type: ignore[arg-type]
    messages.success(
        request, _("The drills have begun. They take about half a minute, and the log is only read.")
    )
    return redirect(_address(log))


def _address(log: str) -> str:
    return f"{reverse('governance:drills')}?{urlencode({'log': log})}"
