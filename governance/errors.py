"""Refusals mapped to HTTP, once for the API (RFC 9457) and once for pages."""

import logging
from typing import Any

from django.core.exceptions import BadRequest, PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.request import UnreadablePostError
from django.shortcuts import render
from django.views import defaults
from rest_framework import exceptions
from rest_framework.response import Response

from audit.errors import Refused
from contracts.api import problems

API = "/api/"
PROBLEM = "application/problem+json"
_log = logging.getLogger(__name__)

# What Django and DRF raise themselves, in the words of the house.
_KNOWN: list[tuple[type[Exception] | tuple[type[Exception], ...], int, str, str]] = [
    (Http404, 404, "not_found", "There is nothing here that you can see."),
    (PermissionDenied, 403, "not_allowed", "This is not allowed."),
    (RequestDataTooBig, 413, "too_large", "The request is larger than 4 MB."),
    (
        (SuspiciousOperation, BadRequest, UnreadablePostError),
        400,
        "bad_request",
        "The request cannot be read.",
    ),
    (OperationalError, 503, "busy", "The database is busy. Nothing was stored; try again."),
]


def api_exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """What DRF calls for every exception of the API. What is not a refusal of any kind stays a 500."""
    headers: dict[str, str] = {}
    if isinstance(error, Refused):
        body = problems.of(error)
    elif isinstance(error, exceptions.APIException):
        body = problems.problem(
            error.status_code, str(getattr(error, "default_code", "error")), _sentence(error.detail)
        )
        if header := getattr(error, "auth_header", None):
            headers["WWW-Authenticate"] = header
        if wait := getattr(error, "wait", None):
            headers["Retry-After"] = str(int(wait))
    else:
        known = next((row for row in _KNOWN if isinstance(error, row[0])), None)
        if known is None:
            return None
        body = problems.problem(*known[1:])
    if body["status"] == 503:
        _log.warning("busy: %s", error)
        headers["Retry-After"] = "1"
    return Response(body, status=body["status"], headers=headers, content_type=PROBLEM)


def _sentence(detail: Any) -> str:
    if isinstance(detail, list):
        return "; ".join(_sentence(part) for part in detail)
    if isinstance(detail, dict):
        return "; ".join(f"{name}: {_sentence(part)}" for name, part in detail.items())
    return str(detail)


def page(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """A refusal as a page, or as JSON where a script of ours asked for that."""
    status = problems.status_of(refusal)
    if request.get_preferred_type(["text/html", "application/json"]) == "application/json":
        return JsonResponse({**problems.of(refusal), "sentence": refusal.sentence}, status=status)
    template = f"{status}.html" if status in {400, 403, 404, 409, 423} else "403.html"
    return render(request, template, {"sentence": refusal.sentence, "refusal": refusal}, status=status)


def refused(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """A refusal before any view was asked: problem details below /api/, a page elsewhere."""
    if request.path.startswith(API):
        body = problems.of(refusal)
        return JsonResponse(body, status=body["status"], content_type=PROBLEM)
    return page(request, refusal)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's 400, as problem details below /api/."""
    if request.path.startswith(API):
        return _api(400, "bad_request", "The request cannot be read.")
    return defaults.bad_request(request, exception)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """An address that does not exist, as problem details below /api/."""
    if request.path.startswith(API):
        return _api(404, "not_found", "There is nothing here that you can see.")
    return defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """A mistake of ours, as problem details below /api/; it says nothing about itself."""
    if request.path.startswith(API):
        return _api(500, "internal", "Something went wrong here. It was noted; nothing was released.")
    return defaults.server_error(request)


def _api(status: int, code: str, sentence: str) -> JsonResponse:
    return JsonResponse(problems.problem(status, code, sentence), status=status, content_type=PROBLEM)
