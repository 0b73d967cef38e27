"""Decisions: what a person decides on a case in hand, and by which authority.

A decision is final, or a recommendation: where a second pair of eyes is required, where the two disagree, or where
the agreement gives the final decision to somebody else (C3, D2, D8).
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction

from audit.domain.envelope import Entry
from audit.errors import Conflict, Invalid
from audit.services import recording
from contracts.enums import Category
from contracts.models import User
from contracts.selectors import authority, paths
from reviews import permissions
from reviews.domain import materiality, reading
from reviews.domain.transitions import INTERACTION, before
from reviews.enums import (
    CaseState,
    ClaimEnd,
    EscalationReason,
    InteractionState,
    Learning,
    Route,
    Verdict,
)
from reviews.models import Case, Decision, Escalation, Interaction
from reviews.selectors import cases, snapshots
from reviews.services import claims, escalations, judging, nudges, outputs, standing, trail
from reviews.services.judging import Answer, Work


@transaction.atomic
def decide(*, case_id: UUID, user: User, answer: Answer | Callable[[Case], Answer], at: datetime) -> Decision:
    """Decide a case in hand. The answer may be read against the case as it stands under its lock.

    Raises Conflict where the lease lapsed, the evidence was not opened or somebody was faster; Invalid for a missing
    reason, a missing factor of an adverse outcome, or an edit that changes nothing; NotAllowed where the case is
    escalated to another, or the final decision is made without decision authority.
    """
    work = _open(case_id, user, answer, at)
    judging.judge(work)
    decision = _settle(work)
    recording.record_many(_events(work, decision))
    _follow(work, decision)
    return decision


def _open(case_id: UUID, user: User, answer: Answer | Callable[[Case], Answer], at: datetime) -> Work:
    claims.lock(case_id, user)
    case = cases.load(case_id, "interaction__routing")
    permissions.check_can_see_case(user, case)
    claim = permissions.check_holds(user, case, at)
    escalation = None
    if case.state == CaseState.ESCALATED:
        escalation = Escalation.objects.filter(case=case, resolved_at__isnull=True).first()
    first = case.standing_decisions().order_by("-round", "-pk").first() if case.may_have_decisions else None
    snapshot = snapshots.terms_of(case)
    return Work(
        case=case,
        user=user,
        at=at,
        answer=answer if isinstance(answer, Answer) else answer(case),
        snapshot=snapshot,
        step=snapshot.step_of(case.interaction),
        claim=claim,
        escalation=escalation,
        first=first,
        opened=cases.opened_evidence(user, case),
    )


def _settle(work: Work) -> Decision:
    """Store the decision as final or as a recommendation."""
    final = not work.needs_second and work.agreed and (work.rule is None or work.holder)
    seconds = _seconds(work)
    if work.claim is not None and not claims.end(
        case=work.case, user=work.user, at=work.at, how=ClaimEnd.DECIDED
    ):
        raise Conflict(
            "lease_lapsed", "You do not hold this case any more. Your draft is kept; claim it again."
        )
    role = authority.role_on(work.user, work.case.process)
    change = work.change
    assert change is not None  # noqa: S101 — set by _judge
    decision = Decision(
        case=work.case,
        interaction=work.interaction,
        process=work.case.process,
        round=(work.first.round + 1) if work.first else 1,
        verdict=work.answer.verdict,
        output=work.output,
        reason_code=work.answer.reason_code,
        note=work.answer.note.strip(),
        factors=[factor.strip() for factor in work.answer.factors if factor.strip()],
        changed=change.changed,
        material=change.material,
        similarity=change.similarity.quantize(Decimal("0.0001")),
        is_final=final,
        authority=_authority_text(work, role, final),
        decided_by=work.user,
        decided_at=work.at,
        role=role,
        seconds=seconds,
        reading_floor=_reading_floor(work),
        evidence=sorted(work.opened),
        sop_version=work.claim.sop_version if work.claim else work.step.sop_version,
        ruleset_version=work.interaction.routing.ruleset_version,
        model_reference=work.interaction.model_reference,
        replayed=work.answer.replayed,
    )
    try:
        # Its failure ends the whole transaction, so there is nothing to save for it.
        with transaction.atomic(savepoint=False):
            decision.save(force_insert=True)
    except IntegrityError:
        raise Conflict("already_decided", "This case has been decided already.") from None
    return decision


def _seconds(work: Work) -> int:
    """The active time the server credits: what heartbeats brought, or the time since the claim where none came."""
    if work.claim is None:
        return 0
    held = int((work.at - work.claim.claimed_at).total_seconds())
    since = int((work.at - work.claim.heartbeat_at).total_seconds())
    if work.claim.heartbeat_at == work.claim.claimed_at:
        return max(0, min(held, settings.LEASE_SECONDS))
    return max(0, min(held, work.claim.active_seconds + min(since, claims.HEARTBEAT_GAP)))


def _reading_floor(work: Work) -> float | None:
    """E1: the seconds below which nobody can have read it. Who decides an escalation has no lease that measures him."""
    if work.claim is None:
        return None
    interaction, shown = work.interaction, [work.interaction.input]
    # On D3 nothing of what the AI made of it is shown.
    if interaction.category != Category.D3:
        shown += [interaction.output, interaction.factors, interaction.citations]
    return reading.floor_of(shown, interaction.language)


def _authority_text(work: Work, role: str, final: bool) -> str:
    words, rule = role.replace("_", " ") or "reviewer", work.rule
    if final and rule is not None:
        return f"Final decision-maker ({rule.role.replace('_', ' ')}) by the agreement on {work.case.process.code}"
    if final:
        return f"{words.capitalize()} on {work.case.process.code}"
    if work.needs_second:
        return "Recommendation; a second person decides"
    if not work.agreed:
        return "Recommendation; the two reviewers disagree, a person above both decides"
    assert rule is not None  # noqa: S101 — nothing else keeps a decision from being final
    return f"Recommendation; final: {rule.role.replace('_', ' ')}"


def _events(work: Work, decision: Decision) -> list[Entry]:
    interaction, case, rule = work.interaction, work.case, work.rule
    text = json.dumps(work.output, sort_keys=True, ensure_ascii=False)
    facts = {
        "verdict": decision.verdict,
        "round": decision.round,
        "is_final": decision.is_final,
        "changed": decision.changed,
        "material": decision.material,
        "similarity": decision.similarity,
        "reason_code": decision.reason_code,
        "seconds": decision.seconds,
        "evidence": decision.evidence,
        "evidence_required": list(judging.required(work)),
        "route": Route.REVIEWED,
        "category": interaction.category,
        "tier": work.step.tier,
        "step": work.step.code,
        "language": interaction.language,
        "severity": case.severity,
        "model_version": decision.model_reference,
        "ruleset_version": decision.ruleset_version,
        "sop_version": decision.sop_version,
        "authority": decision.authority,
        "adverse": work.adverse,
        "waited_seconds": int((work.at - case.opened_at).total_seconds()),
        "output_digest": hashlib.sha256(text.encode()).hexdigest(),
        "replayed": decision.replayed,
    }

    def entry(action: str, facts: Mapping[str, Any], personal: Mapping[str, str] | None = None) -> Entry:
        origin = "replay" if decision.replayed else None
        return trail.entry(
            interaction=interaction,
            action=action,
            by=work.user,
            role=decision.role,
            facts=facts,
            personal=personal,
            at=work.at,
            origin=origin,
        )

    entries = [entry("review.decided", facts, {"note": decision.note})]
    if decision.verdict == Verdict.OVERRIDE:
        told = {"verdict": decision.verdict, "reason_code": decision.reason_code, "severity": case.severity}
        entries.append(entry("review.overridden", told))
    if decision.is_final and rule is not None:
        told = {"case": case.pk, "category": rule.category, "role": rule.role}
        entries.append(entry("final_decision.recorded", told))
    return entries


def _follow(work: Work, decision: Decision) -> None:
    """What comes of it: the release is set, or the case goes on to the next person."""
    if work.escalation is not None:
        escalations.resolve(
            escalation=work.escalation,
            decision=decision,
            learning=Learning(work.answer.learning),
            by=work.user,
            at=work.at,
        )
    if decision.is_final:
        _finish(work, decision)
    elif work.needs_second:
        _ask_second(work)
    elif not work.agreed:
        _disagree(work)
    else:
        _ask_final(work)


def _finish(work: Work, decision: Decision) -> None:
    changed = Interaction.objects.filter(
        pk=work.interaction.pk, state__in=before(INTERACTION, InteractionState.DECIDED)
    ).update(
        state=InteractionState.DECIDED,
        final_decision=decision,
        release_after=work.at + timedelta(seconds=settings.UNDO_SECONDS),
    )
    if not changed:
        raise Conflict("already_decided", "This case has been decided already.")
    Case.objects.filter(pk=work.case.pk).update(state=CaseState.DECIDED, owner=None)
    nudges.after_commit("reviews.release_due", countdown=settings.UNDO_SECONDS + 0.2)


def _ask_second(work: Work) -> None:
    if not standing.move(
        work.case, CaseState.AWAITING_SECOND, owner=None, first_reviewer=work.user, needs_second=True
    ):
        raise Conflict("already_decided", "This case has been decided already.")
    facts = {"case": work.case.pk, "queue": work.case.queue_id}
    recording.record_many(
        [
            trail.entry(
                interaction=work.interaction,
                action="review.second_requested",
                by=work.user,
                facts=facts,
                at=work.at,
            )
        ]
    )


def _disagree(work: Work) -> None:
    """D8: two reviewers, two results: somebody above both decides."""
    facts = {"case": work.case.pk}
    recording.record_many(
        [
            trail.entry(
                interaction=work.interaction, action="review.disagreed", by=work.user, facts=facts, at=work.at
            )
        ]
    )
    escalations.open_path(
        case=work.case, reason=EscalationReason.DISAGREEMENT, question="", by=work.user, at=work.at
    )


def _ask_final(work: Work) -> None:
    """C3: the agreement gives the final decision to somebody else, who gets it as an escalation of one level: its
    designated holder, with the limits of the last level of the path."""
    case, rule = work.case, work.rule
    path = paths.in_force(case.process, case.trigger_class, case.severity)
    assert rule is not None  # noqa: S101 — a decision that is not final for want of it
    if path is None:
        raise Conflict("no_path", "This process has no escalation path yet: ask the operations manager.")
    final = {
        **paths.frozen(path)[-1],
        "name": "Final",
        "role": rule.role,
        "person": str(rule.person_id),
        "deputy": str(rule.deputy_id) if rule.deputy_id else None,
        "is_final": True,
    }
    escalations.open_path(
        case=work.case,
        reason=EscalationReason.FINAL_DECISION,
        question="",
        by=work.user,
        at=work.at,
        path=[final],
        version=path.matrix.version,
    )


def own_outcome(interaction: Interaction, output: Mapping[str, Any]) -> Verdict:
    """D3: the reviewer records an outcome without having seen the AI's; an approval where the two are
    equal, an edit where only wording differs that does not matter, otherwise an override."""
    if interaction.category != Category.D3:
        raise Invalid("not_d3", "Only steps that belong to people are decided like this.", "verdict")
    for entry in interaction.step.output_fields:
        if entry["name"] in interaction.output and not str(output.get(entry["name"], "")).strip():
            label = entry.get("label", entry["name"])
            raise Invalid("field_required", f"{label}: fill this in.", f"output.{entry['name']}")
    step = snapshots.current(interaction.process_id).steps[interaction.step.code]
    own = outputs.apply(interaction.output, output, interaction.step.output_fields)
    change = materiality.assess(interaction.output, own, decision_fields=step.decision_fields)
    if not change.changed:
        return Verdict.APPROVE
    return Verdict.OVERRIDE if change.material else Verdict.EDIT
