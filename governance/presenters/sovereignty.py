"""The monthly report of where a process's interactions were processed: by region and tenancy, in counts."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.urls import reverse

from contracts.domain import sovereignty
from contracts.enums import Tenancy
from governance.selectors.sovereignty import Month, Place


@dataclass(frozen=True)
class Line:
    region: str
    tenancy: str
    endpoint: str
    received: int
    quarantined: int
    label: str
    hue: str
    icon: str
    why: list[str]


@dataclass(frozen=True)
class Page:
    code: str
    name: str
    month: date
    before: str
    after: str
    regions: str
    lines: list[Line]
    received: int
    quarantined: int


def page(found: Month, today: date) -> Page:
    address = reverse("governance:sovereignty", args=[found.process.code])
    before = (found.first - timedelta(days=1)).replace(day=1)
    after = (found.first.replace(day=28) + timedelta(days=4)).replace(day=1)
    return Page(
        code=found.process.code,
        name=found.process.name,
        month=found.first,
        before=f"{address}?month={before:%Y-%m}",
        after=f"{address}?month={after:%Y-%m}" if after <= today else "",
        regions=", ".join(found.ground.regions),
        lines=[_line(place, found) for place in found.places],
        received=sum(place.received for place in found.places),
        quarantined=sum(place.quarantined for place in found.places),
    )


def _line(place: Place, found: Month) -> Line:
    terms = place.terms
    why = [text for _, text in sovereignty.faults(terms, found.ground)] if terms else []
    bad = terms is None or bool(why)
    return Line(
        region=terms.region if terms else "Unknown",
        tenancy=Tenancy(terms.tenancy).label if terms else "Unknown",
        endpoint=place.endpoint or "none named",
        received=place.received,
        quarantined=place.quarantined,
        label="Nobody registered it" if terms is None else "Does not conform" if bad else "Conforms",
        hue="bad" if bad else "good",
        icon="bad" if bad else "check",
        why=why,
    )
