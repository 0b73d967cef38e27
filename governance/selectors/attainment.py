"""How the service levels of a process were attained in a month: what was agreed, compared with what the account says (U3).

Everything comes from sums of rollups and of indexed rows, so that the number of queries and their cost stay the same as
cases grow.
"""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Count, F, Q, QuerySet, Sum

from contracts import access
from contracts.domain import attainment
from contracts.domain.attainment import CreditTerms, Forecast, Level
from contracts.domain.roles import VIEW_CONTRACTS
from contracts.domain.sla_kinds import LEDGER_OF, Bound, BreachKind, BreachState, Metric, Unit
from contracts.models import Breach, Measurement, ModelChange, Process, ServiceAgreement, ServiceLevel, User
from contracts.selectors import service_levels
from governance.domain import adr, months
from governance.models import ClockRollup, DayRollup, SampleRollup
from reviews.domain.clock_kinds import ClockState
from reviews.enums import DrawKind
from reviews.models import CaseClock, EscalationStep, Evaluation

PAGE = 50
_NOTICES = (BreachKind.NOTICE_LATE, BreachKind.NOTICE_ABSENT)
_REFUSAL = "Service levels are read by those who read the contracts."


@dataclass(frozen=True)
class Outcome:
    """One service level in one month. `met` and `missed` where it is counted, `excluded` what does not count."""

    level: ServiceLevel
    figure: Decimal | None
    met: int | None = None
    missed: int | None = None
    excluded: int = 0
    source: str = ""
    missed_before: bool = False

    @property
    def terms(self) -> Level:
        return Level(
            weight=self.level.weight,
            bound=Bound(self.level.bound),
            target=self.level.target,
            unit=Unit(self.level.unit),
            figure=self.figure,
            floor=self.level.floor,
            missed_before=self.missed_before,
        )


@dataclass(frozen=True)
class Month:
    """All service levels of a process in one month, by the version in force at its end."""

    process: Process
    month: date
    agreement: ServiceAgreement | None
    outcomes: list[Outcome] = field(default_factory=list)
    # Of a month that is not over, by service level: where its share may end.
    forecasts: dict[str, Forecast] = field(default_factory=dict)
    breaches: int = 0
    over: bool = False

    @property
    def weighted(self) -> Decimal | None:
        return attainment.weighted([outcome.terms for outcome in self.outcomes])

    @property
    def credit_percent(self) -> Decimal:
        if self.agreement is None:
            return Decimal(0)
        agreed = self.agreement
        terms = CreditTerms(agreed.credit_percent, agreed.credit_percent_again, agreed.credit_cap)
        return attainment.credit([outcome.terms for outcome in self.outcomes], terms)

    @property
    def credit(self) -> Decimal:
        """What the client is credited, in the currency of the process."""
        fee = self.agreement.monthly_fee if self.agreement else Decimal(0)
        return (fee * self.credit_percent / 100).quantize(Decimal("0.01"))


def of(*, user: User, code: str, month: date, at: datetime) -> Month:
    """The month of a process, for whoever reads its contracts; NotVisible or NotAllowed otherwise."""
    process = access.process(user, code, VIEW_CONTRACTS, _REFUSAL)
    found = computed(process, month, at)
    if found.agreement is None:
        return found
    earlier = {
        outcome.level.name
        for outcome in computed(process, months.before(month), at).outcomes
        if attainment.floor_missed(outcome.terms)
    }
    outcomes = [replace(outcome, missed_before=outcome.level.name in earlier) for outcome in found.outcomes]
    forecasts = {} if found.over else _forecasts(process, outcomes, at)
    return replace(found, outcomes=outcomes, forecasts=forecasts)


def computed(process: Process, month: date, at: datetime) -> Month:
    """The month by itself, without the one before it."""
    begins, ends = months.span(month)
    agreement = service_levels.in_force(process, min(ends, at))
    breaches = _standing(process, begins, ends).count()
    if agreement is None:
        return Month(process, month, None, breaches=breaches, over=ends <= at)
    levels = service_levels.levels(agreement)
    metrics = {Metric(level.metric) for level in levels}
    counted = _counted(process, month) if metrics & LEDGER_OF.keys() else {}
    reported = service_levels.reported(process, month) if Metric.REPORTED in metrics else {}
    shares: dict[Metric, tuple[int, int]] = {}
    if Metric.ACKNOWLEDGEMENT in metrics:
        shares[Metric.ACKNOWLEDGEMENT] = _acknowledged(process, begins, ends, at)
    if Metric.QA_PASS in metrics:
        shares[Metric.QA_PASS] = _passed(process, begins, ends)
    if Metric.CHANGE_NOTICE in metrics:
        shares[Metric.CHANGE_NOTICE] = _noticed(process, begins, ends)
    deviation = _deviation(process, month) if Metric.DEVIATION in metrics else None
    outcomes = [_outcome(level, counted, reported, shares, deviation) for level in levels]
    return Month(process, month, agreement, outcomes, breaches=breaches, over=ends <= at)


def _outcome(
    level: ServiceLevel,
    counted: dict[tuple[str, str], tuple[int, int, int]],
    reported: dict[str, Measurement],
    shares: dict[Metric, tuple[int, int]],
    deviation: Decimal | None,
) -> Outcome:
    metric = Metric(level.metric)
    if metric == Metric.REPORTED:
        said = reported.get(level.name)
        return Outcome(level, said.value if said else None, source=said.source if said else level.source)
    if metric == Metric.DEVIATION:
        return Outcome(level, deviation)
    excluded = 0
    if metric in LEDGER_OF:
        met, missed, excluded = counted.get((LEDGER_OF[metric].value, level.name), (0, 0, 0))
    else:
        met, missed = shares[metric]
    return Outcome(level, attainment.share(met, missed), met, missed, excluded)


def _counted(process: Process, month: date) -> dict[tuple[str, str], tuple[int, int, int]]:
    rows = (
        ClockRollup.objects.filter(
            log=process.client.log_key,
            process=process.code,
            day__gte=month,
            day__lt=months.after(month),
        )
        .values_list("ledger", "level")
        .annotate(kept=Sum("met"), late=Sum("missed"), out=Sum("excluded"))
        .order_by()
    )
    return {(ledger, level): (kept, late, out) for ledger, level, kept, late, out in rows}


def _acknowledged(process: Process, begins: datetime, ends: datetime, at: datetime) -> tuple[int, int]:
    """Stands of escalations that were taken on in time, and those that were not."""
    found = EscalationStep.objects.filter(
        escalation__process=process, started_at__gte=begins, started_at__lt=ends
    ).aggregate(
        kept=Count("pk", filter=Q(acknowledged_at__lte=F("ack_due_at"))),
        late=Count(
            "pk",
            filter=Q(acknowledged_at__gt=F("ack_due_at"))
            | Q(acknowledged_at__isnull=True, ack_due_at__lt=at),
        ),
    )
    return found["kept"], found["late"]


def _passed(process: Process, begins: datetime, ends: datetime) -> tuple[int, int]:
    """What chance drew of the month and QA scored: passed, and not."""
    found = Evaluation.objects.filter(
        process=process,
        kind=DrawKind.RANDOM,
        draw__window_start__gte=begins,
        draw__window_start__lt=ends,
        passed__isnull=False,
    ).aggregate(good=Count("pk", filter=Q(passed=True)), bad=Count("pk", filter=Q(passed=False)))
    return found["good"], found["bad"]


def _noticed(process: Process, begins: datetime, ends: datetime) -> tuple[int, int]:
    """Changes that were announced in time, and those that were not."""
    missed = _standing(process, begins, ends).filter(kind__in=_NOTICES).count()
    announced = ModelChange.objects.filter(
        process=process, notified_at__gte=begins, notified_at__lt=ends
    ).count()
    late = _standing(process, begins, ends).filter(kind=BreachKind.NOTICE_LATE).count()
    return max(announced - late, 0), missed


def _deviation(process: Process, month: date) -> Decimal | None:
    """ADR_pop of the month in percent (§5.1); None while nothing was counted."""
    within = {
        "log": process.client.log_key,
        "process": process.code,
        "day__gte": month,
        "day__lt": months.after(month),
    }
    sums = DayRollup.objects.filter(**within).aggregate(
        total=Sum("received"), decided=Sum("decided"), changed=Sum("changed")
    )
    if not sums["total"] or not sums["decided"]:
        return None
    sampled = (
        SampleRollup.objects.filter(**within)
        .values_list("pi")
        .annotate(looked=Sum("scored"), bad=Sum("wrong"))
        .order_by("pi")
    )
    groups = [(1.0, sums["decided"], sums["changed"]), *((float(pi), n, bad) for pi, n, bad in sampled)]
    estimate = adr.adr_pop_of_groups(groups, population=sums["total"])
    return None if estimate.share is None else Decimal(str(round(estimate.share * 100, 4)))


def _forecasts(process: Process, outcomes: list[Outcome], at: datetime) -> dict[str, Forecast]:
    """Where the counted shares of a running month may end, by what still runs."""
    rows = (
        CaseClock.objects.filter(process=process, state=ClockState.RUNNING)
        .values_list("ledger", "level")
        .annotate(waiting=Count("pk"), at_risk=Count("pk", filter=Q(risk_at__lt=at)))
        .order_by()
    )
    running = {(ledger, level): (waiting, at_risk) for ledger, level, waiting, at_risk in rows}
    found = {}
    for outcome in outcomes:
        ledger = LEDGER_OF.get(Metric(outcome.level.metric))
        if ledger is None or outcome.met is None or outcome.missed is None:
            continue
        waiting, at_risk = running.get((ledger.value, outcome.level.name), (0, 0))
        found[outcome.level.name] = attainment.forecast(outcome.met, outcome.missed, waiting, at_risk)
    return found


def _standing(process: Process, begins: datetime, ends: datetime) -> QuerySet[Breach]:
    """The breaches of a span that nobody took back."""
    rows = Breach.objects.filter(process=process, occurred_at__gte=begins, occurred_at__lt=ends)
    return rows.exclude(state=BreachState.WAIVED)


def breaches(*, process: Process, month: date, level: str = "", number: int = 1) -> tuple[list[Breach], bool]:
    """A page of the breaches of a month, the newest first, of one service level where it is named; and whether more follow."""
    begins, ends = months.span(month)
    rows = Breach.objects.select_related("process").filter(
        process=process, occurred_at__gte=begins, occurred_at__lt=ends
    )
    if level:
        rows = rows.filter(level=level)
    found = list(rows.order_by("-occurred_at", "-pk")[(number - 1) * PAGE : number * PAGE + 1])
    return found[:PAGE], len(found) > PAGE


def cases_of(found: list[Breach]) -> dict[str, CaseClock]:
    """The clocks that service-level breaches were found in, by the reference of the breach."""
    keys = {
        breach.reference.removeprefix("clock:") for breach in found if breach.reference.startswith("clock:")
    }
    rows = CaseClock.objects.filter(pk__in=keys).select_related("case")
    return {f"clock:{row.pk}": row for row in rows}
