"""The events of what vendors supply and prove: endpoints, certificates, questionnaires."""

from contracts.domain.event_specs import spec

_ENDPOINT = {"name", "region", "tenancy", "training_use"}

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
]
