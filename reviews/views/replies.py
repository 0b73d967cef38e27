"""How the views of the work answer: JSON to our own scripts, a redirect to everybody else."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse

from contracts.views.replies import see_other


def wants_json(request: HttpRequest) -> bool:
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


def json_or(request: HttpRequest, body: dict[str, Any], address: str) -> HttpResponse:
    """The body for a script, otherwise the way back to a page."""
    return JsonResponse(body) if wants_json(request) else see_other(address)
