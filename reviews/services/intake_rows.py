"""The rows and events that one prepared submission becomes: facts, route, interaction, case. Nothing is written here."""

import hashlib
import json
import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from audit.domain.envelope import Actor, Entry, Target
from contracts.domain import sla_clock
from contracts.enums import Degree
from reviews.domain import routing, shadow
from reviews.domain.facts import Facts
from reviews.domain.routing import Route
from reviews.enums import CaseState, Disposition, InteractionState, QueueKind
from reviews.models import Case, Interaction, RoutingDecision, ShadowDifference
from reviews.selectors import snapshots
from reviews.selectors.snapshots import Snapshot
from reviews.services import gathering, tallies
from reviews.services.arrivals import Arrival, Batch
from reviews.services.preparing import Prepared

logger = logging.getLogger(__name__)

_ROUTER = Actor.system("routing")


@dataclass(frozen=True, slots=True)
class Row:
    """One interaction with everything that is stored beside it, not yet in the database."""

    interaction: Interaction
    routing: RoutingDecision
    case: Case | None
    routed: Entry
    shadow: ShadowDifference | None = None


def build(batch: Batch, arrival: Arrival, received_event: UUID, running: tallies.Running) -> Row:
    """Route an arrival by what its subject added up to so far."""
    snapshot, item = batch.snapshot, arrival.item
    facts = gathering.facts(snapshot, item, running)
    route = routing.route(step=item.step.terms, ruleset=snapshot.ruleset, facts=facts)
    disposition = _under_halts(_disposition(route, item), item)
    reasons = [{"code": code, "sentence": sentence} for code, sentence in _reasons(item)]
    reasons += [{"code": reason.code, "sentence": reason.sentence} for reason in route.reasons]
    interaction = _interaction(batch, arrival, received_event, disposition, reasons)
    case = case_of(interaction, snapshot, route, item.at) if disposition == Disposition.REVIEW else None
    decision = RoutingDecision(
        interaction_id=arrival.id,
        ruleset_id=snapshot.ruleset_id,
        ruleset_version=snapshot.ruleset.version if snapshot.ruleset else None,
        disposition=disposition,
        fired=[
            {
                "code": fired.code,
                "name": fired.name,
                "version": fired.version,
                "effect": fired.effect,
                "severity": fired.severity,
                "trigger_class": fired.trigger_class,
                "sentence": fired.sentence,
                "matched": list(fired.matched),
            }
            for fired in route.fired
        ],
        reasons=reasons,
        snapshot=route.snapshot,
        severity=route.severity,
        needs_second=route.needs_second,
        boosted=route.boosted,
        failsafe=route.failsafe,
        routed_at=item.at,
    )
    beside = _shadow(batch, arrival, facts, running, route) if snapshot.shadow and not batch.origin else None
    return Row(interaction, decision, case, _routed(batch, arrival, route, case, decision), beside)


def _shadow(
    batch: Batch, arrival: Arrival, facts: Facts, running: tallies.Running, taken: Route
) -> ShadowDifference | None:
    """What the rules in shadow would have done otherwise. A failure here is a missing row and touches no route."""
    snapshot, item = batch.snapshot, arrival.item
    watching = snapshot.shadow
    if watching is None:
        return None
    try:
        if watching.windows != snapshot.windows:
            facts = gathering.facts(snapshot, item, running, beside=watching.windows)
        route = routing.route(step=item.step.terms, ruleset=watching.ruleset, facts=facts)
        went, goes = _way(taken, item), _way(route, item)
        kind = shadow.kind(went, goes)
    except Exception:
        logger.exception("The rules in shadow of %s could not be asked", snapshot.code)
        return None
    if kind is None:
        return None
    return ShadowDifference(
        interaction_id=arrival.id,
        ruleset_id=watching.ruleset_id,
        kind=kind,
        disposition=goes.disposition,
        queue=goes.queue,
        needs_second=goes.second,
        fired=[fired.code for fired in route.fired],
        routed_at=item.at,
    )


def _way(route: Route, item: Prepared) -> shadow.Way:
    return shadow.way(_disposition(route, item), route.queue or QueueKind.REVIEW, route.needs_second)


def _disposition(route: Route, item: Prepared) -> Disposition:
    """What the rules and the checks before them ask for, whatever is halted."""
    return routing.disposition(
        route.disposition, quarantined=bool(item.quarantine), to_person=bool(item.review)
    )


def _under_halts(asked: Disposition, item: Prepared) -> Disposition:
    """What becomes of it under the halts in force: these only ever hold more."""
    if asked == Disposition.QUARANTINED:
        return asked
    if item.halt is not None and item.halt.degree == Degree.SHADOW:
        return Disposition.SUSPENDED
    return Disposition.REVIEW if item.halted else asked


def _reasons(item: Prepared) -> list[tuple[str, str]]:
    return [*item.quarantine, *item.halted, *item.review]


_STATES = {
    Disposition.QUARANTINED: InteractionState.QUARANTINED,
    Disposition.SUSPENDED: InteractionState.SUSPENDED,
    Disposition.REVIEW: InteractionState.AWAITING,
    Disposition.AUTO_RELEASED: InteractionState.AUTO_RELEASED,
}


def _interaction(
    batch: Batch,
    arrival: Arrival,
    received_event: UUID,
    disposition: Disposition,
    reasons: list[dict[str, str]],
) -> Interaction:
    snapshot, item, posted = batch.snapshot, arrival.item, arrival.item.submission
    return Interaction(
        id=arrival.id,
        process_id=snapshot.process_id,
        client_id=snapshot.client_id,
        step_id=item.step.id,
        agent_id=batch.agent_id,
        external_id=item.external_id,
        correlation_id=arrival.correlation_id,
        source=item.source,
        subject=item.subject,
        language=posted.language,
        input=item.input,
        output=item.output,
        confidence=posted.confidence,
        factors=item.factors,
        citations=item.citations,
        attributes=item.attributes,
        amount=posted.amount,
        currency=posted.currency,
        data_classes=item.classes,
        model_reference=item.model_reference,
        model_version_id=item.model_version_id,
        endpoint=item.endpoint,
        lineage=item.lineage,
        telemetry=item.telemetry,
        redaction=item.report,
        content_digest=posted.digest,
        received_event=received_event,
        category=item.step.category,
        state=_STATES[disposition],
        disposition=disposition,
        reasons=reasons,
        received_at=item.at,
        released_at=item.at if disposition == Disposition.AUTO_RELEASED else None,
        origin=batch.origin,
    )


def case_of(interaction: Interaction, snapshot: Snapshot, route: Route, opened: datetime) -> Case:
    """The case of an interaction that goes to a person."""
    worst = min(route.fired, key=lambda fired: fired.severity, default=None)
    return Case(
        interaction_id=interaction.pk,
        process_id=snapshot.process_id,
        client_id=snapshot.client_id,
        queue_id=snapshots.queue_of(snapshot, route.queue or QueueKind.REVIEW),
        state=CaseState.WAITING,
        severity=route.severity,
        trigger_class=worst.trigger_class if worst and worst.trigger_class else "general",
        needs_second=route.needs_second,
        opened_at=opened,
        due_at=sla_clock.add(opened, snapshot.review_minutes, snapshot.calendar),
    )


def _routed(
    batch: Batch, arrival: Arrival, route: Route, case: Case | None, decision: RoutingDecision
) -> Entry:
    snapshot, item = batch.snapshot, arrival.item
    inputs = json.dumps(route.snapshot, sort_keys=True, separators=(",", ":"))
    facts: dict[str, Any] = {
        "disposition": decision.disposition,
        "released": decision.disposition == Disposition.AUTO_RELEASED,
        "fired": [fired.code for fired in route.fired],
        "reasons": [reason["code"] for reason in decision.reasons],
        "ruleset_version": decision.ruleset_version,
        "severity": route.severity,
        "needs_second": route.needs_second,
        "failsafe": route.failsafe,
        "boosted": route.boosted,
        "inputs_digest": hashlib.sha256(inputs.encode()).hexdigest(),
        "category": item.step.category,
        "step": item.step.code,
        "model_version": item.model_reference,
    }
    if case is not None:
        facts |= {
            "case": case.pk,
            "queue": route.queue,
            "due_at": case.due_at,
            "trigger_class": case.trigger_class,
        }
    return Entry(
        log=snapshot.log_key,
        action="routing.decided",
        actor=_ROUTER,
        target=Target("interaction", str(arrival.id)),
        facts=facts,
        at=item.at,
        correlation_id=arrival.correlation_id,
        client=snapshot.client_slug,
        process=snapshot.code,
        origin=batch.origin,
    )
