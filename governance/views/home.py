"""The front door: everybody lands where his day begins."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET

from governance.presenters import frame


@require_GET
@login_required
def home(request: HttpRequest) -> HttpResponse:
    return redirect(frame.landing(request.user))  # type: ignore[arg-type]
