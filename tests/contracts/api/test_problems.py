"""Refusals as problem details: status, code, sentence and a pointer to each field."""

import pytest

from audit.errors import Conflict, Invalid, NotAllowed, NotVisible, Refused
from contracts.api import problems


@pytest.mark.parametrize(
    "kind, status", [(NotVisible, 404), (NotAllowed, 403), (Conflict, 409), (Invalid, 400), (Refused, 403)]
)
def test_status_of_follows_the_kind(kind: type[Refused], status: int) -> None:
    assert problems.status_of(kind("code", "sentence")) == status


def test_of_has_the_members_of_rfc_9457() -> None:
    assert problems.of(Conflict("gone", "It is gone.")) == {
        "type": "urn:countersign:problem:gone",
        "title": "Conflict",
        "status": 409,
        "detail": "It is gone.",
        "code": "gone",
    }


@pytest.mark.parametrize(
    "field, pointer",
    [("/a/0", "/a/0"), ("question", "/question"), ("output.amount", "/output/amount"), ("", "")],
)
def test_of_points_at_the_field(field: str, pointer: str) -> None:
    assert problems.of(Invalid("x", "No.", field))["errors"] == [{"pointer": pointer, "detail": "No."}]


def test_of_lists_every_detail() -> None:
    refused = Invalid("x", "No.", "/a", [{"pointer": "/b", "detail": "Missing."}, "Also wrong."])

    assert problems.of(refused)["errors"] == [
        {"pointer": "/b", "detail": "Missing."},
        {"pointer": "/a", "detail": "Also wrong."},
    ]
