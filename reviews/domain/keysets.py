"""Where a page of a list goes on: the last row's moment and id, as a link carries them."""

from datetime import UTC, datetime
from uuid import UUID

Key = tuple[datetime, UUID]


def write(moment: datetime, pk: UUID) -> str:
    return f"{moment.isoformat()}_{pk}"


def read(text: str) -> Key | None:
    """The place as `write` put it; None for anything else."""
    moment, _, pk = text.partition("_")
    try:
        key = datetime.fromisoformat(moment), UUID(pk)
        # The database keeps moments in UTC, where the first and the last day of all have no neighbour.
        key[0].astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return key if key[0].tzinfo is not None else None
