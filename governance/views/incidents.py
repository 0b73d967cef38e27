"""Incidents: those one may read, one with where it came from, and closing it."""

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from audit.errors import Conflict, Invalid, Refused
from contracts import access
from contracts.api import problems
from contracts.models import User
from governance import permissions
from governance.incident_forms import DoneForm
from governance.presenters import incidents as presenter
from governance.selectors import incidents as selector
from governance.services import incident_closing


@login_required
@require_GET
def incidents(request: HttpRequest) -> HttpResponse:
    rows = presenter.rows(selector.listed(cast(User, request.user)))
    return render(request, "governance/incidents.html", {"rows": rows})


@login_required
@require_GET
def incident(request: HttpRequest, incident_id: UUID) -> HttpResponse:
    return _page(request, incident_id)


@login_required
@require_POST
def close(request: HttpRequest, incident_id: UUID) -> HttpResponse:
    user, form = cast(User, request.user), DoneForm(request.POST)
    done = form.cleaned_data["done"] if form.is_valid() else ""
    try:
        incident_closing.close(incident_id=incident_id, done=done, by=user, at=timezone.now())
    except (Invalid, Conflict) as refusal:
        return _page(request, incident_id, form, refusal)
    messages.success(request, _("Closed. What happens again opens another one."))
    return redirect("governance:incident", incident_id)


def _page(
    request: HttpRequest, incident_id: UUID, form: DoneForm | None = None, refusal: Refused | None = None
) -> HttpResponse:
    user = cast(User, request.user)
    found = selector.one(user, incident_id)
    may_close = access.allowed(permissions.check_can_close_incident, user, found, timezone.now())
    context = {
        "page": presenter.page(found, may_close),
        "form": form or DoneForm(),
        "sentence": refusal.sentence if refusal else "",
    }
    status = problems.status_of(refusal) if refusal else 200
    return render(request, "governance/incident.html", context, status=status)
