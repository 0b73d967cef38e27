"""Incidents: those one may read, and one with where it came from."""

from typing import cast
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from contracts.models import User
from governance.presenters import incidents as presenter
from governance.selectors import incidents as selector


@login_required
@require_GET
def incidents(request: HttpRequest) -> HttpResponse:
    rows = presenter.rows(selector.listed(cast(User, request.user)))
    return render(request, "governance/incidents.html", {"rows": rows})


@login_required
@require_GET
def incident(request: HttpRequest, incident_id: UUID) -> HttpResponse:
    found = selector.one(cast(User, request.user), incident_id)
    return render(request, "governance/incident.html", {"page": presenter.page(found)})
