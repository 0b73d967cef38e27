"""How the way of an interaction under rules in shadow differs from the way it went."""

from dataclasses import dataclass

from reviews.enums import ChangeKind, Disposition


@dataclass(frozen=True, slots=True)
class Way:
    """Where an interaction goes: its disposition and, where a person is asked, in which queue and whether by two."""

    disposition: str
    queue: str = ""
    second: bool = False


def way(disposition: str, queue: str, second: bool) -> Way:
    """The way as it can be told apart: a queue and a second review mean something only where a person is asked."""
    return Way(disposition, queue, second) if disposition == Disposition.REVIEW else Way(disposition)


def kind(taken: Way, other: Way) -> ChangeKind | None:
    """What differs, the gravest first; None where nothing does."""
    if taken.disposition != other.disposition:
        if other.disposition == Disposition.QUARANTINED:
            return ChangeKind.QUARANTINED
        if taken.disposition == Disposition.QUARANTINED:
            return ChangeKind.UNQUARANTINED
        straight = other.disposition == Disposition.AUTO_RELEASED
        return ChangeKind.NEWLY_STRAIGHT if straight else ChangeKind.NEWLY_REVIEWED
    if taken.queue != other.queue:
        return ChangeKind.OTHER_QUEUE
    if taken.second != other.second:
        return ChangeKind.SECOND_ADDED if other.second else ChangeKind.SECOND_DROPPED
    return None
