"""The gate before a process goes live, as a checklist: what stands, what is missing, and who takes it live (W2, K6)."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from audit.errors import Conflict, Invalid, NotAllowed, Refused
from contracts import access
from contracts.api import problems
from contracts.domain.roles import VIEW_PROCESS
from contracts.enums import SafeState
from contracts.models import Process, User
from contracts.services import going_live
from governance.forms import SafeStateForm
from governance.presenters.halts import Act
from reviews.selectors import gate as selector
from reviews.services import going_live as gates


@require_http_methods(["GET", "POST"])
@login_required
def gate(request: HttpRequest, code: str) -> HttpResponse:
    user = cast(User, request.user)
    process = access.process(user, code, VIEW_PROCESS, "This process is not yours to see.")
    refusal: Refused | None = None
    form = SafeStateForm(initial={"safe_state": process.safe_state})
    if request.method == "POST":
        try:
            if "live" in request.POST:
                gates.go_live(process=process, by=user, at=timezone.now())
                messages.success(request, _("Live: its agents may post from now on."))
                return redirect("governance:gate", code)
            form = SafeStateForm(request.POST)
            if form.is_valid():
                said = SafeState(form.cleaned_data["safe_state"])
                going_live.say_safe_state(process=process, safe_state=said, by=user, at=timezone.now())
                messages.success(request, _("Said. A halt of this process begins with it."))
                return redirect("governance:gate", code)
            refusal = Invalid("safe_state", _("Say what happens when its AI is halted."), "safe_state")
        except (Conflict, NotAllowed) as refused:
            refusal = refused
    return _page(request, user, process, form, refusal)


def _page(
    request: HttpRequest, user: User, process: Process, form: SafeStateForm, refusal: Refused | None
) -> HttpResponse:
    may = Act(*access.allowed(going_live.check_can_take_live, user, process))
    context = {
        "process": process,
        "live_at": process.went_live_at and timezone.localtime(process.went_live_at),
        "checks": selector.checks(process, timezone.now()),
        "form": form,
        "take_live": may,
        "say": may,
        "sentence": refusal.sentence if refusal else "",
        "details": [one["detail"] for one in refusal.details] if refusal else [],
    }
    status = problems.status_of(refusal) if refusal else 200
    return render(request, "governance/gate.html", context, status=status)
