"""The events of model changes, freezes and undeclared versions. What people write about a change is sealed."""

from contracts.domain.event_specs import spec

_CHANGE = {"number", "model", "reference", "kind", "change_class"}

EVENTS = [
    spec("modelchange.drafted", _CHANGE, "Drafted model change {number}: {reference}"),
    spec(
        "modelchange.notified",
        {*_CHANGE, "planned_at", "earliest_at", "late", "digest", "steps"},
        "Gave notice of model change {number}: {reference} from {planned_at}",
        personal={"reason"},
    ),
    spec(
        "modelchange.notice_late",
        {"number", "reference", "change_class", "given", "agreed", "responsible"},
        "The notice of model change {number} came {given} before; agreed are {agreed}",
    ),
    spec(
        "modelchange.classified",
        {"number", "change_class", "impact", "decides", "approvers", "tiers", "data", "redacted"},
        "Model change {number} was classed as {change_class}, impact {impact}",
    ),
    spec("modelchange.tested", {"number"}, "The test of model change {number} began"),
    spec(
        "modelchange.evidenced",
        {"number", "proof", "enough", "cases", "before", "after", "share", "since", "until", "all_reviewed"},
        "{proof} of model change {number} was shown",
        personal={"summary"},
    ),
    spec(
        "modelchange.submitted",
        {"number", "impact", "approvers"},
        "Model change {number} was given to those who approve it",
    ),
    spec(
        "modelchange.approved",
        {"number", "party", "whole", "silent"},
        "Model change {number} was approved by the {party}",
        {"objection_until", "short_notice"},
    ),
    spec(
        "modelchange.objected",
        {"number", "party"},
        "The {party} objected to model change {number}",
        personal={"why"},
    ),
    spec(
        "modelchange.vetoed",
        {"number", "from_state"},
        "The client vetoed model change {number}",
        personal={"why"},
    ),
    spec(
        "modelchange.rejected",
        {"number", "from_state", "party"},
        "The {party} rejected model change {number}",
        personal={"why"},
    ),
    spec(
        "modelchange.withdrawn",
        {"number", "from_state"},
        "Model change {number} was withdrawn",
        personal={"why"},
    ),
    spec(
        "modelchange.scheduled", {"number", "scheduled_for"}, "Model change {number} is due {scheduled_for}"
    ),
    spec(
        "modelchange.deployed",
        {"number", "reference", "change_class", "steps", "impact"},
        "Model change {number} was deployed: {reference}",
    ),
    spec(
        "modelchange.watched",
        {"number", "watch_until"},
        "Model change {number} is under watch until {watch_until}",
        {"sampled"},
    ),
    spec(
        "modelchange.closed",
        {"number", "before_decided", "before_changed", "after_decided", "after_changed"},
        "Model change {number} was closed after its watch",
    ),
    spec(
        "modelchange.rolled_back",
        {"number", "reference", "from_state"},
        "Model change {number} was rolled back",
        personal={"why"},
    ),
    spec(
        "modelchange.emergency_deployed",
        {*_CHANGE, "effect_at", "ratify_until", "late", "digest", "steps", "frozen"},
        "Model change {number} was deployed in an emergency: {reference}",
        personal={"reason"},
    ),
    spec("modelchange.ratified", {"number", "party", "reference"}, "Model change {number} was ratified"),
    spec(
        "modelchange.ratification_overdue",
        {"number", "ratify_until"},
        "Nobody has ratified model change {number} in time",
    ),
    spec(
        "modelchange.undeclared",
        {"reference", "step", "policy"},
        "{reference} answered without notice of a change",
    ),
    spec(
        "modelchange.undeclared_settled",
        {"reference", "outcome"},
        "What {reference} answered without notice was settled: {outcome}",
        personal={"why"},
    ),
    spec(
        "changeterms.agreed",
        {"lead_days", "emergency_hours", "data", "redacted_until"},
        "The terms of model changes were agreed",
    ),
    spec("freeze.set", {"name", "begins", "ends", "scope"}, "{name}: nothing is deployed {begins} to {ends}"),
    spec("freeze.lifted", {"name", "begins", "ends", "scope"}, "{name} was lifted"),
]
