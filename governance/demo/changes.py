"""Model changes of the demo world (L2–L4): what was agreed, a change that is closed, one that waits for the client, and days
without deployments."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from contracts.domain.change_content import Notice
from contracts.domain.change_evidence import Shown
from contracts.domain.change_kinds import Proof
from contracts.models import ModelChange
from contracts.services import (
    change_approvals,
    change_deployments,
    change_evidence,
    freezes,
    model_changes,
    notice_terms,
)
from contracts.services.change_deployments import Deviation
from governance.demo.parts import Parts

_DAY = timedelta(days=1)
_OPS, _GOVERNANCE = "arjun.mehta", "priya.nair"
_REPORT = "Report of the vendor's laboratory, attached to the ticket"


def agree(parts: Parts) -> None:
    """What the clients' owners agreed when the processes went live, and their calendars of freezes."""
    at, today = parts.born + timedelta(days=46), parts.now.date()
    owners = {"AP-INV": "katrin.vogt", "CLM-TRI": "sean.daly", "CS-REPLY": "hiro.tanaka"}
    data = {"AP-INV": ["payment"], "CLM-TRI": ["claims", "personal"], "CS-REPLY": ["personal"]}
    for code, owner in owners.items():
        notice_terms.agree(
            process=parts.processes[code],
            data=data[code],
            # Identifiers are taken out before the model, as the provider attests each half-year (A4).
            redacted_until=today + timedelta(days=120) if code == "CS-REPLY" else None,
            by=parts.users[owner],
            at=at,
        )
    first = (today.replace(day=28) + timedelta(days=4)).replace(day=1)
    for code, name, begins, days in (
        ("AP-INV", "Month-end close", first - 2 * _DAY, 4),
        ("CLM-TRI", "Catastrophe season", first, 60),
    ):
        freezes.freeze(
            process=parts.processes[code],
            name=name,
            begins=begins,
            ends=begins + days * _DAY,
            by=parts.users[owners[code]],
            at=parts.now - 20 * _DAY,
        )
    _closed(parts)
    _waiting(parts)


def _notice(parts: Parts, days: int) -> Notice:
    planned = parts.now + days * _DAY
    return Notice(
        kind="base_model",
        change_class="major",
        reference="ledgerline-5.0",
        steps=("extract", "match", "approve"),
        reason="The base model of Ledgerline 4 is no longer maintained by its maker after the winter.",
        behaviour="Credit notes over several orders are read; it says less often that it is unsure.",
        evaluation="400 golden invoices: 8.0 % of the proposals changed before, 7.4 % after.",
        data_handling="Nothing changes: same region, same tenancy, no use for training.",
        rollback_plan="4.2 answers beside it for the two weeks of the watch.",
        contact="Sam Ortiz, sam.ortiz@tallyworks.example",
        planned_at=planned,
        test_from=(planned - 30 * _DAY).date(),
        test_until=(planned - 2 * _DAY).date(),
    )


def _waiting(parts: Parts) -> None:
    """Ledgerline 5.0: tested, and waiting for Halvorsen's CFO."""
    filed = parts.now - 32 * _DAY
    notice = replace(_notice(parts, 9), test_from=(filed + 2 * _DAY).date())
    _tested(parts, "AP-INV", notice, "sam.ortiz", filed, filed + 28 * _DAY)


def _tested(
    parts: Parts, code: str, notice: Notice, filer: str, filed: datetime, shown_at: datetime
) -> ModelChange:
    process, users = parts.processes[code], parts.users
    model = process.steps.get(code=notice.steps[0]).model_versions.get().model
    change = model_changes.file(process=process, model=model, notice=notice, by=users[filer], at=filed)
    model_changes.classify(change_id=change.pk, by=users[_GOVERNANCE], at=filed + _DAY)
    model_changes.begin_test(change_id=change.pk, by=users[filer], at=filed + 2 * _DAY)
    day = shown_at.date()
    for one in (
        Shown(Proof.REGRESSION, 400, Decimal("8.0"), Decimal("7.4"), summary=_REPORT),
        Shown(Proof.SHADOW, 1_240, summary=_REPORT),
        Shown(
            Proof.CANARY,
            share=Decimal(7),
            since=day - 16 * _DAY,
            until=day - _DAY,
            all_reviewed=True,
            summary=_REPORT,
        ),
        Shown(Proof.ROLLBACK, until=day - _DAY, summary=_REPORT),
    ):
        change_evidence.show(change_id=change.pk, shown=one, by=users[filer], at=shown_at)
    return model_changes.submit(change_id=change.pk, by=users[filer], at=shown_at)


def _closed(parts: Parts) -> None:
    """Scribe's prompt was changed before the history begins: nobody objected, and the watch found nothing worse."""
    filed, users = parts.born + timedelta(days=60), parts.users
    notice = replace(
        _notice(parts, 0),
        kind="system_prompt",
        change_class="minor",
        reference="scribe-7.0",
        steps=("draft", "send"),
        reason="Replies cited the knowledge base without naming the article.",
        behaviour="Every reply names the article it rests on.",
        evaluation="400 golden replies: 8.0 % changed before, 7.4 % after.",
        rollback_plan="The earlier prompt is kept and can be switched back within the hour.",
        contact="Nina Koch, nina.koch@corvid.example",
        planned_at=filed + 30 * _DAY,
        test_from=(filed + 2 * _DAY).date(),
        test_until=(filed + 28 * _DAY).date(),
    )
    change = _tested(parts, "CS-REPLY", notice, "nina.koch", filed, filed + 20 * _DAY)
    change = change_approvals.approve(change_id=change.pk, by=users[_OPS], at=filed + 21 * _DAY)
    change_approvals.advance(at=filed + 40 * _DAY)
    deployed = filed + 45 * _DAY
    change_deployments.schedule(change_id=change.pk, when=deployed, by=users[_OPS], at=filed + 41 * _DAY)
    change_deployments.deploy(change_id=change.pk, by=users[_OPS], at=deployed)
    change_deployments.watch(change_id=change.pk, at=deployed, sampled=True)
    change_deployments.close(
        change_id=change.pk,
        before=Deviation(812, 65),
        after=Deviation(398, 29),
        by=users[_OPS],
        at=deployed + 15 * _DAY,
    )
