"""The events of the RACI, with the facts each carries."""

from contracts.domain.event_specs import spec

EVENTS = [
    spec("raci.drafted", {"version", "based_on", "effect", "rows"}, "Drafted the RACI v{version}"),
    spec("raci.edited", {"version", "change", "effect", "rows"}, "Edited the RACI v{version}: {change}"),
    spec("raci.proposed", {"version", "digest"}, "Proposed the RACI v{version}"),
    spec("raci.sent_back", {"version", "party"}, "Sent the RACI v{version} back", personal={"why"}),
    spec("raci.signed", {"version", "digest", "party"}, "Signed the RACI v{version} for the {party}"),
    spec(
        "raci.in_force",
        {"version", "replaces", "digest", "effect", "rows"},
        "The RACI v{version} is in force: both parties signed it",
    ),
]
