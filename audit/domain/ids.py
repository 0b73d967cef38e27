"""Public identifiers: UUIDs of version 7, which sort by the time they were made."""

from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """A new UUIDv7, as the standard library's `UUID`; safe to call from many processes at once."""
    return uuid7()
