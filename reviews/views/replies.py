"""How the views of the work answer: JSON to our own scripts, a redirect to everybody else."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse

from audit.errors import Conflict, Refused


def wants_json(request: HttpRequest) -> bool:
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


def json_or(request: HttpRequest, body: dict[str, Any], address: str) -> HttpResponse:
    """The body for a script, otherwise the way back to a page."""
    return JsonResponse(body) if wants_json(request) else see_other(address)


def see_other(address: str) -> HttpResponse:
    """A redirect after a POST that is followed by GET."""
    return HttpResponseRedirect(address, status=303)


def status_of(refusal: Refused | None) -> int:
    """The status of a page that says why something was refused, or of one that has nothing to say."""
    return 200 if refusal is None else 409 if isinstance(refusal, Conflict) else 400
