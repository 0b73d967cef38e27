"""The rows and events that one prepared submission becomes: facts, route, interaction, case. Nothing is written here."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from audit.domain.envelope import Actor, Entry, Target
from contracts.domain import money, sla_clock
from reviews.domain import routing, submission
from reviews.domain.facts import Facts
from reviews.domain.routing import Route
from reviews.enums import CaseState, Disposition, InteractionState, QueueKind
from reviews.models import Case, Interaction, RoutingDecision
from reviews.selectors import snapshots
from reviews.selectors.snapshots import Snapshot
from reviews.services import tallies
from reviews.services.arrivals import Arrival, Batch
from reviews.services.preparing import Prepared

_ROUTER = Actor.system("routing")


@dataclass(frozen=True, slots=True)
class Row:
    """One interaction with everything that is stored beside it, not yet in the database."""

    interaction: Interaction
    routing: RoutingDecision
    case: Case | None
    routed: Entry


def _facts(snapshot: Snapshot, item: Prepared, running: tallies.Running) -> Facts:
    """The facts routing looks at; whatever fails on the way is a problem, and a problem goes to a person."""
    posted = item.submission
    problems = list(item.problems)
    values: dict[str, Any] = {
        "confidence": posted.confidence,
        "language": posted.language or None,
        "source": item.source or None,
        "data_classes": item.classes,
        "citations": len(item.citations),
        "adverse": item.adverse,
    }
    try:
        if posted.amount is not None:
            values["amount"] = money.convert(
                posted.amount,
                posted.currency,
                snapshot.currency,
                running.rates,
                item.at.date(),
                max_age_days=running.max_age_days,
            )
    except money.StaleRate:
        problems.append("FX_STALE")
    except (ValueError, ArithmeticError):
        problems.append("FACTS_ERROR")
    try:
        # Also counted where the amount could not be converted: it adds up for whoever comes next.
        if item.subject:
            values.update(running.facts(item.subject, posted.amount, posted.currency, item.at))
    except money.StaleRate:
        problems.append("FX_STALE")
    except (ValueError, ArithmeticError):
        problems.append("FACTS_ERROR")
    for name, field_ in snapshot.schema.items():
        if name not in values and not field_.cumulative and name != "amount":
            fact = item.attributes.get(name, item.output.get(name))
            if fact is not None:
                values[name] = submission.fact(fact, field_.type)
    return Facts(values, tuple(problems))


def build(batch: Batch, arrival: Arrival, received_event: UUID, running: tallies.Running) -> Row:
    """Route an arrival by what its subject added up to so far."""
    snapshot, item = batch.snapshot, arrival.item
    route = routing.route(
        step=item.step.terms, ruleset=snapshot.ruleset, facts=_facts(snapshot, item, running)
    )
    disposition = _disposition(route, item)
    reasons = [{"code": code, "sentence": sentence} for code, sentence in (*item.quarantine, *item.review)]
    reasons += [{"code": reason.code, "sentence": reason.sentence} for reason in route.reasons]
    interaction = _interaction(batch, arrival, received_event, disposition, reasons)
    case = _case(snapshot, arrival, route) if disposition == Disposition.REVIEW else None
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
    return Row(interaction, decision, case, _routed(batch, arrival, route, case, decision))


def _disposition(route: Route, item: Prepared) -> Disposition:
    if item.quarantine or route.disposition == routing.QUARANTINE:
        return Disposition.QUARANTINED
    if item.review or route.disposition != routing.AUTO_RELEASE:
        return Disposition.REVIEW
    return Disposition.AUTO_RELEASED


_STATES = {
    Disposition.QUARANTINED: InteractionState.QUARANTINED,
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


def _case(snapshot: Snapshot, arrival: Arrival, route: Route) -> Case:
    opened = arrival.item.at
    worst = min(route.fired, key=lambda fired: fired.severity, default=None)
    return Case(
        interaction_id=arrival.id,
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
