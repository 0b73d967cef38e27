"""The events of service levels, with the facts each carries."""

from contracts.domain.event_specs import spec

_BREACH = {"kind", "reference", "responsible"}

EVENTS = [
    spec("sla.drafted", {"version", "based_on"}, "Service levels v{version} were drafted"),
    spec("sla.edited", {"version", "change"}, "Service levels v{version}: {change}"),
    spec("sla.proposed", {"version", "digest"}, "Service levels v{version} were proposed"),
    spec("sla.accepted", {"version", "digest", "party"}, "The {party} accepted service levels v{version}"),
    spec("sla.rejected", {"version"}, "Service levels v{version} were sent back", personal={"why"}),
    spec(
        "sla.activated",
        {"version", "replaces", "levels", "monthly_fee", "credit_cap"},
        "Service levels v{version} are in force",
    ),
    spec(
        "sla.measured",
        {"level", "month", "value", "source"},
        "{level} of {month}: {value}, as {source} reports",
    ),
    spec(
        "sla.breached",
        {*_BREACH, "occurred_at", "sentence"},
        "{kind}: the {responsible} answers for it",
        {"level", "excluded"},
    ),
    spec("sla.breach_disputed", _BREACH, "A breach was disputed", personal={"why"}),
    spec("sla.breach_settled", {*_BREACH, "upheld"}, "A disputed breach was settled", personal={"why"}),
    spec("sla.breach_waived", {*_BREACH, "why"}, "A breach does not count any more: {why}"),
]
