"""The events of the clocks of cases (U1, U3, U5)."""

from contracts.domain.event_specs import spec

_PAUSE = {"case", "begins_at", "ends_at"}

EVENTS = [
    spec("clock.paused", _PAUSE, "The clocks stood still, or will", personal={"why"}),
    spec("clock.resumed", {"case", "ends_at"}, "The clocks run again"),
    spec("clock.with_vendor", {"case", "due_at"}, "The AI vendor has the case"),
    spec("clock.moved", {"case", "ledger", "due_at", "why"}, "Due at another time: {why}"),
    # Totals of what ended, as they stand in the account of each day; a later correction subtracts.
    spec("clock.counted", {"rows"}, "Service levels were counted"),
]
