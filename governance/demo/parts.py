"""What the makers of the demo world share: the moment, the parties, the people and what there is so far."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from contracts.models import BusinessCalendar, Organisation, Process, User


@dataclass(frozen=True)
class Parts:
    """What was made before anything is agreed; `born` is when the parties met."""

    now: datetime
    born: datetime
    organisations: Mapping[str, Organisation]
    users: Mapping[str, User]
    calendars: Mapping[str, BusinessCalendar]
    processes: Mapping[str, Process]
