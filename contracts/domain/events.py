"""The events of agreement and access, with the facts each carries. A later fact is a new version, never a rewrite."""

from contracts.domain.event_specs import spec

_HALT = {"scope", "name", "cause", "drill"}
_CALENDAR = {
    "name",
    "time_zone",
    "hours",
    "holidays",
    "number",
    "always_open",
    "country",
    "subdivision",
    "days",
}

EVENTS = [
    spec("organisation.added", {"kind", "slug", "name"}, "Organisation {name} was added as {kind}"),
    spec("person.added", {"kind"}, "An account was opened"),
    spec("person.deactivated", set(), "The account was closed"),
    spec("auth.logged_in", {"method"}, "Logged in by {method}"),
    spec("auth.password_changed", set(), "The password was changed"),
    spec("access.granted", {"user", "organisation", "role", "scope"}, "{role} granted on {scope}", {"until"}),
    spec("access.revoked", {"user", "organisation", "role", "scope"}, "{role} on {scope} was taken back"),
    spec("access.roles_changed", {"roles"}, "What roles hold changed with a release of the portal"),
    spec(
        "authority.granted",
        {"user", "kind", "evidence", "valid_from"},
        "{kind} authority was granted",
        {"valid_until", "on_call"},
    ),
    spec("authority.revoked", {"user", "kind"}, "{kind} authority was taken back"),
    spec(
        "key.issued",
        {"prefix", "processes", "actions", "expires_at"},
        "Key {prefix} was issued for {processes}",
    ),
    spec("key.revoked", {"prefix"}, "Key {prefix} was revoked"),
    spec("process.defined", {"code", "name", "client", "provider", "policy"}, "Process {code} was defined"),
    spec(
        "step.defined",
        {"code", "category", "tier", "ai_scope", "human_scope", "adverse_outcomes", "evidence", "terms"},
        "Step {code} was defined as {category}",
    ),
    spec("step.models_allowed", {"models", "endpoints"}, "Models {models} may be used"),
    spec("model.registered", {"reference", "vendor", "name", "version"}, "Model {reference} was registered"),
    spec("model.approved", {"reference"}, "Model {reference} was approved"),
    spec("model.retired", {"reference"}, "Model {reference} was retired"),
    spec(
        "endpoint.registered", {"name", "region", "tenancy", "training_use"}, "Endpoint {name} was registered"
    ),
    spec("calendar.defined", {"name", "time_zone", "hours", "holidays"}, "Calendar {name} was defined"),
    spec("calendar.defined", _CALENDAR, "Calendar {name} was defined", version=2),
    spec(
        "calendar.redefined",
        _CALENDAR,
        "Calendar {name} was defined anew: no. {number}",
        personal={"why"},
    ),
    spec(
        "calendar.not_extended",
        {"name", "until", "why"},
        "The public holidays of {name} are known up to {until} and could not be extended",
    ),
    spec(
        "process.calendar_redefined",
        {"name", "number", "holidays"},
        "The calendar {name} was defined anew",
    ),
    spec(
        "path.defined",
        {"trigger_class", "version", "levels"},
        "Escalation path {trigger_class} v{version} was defined",
    ),
    spec(
        "finaldecision.ruled",
        {"category", "role", "person"},
        "Final decisions on {category}: {role}",
        {"min_value", "deputy"},
    ),
    spec(
        "matrix.drafted",
        {"version", "based_on", "rows", "finals"},
        "Drafted the escalation matrix v{version}",
    ),
    spec(
        "matrix.edited",
        {"version", "change", "rows", "finals"},
        "Edited the escalation matrix v{version}: {change}",
    ),
    spec("matrix.proposed", {"version", "digest"}, "Proposed the escalation matrix v{version}"),
    spec("matrix.rejected", {"version"}, "Sent the escalation matrix v{version} back", personal={"why"}),
    spec("matrix.approved", {"version", "digest", "author"}, "Approved the escalation matrix v{version}"),
    spec(
        "matrix.activated",
        {"version", "replaces", "rows", "finals"},
        "The escalation matrix v{version} is in force",
    ),
    spec(
        "matrix.rolled_back",
        {"version", "from_version", "to_version", "rows", "finals"},
        "Rolled back to the escalation matrix v{to_version}",
    ),
    spec("servicelevel.agreed", {"name", "kind", "target", "weight"}, "{name} was agreed"),
    spec("document.drafted", {"code", "version", "digest"}, "{code} v{version} was drafted"),
    spec("document.published", {"code", "version", "digest"}, "{code} v{version} was published"),
    spec("process.safe_state_said", {"safe_state"}, "When halted: {safe_state}"),
    spec("process.went_live", {"safe_state", "holders"}, "The process went live"),
    spec("halt.requested", {*_HALT, "processes"}, "A halt of {name} was asked for", personal={"why"}),
    spec("halt.declined", _HALT, "The halt of {name} that was asked for was declined"),
    spec(
        "halt.engaged",
        {*_HALT, "degree", "processes", "requested_at"},
        "{name} was halted: {degree}",
        personal={"why"},
    ),
    spec("halt.effective", {*_HALT, "seconds"}, "Nothing under the old terms was under way any more"),
    spec("halt.release_requested", {*_HALT, "checks"}, "The release of the halt of {name} was asked for"),
    spec("halt.released", {*_HALT, "degree"}, "The halt of {name} was released", {"watch_until"}),
    spec("halt.drilled", {*_HALT, "seconds"}, "The drill on {name} took {seconds} s to halt"),
    spec("rates.imported", {"count", "first", "last", "source"}, "{count} exchange rates were imported"),
]
