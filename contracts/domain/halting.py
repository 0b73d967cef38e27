"""What halts govern: which of those in force reaches a place, and which is the strictest (W1, W3)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from contracts.enums import Degree, HaltScope

# From the mildest to the strictest.
STRICTNESS = (Degree.HOLD, Degree.SHADOW, Degree.STOP)
# So many people at least may halt a process before it goes live.
HOLDERS = 2
# Under these, what a person decided does not go out either.
KEEPS_BACK = frozenset({Degree.SHADOW, Degree.STOP})


@dataclass(frozen=True, slots=True)
class Place:
    """Where an interaction stands in the agreement; an unknown model has no version."""

    client_id: UUID
    process_id: UUID
    step_id: UUID
    model_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class HaltTerms:
    """A halt as the hot paths need it. `until` is when it was released; until then it is in force."""

    id: UUID
    scope: str
    name: str
    degree: str
    cause: str
    drill: bool
    reason: str
    by: str
    since: datetime
    client_id: UUID | None = None
    process_id: UUID | None = None
    step_id: UUID | None = None
    model_id: UUID | None = None
    until: datetime | None = None
    watch_until: datetime | None = None

    def reaches(self, place: Place) -> bool:
        """Whether the place is in the scope of this halt."""
        if self.scope == HaltScope.ALL:
            return True
        if self.scope == HaltScope.CLIENT:
            return self.client_id == place.client_id
        if self.scope == HaltScope.PROCESS:
            return self.process_id == place.process_id
        if self.scope == HaltScope.STEP:
            return self.step_id == place.step_id
        return self.model_id == place.model_id and self.client_id in {None, place.client_id}


def strictest(halts: Iterable[HaltTerms]) -> HaltTerms | None:
    """The one in force that asks for most; of two equal ones a halt in earnest, then the older one."""
    running = [halt for halt in halts if halt.until is None]
    return min(
        running,
        key=lambda halt: (-STRICTNESS.index(Degree(halt.degree)), halt.drill, halt.since),
        default=None,
    )


def governing(halts: Iterable[HaltTerms], place: Place) -> HaltTerms | None:
    """The halt that governs a place now, if one does."""
    return strictest(halt for halt in halts if halt.reaches(place))


def watching(halts: Iterable[HaltTerms], place: Place, at: datetime) -> HaltTerms | None:
    """W3: the released halt after which everything in its scope still goes to a person at that time.

    The watch counts from the halt's own begin: what came while it lasted and is routed only after it is watched too.
    """
    found = (
        halt
        for halt in halts
        if halt.until is not None and halt.watch_until is not None and halt.since <= at < halt.watch_until
    )
    return next((halt for halt in found if halt.reaches(place)), None)


def holds_back(halts: Iterable[HaltTerms], place: Place) -> HaltTerms | None:
    """The halt under which a person's decision does not go out either."""
    found = governing(halts, place)
    return found if found is not None and found.degree in KEEPS_BACK else None
