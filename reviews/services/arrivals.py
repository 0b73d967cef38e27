"""What comes in before anything is judged: each interaction under its id, with the event that it was received."""

import contextlib
import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from audit.domain.envelope import Actor, Entry, Target
from audit.domain.ids import new_id
from contracts.models import User
from contracts.services.acting import actor
from reviews.selectors.snapshots import Snapshot
from reviews.services.preparing import Prepared


@dataclass(frozen=True, slots=True)
class Batch:
    """What all interactions of one chunk have in common."""

    snapshot: Snapshot
    agent_id: UUID
    poster: Actor
    origin: str


@dataclass(frozen=True, slots=True)
class Arrival:
    """A prepared submission under the id it will have, and the event that it was received."""

    item: Prepared
    id: UUID
    correlation_id: UUID
    received: Entry


def batch(snapshot: Snapshot, agent: User, origin: str) -> Batch:
    return Batch(snapshot, agent.pk, actor(agent, "ai_agent"), origin)


def arrive(batch: Batch, item: Prepared) -> Arrival:
    """Give an interaction its id. Nothing in this event depends on what else its subject did."""
    own = correlation = new_id()
    if posted := item.submission.correlation_id:
        with contextlib.suppress(ValueError):
            correlation = UUID(posted)
    return Arrival(item, own, correlation, _received(batch, item, own, correlation))


def _received(batch: Batch, item: Prepared, interaction_id: UUID, correlation_id: UUID) -> Entry:
    posted = item.submission
    sealed: dict[str, Any] = {}
    if item.originals:
        sealed["tokens"] = item.originals
    if posted.subject_ref:
        sealed["subject_ref"] = posted.subject_ref
    facts = {
        "step": item.step.code,
        "category": item.step.category,
        "tier": item.step.tier,
        "model_version": item.model_reference,
        "model_approved": item.model_version_id is not None,
        "endpoint": item.endpoint,
        "confidence": posted.confidence,
        "amount": posted.amount,
        "currency": posted.currency,
        "language": posted.language,
        "source": item.source,
        "data_classes": item.classes,
        "content_digest": posted.digest,
        "lineage": len(posted.lineage),
        "lineage_missing": item.lineage_missing,
        "quality_score": item.quality_score,
        "quality_codes": item.quality_codes,
        "redacted": [{"kind": kind, "count": count} for kind, count in sorted(item.report["counts"].items())],
        "detector_version": item.report["detector_version"],
        "attested": item.report["attested"],
        "telemetry": [{"name": name, "value": str(value)} for name, value in sorted(item.telemetry.items())],
    }
    return Entry(
        log=batch.snapshot.log_key,
        action="intake.received",
        actor=batch.poster,
        target=Target("interaction", str(interaction_id)),
        facts=facts,
        at=item.at,
        correlation_id=correlation_id,
        client=batch.snapshot.client_slug,
        process=batch.snapshot.code,
        origin=batch.origin,
        personal={"original": json.dumps(sealed, ensure_ascii=False)} if sealed else {},
        subject=(item.subject or str(interaction_id)) if sealed else "",
    )
