"""The events of agreement and access, with the facts each carries. A later fact is a new version, never a rewrite."""

from audit.domain.catalogue import EventSpec


def _spec(
    action: str,
    facts: set[str],
    sentence: str,
    optional: set[str] | None = None,
    personal: set[str] | None = None,
) -> EventSpec:
    return EventSpec(
        action=action,
        version=1,
        facts=frozenset(facts),
        optional=frozenset(optional or ()),
        personal=frozenset(personal or ()),
        sentence=sentence,
    )


_HALT = {"scope", "name", "cause", "drill"}

EVENTS = [
    _spec("organisation.added", {"kind", "slug", "name"}, "Organisation {name} was added as {kind}"),
    _spec("person.added", {"kind"}, "An account was opened"),
    _spec("person.deactivated", set(), "The account was closed"),
    _spec("auth.logged_in", {"method"}, "Logged in by {method}"),
    _spec("auth.password_changed", set(), "The password was changed"),
    _spec(
        "access.granted", {"user", "organisation", "role", "scope"}, "{role} granted on {scope}", {"until"}
    ),
    _spec("access.revoked", {"user", "organisation", "role", "scope"}, "{role} on {scope} was taken back"),
    _spec("access.roles_changed", {"roles"}, "What roles hold changed with a release of the portal"),
    _spec(
        "authority.granted",
        {"user", "kind", "evidence", "valid_from"},
        "{kind} authority was granted",
        {"valid_until", "on_call"},
    ),
    _spec("authority.revoked", {"user", "kind"}, "{kind} authority was taken back"),
    _spec(
        "key.issued",
        {"prefix", "processes", "actions", "expires_at"},
        "Key {prefix} was issued for {processes}",
    ),
    _spec("key.revoked", {"prefix"}, "Key {prefix} was revoked"),
    _spec("process.defined", {"code", "name", "client", "provider", "policy"}, "Process {code} was defined"),
    _spec(
        "step.defined",
        {"code", "category", "tier", "ai_scope", "human_scope", "adverse_outcomes", "evidence", "terms"},
        "Step {code} was defined as {category}",
    ),
    _spec("step.models_allowed", {"models", "endpoints"}, "Models {models} may be used"),
    _spec("model.registered", {"reference", "vendor", "name", "version"}, "Model {reference} was registered"),
    _spec("model.approved", {"reference"}, "Model {reference} was approved"),
    _spec("model.retired", {"reference"}, "Model {reference} was retired"),
    _spec(
        "endpoint.registered", {"name", "region", "tenancy", "training_use"}, "Endpoint {name} was registered"
    ),
    _spec("calendar.defined", {"name", "time_zone", "hours", "holidays"}, "Calendar {name} was defined"),
    _spec(
        "path.defined",
        {"trigger_class", "version", "levels"},
        "Escalation path {trigger_class} v{version} was defined",
    ),
    _spec(
        "finaldecision.ruled",
        {"category", "role", "person"},
        "Final decisions on {category}: {role}",
        {"min_value", "deputy"},
    ),
    _spec(
        "matrix.drafted",
        {"version", "based_on", "rows", "finals"},
        "Drafted the escalation matrix v{version}",
    ),
    _spec(
        "matrix.edited",
        {"version", "change", "rows", "finals"},
        "Edited the escalation matrix v{version}: {change}",
    ),
    _spec("matrix.proposed", {"version", "digest"}, "Proposed the escalation matrix v{version}"),
    _spec("matrix.rejected", {"version"}, "Sent the escalation matrix v{version} back", personal={"why"}),
    _spec("matrix.approved", {"version", "digest", "author"}, "Approved the escalation matrix v{version}"),
    _spec(
        "matrix.activated",
        {"version", "replaces", "rows", "finals"},
        "The escalation matrix v{version} is in force",
    ),
    _spec(
        "matrix.rolled_back",
        {"version", "from_version", "to_version", "rows", "finals"},
        "Rolled back to the escalation matrix v{to_version}",
    ),
    _spec("servicelevel.agreed", {"name", "kind", "target", "weight"}, "{name} was agreed"),
    _spec("document.drafted", {"code", "version", "digest"}, "{code} v{version} was drafted"),
    _spec("document.published", {"code", "version", "digest"}, "{code} v{version} was published"),
    _spec("process.safe_state_said", {"safe_state"}, "When halted: {safe_state}"),
    _spec("process.went_live", {"safe_state", "holders"}, "The process went live"),
    _spec("halt.requested", {*_HALT, "processes"}, "A halt of {name} was asked for", personal={"why"}),
    _spec("halt.declined", _HALT, "The halt of {name} that was asked for was declined"),
    _spec(
        "halt.engaged",
        {*_HALT, "degree", "processes", "requested_at"},
        "{name} was halted: {degree}",
        personal={"why"},
    ),
    _spec("halt.effective", {*_HALT, "seconds"}, "Nothing under the old terms was under way any more"),
    _spec("halt.release_requested", {*_HALT, "checks"}, "The release of the halt of {name} was asked for"),
    _spec("halt.released", {*_HALT, "degree"}, "The halt of {name} was released", {"watch_until"}),
    _spec("halt.drilled", {*_HALT, "seconds"}, "The drill on {name} took {seconds} s to halt"),
    _spec("rates.imported", {"count", "first", "last", "source"}, "{count} exchange rates were imported"),
]
