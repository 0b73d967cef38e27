"""Readings of personal data, as those who keep the records see them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from audit import presenters
from governance.domain.record_reads import REVEALED
from governance.models import RecordRead


@dataclass(frozen=True, slots=True)
class ReadRow:
    """One reading: when, who, what, and the interaction it was about, if one."""

    at: datetime
    who: str
    role: str
    kind: str
    what: str
    short: str
    url: str


def rows(found: Iterable[RecordRead], names: Mapping[str, str]) -> list[ReadRow]:
    return [
        ReadRow(
            at=row.read_at,
            who=names.get(row.person, presenters.words(row.person) or "Unknown"),
            role=presenters.words(row.role) if row.role else "",
            kind="Revealed" if row.action == REVEALED else "Evidence handed out",
            what=row.what,
            short=str(row.interaction)[-8:] if row.interaction else "",
            url=reverse("governance:story", args=[row.interaction]) if row.interaction else "",
        )
        for row in found
    ]
