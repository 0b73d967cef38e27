"""When single failures are a finding about the process: one line of the scorecard, three times within thirty days (F11)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

TIMES = 3
WINDOW = timedelta(days=30)


@dataclass(frozen=True, slots=True, order=True)
class Failure:
    """A line that failed: when, in which evaluation, of which interaction."""

    at: datetime
    evaluation: UUID
    interaction: UUID


def streak(failures: Iterable[Failure]) -> list[Failure]:
    """The first failures that are three or more within thirty days of the first of them; none where there are fewer.

    An interaction counts once, however often it was scored.
    """
    first: dict[UUID, Failure] = {}
    for failure in sorted(failures):
        first.setdefault(failure.interaction, failure)
    ordered = sorted(first.values())
    for number, begin in enumerate(ordered):
        run = [one for one in ordered[number:] if one.at - begin.at <= WINDOW]
        if len(run) >= TIMES:
            return run
    return []
