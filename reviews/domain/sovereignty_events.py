"""The event of an item that was processed where it may not be (A5); what follows from it, the floor above decides."""

from contracts.domain.event_specs import spec

EVENTS = [
    spec(
        "sovereignty.violation",
        {"process", "step", "endpoint", "region", "tenancy", "why", "codes"},
        "Processed where it may not be: {why}",
    ),
]
