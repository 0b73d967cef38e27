"""How service levels were attained, as the pages show it: words and links, nothing that could run a query."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.formats import date_format

from contracts.domain import attainment, sla_terms
from contracts.domain.sla_kinds import LEDGER_OF, BreachKind, BreachState, Metric
from contracts.enums import Party, TargetKind
from contracts.models import Breach
from contracts.presenters.parts import State
from contracts.selectors import service_levels
from governance.domain import months
from governance.selectors.attainment import Month, Outcome
from reviews.models import CaseClock

# Sign, word, hue of what became of a target.
_STATES = {
    "met": ("Met", "good", "check"),
    "missed": ("Below target", "warn", "warn"),
    "floor": ("Floor missed", "bad", "bad"),
    "unknown": ("Not known yet", "neutral", "neutral"),
}
_BREACHES = {
    BreachState.RECORDED: ("Stands", "bad", "bad"),
    BreachState.DISPUTED: ("Disputed", "warn", "warn"),
    BreachState.UPHELD: ("Stands after a dispute", "bad", "bad"),
    BreachState.WAIVED: ("Waived", "good", "check"),
}


@dataclass(frozen=True)
class LevelLine:
    name: str
    kind: str
    source: str
    terms: str
    floor: str
    weight: str
    figure: str
    counted: str
    attained: str
    state: State
    forecast: str
    url: str


@dataclass(frozen=True)
class AttainmentPage:
    code: str
    name: str
    month: str
    earlier: str
    later: str
    over: bool
    version: int | None
    weighted: str
    credit: str
    credit_share: str
    cap: str
    breaches: int
    breaches_url: str
    lines: list[LevelLine]
    warnings: list[str]


@dataclass(frozen=True)
class BreachLine:
    url: str
    what: str
    subject: str
    sentence: str
    party: str
    state: State
    excluded: str
    at: datetime
    case_url: str


def page(found: Month) -> AttainmentPage:
    process, agreement = found.process, found.agreement
    problems = service_levels.problems(agreement) if agreement else []
    return AttainmentPage(
        code=process.code,
        name=process.name,
        month=_month(found.month),
        earlier=_at(process.code, months.before(found.month)),
        later="" if not found.over else _at(process.code, months.after(found.month)),
        over=found.over,
        version=agreement.version if agreement else None,
        weighted=share(found.weighted),
        credit=f"{process.currency} {found.credit:,.2f}",
        credit_share=f"{sla_terms.plain(found.credit_percent)} %",
        cap=f"{sla_terms.plain(agreement.credit_cap)} %" if agreement else "",
        breaches=found.breaches,
        breaches_url=_breaches(process.code, found.month),
        lines=[_line(found, outcome) for outcome in found.outcomes],
        warnings=[problem.sentence for problem in problems if not problem.blocking],
    )


def share(value: Decimal | None) -> str:
    """A share of 1 in percent, with two decimals; a dash where nobody knows."""
    return "–" if value is None else f"{value * 100:.2f} %"


def breach(found: Breach, clock: CaseClock | None, *, may_open: bool) -> BreachLine:
    label, hue, icon = _BREACHES[BreachState(found.state)]
    return BreachLine(
        url=reverse("governance:breach", args=[found.process.code, found.pk]),
        what=BreachKind(found.kind).label,
        subject=found.level or found.subject,
        sentence=found.sentence,
        party=Party(found.responsible).label,
        state=State(label, hue, icon),
        excluded=found.excluded,
        at=found.occurred_at,
        case_url=reverse("reviews:case", args=[clock.case_id]) if clock and may_open else "",
    )


def month_name(month: date) -> str:
    return _month(month)


def _line(found: Month, outcome: Outcome) -> LevelLine:
    level, terms = outcome.level, outcome.terms
    metric = Metric(level.metric)
    reached = attainment.attained(terms)
    forecast = found.forecasts.get(level.name)
    likely = forecast.likely if forecast else None
    return LevelLine(
        name=level.name,
        kind=TargetKind(level.kind).label,
        source=outcome.source or metric.label,
        terms=sla_terms.in_words(service_levels.target_of(level)),
        floor=f"{sla_terms.plain(level.floor)}{terms.unit.sign}" if level.floor is not None else "–",
        weight=sla_terms.percent(level.weight),
        figure="–" if outcome.figure is None else f"{words_of(outcome.figure)}{terms.unit.sign}",
        counted=_counted(outcome),
        attained=share(reached),
        state=_state(outcome),
        forecast="" if likely is None else f"likely {likely:.1f} %",
        url=_breaches(found.process.code, found.month, level.name) if metric in LEDGER_OF else "",
    )


def words_of(figure: Decimal) -> str:
    """A figure with at most two decimals."""
    return sla_terms.plain(figure.quantize(Decimal("0.01")))


def _counted(outcome: Outcome) -> str:
    if outcome.met is None or outcome.missed is None:
        return ""
    said = f"{outcome.met:,} of {outcome.met + outcome.missed:,}"
    return f"{said}, {outcome.excluded:,} excluded" if outcome.excluded else said


def _state(outcome: Outcome) -> State:
    kept = attainment.met(outcome.terms)
    if kept is None:
        return State(*_STATES["unknown"])
    if attainment.floor_missed(outcome.terms):
        label, hue, icon = _STATES["floor"]
        return State(f"{label}, again" if outcome.missed_before else label, hue, icon)
    return State(*_STATES["met" if kept else "missed"])


def _month(month: date) -> str:
    return date_format(month, "F Y")


def _at(code: str, month: date) -> str:
    return f"{reverse('governance:attainment', args=[code])}?{urlencode({'month': f'{month:%Y-%m}'})}"


def _breaches(code: str, month: date, level: str = "") -> str:
    asked = {"month": f"{month:%Y-%m}"} | ({"level": level} if level else {})
    return f"{reverse('governance:breaches', args=[code])}?{urlencode(asked)}"
