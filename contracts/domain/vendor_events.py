"""The events of what vendors supply and prove: endpoints, certificates, questionnaires."""

from contracts.domain.event_specs import spec
from contracts.domain.finding_kinds import EVENTS as FINDINGS

_ENDPOINT = {"name", "region", "tenancy", "training_use"}
_CERTIFICATE = {
    "kind",
    "level",
    "organisation",
    "period_from",
    "period_to",
    "expires_on",
    "bridge_until",
    "exceptions",
}

EVENTS = [
    spec(
        "endpoint.registered",
        {*_ENDPOINT, "vendor", "host", "retention_days", "subprocessors"},
        "Endpoint {name} was registered: {tenancy} in {region}",
        version=2,
    ),
    spec(
        "endpoint.amended",
        {*_ENDPOINT, "host", "retention_days", "subprocessors", "changed"},
        "Endpoint {name} was amended: {changed}",
    ),
    spec("endpoint.retired", {"name", "region", "tenancy"}, "Endpoint {name} was retired"),
    spec(
        "sovereignty.agreed",
        {"regions", "data_classes", "training_use"},
        "Data may be processed in {regions}",
    ),
    spec("certificate.added", _CERTIFICATE, "{kind} of {organisation} was put into the register"),
    spec(
        "certificate.replaced",
        {*_CERTIFICATE, "replaces"},
        "{kind} of {organisation} was replaced by the next one",
    ),
    spec(
        "certificate.withdrawn",
        {"kind", "organisation"},
        "{kind} of {organisation} was withdrawn",
        personal={"why"},
    ),
    spec(
        "certificate.running_out",
        {"kind", "organisation", "expires_on", "days"},
        "{kind} of {organisation} expires on {expires_on}",
    ),
    spec("dataflow.drafted", {"version", "based_on"}, "Drafted the data-flow diagram v{version}"),
    spec(
        "dataflow.edited",
        {"version", "change", "digest"},
        "Edited the data-flow diagram v{version}: {change}",
    ),
    spec(
        "dataflow.published",
        {"version", "digest", "nodes", "edges", "violations", "contract"},
        "Published the data-flow diagram v{version} with {violations} violations",
    ),
    spec("vendor.asked", {"vendor", "due_on"}, "{vendor} was asked, to answer by {due_on}"),
    spec("vendor.answered", {"vendor", "answered", "handed_in"}, "{vendor} answered {answered} questions"),
    spec(
        "vendor.assessed",
        {"vendor", "score", "flags", "answered", "asked"},
        "{vendor} was assessed: {score} of 100, {flags} red flags",
    ),
    *FINDINGS,
]
