"""The events of contracts, with the facts each carries."""

from contracts.domain.event_specs import spec

_VERSION = {"code", "version"}

EVENTS = [
    spec(
        "contract.opened",
        {"code", "title", "client", "provider", "vendors", "processes", "risks"},
        "Contract {code} was opened: {title}",
    ),
    spec("contract.drafted", {*_VERSION, "based_on"}, "Drafted {code} v{version}"),
    spec("contract.edited", {*_VERSION, "change", "digest"}, "Edited {code} v{version}: {change}"),
    spec("contract.proposed", {*_VERSION, "digest", "clauses"}, "Proposed {code} v{version} for signature"),
    spec("contract.rejected", _VERSION, "Sent {code} v{version} back", personal={"why"}),
    spec("contract.signed", {*_VERSION, "party", "digest"}, "Signed {code} v{version} for {party}"),
    spec(
        "contract.in_force",
        {*_VERSION, "digest", "replaces", "valid_from", "valid_until", "clauses"},
        "{code} v{version} is in force",
    ),
    spec("contract.terminated", _VERSION, "Terminated {code} v{version}", personal={"why"}),
    spec(
        "contract.assessed",
        {*_VERSION, "present", "weak", "missing"},
        "Checked {code} v{version} for gaps: {missing} missing",
    ),
]
