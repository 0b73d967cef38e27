"""The events of terms: liability, data use, agreed figures, attestations, and live settings that do not keep to them."""

from contracts.domain.event_specs import spec

_VERSION = {"code", "version", "clause"}

EVENTS = [
    spec(
        "liability.set",
        {*_VERSION, "layer", "responsible", "shares", "cap", "residual"},
        "Liability in {code} v{version} for {layer}: {responsible}",
    ),
    spec(
        "datause.set",
        {*_VERSION, "data_type", "owner", "training", "flow_down", "exit_days", "certificate"},
        "Use of {data_type} in {code} v{version}: training {training}",
    ),
    spec("term.agreed", {*_VERSION, "process", "kind", "value"}, "{code} v{version} agrees {kind}: {value}"),
    spec("term.removed", {"code", "version", "what"}, "Removed {what} from {code} v{version}"),
    spec("clause.cited", {"kind", "reference", "clause"}, "{kind} {reference} rests on {clause}"),
    spec("clause.uncited", {"kind", "reference", "clause"}, "{kind} {reference} no longer rests on {clause}"),
    spec(
        "datause.attested", {"vendor", "training"}, "{vendor} attests on training: {training}", {"evidence"}
    ),
    spec(
        "datause.mismatch",
        {"endpoint", "agreed", "live"},
        "Contract, attestation and endpoint {endpoint} disagree on training",
    ),
]
