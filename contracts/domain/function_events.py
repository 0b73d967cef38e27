"""The events of the function map (K8)."""

from contracts.domain.event_specs import spec

EVENTS = [
    spec(
        "function.mapped",
        {"step", "dependency", "involvement", "impact"},
        "{step} was mapped: AI {dependency}, people {involvement}, impact {impact}",
        personal={"why"},
    ),
    spec("function.signed", {"steps"}, "The function map was signed for the client"),
]
