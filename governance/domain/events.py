"""The events of oversight, with the facts each carries. A later fact is a new version, never a rewrite.

The address of an endpoint may hold a secret of its owner's, so events name its host and the digest of the whole.
"""

from audit.domain.catalogue import EventSpec


def _spec(action: str, facts: set[str], sentence: str, optional: set[str] | None = None) -> EventSpec:
    return EventSpec(
        action=action,
        version=1,
        facts=frozenset(facts),
        optional=frozenset(optional or ()),
        sentence=sentence,
    )


_ENDPOINT = {"host", "url_digest", "types", "processes"}

EVENTS = [
    _spec(
        "incident.reported",
        {"kind", "severity", "subject", "source", "source_event"},
        "An incident was reported: {kind} {subject}",
    ),
    EventSpec(
        action="incident.closed",
        version=1,
        facts=frozenset({"kind", "subject"}),
        personal=frozenset({"why"}),
        sentence="An incident was closed: {kind} {subject}",
    ),
    _spec(
        "webhook.subscribed",
        {*_ENDPOINT, "from_index"},
        "A webhook to {host} was set up, from entry {from_index} on",
    ),
    _spec("webhook.changed", _ENDPOINT, "A webhook was changed: {types} to {host}"),
    _spec("webhook.rotated", {"generation"}, "A webhook got another secret"),
    _spec(
        "webhook.disabled",
        {"cause", "waiting"},
        "A webhook was disabled: {cause}",
        {"failing_since", "failures"},
    ),
    _spec("webhook.resumed", {"from_index", "waiting"}, "A webhook goes on"),
    _spec(
        "webhook.replayed",
        {"from_index", "stood_at", "passed_over"},
        "A webhook was sent to entry {from_index}; it stood at {stood_at}",
    ),
    _spec(
        "evidence.requested",
        {"kind", "of", "fields", "purpose"},
        "Evidence was asked for: {purpose}",
    ),
    _spec("evidence.cancelled", set(), "The request for evidence was taken back"),
    _spec("evidence.fetched", {"sha256"}, "Evidence was fetched: the file with SHA-256 {sha256}"),
    _spec(
        "attributes.supplied",
        {"attributes", "rows"},
        "Supplied {rows} protected attributes, for audits of bias alone: {attributes}",
    ),
    _spec("attributes.forgotten", {"rows"}, "Protected attributes were dropped after their time: {rows}"),
    _spec(
        "bias.audited",
        {"audit", "attribute", "since", "until", "groups", "suppressed", "flagged"},
        "Audited for bias by {attribute}, {since} to {until}; flagged: {flagged}",
    ),
]
