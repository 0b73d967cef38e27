"""What frameworks raise becomes problem details too, and a mistake of ours says nothing about itself."""

import json

import pytest
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import OperationalError
from django.http import Http404
from django.http.request import UnreadablePostError
from django.test import Client, RequestFactory
from rest_framework import exceptions

from governance import errors


@pytest.mark.parametrize(
    "error, status, code",
    [
        (Http404(), 404, "not_found"),
        (PermissionDenied(), 403, "not_allowed"),
        (RequestDataTooBig(), 413, "too_large"),
        (SuspiciousOperation(), 400, "bad_request"),
        (UnreadablePostError(), 400, "bad_request"),
        (OperationalError("database is locked"), 503, "busy"),
        (exceptions.Throttled(wait=7), 429, "throttled"),
        (exceptions.ParseError({"a": ["b", "c"]}), 400, "parse_error"),
    ],
)
def test_api_exception_handler_makes_problems(error: Exception, status: int, code: str) -> None:
    reply = errors.api_exception_handler(error, {})

    assert reply is not None
    assert (reply.status_code, reply.data["code"]) == (status, code)
    assert reply.content_type == "application/problem+json"


@pytest.mark.parametrize(
    "error, seconds", [(exceptions.Throttled(wait=7), "7"), (OperationalError("x"), "1")]
)
def test_api_exception_handler_says_when_to_try_again(error: Exception, seconds: str) -> None:
    reply = errors.api_exception_handler(error, {})

    assert reply is not None
    assert reply["Retry-After"] == seconds


def test_api_exception_handler_leaves_mistakes_alone() -> None:
    assert errors.api_exception_handler(KeyError("x"), {}) is None


def test_server_error_of_the_api_says_nothing_of_itself() -> None:
    reply = errors.server_error(RequestFactory().get("/api/v1/interactions"))

    assert (reply.status_code, reply["Content-Type"]) == (500, "application/problem+json")
    assert json.loads(reply.content)["code"] == "internal"


def test_bad_request_of_the_api_is_a_problem() -> None:
    assert (
        errors.bad_request(RequestFactory().get("/api/v1/x"), ValueError())["Content-Type"] == errors.PROBLEM
    )


@pytest.mark.django_db
def test_not_found_outside_the_api_is_a_page() -> None:
    reply = Client(raise_request_exception=False).get("/nowhere/")

    assert reply.status_code == 404
    assert reply["Content-Type"].startswith("text/html")
