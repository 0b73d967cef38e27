"""Public identifiers: UUIDs of version 7, which sort by the time they were made."""

from datetime import UTC, datetime
from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """A new UUIDv7, as the standard library's `UUID`; safe to call from many processes at once."""
    return uuid7()


def first_of(moment: datetime) -> UUID:
    """The lowest id that can have been made at this moment: ids made before it are lower, later ones are not."""
    milliseconds = int(moment.timestamp() * 1000)
    return UUID(int=(milliseconds << 80) | (7 << 76) | (2 << 62))


def made_at(made: UUID) -> datetime:
    """When an id was made, to the millisecond."""
    return datetime.fromtimestamp((made.int >> 80) / 1000, UTC)
