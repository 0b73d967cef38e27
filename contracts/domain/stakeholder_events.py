"""The events of the stakeholder register, of decisions to use AI and of the accountability sheet, with the facts each carries."""

from contracts.domain.event_specs import spec

EVENTS = [
    spec(
        "stakeholder.named",
        {"category", "person", "deputy"},
        "Named who stands for {category}",
        personal={"contact", "duty"},
    ),
    spec("stakeholder.removed", {"category", "person"}, "Removed who stood for {category}"),
    spec(
        "aiuse.decided",
        {"step", "authority", "alternatives", "benefit", "replaces"},
        "Decided that AI is used at {step}",
    ),
    spec(
        "sheet.made",
        {"version", "digest", "replaces"},
        "The accountability sheet v{version} was made",
    ),
]
