"""The page of the estimates: shares with their intervals, drawn on one scale."""

from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from reviews.domain import strata
from reviews.domain.qa_estimates import Estimate
from reviews.enums import Route
from reviews.presenters.samples import percent
from reviews.selectors.qa_estimates import Estimated

_TICKS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
FORMULA = (
    "Σ W·p over the strata, W being the stratum’s part of everything and p its share of wrong ones among the scored, each"
    " weighted with 1/π. The interval counts that a part of everything was looked at, and where no fault was found it is"
    " Wilson’s."
)


@dataclass(frozen=True)
class Line:
    """One estimate: its words, its figures, and where its interval lies from 0 to 100 on the scale of the page."""

    name: str
    enough: bool
    share: str
    low: str
    high: str
    size: str
    scored: str
    wrong: str
    low_x: float
    share_x: float
    high_x: float
    width: float


@dataclass(frozen=True)
class Page:
    code: str
    name: str
    since: date
    until: date
    draws: int
    drawn: str
    waiting: int
    uncovered: str
    whole: Line
    routes: list[Line]
    strata: list[Line]
    scale: str
    samples_url: str


def page(found: Estimated) -> Page:
    figures = found.figures
    told = [figures.whole, *figures.routes.values(), *figures.strata.values()]
    top = _top(told)
    routes = {route.value: route.label for route in Route}
    return Page(
        code=found.process.code,
        name=found.process.name,
        since=found.since,
        until=found.until,
        draws=found.draws,
        drawn=f"{found.drawn:,}",
        waiting=found.waiting,
        uncovered=_uncovered(figures.whole),
        whole=_line(_("Everything that went out"), figures.whole, top),
        routes=[_line(routes.get(name, name), one, top) for name, one in figures.routes.items()],
        strata=[_line(strata.words(name), one, top) for name, one in figures.strata.items()],
        scale=f"{top:.0%}".replace("%", " %"),
        samples_url=reverse("reviews:samples"),
    )


def _top(told: list[Estimate]) -> float:
    """The end of the scale: the first round share that holds every interval."""
    highest = max((one.interval.high for one in told if one.enough), default=1.0)
    return next(tick for tick in _TICKS if highest <= tick)


def _line(name: str, one: Estimate, top: float) -> Line:
    share, low, high = (value or 0.0 for value in (one.interval.share, one.interval.low, one.interval.high))
    low_x, share_x, high_x = (round(min(value / top, 1.0) * 100, 2) for value in (low, share, high))
    return Line(
        name=name,
        enough=one.enough,
        share=f"{share * 100:.2f}",
        low=f"{low * 100:.2f}",
        high=f"{high * 100:.2f}",
        size=f"{one.size:,}",
        scored=f"{one.scored:,}",
        wrong=f"{one.wrong:,}",
        low_x=low_x,
        share_x=share_x,
        high_x=high_x,
        width=round(high_x - low_x, 2),
    )


def _uncovered(whole: Estimate) -> str:
    """The part of everything that lies in strata where nothing was scored, or nothing to say."""
    left = round(whole.size * (1 - whole.covered))
    return percent(left, whole.size) if left and whole.scored else ""
