"""Making an interaction of a control item that looks like any other: same ids, same routing, the envelope of its neighbours."""

from dataclasses import dataclass, replace
from datetime import datetime
from random import Random
from uuid import UUID

from audit.domain.envelope import Entry
from audit.services import logs, recording, rows
from contracts.selectors import rates
from reviews.domain import control_items, honeypots
from reviews.domain.submission import Submission
from reviews.enums import Disposition, QueueKind
from reviews.models import Case, ControlItem, Interaction, RoutingDecision
from reviews.selectors import honeypots as selector
from reviews.selectors import snapshots
from reviews.selectors.snapshots import Snapshot
from reviews.services import arrivals, intake, intake_rows, preparing, tallies


@dataclass(frozen=True, slots=True)
class Planted:
    """The rows and events of one control item, not yet in the database but for the first event."""

    interaction: Interaction
    routing: RoutingDecision
    case: Case
    routed: Entry


def build(*, item: ControlItem, reviewer: UUID, at: datetime, dice: Random) -> Planted | None:
    """What an agent's interaction would have become at this moment, marked and meant for one reviewer. None where the step
    has had no real one lately, a halt is in force, or the rules would not send it to one person of the first queue.

    Part of the caller's transaction: that it was received is recorded here, because the interaction names that event.
    """
    snapshot = snapshots.of(item.process)
    near = selector.neighbours(item.step_id, at)
    if not near or snapshot.halts:
        return None
    like = dice.choice(near[: honeypots.NEIGHBOURS])
    posted = _enveloped(item, like, dice)
    prepared = preparing.prepare(posted, snapshot, at)
    batch = arrivals.batch(snapshot, like.agent, "")
    arrival = arrivals.arrive(batch, prepared)
    sums = _sums(snapshot, posted.currency, at)
    # Routed first with an event that does not stand anywhere: what does not go to people leaves no line.
    row = intake_rows.build(batch, arrival, arrival.id, sums)
    case = row.case
    if (
        row.routing.disposition != Disposition.REVIEW
        or case is None
        or case.needs_second
        or row.routing.failsafe
    ):
        return None
    if case.queue_id != snapshots.queue_of(snapshot, QueueKind.REVIEW):
        return None
    received = recording.record_many([_own(arrival.received)])[0]
    interaction = row.interaction
    interaction.is_honeypot = True
    interaction.received_event = received.uid
    interaction.external_id = honeypots.external_id([one.external_id for one in near], dice)
    if like.redaction.get("attested") and not prepared.originals:
        interaction.redaction = {**interaction.redaction, "attested": True}
    interaction.source, interaction.telemetry, interaction.origin = like.source, like.telemetry, like.origin
    case.meant_for_id = reviewer
    return Planted(interaction, row.routing, case, _own(row.routed))


def store(made: Planted) -> None:
    """Store what was built, as intake stores it. Part of the caller's transaction."""
    recording.record_many([made.routed])
    rows.append([made.interaction])
    rows.append([made.routing])
    rows.append([made.case])


def _sums(snapshot: Snapshot, currency: str, at: datetime) -> tallies.Running:
    """What the subject added up to before: nothing, for there is none."""
    max_age = int(snapshot.policy.get("fx_max_age_days", intake.FX_DAYS))
    found = tallies.Running(
        process_id=snapshot.process_id,
        currency=snapshot.currency,
        rates=(),
        max_age_days=max_age,
        windows=snapshot.windows,
        beside=snapshot.shadow.windows if snapshot.shadow else frozenset(),
    )
    foreign = {currency} - {snapshot.currency, ""}
    found.rates = rates.between(currencies=foreign, into=snapshot.currency, on=at.date(), days=max_age + 1)
    return found


def _enveloped(item: ControlItem, like: Interaction, dice: Random) -> Submission:
    posted = control_items.read(item.process.code, item.step.code, item.payload, item.step.output_fields)
    return replace(
        posted,
        source=like.source,
        subject_ref=f"K-{dice.randint(100000, 999999)}" if like.subject else "",
        model_version=like.model_reference,
        endpoint=like.endpoint,
        lineage=honeypots.varied(like.lineage, dice),
        # Whoever redacts upstream attests it for all that he posts; what was redacted is none of ours to see.
        attestation=None,
    )


def _own(entry: Entry) -> Entry:
    """The same in the portal's own log, naming no client and no process."""
    return replace(entry, log=logs.PLATFORM, client="", process="", origin=honeypots.ORIGIN)
