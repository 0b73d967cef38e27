"""Standard operating procedures, as published."""

from typing import cast
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from contracts.models import User
from contracts.presenters import documents as presenter
from contracts.selectors import agreements


@login_required
@require_GET
def document(request: HttpRequest, document_id: UUID) -> HttpResponse:
    found = agreements.document(user=cast(User, request.user), document_id=document_id)
    return render(request, "contracts/document.html", {"document": presenter.document(found)})
