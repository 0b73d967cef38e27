"""The service levels of the demo world (requirements §6.6): agreed a month after the parties met; and a draft that pays for speed
alone, which the portal warns of (story 11)."""

from datetime import timedelta
from decimal import Decimal

from contracts.domain.sla_kinds import Bound, Metric, Unit
from contracts.enums import TargetKind
from contracts.services import service_levels
from contracts.services.service_levels import Terms
from governance.demo.parts import Parts
from governance.demo.specs import Client

_MOST, _LEAST = Bound.AT_MOST, Bound.AT_LEAST
_FEES = {"AP-INV": Decimal(42_000), "CLM-TRI": Decimal(36_000), "CS-REPLY": Decimal(4_800_000)}
_PROVIDER_SIGNS, _AUTHOR = "arjun.mehta", "priya.nair"


def _level(
    name: str,
    kind: TargetKind,
    metric: Metric,
    bound: Bound,
    target: str,
    floor: str,
    weight: str,
    minutes: int | None = None,
    unit: Unit = Unit.PERCENT,
    source: str = "",
) -> Terms:
    return Terms(
        name=name,
        kind=kind,
        metric=metric,
        bound=bound,
        target=Decimal(target),
        floor=Decimal(floor) if floor else None,
        weight=Decimal(weight),
        minutes=minutes,
        unit=unit,
        source=source,
    )


LEVELS = {
    "AP-INV": [
        _level("Value paid twice or wrongly", TargetKind.OUTCOME, Metric.REPORTED, _MOST, "0.05", "0.10", "0.30", source="Ledger of the client"),
        _level("QA pass rate", TargetKind.QUALITY, Metric.QA_PASS, _LEAST, "98", "95", "0.25"),
        _level("Paid on time", TargetKind.OUTCOME, Metric.REPORTED, _LEAST, "97", "95", "0.20", source="Ledger of the client"),
        _level("Share of AI outputs changed, all outputs", TargetKind.RISK, Metric.DEVIATION, _MOST, "8", "12", "0.10"),
        _level("Reviewed within the hour", TargetKind.TIME, Metric.REVIEW_TIME, _LEAST, "90", "80", "0.10", minutes=60),
        _level("Change notices on time", TargetKind.ACTIVITY, Metric.CHANGE_NOTICE, _LEAST, "100", "", "0.05"),
    ],
    "CLM-TRI": [
        _level("Triage correct, by QA", TargetKind.OUTCOME, Metric.QA_PASS, _LEAST, "97", "94", "0.30"),
        _level("Denials overturned on appeal", TargetKind.OUTCOME, Metric.REPORTED, _MOST, "3", "6", "0.20", source="Appeals desk"),
        _level("Vulnerable customers missed", TargetKind.RISK, Metric.REPORTED, _MOST, "0", "2", "0.20", unit=Unit.NUMBER, source="Complaints desk"),
        _level("Reviewed within four hours", TargetKind.TIME, Metric.REVIEW_TIME, _LEAST, "90", "80", "0.15", minutes=240),
        _level("Escalations taken on in time", TargetKind.TIME, Metric.ACKNOWLEDGEMENT, _LEAST, "95", "85", "0.10"),
        _level("Change notices on time", TargetKind.ACTIVITY, Metric.CHANGE_NOTICE, _LEAST, "100", "", "0.05"),
    ],
    "CS-REPLY": [
        _level("Customer writes again within 7 days", TargetKind.OUTCOME, Metric.REPORTED, _MOST, "12", "16", "0.25", source="Help desk"),
        _level("Customer satisfaction, of 5", TargetKind.OUTCOME, Metric.REPORTED, _LEAST, "4.3", "4.0", "0.25", unit=Unit.NUMBER, source="Survey"),
        _level("QA pass rate", TargetKind.QUALITY, Metric.QA_PASS, _LEAST, "95", "90", "0.20"),
        _level("Reviewed within half an hour", TargetKind.TIME, Metric.REVIEW_TIME, _LEAST, "90", "75", "0.15", minutes=30),
        _level("Share of AI outputs changed, all outputs", TargetKind.RISK, Metric.DEVIATION, _MOST, "18", "25", "0.10"),
        _level("New procedures in use within 24 h", TargetKind.ACTIVITY, Metric.REPORTED, _LEAST, "95", "", "0.05", source="Training desk"),
    ],
}  # fmt: skip
_COST_ONLY = _level(
    "Cost per ticket below ¥180",
    TargetKind.ACTIVITY,
    Metric.REPORTED,
    _LEAST,
    "100",
    "",
    "1",
    source="Invoices",
)


def agree(parts: Parts, spec: Client) -> None:
    """Written by the provider's governance, accepted by the client's owner and by operations."""
    process, author = parts.processes[spec.process], parts.users[_AUTHOR]
    at = parts.born + timedelta(days=30)
    agreed = service_levels.draft(process=process, by=author, at=at)
    for terms in LEVELS[spec.process]:
        service_levels.put(agreement_id=agreed.pk, terms=terms, by=author, at=at)
    service_levels.set_credits(
        agreement_id=agreed.pk,
        monthly_fee=_FEES[spec.process],
        percent=Decimal(2),
        percent_again=Decimal(5),
        cap=Decimal(12),
        by=author,
        at=at,
    )
    agreed = service_levels.propose(agreement_id=agreed.pk, by=author, at=at)
    said = service_levels.digest(agreed)
    for login in (spec.owner, _PROVIDER_SIGNS):
        at += timedelta(days=1)
        service_levels.accept(agreement_id=agreed.pk, by=parts.users[login], said=said, at=at)


def draft_cost_only(parts: Parts) -> None:
    """Story 11: somebody at the provider would like to be paid per ticket."""
    process, author = parts.processes["CS-REPLY"], parts.users[_AUTHOR]
    at = parts.now - timedelta(days=3)
    draft = service_levels.draft(
        process=process, by=author, at=at, note="Cost per ticket, as purchasing asked"
    )
    for terms in LEVELS["CS-REPLY"]:
        service_levels.remove(agreement_id=draft.pk, name=terms.name, by=author, at=at)
    service_levels.put(agreement_id=draft.pk, terms=_COST_ONLY, by=author, at=at)
