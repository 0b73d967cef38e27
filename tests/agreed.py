"""What the two parties of a desk agreed before it went live."""

from datetime import datetime
from decimal import Decimal

from contracts.domain.sla_kinds import Bound, Metric
from contracts.enums import TargetKind
from contracts.models import Process, User
from contracts.services import service_levels

LEVELS = [
    service_levels.Terms(
        name="Review within the hour",
        kind=TargetKind.TIME,
        metric=Metric.REVIEW_TIME,
        bound=Bound.AT_LEAST,
        target=Decimal(90),
        floor=Decimal(80),
        weight=Decimal("0.35"),
        minutes=60,
    ),
    service_levels.Terms(
        name="QA pass rate",
        kind=TargetKind.QUALITY,
        metric=Metric.QA_PASS,
        bound=Bound.AT_LEAST,
        target=Decimal(95),
        floor=Decimal(90),
        weight=Decimal("0.40"),
    ),
    service_levels.Terms(
        name="Paid on time",
        kind=TargetKind.OUTCOME,
        metric=Metric.REPORTED,
        bound=Bound.AT_LEAST,
        target=Decimal(97),
        weight=Decimal("0.25"),
    ),
]


def service_levels_of(process: Process, cast: dict[str, User], at: datetime) -> None:
    """In force: written by the governance lead, accepted by the owner and by operations."""
    author = cast["governance"]
    version = service_levels.draft(process=process, by=author, at=at)
    for terms in LEVELS:
        service_levels.put(agreement_id=version.pk, terms=terms, by=author, at=at)
    service_levels.set_credits(
        agreement_id=version.pk,
        monthly_fee=Decimal(10_000),
        percent=Decimal(2),
        percent_again=Decimal(5),
        cap=Decimal(12),
        by=author,
        at=at,
    )
    version = service_levels.propose(agreement_id=version.pk, by=author, at=at)
    said = service_levels.digest(version)
    for party in ("owner", "ops"):
        service_levels.accept(agreement_id=version.pk, by=cast[party], said=said, at=at)
