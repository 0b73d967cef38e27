"""How soon approved rules govern (I3): from the approval to the last interaction that was still routed under others."""

from collections.abc import Sequence
from datetime import timedelta

LAPSED = "rules.ratification_lapsed"

# The events after which other rules are in force, and how they came to be.
WAYS = {
    "rules.activated": "approved",
    "rules.emergency_activated": "emergency",
    "rules.rolled_back": "rolled back",
    LAPSED: "not ratified",
}


def p95(latencies: Sequence[timedelta]) -> timedelta | None:
    """The latency that 95 of 100 activations did not exceed (nearest rank); None without any."""
    if not latencies:
        return None
    ordered = sorted(latencies)
    return ordered[max(0, -(-95 * len(ordered) // 100) - 1)]
