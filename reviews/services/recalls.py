"""Recalls (D4): what went out was wrong. It is taken back from whoever used it, and nobody forgets it until that is done.

Before the release a decision is withdrawn, after it there is only this. The decision that released an output is not touched:
the recall says what stands in its place, by whose authority.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.urls import reverse

from audit.domain.envelope import Actor, Target
from audit.errors import Conflict, Invalid, NotAllowed
from audit.services import recording
from contracts import access
from contracts.domain import roles as process_roles
from contracts.enums import Authority
from contracts.models import User
from contracts.selectors import authority
from contracts.services import notifications
from reviews import permissions
from reviews.domain import materiality, texts
from reviews.domain.transitions import INTERACTION, RECALL, before
from reviews.enums import InteractionState, ReasonCode, RecallCause, RecallState, Remedy, Route
from reviews.models import Evaluation, Interaction, Recall
from reviews.permissions.recalls import OVER, RECALLED
from reviews.selectors import finals, snapshots
from reviews.selectors import recalls as selector
from reviews.services import outputs, recall_proposals, trail

SEVERITIES = (1, 2, 3, 4)
# A critical fail is a wrong payment, a leak, a decision without authority: money or privacy at risk until somebody says more.
CRITICAL_SEVERITY = 2
SHORTEST = 10
_QA = Actor.system("qa")


@dataclass(frozen=True, slots=True)
class Correction:
    """What takes the place of an output, and why. `output` are the fields that change; factors support an adverse outcome."""

    remedy: str
    reason_code: str
    explanation: str
    output: Mapping[str, Any] | None = None
    factors: Sequence[str] = ()


@transaction.atomic
def recall(
    *, interaction_id: UUID, by: User, correction: Correction, severity: int | None, at: datetime
) -> Recall:
    """Recall what went out, and say what takes its place.

    Raises NotVisible and NotAllowed for whoever may not, Conflict for what has not gone out (it is withdrawn instead) and for
    what is recalled already, Invalid for an incomplete correction.
    """
    interaction = selector.interaction(interaction_id)
    permissions.check_can_recall(by, interaction)
    if severity not in SEVERITIES:
        raise Invalid("severity", "Say how severe it is, from 1 to 4.", "severity")
    stands = _corrected(interaction, correction, by, at)
    found = _open(
        interaction, at, cause=RecallCause.PERSON, severity=severity, opened_by=by, **_signed(stands, by, at)
    )
    _record(found, "release.recalled", _facts(found), by, at, {"explanation": found.explanation})
    recall_proposals.follow(recall=found, interaction=interaction, by=by, at=at)
    _tell(found, "was recalled", at, by)
    return selector.found(found.pk)


def recall_failed(*, evaluation: Evaluation, at: datetime) -> Recall | None:
    """Recall what an auditor found to fail critically; None where it is recalled already. A part of the transaction that
    stores his score. What takes its place, a person says."""
    interaction = selector.interaction(evaluation.interaction_id)
    if interaction.state not in before(INTERACTION, InteractionState.RECALLED):
        return None
    found = _open(
        interaction,
        at,
        cause=RecallCause.CRITICAL_FAIL,
        severity=CRITICAL_SEVERITY,
        evaluation=evaluation,
    )
    _record(found, "release.recalled", _facts(found), _QA, at)
    recall_proposals.follow(recall=found, interaction=interaction, by=None, at=at)
    _tell(found, "failed QA critically and is recalled", at, None)
    return found


@transaction.atomic
def correct(*, recall_id: UUID, by: User, correction: Correction, at: datetime) -> Recall:
    """Say what takes the place of a recalled output, for the first time or another one. The client's system has to take note
    of that anew. Raises as `recall` does, and Conflict once the fix was confirmed."""
    found = selector.held(recall_id)
    permissions.check_can_correct(by, found)
    stands = _corrected(found.interaction, correction, by, at)
    known = Recall.objects.filter(pk=found.pk).exclude(state=RecallState.CONFIRMED)
    changes = _signed(stands, by, at)
    if not known.update(state=RecallState.OPEN, acknowledged_at=None, acknowledged_by=None, **changes):
        raise Conflict("recall_over", OVER)
    found = selector.found(found.pk)
    _record(found, "release.recall_corrected", _facts(found), by, at, {"explanation": found.explanation})
    _tell(found, "was corrected", at, by)
    return found


@transaction.atomic
def acknowledge(*, recall_id: UUID, by: User, at: datetime) -> Recall:
    """Whoever answers for the client's integration says that its system knows. Raises NotAllowed for everybody else,
    Conflict where it was said already."""
    found = selector.held(recall_id)
    permissions.check_can_acknowledge(by, found)
    return _acknowledge(found, by, at)


@transaction.atomic
def acknowledge_by_agent(*, interaction: Interaction, agent: User, at: datetime) -> Recall:
    """The system that posted the interaction says that it knows: it stopped using the output. Raises Conflict where
    nothing is recalled; said twice, it is said once."""
    permissions.check_is_agent_of(agent, interaction)
    found = Recall.objects.filter(interaction=interaction).values_list("pk", flat=True).first()
    if found is None:
        raise Conflict("not_recalled", "This interaction is not recalled: there is nothing to acknowledge.")
    held = selector.held(found)
    if held.state != RecallState.OPEN:
        return held
    return _acknowledge(held, agent, at)


@transaction.atomic
def decide_notice(*, recall_id: UUID, by: User, notify: bool | None, why: str, at: datetime) -> Recall:
    """The client decides, once, whether the customer is told, and says why. Raises NotAllowed for everybody else, Conflict
    where it was decided, Invalid without a reason."""
    found = selector.held(recall_id)
    permissions.check_can_decide_notice(by, found)
    if notify is None:
        raise Invalid("notify", "Say whether the customer is told.", "notify")
    why = _said(why, "notice", "Say why, so that the customer’s side is understood later.")
    undecided = Recall.objects.filter(pk=found.pk, notify__isnull=True).exclude(state=RecallState.CONFIRMED)
    if not undecided.update(notify=notify, notice=why, noticed_at=at, noticed_by=by):
        raise Conflict("notice_decided", "Whether the customer is told has been decided already.")
    facts = {"recall": found.pk, "notify": notify}
    _record(found, "release.recall_notice", facts, by, at, {"why": why})
    return selector.found(found.pk)


@transaction.atomic
def confirm(*, recall_id: UUID, by: User, fix: str, at: datetime) -> Recall:
    """Confirm that what was wrong is mended: the recall is over. By somebody who did not open it, when the client's system
    knows and the notice is decided. Raises NotAllowed and Conflict otherwise, Invalid where nothing is said."""
    found = selector.held(recall_id)
    permissions.check_can_confirm(by, found)
    fix = _said(fix, "fix", "Say what was mended.")
    ready = Recall.objects.filter(
        pk=found.pk, state__in=before(RECALL, RecallState.CONFIRMED), notify__isnull=False
    ).exclude(remedy="")
    if not ready.update(state=RecallState.CONFIRMED, fix=fix, confirmed_at=at, confirmed_by=by):
        raise Conflict("recall_moved", "The recall has changed meanwhile: look at it again.")
    took = int((at - found.opened_at).total_seconds())
    _record(found, "release.recall_confirmed", {"recall": found.pk, "seconds": took}, by, at, {"fix": fix})
    return selector.found(found.pk)


# ── What takes its place ─────────────────────────────────────────────────────────────────────────────────────


def _corrected(interaction: Interaction, correction: Correction, by: User, at: datetime) -> dict[str, Any]:
    """The correction as it is kept. Raises Invalid for an incomplete one, NotAllowed where the agreement gives the final
    decision on what would take its place to somebody else."""
    if correction.remedy not in set(Remedy):
        raise Invalid("remedy", "Say what takes the place of the output.", "remedy")
    if correction.reason_code not in set(ReasonCode):
        raise Invalid("reason_required", "Choose a reason.", "reason_code")
    explanation = _said(correction.explanation, "explanation", "Say what was wrong.")
    factors = [factor.strip() for factor in correction.factors if factor.strip()]
    texts.clean("\n".join(factors), "factors")
    output, right = None, _role(by, interaction)
    if correction.remedy == Remedy.REPLACE:
        output, right = _replacement(interaction, correction.output or {}, factors, by, at)
    return {
        "remedy": correction.remedy,
        "reason_code": correction.reason_code,
        "explanation": explanation,
        "output": output,
        "factors": factors,
        "authority": right,
    }


def _replacement(
    interaction: Interaction, changes: Mapping[str, Any], factors: Sequence[str], by: User, at: datetime
) -> tuple[dict[str, Any], str]:
    """The output that takes the place of the one that went out, and by what right."""
    out = went_out(interaction)
    fields = interaction.step.output_fields
    after = outputs.apply(out, changes, fields)
    snapshot = snapshots.current(interaction.process_id)
    step = snapshot.steps[interaction.step.code]
    if not materiality.assess(out, after, decision_fields=step.decision_fields).changed:
        raise Invalid("unchanged", "Nothing differs from what went out: change what was wrong.", "output")
    adverse = step.adversity(after) is True
    if adverse and not factors:
        raise Invalid(
            "factors_required",
            "An outcome that hurts the customer needs at least one main factor.",
            "factors",
        )
    value = finals.value_of(interaction, after)
    rule = finals.rule_for(snapshot=snapshot, step=step, value=value, adverse=adverse)
    if rule is None:
        return after, _role(by, interaction)
    words = rule.role.replace("_", " ")
    holds = authority.grant(by, interaction.process, Authority.DECISION, at) is not None
    if by.pk not in {rule.person_id, rule.deputy_id} or not holds:
        raise NotAllowed(
            "final_decision",
            f"Such an output is decided by the {words}. Recall it with nothing in its place; the {words} can correct that.",
        )
    return after, f"Final decision-maker ({words}) by the agreement on {interaction.process.code}"


def went_out(interaction: Interaction) -> dict[str, Any]:
    """The output that was released: a person's, or the AI's own. Of a rejected one nothing was used."""
    decision = interaction.final_decision
    return dict(decision.output or interaction.output) if decision else dict(interaction.output)


def _role(by: User, interaction: Interaction) -> str:
    role = authority.role_on(by, interaction.process).replace("_", " ") or "reviewer"
    return f"{role.capitalize()} on {interaction.process.code}"


def _signed(stands: Mapping[str, Any], by: User, at: datetime) -> dict[str, Any]:
    return {**stands, "corrected_at": at, "corrected_by": by}


def _said(text: str, field: str, sentence: str) -> str:
    text = texts.clean(text, field, required=sentence)
    if len(text) < SHORTEST:
        raise Invalid("text_short", f"{sentence} At least {SHORTEST} characters.", field)
    return text


# ── Rows and events ──────────────────────────────────────────────────────────────────────────────────────────


def _open(interaction: Interaction, at: datetime, **terms: Any) -> Recall:
    """One recall of an interaction that has gone out, whoever else comes: by conditional update of the interaction."""
    went = Interaction.objects.filter(
        pk=interaction.pk,
        state__in=before(INTERACTION, InteractionState.RECALLED),
        is_honeypot=False,
    )
    if not went.update(state=InteractionState.RECALLED):
        raise Conflict("recalled", RECALLED)
    try:
        with transaction.atomic():
            made = Recall.objects.create(
                interaction=interaction, process=interaction.process, opened_at=at, **terms
            )
    except IntegrityError:
        raise Conflict("recalled", RECALLED) from None
    made.interaction = interaction
    return made


def _acknowledge(found: Recall, by: User, at: datetime) -> Recall:
    open_ = Recall.objects.filter(pk=found.pk, state__in=before(RECALL, RecallState.ACKNOWLEDGED))
    if not open_.update(state=RecallState.ACKNOWLEDGED, acknowledged_at=at, acknowledged_by=by):
        raise Conflict("acknowledged", "The client’s system knows already.")
    since = found.corrected_at or found.opened_at
    facts = {"recall": found.pk, "seconds": int((at - since).total_seconds())}
    _record(found, "release.recall_acknowledged", facts, by, at)
    return selector.found(found.pk)


def _facts(found: Recall) -> dict[str, Any]:
    interaction = found.interaction
    text = json.dumps(found.output, sort_keys=True, ensure_ascii=False)
    return {
        "recall": found.pk,
        "cause": found.cause,
        "evaluation": found.evaluation_id,
        "severity": found.severity,
        "reason_code": found.reason_code,
        "remedy": found.remedy,
        "authority": found.authority,
        "output_digest": hashlib.sha256(text.encode()).hexdigest() if found.output is not None else "",
        "decision": interaction.final_decision_id,
        "route": Route.REVIEWED if interaction.final_decision_id else Route.STRAIGHT_THROUGH,
        "released_at": interaction.released_at,
    }


def _record(
    found: Recall,
    action: str,
    facts: Mapping[str, Any],
    by: User | Actor,
    at: datetime,
    personal: Mapping[str, str] | None = None,
) -> None:
    interaction = found.interaction
    role = authority.role_on(by, interaction.process) if isinstance(by, User) else ""
    recording.record_many(
        [
            trail.entry(
                interaction=interaction,
                action=action,
                by=by,
                role=role,
                facts=facts,
                at=at,
                personal=personal,
                target=Target("recall", str(found.pk), "", "interaction", str(interaction.pk)),
            )
        ]
    )


def _tell(found: Recall, what: str, at: datetime, by: User | None) -> None:
    """Everybody who has to say something before the recall is over hears of it."""
    process = found.process
    people: dict[UUID, User] = {}
    for codename in (
        process_roles.RECALL_OUTPUT,
        process_roles.TELL_CUSTOMERS,
        process_roles.MANAGE_WEBHOOKS,
    ):
        people |= {person.pk: person for person in access.holders(process, codename)}
    link = reverse("reviews:recall", args=[found.pk])
    for pk, person in sorted(people.items()):
        if by is None or pk != by.pk:
            notifications.notify(
                user=person,
                subject=f"{process.code}: an output that went out {what}",
                body="It stays on your list until its fix is confirmed.",
                link=link,
                at=at,
            )
