"""The projection `rules`: what each trigger cost and brought, by day (G9), and how soon approved rules governed (I3).

Called by `audit.services.projecting` alone, inside the transaction that moves the cursor. What an event does not carry
itself is read from an earlier event of the same log, never from the tables of the business.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence

from audit.models import Event
from audit.services.projecting import Projection
from governance.domain import rule_activations, rule_costs, telemetry
from governance.domain.rule_costs import Cell, Trigger
from governance.models import RuleActivation, RuleRollup
from governance.selectors import earlier_events
from governance.services import adding_up

VERSION = 1
_ROUTED, _DECIDED, _RELEASED = "routing.decided", "review.decided", "release.released"
_COUNTED = {_ROUTED, _DECIDED, _RELEASED}

Counts = defaultdict[Cell, Counter[str]]


def apply(log: str, events: Sequence[Event]) -> None:
    """Add the next events of a log. LookupError for a decision on an interaction that was never routed."""
    events = [event for event in events if telemetry.counts(event.content)]
    counted = [event for event in events if event.action in _COUNTED]
    if counted:
        _add_costs(log, counted)
    in_turn = [event for event in events if event.action in rule_activations.WAYS or event.action == _ROUTED]
    if in_turn:
        _follow_activations(log, in_turn)


def clear(log: str) -> None:
    """Drop everything that was added up of a log."""
    for model in (RuleRollup, RuleActivation):
        model.objects.filter(log=log).delete()


# ── What triggers cost ───────────────────────────────────────────────────────────────────────────────────────


def _add_costs(log: str, events: Sequence[Event]) -> None:
    worked = {event.object_id for event in events if event.action != _ROUTED}
    routed = earlier_events.last(worked, _ROUTED, events)
    released = {event.object_id for event in events if event.action == _RELEASED}
    decided = earlier_events.about(released, _DECIDED, events)
    counts: Counts = defaultdict(Counter)
    for event in events:
        routing = event if event.action == _ROUTED else routed.get(event.object_id)
        if routing is None:
            raise LookupError(f"The trail has no {_ROUTED} of {event.object_id}")
        found = rule_costs.triggers(routing.facts)
        if found:
            _add(counts, routing, found, _added(event, found, decided.get(event.object_id, [])))
    adding_up.add(RuleRollup, log, Cell._fields, counts, rule_costs.COUNTS)


def _added(event: Event, found: Sequence[Trigger], decisions: Sequence[Event]) -> dict[str, int]:
    if event.action == _ROUTED:
        return rule_costs.of_routing(found)
    if event.action == _DECIDED:
        return rule_costs.of_work(found, event.facts["seconds"])
    # After its release nothing is decided on an interaction any more: the last final decision is the one that stands.
    final = [decision for decision in decisions if decision.facts["is_final"]]
    if not final:
        raise LookupError(f"The trail has no final decision on {event.object_id}")
    return rule_costs.of_release(changed=bool(final[-1].facts["material"]))


def _add(counts: Counts, routing: Event, found: Sequence[Trigger], added: dict[str, int]) -> None:
    day = telemetry.day_of(routing.occurred_at)
    for trigger in found:
        counts[Cell(routing.content["process"], day, *trigger)].update(added)


# ── How soon rules govern ────────────────────────────────────────────────────────────────────────────────────


def _follow_activations(log: str, events: Sequence[Event]) -> None:
    """Each process has the rules of its last activation; what is routed after it follows them, or is late."""
    processes = {event.content["process"] for event in events}
    rows = RuleActivation.objects.filter(log=log, process__in=processes).order_by("activated_at", "pk")
    current = {row.process: row for row in rows}
    touched: dict[str, RuleActivation] = {}
    for event in events:
        process = event.content["process"]
        row = current.get(process)
        if event.action in rule_activations.WAYS:
            row = current[process] = _activated(log, event, before=row)
        elif row is None or event.origin:
            # What an import brings of the past happened at other times than it was routed.
            continue
        else:
            _note(row, event)
        touched[str(row.event)] = row
    RuleActivation.objects.bulk_create(
        touched.values(),
        update_conflicts=True,
        unique_fields=["event"],
        update_fields=["first_at", "last_at", "earlier_at", "late"],
    )


def _activated(log: str, event: Event, before: RuleActivation | None) -> RuleActivation:
    row = RuleActivation(
        event=event.uid,
        log=log,
        process=event.content["process"],
        # Rules that nobody ratified in time are the version of that event; what stands after it is another, or none.
        version=event.facts["to_version" if event.action == rule_activations.LAPSED else "version"],
        way=rule_activations.WAYS[event.action],
        activated_at=event.occurred_at,
    )
    if before is not None and before.last_at is not None and before.last_at > row.activated_at:
        row.earlier_at = before.last_at
    return row


def _note(row: RuleActivation, event: Event) -> None:
    """An interaction that was routed behind an activation in the log."""
    at = event.occurred_at
    if event.facts["ruleset_version"] == row.version:
        # One that came before the approval and waited for it was routed with it.
        row.first_at = row.first_at or max(at, row.activated_at)
        row.last_at = max(at, row.last_at or at)
    else:
        row.late += 1
        row.earlier_at = max(at, row.earlier_at or row.activated_at)


PROJECTION = Projection(rule_costs.PROJECTION, VERSION, apply, clear)
