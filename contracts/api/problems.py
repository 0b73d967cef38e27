"""A refusal as problem details (RFC 9457): one shape for whole replies and for single lines of a batch."""

from http import HTTPStatus
from typing import Any

from audit.errors import Conflict, Invalid, Locked, NotAllowed, NotVisible, Refused

STATUS: dict[type[Refused], int] = {
    NotVisible: 404,
    NotAllowed: 403,
    Conflict: 409,
    Invalid: 400,
    Locked: 423,
}


def status_of(refusal: Refused) -> int:
    """The HTTP status of a refusal; one that is none of the known kinds is a mistake of ours and closed as 403."""
    return next((status for kind, status in STATUS.items() if isinstance(refusal, kind)), 403)


def problem(status: int, code: str, detail: str, errors: list | None = None) -> dict[str, Any]:
    """A problem details object."""
    body: dict[str, Any] = {
        "type": f"urn:countersign:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code,
    }
    if errors:
        body["errors"] = errors
    return body


def of(refusal: Refused) -> dict[str, Any]:
    """A refusal as problem details, with a pointer to each field at fault."""
    listed = [
        entry if isinstance(entry, dict) else {"pointer": _pointer(refusal.field), "detail": str(entry)}
        for entry in refusal.details
    ]
    if not listed and refusal.field is not None:
        listed = [{"pointer": _pointer(refusal.field), "detail": refusal.sentence}]
    return problem(status_of(refusal), refusal.code, refusal.sentence, listed)


def _pointer(field: str | None) -> str:
    """A JSON pointer, also where a service named the field without the slash or with dots."""
    if not field or field.startswith("/"):
        return field or ""
    return "/" + field.replace(".", "/")
