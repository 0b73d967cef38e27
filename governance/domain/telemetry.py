"""What events tell the board, and how it is added up: by day, and by what was decided about what (G1, §5.1).

Only facts that events carry are counted, so that the same trail always makes the same figures. Honeypots are never
counted; replayed decisions are, like any other.
"""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from reviews.domain.honeypots import ORIGIN

PROJECTION = "board"
DAYS = 28
OTHER = "other"
_LANGUAGE = re.compile(r"([A-Za-z]{2,3})(?:[-_].*)?")
# What a halt suspends goes to a person when it ends.
_DISPOSITIONS = {
    "auto_released": "straight_through",
    "quarantined": "quarantined",
    "review": "to_review",
    "suspended": "to_review",
}

COUNTS = (
    "received",
    "straight_through",
    "quarantined",
    "to_review",
    "decided",
    "changed",
    "cosmetic",
    "replayed",
    "withdrawn",
    "released",
)


class Cell(NamedTuple):
    """What is added up together: one day (UTC) of one step of a process, at one tier, in one language."""

    process: str
    day: date
    step: str
    tier: str
    language: str

    def on(self, moment: datetime) -> "Cell":
        """The same on the day of another moment."""
        return self._replace(day=day_of(moment))


def cell(process: str, facts: Mapping[str, Any], moment: datetime) -> Cell:
    """Where an event with these facts counts."""
    return Cell(process, day_of(moment), facts["step"], facts["tier"], language(facts["language"]))


def day_of(moment: datetime) -> date:
    return moment.astimezone(UTC).date()


def begins(at: datetime) -> datetime:
    """When the days begin that the board adds up: today and the 27 before it, in UTC."""
    midnight = at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight - timedelta(days=DAYS - 1)


def language(tag: str | None) -> str:
    """The language alone, without region. Agents write what they like: what is no language is one of `other`."""
    found = _LANGUAGE.fullmatch(tag or "")
    return found[1].lower() if found else OTHER if tag else ""


def counts(content: Mapping[str, Any]) -> bool:
    """Whether an event, as it stands in the log, is one of a real interaction, and not of a honeypot."""
    return content.get("origin", "") != ORIGIN


def of_routing(facts: Mapping[str, Any]) -> dict[str, int]:
    """What became of an interaction on its arrival."""
    return {_DISPOSITIONS[facts["disposition"]]: 1}


def of_decision(facts: Mapping[str, Any]) -> dict[str, int]:
    """What a final decision adds, and its withdrawal takes away again. Changed is what was changed materially."""
    changed, material = bool(facts["changed"]), bool(facts["material"])
    return {
        "decided": 1,
        "changed": int(material),
        "cosmetic": int(changed and not material),
        "replayed": int(bool(facts["replayed"])),
    }
