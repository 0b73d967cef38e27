"""Keyset pages: a cursor names the last row seen, so that page 10,000 costs what page 1 costs."""

from datetime import datetime
from uuid import UUID

from audit.errors import Invalid


def read(cursor: str) -> tuple[datetime, UUID] | None:
    """The cursor of a page, or None for the first. Raises Invalid for one we did not write."""
    if not cursor:
        return None
    when, _, pk = cursor.rpartition("_")
    try:
        moment, identity = datetime.fromisoformat(when), UUID(pk)
    except ValueError:
        moment = identity = None
    if moment is None or identity is None or moment.tzinfo is None:
        raise Invalid("cursor", "This page does not exist: start from the first one.", "after")
    return moment, identity


def write(when: datetime, pk: UUID) -> str:
    return f"{when.isoformat()}_{pk}"
