"""The events of control items, with the facts each carries. But for the first they stand in the portal's own log (E4)."""

from audit.domain.catalogue import EventSpec


def _spec(action: str, facts: set[str], sentence: str, personal: set[str] | None = None) -> EventSpec:
    return EventSpec(
        action=action,
        version=1,
        facts=frozenset(facts),
        optional=frozenset(),
        personal=frozenset(personal or ()),
        sentence=sentence,
    )


EVENTS = [
    _spec(
        "honeypots.planned",
        {"allowed", "share"},
        "Control items for the reviewers of the process: allowed {allowed}, {share} of what each decides",
        personal={"basis"},
    ),
    _spec("control_item.added", {"process", "step", "kind", "digest"}, "Added a {kind} control item"),
    _spec("control_item.retired", {"process", "kind"}, "Retired a {kind} control item"),
    _spec(
        "honeypot.planned",
        {"process", "item", "kind", "reviewer", "plant_at"},
        "A {kind} control item is meant for a reviewer",
    ),
    _spec(
        "honeypot.served",
        {"process", "item", "kind", "reviewer", "interaction", "case"},
        "A {kind} control item was put before a reviewer",
    ),
    _spec(
        "honeypot.caught",
        {"process", "item", "kind", "reviewer", "interaction", "answer"},
        "A {kind} control item was decided as it should be: {answer}",
    ),
    _spec(
        "honeypot.missed",
        {"process", "item", "kind", "reviewer", "interaction", "answer"},
        "A {kind} control item was not decided as it should be: {answer}",
    ),
    _spec(
        "honeypot.withdrawn",
        {"process", "item", "kind", "reviewer", "cause"},
        "A control item was withdrawn: {cause}",
    ),
]
