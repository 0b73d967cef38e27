"""Cases whose clocks run, stop and stand still, and what was counted of them."""

from datetime import datetime, timedelta
from decimal import Decimal

from contracts.domain.sla_kinds import Ledger, Metric
from contracts.enums import TargetKind
from reviews.enums import Verdict
from reviews.models import Case, CaseClock, ClockPause, Decision
from reviews.services import claims, clocks, decisions, release
from reviews.services.decisions import Answer
from tests.factories import reviews as made
from tests.factories import service_levels
from tests.worlds import Desk

MINUTE = timedelta(minutes=1)


def clock(case: Case, ledger: Ledger = Ledger.SLA) -> CaseClock:
    return CaseClock.objects.get(case=case, ledger=ledger)


def timed(metric: Metric, minutes: int, weight: str = "0.5") -> service_levels.Terms:
    return service_levels.terms(
        f"{metric.label}, {minutes} min",
        weight,
        kind=TargetKind.TIME,
        metric=metric,
        bound="at_least",
        target=Decimal(90),
        floor=None,
        minutes=minutes,
    )


def decide(desk: Desk, case: Case, at: datetime) -> Decision:
    claims.claim(case_id=case.pk, user=desk.reviewer, at=at)
    answer = Answer(verdict=Verdict.REJECT, reason_code="DUPLICATE")
    return decisions.decide(case_id=case.pk, user=desk.reviewer, answer=answer, at=at)


def gone_out(desk: Desk, at: datetime, decided: datetime) -> Case:
    """A case that came in at `at`, was decided later and went out."""
    case = made.waiting_case(desk, at)
    decide(desk, case, decided)
    release.release_due(at=decided + MINUTE)
    return Case.objects.get(pk=case.pk)


def paused(
    case: Case, desk: Desk, begins: datetime, ends: datetime, at: datetime, why: str = "The archive was down"
) -> ClockPause:
    return clocks.pause(case_id=case.pk, begins=begins, ends=ends, why=why, by=desk.lead, at=at)
