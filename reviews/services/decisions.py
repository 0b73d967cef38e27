"""Decisions: what a person decides on a case in hand, by which authority, and taking it back within the undo window.

A decision is final, or a recommendation: where a second pair of eyes is required, where the two disagree, or where
the agreement gives the final decision to somebody else (C3, D2, D8).
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, connection, transaction

from audit.domain.envelope import Entry
from audit.errors import Conflict, Invalid, NotAllowed, NotVisible
from audit.services import recording
from contracts.domain.final_decision import FinalRule
from contracts.enums import Authority, Category
from contracts.models import User
from contracts.selectors import authority, paths
from reviews import permissions
from reviews.domain import materiality
from reviews.domain.materiality import Change
from reviews.enums import (
    CaseState,
    ClaimEnd,
    EscalationReason,
    InteractionState,
    ReasonCode,
    Route,
    Verdict,
)
from reviews.models import Case, Claim, Decision, Escalation, Interaction
from reviews.selectors import finals, snapshots
from reviews.selectors.snapshots import Snapshot, Step
from reviews.services import claims, escalations, nudges, outputs, trail
from reviews.services.preparing import is_adverse

NOTE_LENGTH = 10_000


@dataclass(frozen=True)
class Answer:
    """What the reviewer filled in. `output` is what he makes of the AI's output; factors support an adverse outcome."""

    verdict: Verdict
    output: Mapping[str, Any] | None = None
    reason_code: str = ""
    note: str = ""
    factors: Sequence[str] = ()
    replayed: bool = False


@dataclass
class _Work:
    """One decision in the making."""

    case: Case
    user: User
    at: datetime
    answer: Answer
    snapshot: Snapshot
    step: Step
    claim: Claim | None
    escalation: Escalation | None
    first: Decision | None
    output: dict[str, Any] = field(default_factory=dict)
    change: Change | None = None
    adverse: bool = False

    @property
    def interaction(self) -> Interaction:
        return self.case.interaction


@transaction.atomic
def decide(*, case_id: UUID, user: User, answer: Answer, at: datetime) -> Decision:
    """Decide a case in hand.

    Raises Conflict where the lease lapsed, the evidence was not opened or somebody was faster; Invalid for a missing
    reason, a missing factor of an adverse outcome, or an edit that changes nothing; NotAllowed where the final decision
    belongs to another.
    """
    work = _open(case_id, user, answer, at)
    _check_answer(work)
    _judge(work)
    rule = _final_rule(work)
    if work.escalation is not None:
        _check_final_holder(work, rule)
    decision, entries = _settle(work, rule)
    recording.record_many(entries)
    _follow(work, decision, rule)
    return decision


def _open(case_id: UUID, user: User, answer: Answer, at: datetime) -> _Work:
    if connection.features.has_select_for_update:
        # The case row is the queue for everybody who decides on it; SQLite has one writer anyway.
        Case.objects.select_for_update().filter(pk=case_id).first()
    case = claims.load(case_id)
    permissions.check_can_see_case(user, case)
    permissions.check_holds(user, case, at)
    escalation = None
    if case.state == CaseState.ESCALATED:
        escalation = Escalation.objects.filter(case=case, resolved_at__isnull=True).first()
    else:
        permissions.check_can_work(user, case.queue)
    first = case.decisions.filter(withdrawn_at__isnull=True).order_by("-round", "-pk").first()
    snapshot = snapshots.current(case.process_id)
    return _Work(
        case=case,
        user=user,
        at=at,
        answer=answer,
        snapshot=snapshot,
        step=snapshot.steps[case.interaction.step.code],
        claim=permissions.holding(user, case, at),
        escalation=escalation,
        first=first,
    )


def _check_answer(work: _Work) -> None:
    answer = work.answer
    if answer.reason_code and answer.reason_code not in set(ReasonCode):
        raise Invalid("reason_unknown", "Choose a reason from the list.", "reason_code")
    people_only = work.interaction.category == Category.D3
    # A reason says why a person departed from the AI; on D3 he has not seen it, and to ask would tell him that he did.
    if answer.verdict != Verdict.APPROVE and not answer.reason_code and not people_only:
        raise Invalid("reason_required", "Choose a reason.", "reason_code")
    if answer.reason_code == ReasonCode.OTHER and not answer.note.strip():
        raise Invalid("note_required", "Say what the reason is.", "note")
    if len(answer.note) > NOTE_LENGTH:
        raise Invalid("note_long", f"A note has {NOTE_LENGTH:,} characters at most.", "note")
    if answer.verdict in (Verdict.APPROVE, Verdict.EDIT) or people_only:
        required = work.step.evidence if work.snapshot.evidence_required else ()
        permissions.check_can_approve(work.user, work.case, required, work.at)


def _judge(work: _Work) -> None:
    """Work out what stands after the decision, and how far it departs from the AI's output."""
    before = work.interaction.output
    answer = work.answer
    if answer.verdict == Verdict.REJECT:
        work.output = {}
        work.change = Change(changed=True, material=True, similarity=Decimal(0))
    elif answer.verdict == Verdict.APPROVE:
        work.output = dict(before)
        work.change = Change(changed=False, material=False, similarity=Decimal(1))
    else:
        work.output = outputs.apply(before, answer.output or {}, work.interaction.step.output_fields)
        change = materiality.assess(before, work.output, decision_fields=work.step.decision_fields)
        if not change.changed:
            raise Invalid("unchanged", "Nothing was changed: approve it, or change something.", "output")
        material = True if answer.verdict == Verdict.OVERRIDE else change.material
        work.change = Change(changed=True, material=material, similarity=change.similarity)
    work.adverse = is_adverse(work.step, work.output)
    if work.adverse and not (answer.reason_code and any(factor.strip() for factor in answer.factors)):
        raise Invalid(
            "factors_required",
            "An outcome that hurts the customer needs a reason and at least one main factor.",
            "factors",
        )


def _final_rule(work: _Work) -> FinalRule | None:
    """Who makes the final decision on this outcome, where the agreement names somebody (C3)."""
    return finals.rule_for(
        snapshot=work.snapshot, step=work.step, value=finals.value_of(work.interaction), adverse=work.adverse
    )


def _holds_final(work: _Work, rule: FinalRule) -> bool:
    return work.user.pk in {rule.person_id, rule.deputy_id}


def _check_final_holder(work: _Work, rule: FinalRule | None) -> None:
    """At the level of the final decision only its designated holder, with a decision grant, may decide (C3, K4)."""
    if rule is None:
        return
    level = next(level for level in work.escalation.path if level["level"] == work.escalation.level)  # type: ignore[union-attr]
    if level["is_final"] and not _holds_final(work, rule):
        raise NotAllowed("not_final", "The final decision belongs to somebody else by the agreement.")


def _settle(work: _Work, rule: FinalRule | None) -> tuple[Decision, list[Entry]]:
    """Store the decision as final or as a recommendation, with its events."""
    holder = rule is not None and _holds_final(work, rule)
    if holder and authority.grant(work.user, work.case.process, Authority.DECISION, work.at) is None:
        raise NotAllowed("no_authority", "You hold no decision authority on this process.")
    needs_second = work.escalation is None and work.case.needs_second and work.case.first_reviewer_id is None
    agreed = work.first is None or work.escalation is not None or _agree(work)
    final = not needs_second and agreed and (rule is None or holder)
    seconds = _seconds(work)
    if work.claim is not None and not claims.end(case=work.case, user=work.user, at=work.at, how=ClaimEnd.DECIDED):
        raise Conflict("lease_lapsed", "You do not hold this case any more. Your draft is kept; claim it again.")
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
        authority=_authority_text(work, role, final, rule),
        decided_by=work.user,
        decided_at=work.at,
        role=role,
        seconds=seconds,
        evidence=sorted(work.case.evidence_views.filter(user=work.user).values_list("panel", flat=True)),
        sop_version=work.claim.sop_version if work.claim else work.step.sop_version,
        ruleset_version=work.interaction.routing.ruleset_version,
        model_reference=work.interaction.model_reference,
        replayed=work.answer.replayed,
    )
    try:
        with transaction.atomic():
            decision.save(force_insert=True)
    except IntegrityError:
        raise Conflict("already_decided", "This case has been decided already.") from None
    return decision, _events(work, decision, holder, rule)


def _agree(work: _Work) -> bool:
    first = work.first
    rejected = first is not None and (first.verdict == Verdict.REJECT) != (work.answer.verdict == Verdict.REJECT)
    return first is None or (not rejected and first.output == work.output)


def _seconds(work: _Work) -> int:
    """The active time the server credits: what heartbeats brought, or the time since the claim where none came."""
    if work.claim is None:
        return 0
    held = int((work.at - work.claim.claimed_at).total_seconds())
    since = int((work.at - work.claim.heartbeat_at).total_seconds())
    if work.claim.heartbeat_at == work.claim.claimed_at:
        return max(0, min(held, settings.LEASE_SECONDS))
    return max(0, min(held, work.claim.active_seconds + min(since, claims.HEARTBEAT_GAP)))


def _authority_text(work: _Work, role: str, final: bool, rule: FinalRule | None) -> str:
    words = role.replace("_", " ") or "reviewer"
    if final and rule is not None:
        return f"Final decision-maker ({rule.role.replace('_', ' ')}) by the agreement on {work.case.process.code}"
    if final:
        return f"{words.capitalize()} on {work.case.process.code}"
    if rule is not None:
        return f"Recommendation; final: {rule.role.replace('_', ' ')}"
    return "Recommendation; a second person decides"


def _events(work: _Work, decision: Decision, holder: bool, rule: FinalRule | None) -> list[Entry]:
    interaction, case = work.interaction, work.case
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
        "evidence_required": list(work.step.evidence),
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
    if holder and decision.is_final and rule is not None:
        told = {"case": case.pk, "category": rule.category, "role": rule.role}
        entries.append(entry("final_decision.recorded", told))
    return entries


def _follow(work: _Work, decision: Decision, rule: FinalRule | None) -> None:
    """What comes of it: the release is set, or the case goes on to the next person."""
    if work.escalation is not None and decision.is_final:
        escalations.resolve(escalation=work.escalation, decision=decision, by=work.user, at=work.at)
    if decision.is_final:
        _finish(work, decision)
        return
    if work.escalation is not None:
        escalations.resolve(escalation=work.escalation, decision=decision, by=work.user, at=work.at)
    if rule is not None and not (work.case.needs_second and work.case.first_reviewer_id is None):
        levels = _final_levels(work, rule)
        escalations.open_path(
            case=work.case,
            reason=EscalationReason.FINAL_DECISION,
            question="",
            by=work.user,
            at=work.at,
            levels=levels,
        )
    elif work.first is not None and work.escalation is None:
        _disagree(work)
    else:
        _ask_second(work)


def _finish(work: _Work, decision: Decision) -> None:
    changed = Interaction.objects.filter(
        pk=work.interaction.pk, state__in=[InteractionState.IN_REVIEW, InteractionState.ESCALATED]
    ).update(
        state=InteractionState.DECIDED,
        final_decision=decision,
        release_after=work.at + timedelta(seconds=settings.UNDO_SECONDS),
    )
    if not changed:
        raise Conflict("already_decided", "This case has been decided already.")
    Case.objects.filter(pk=work.case.pk).update(state=CaseState.DECIDED, owner=None)
    nudges.after_commit("reviews.release_due", countdown=settings.UNDO_SECONDS + 0.2)


def _ask_second(work: _Work) -> None:
    Case.objects.filter(pk=work.case.pk).update(
        state=CaseState.AWAITING_SECOND, owner=None, first_reviewer=work.user
    )
    Interaction.objects.filter(pk=work.interaction.pk).update(state=InteractionState.AWAITING_SECOND)
    facts = {"case": work.case.pk, "queue": work.case.queue_id}
    recording.record_many(
        [
            trail.entry(
                interaction=work.interaction, action="review.second_requested", by=work.user, facts=facts, at=work.at
            )
        ]
    )


def _disagree(work: _Work) -> None:
    """D8: two reviewers, two results: somebody above both decides."""
    facts = {"case": work.case.pk}
    recording.record_many(
        [trail.entry(interaction=work.interaction, action="review.disagreed", by=work.user, facts=facts, at=work.at)]
    )
    escalations.open_path(
        case=work.case, reason=EscalationReason.DISAGREEMENT, question="", by=work.user, at=work.at
    )


def _final_levels(work: _Work, rule: FinalRule) -> list[dict[str, Any]]:
    """The one level of a final decision: its designated holder, with the limits of the path's last level."""
    path = paths.in_force(work.case.process, work.case.trigger_class)
    if path is None:
        raise Conflict("no_path", "This process has no escalation path yet: ask the operations manager.")
    last = paths.frozen(path)[-1]
    return [
        {
            **last,
            "name": "Final",
            "role": rule.role,
            "person": str(rule.person_id),
            "deputy": str(rule.deputy_id) if rule.deputy_id else None,
            "is_final": True,
        }
    ]


@transaction.atomic
def withdraw(*, decision_id: UUID, user: User, at: datetime) -> Case:
    """Take a final decision back before it is released; the case returns to the same person (design §3).

    Raises Conflict once it was released, NotAllowed for anybody else.
    """
    decision = (
        Decision.objects.select_related("interaction__process__client", "case__queue").filter(pk=decision_id).first()
    )
    if decision is None:
        raise NotVisible("not_found", "There is no such decision that you can see.")
    decision.case.process = decision.interaction.process
    if decision.decided_by_id != user.pk:
        permissions.check_can_see_case(user, decision.case)
    permissions.check_can_withdraw(user, decision, at)
    freed = Interaction.objects.filter(
        pk=decision.interaction_id,
        state=InteractionState.DECIDED,
        final_decision=decision,
        release_after__gt=at,
    ).update(state=InteractionState.IN_REVIEW, final_decision=None, release_after=None)
    if not freed:
        raise Conflict("undo_over", "It has been released already.")
    Decision.objects.filter(pk=decision.pk).update(withdrawn_at=at, withdrawn_by=user)
    escalation = Escalation.objects.filter(case=decision.case, resolved_at=decision.decided_at).first()
    if escalation is not None:
        escalations.reopen(escalation=escalation, at=at)
        Case.objects.filter(pk=decision.case_id).update(state=CaseState.ESCALATED, owner=user)
        Interaction.objects.filter(pk=decision.interaction_id).update(state=InteractionState.ESCALATED)
    else:
        Case.objects.filter(pk=decision.case_id).update(state=CaseState.IN_REVIEW, owner=user)
        Claim.objects.create(
            case=decision.case,
            user=user,
            claimed_at=at,
            heartbeat_at=at,
            expires_at=at + claims.lease(),
            sop_version=decision.sop_version,
        )
    facts = {"decision": decision.pk, "case": decision.case_id}
    recording.record_many(
        [trail.entry(interaction=decision.interaction, action="review.withdrawn", by=user, facts=facts, at=at)]
    )
    return claims.load(decision.case_id)


def own_outcome(interaction: Interaction, output: Mapping[str, Any]) -> Verdict:
    """D3: the reviewer records an outcome without having seen the AI's; it is an approval where the two are equal."""
    if interaction.category != Category.D3:
        raise Invalid("not_d3", "Only steps that belong to people are decided like this.", "verdict")
    for entry in interaction.step.output_fields:
        if entry["name"] in interaction.output and not str(output.get(entry["name"], "")).strip():
            label = entry.get("label", entry["name"])
            raise Invalid("field_required", f"{label}: fill this in.", f"output.{entry['name']}")
    same = outputs.apply(interaction.output, output, interaction.step.output_fields) == interaction.output
    return Verdict.APPROVE if same else Verdict.OVERRIDE
