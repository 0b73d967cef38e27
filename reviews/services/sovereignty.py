"""What the trail is told of an item that was processed where it may not be (A5)."""

from audit.domain.envelope import Actor, Entry, Target
from reviews.services.arrivals import Arrival, Batch

_WATCH = Actor.system("routing")


def violation(batch: Batch, arrival: Arrival) -> Entry | None:
    """The event of an item that is kept apart for its endpoint; it is recorded with the item. None for all others.

    Region and tenancy are those of the register, empty where nobody registered the endpoint.
    """
    item, snapshot = arrival.item, batch.snapshot
    if not item.violations:
        return None
    known = item.processed
    return Entry(
        log=snapshot.log_key,
        action="sovereignty.violation",
        actor=_WATCH,
        target=Target("interaction", str(arrival.id)),
        facts={
            "process": snapshot.code,
            "step": item.step.code,
            "endpoint": item.endpoint,
            "region": known.region if known else "",
            "tenancy": known.tenancy if known else "",
            "why": "; ".join(sentence for _, sentence in item.violations),
            "codes": [fault.value for fault, _ in item.violations],
        },
        at=item.at,
        correlation_id=arrival.correlation_id,
        client=snapshot.client_slug,
        process=snapshot.code,
        origin=batch.origin,
    )
