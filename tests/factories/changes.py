"""Model changes in the states they go through, reached by the services."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from audit.models import Event
from contracts.domain.change_content import Notice
from contracts.domain.change_evidence import Shown
from contracts.domain.change_kinds import Proof
from contracts.domain.raci import Letter, Task
from contracts.enums import Authority, Party
from contracts.models import ModelChange, NoticeTerms
from contracts.selectors import raci as reading
from contracts.services import (
    change_approvals,
    change_deployments,
    change_evidence,
    memberships,
    model_changes,
    notice_terms,
    raci,
    raci_drafts,
)
from contracts.services.raci_drafts import Holder
from tests.worlds import Desk

WHY = "The order of the tables is read wrongly"
SUMMARY = "Report 14 of the laboratory, page 3"
LEAD = timedelta(days=40)
AGO = timedelta(days=20)


def notice(desk: Desk, at: datetime, **changes: Any) -> Notice:
    """A whole notice of the next version, forty days ahead."""
    planned = at + LEAD
    told = Notice(
        kind="base_model",
        change_class="major",
        reference=f"{desk.client.slug}-2.0",
        steps=("approve", "triage"),
        reason="The base model of the old version ends",
        behaviour="It reads tables better, and says less often that it is unsure",
        evaluation="ADR 8.0 % before, 7.6 % after on 400 golden cases",
        data_handling="Nothing changes in the handling of data",
        rollback_plan="The old version stays warm for a month",
        contact="Vendor Desk, desk@vendor.example",
        planned_at=planned,
        test_from=(at + timedelta(days=1)).date(),
        test_until=(planned - timedelta(days=1)).date(),
    )
    return replace(told, **changes)


def authorise(desk: Desk, at: datetime) -> None:
    """Give the provider's operations the authority to decide, once; and let both parties sign a RACI that makes the provider
    accountable for model changes, as on CS-REPLY (§6.4)."""
    if not desk.ops.authorities.exists():
        memberships.grant_authority(
            user=desk.ops,
            process=desk.process,
            kind=Authority.DECISION,
            evidence="Mandate of the provider",
            by=None,
            at=at,
        )
    if reading.accountable(desk.process, Task.MODEL_CHANGE) == Party.PROVIDER:
        return
    matrix = raci_drafts.draft(process=desk.process, by=desk.governance, at=at)
    raci_drafts.put_row(
        matrix_id=matrix.pk,
        task=Task.MODEL_CHANGE,
        held=[
            Holder(Letter.A, Party.PROVIDER, desk.ops),
            Holder(Letter.R, Party.AI_VENDOR, desk.vendor),
            Holder(Letter.C, Party.CLIENT, desk.owner),
        ],
        by=desk.governance,
        at=at,
    )
    signed = raci.propose(matrix_id=matrix.pk, by=desk.governance, at=at)
    for person in (desk.ops, desk.owner):
        raci.sign(matrix_id=signed.pk, digest=signed.digest, by=person, at=at)


def agreed(desk: Desk, at: datetime, **terms: Any) -> NoticeTerms:
    return notice_terms.agree(process=desk.process, by=desk.owner, at=at, **terms)


def medium(desk: Desk, at: datetime) -> NoticeTerms:
    """Personal data that is taken out before the model, so that a change of it weighs medium."""
    return agreed(desk, at, data=["personal"], redacted_until=(at + timedelta(days=365)).date())


def notified(desk: Desk, at: datetime, **changes: Any) -> ModelChange:
    return model_changes.file(
        process=desk.process,
        model=desk.model.model,
        notice=notice(desk, at, **changes),
        by=desk.vendor,
        at=at,
    )


def classified(desk: Desk, at: datetime, **changes: Any) -> ModelChange:
    return model_changes.classify(change_id=notified(desk, at, **changes).pk, by=desk.governance, at=at)


def in_test(desk: Desk, at: datetime, **changes: Any) -> ModelChange:
    return model_changes.begin_test(change_id=classified(desk, at, **changes).pk, by=desk.vendor, at=at)


def shown(at: datetime) -> list[Shown]:
    """Enough of everything, of days that are over."""
    day = at.date()
    return [
        Shown(Proof.REGRESSION, 320, Decimal("8.0"), Decimal("7.6"), summary=SUMMARY),
        Shown(Proof.SHADOW, 900, summary=SUMMARY),
        Shown(
            Proof.CANARY,
            share=Decimal(7),
            since=day - timedelta(days=14),
            until=day,
            all_reviewed=True,
            summary=SUMMARY,
        ),
        Shown(Proof.ROLLBACK, until=day, summary=SUMMARY),
    ]


def evidenced(desk: Desk, at: datetime, **changes: Any) -> ModelChange:
    change = in_test(desk, at, **changes)
    for one in shown(at):
        change_evidence.show(change_id=change.pk, shown=one, by=desk.vendor, at=at)
    return change


def submitted(desk: Desk, at: datetime, **changes: Any) -> ModelChange:
    return model_changes.submit(change_id=evidenced(desk, at, **changes).pk, by=desk.vendor, at=at)


def approved(desk: Desk, at: datetime, **changes: Any) -> ModelChange:
    """Approved by the provider and the client."""
    authorise(desk, at)
    change = submitted(desk, at, **changes)
    change_approvals.approve(change_id=change.pk, by=desk.ops, at=at)
    return change_approvals.approve(change_id=change.pk, by=desk.owner, at=at)


def scheduled(desk: Desk, at: datetime, **changes: Any) -> ModelChange:
    change = approved(desk, at, **changes)
    return change_deployments.schedule(change_id=change.pk, when=change.planned_at, by=desk.ops, at=at)


def due(desk: Desk, at: datetime, **changes: Any) -> ModelChange:
    """A change of minor class that is due now: everything before happened some weeks ago, when the world was young."""
    before = at - AGO
    told = {
        "kind": "system_prompt",
        "change_class": "minor",
        "planned_at": at,
        "test_until": (at - timedelta(days=1)).date(),
    }
    return scheduled(desk, before, **{**told, **changes})


def deployed(desk: Desk, at: datetime, **changes: Any) -> ModelChange:
    return change_deployments.deploy(change_id=due(desk, at, **changes).pk, by=desk.ops, at=at)


def watched(desk: Desk, at: datetime, **changes: Any) -> ModelChange:
    return change_deployments.watch(change_id=deployed(desk, at, **changes).pk, at=at, sampled=True)


def emergency(desk: Desk, at: datetime, **changes: Any) -> ModelChange:
    told = {
        "change_class": "emergency",
        "planned_at": at - timedelta(hours=2),
        "test_from": None,
        "test_until": None,
    }
    return notified(desk, at, **{**told, **changes})


def told(action: str) -> list[dict]:
    """What the trail holds of an action on model changes."""
    return [event.facts for event in Event.objects.filter(action=f"modelchange.{action}").order_by("pk")]


def models_of(desk: Desk, code: str = "approve") -> set[str]:
    """What a step may use."""
    return set(desk.process.steps.get(code=code).model_versions.values_list("reference", flat=True))
