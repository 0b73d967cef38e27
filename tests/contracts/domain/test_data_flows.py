"""Data-flow diagrams (L7): what is wrong with them on every way and around every circle, how they are read and drawn."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.errors import Invalid
from contracts.domain import data_flow_layout, data_flow_lint, data_flows
from contracts.domain.data_flow_lint import Rule
from contracts.domain.data_flows import Edge, Flow, Node, NodeKind
from contracts.domain.sovereignty import EndpointTerms, Ground

SCRIBE = {
    "scribe-jp": EndpointTerms("scribe-jp", "JP", "private", "none"),
    "open-us": EndpointTerms("open-us", "US", "public", "none"),
}
GROUND = Ground(("JP",))


def node(key: str, kind: str = "system", **changes) -> Node:
    given_ = {"name": key.upper(), "kind": kind, "party": "Hanabi", "region": "JP"} | changes
    if kind == "ai" and "endpoint" not in changes:
        given_["endpoint"] = "scribe-jp"
    return Node(key, **given_)


def edge(source: str, target: str, *classes: str, **changes) -> Edge:
    return Edge(f"{source}-{target}", source, target, classes or ("personal",), "To answer", **changes)


def flow(nodes, *edges) -> Flow:
    return data_flows.check(Flow(tuple(nodes), tuple(edges)))


CRM, REDACT, SCRIBE_AI, HUB = (
    node("crm", "source"),
    node("red", "redaction"),
    node("ai", "ai"),
    node("hub"),
)
GOOD = (edge("crm", "red"), edge("red", "ai", "redacted", redacted=True))
RULES = [
    ("redacted on the only way", [CRM, REDACT, SCRIBE_AI], GOOD, []),
    (
        "story 9: a bypass beside the redaction",
        [CRM, REDACT, SCRIBE_AI],
        (*GOOD, edge("crm", "ai")),
        [(Rule.UNREDACTED, "crm-ai")],
    ),
    (
        "behind a hub that two ways lead to, one of them without redaction",
        [CRM, REDACT, HUB, SCRIBE_AI],
        (edge("crm", "red"), edge("red", "hub"), edge("crm", "hub"), edge("hub", "ai")),
        [(Rule.UNREDACTED, "hub-ai")],
    ),
    (
        "a circle between hub and redaction, fed through the redaction only",
        [CRM, REDACT, HUB, SCRIBE_AI],
        (edge("crm", "red"), edge("red", "hub"), edge("hub", "red"), edge("hub", "ai")),
        [],
    ),
    (
        "a circle that nothing feeds",
        [node("a"), node("b"), SCRIBE_AI],
        (edge("a", "b"), edge("b", "a"), edge("b", "ai")),
        [(Rule.UNREDACTED, "b-ai")],
    ),
    ("no personal data, no redaction needed", [CRM, SCRIBE_AI], (edge("crm", "ai", "business"),), []),
    (
        "called redacted, and nothing redacts",
        [CRM, SCRIBE_AI],
        (edge("crm", "ai", "redacted", redacted=True),),
        [(Rule.UNPROVEN, "crm-ai")],
    ),
    (
        "openly",
        [CRM, REDACT],
        (edge("crm", "red", encrypted=False),),
        [(Rule.UNENCRYPTED, "crm-red")],
    ),
    ("openly, and nobody's data", [CRM, HUB], (edge("crm", "hub", "business", encrypted=False),), []),
    (
        "personal data elsewhere",
        [CRM, node("us", region="US")],
        (edge("crm", "us"),),
        [(Rule.REGION, "us")],
    ),
    (
        "people elsewhere who see what is redacted",
        [REDACT, node("ph", "human", region="PH")],
        (edge("red", "ph", "redacted"),),
        [],
    ),
    (
        "a model of nobody's",
        [CRM, node("ai", "ai", endpoint="unknown")],
        (edge("crm", "ai", "business"),),
        [(Rule.ENDPOINT, "ai")],
    ),
    (
        "a catalogue beside what is redacted",
        [CRM, REDACT, HUB, node("shop", "source"), SCRIBE_AI],
        (
            edge("crm", "red"),
            edge("red", "hub", "redacted", redacted=True),
            edge("shop", "hub", "business"),
            edge("hub", "ai", "redacted", "business", redacted=True),
        ),
        [],
    ),
    (
        "a hub that draws personal data from nowhere, beside a redaction",
        [CRM, REDACT, HUB, node("shop", "source"), SCRIBE_AI],
        (edge("crm", "red"), edge("shop", "hub", "business"), edge("hub", "ai")),
        [(Rule.UNREDACTED, "hub-ai")],
    ),
    (
        "elsewhere, and public as well",
        [node("ai", "ai", region="US", endpoint="open-us")],
        (),
        [(Rule.REGION, "ai"), (Rule.ENDPOINT, "ai")],
    ),
    ("a model elsewhere than its endpoint", [node("ai", "ai", region="JP-13")], (), [(Rule.ENDPOINT, "ai")]),
]


@pytest.mark.parametrize(("_case", "nodes", "edges", "expected"), RULES, ids=[row[0] for row in RULES])
def test_lint_finds_each_violation_once(_case, nodes, edges, expected):
    found = data_flow_lint.lint(flow(nodes, *edges), GROUND, SCRIBE)

    assert [(one.rule, one.subject) for one in found] == expected


def test_the_way_around_the_redaction_is_named():
    [one] = data_flow_lint.lint(flow([CRM, REDACT, SCRIBE_AI], *GOOD, edge("crm", "ai")), GROUND, SCRIBE)

    assert one.sentence == "Personal data reaches AI without redaction: CRM → AI"


@st.composite
def graphs(draw):
    size = draw(st.integers(1, 6))
    kinds = draw(
        st.lists(st.sampled_from(["source", "system", "redaction", "ai"]), min_size=size, max_size=size)
    )
    nodes = [node(f"n{number}", kind) for number, kind in enumerate(kinds)]
    pairs = [(a.key, b.key) for a in nodes for b in nodes if a != b]
    chosen = draw(st.lists(st.sampled_from(pairs), unique=True, max_size=12)) if pairs else []
    return flow(nodes, *(edge(*pair) for pair in chosen))


def _open_ways(graph: Flow, start: str, seen: tuple[str, ...] = ()) -> bool:
    """Slowly: whether some way backwards from a node begins somewhere without a redaction on it."""
    here = graph.node(start)
    assert here is not None
    if here.kind == NodeKind.REDACTION:
        return False
    before = [one.source for one in graph.edges if one.target == start]
    if here.kind == NodeKind.SOURCE or not before:
        return True
    return any(_open_ways(graph, one, (*seen, start)) for one in before if one not in seen)


@given(graphs())
def test_every_way_without_redaction_is_found(graph):
    found = {
        one.subject for one in data_flow_lint.lint(graph, Ground(), SCRIBE) if one.rule == Rule.UNREDACTED
    }
    models = {one.key for one in graph.nodes if one.kind == NodeKind.AI}
    open_ways = {one.key for one in graph.edges if one.target in models and _open_ways(graph, one.source)}

    assert open_ways <= found
    # Beyond these only what goes round in a circle that no redaction feeds.
    for key in found - open_ways:
        one = graph.edge(key)
        assert one is not None
        assert not _redaction_behind(graph, one.source)


def _redaction_behind(graph: Flow, start: str) -> bool:
    seen, waiting = {start}, [start]
    while waiting:
        here = waiting.pop()
        for before in (one.source for one in graph.edges if one.target == here):
            before_node = graph.node(before)
            assert before_node is not None
            if before_node.kind == NodeKind.REDACTION:
                return True
            if before not in seen:
                seen.add(before)
                waiting.append(before)
    return False


@given(graphs())
def test_what_is_written_is_read_again(graph):
    assert data_flows.read(json.loads(json.dumps(data_flows.written(graph)))) == graph


@given(graphs())
def test_no_two_nodes_are_drawn_over_each_other(graph):
    drawn = data_flow_layout.draw(graph)

    assert len({(box.x, box.y) for box in drawn.boxes}) == len(graph.nodes)
    assert all(0 <= box.x <= drawn.width - data_flow_layout.WIDTH for box in drawn.boxes)
    assert all(0 <= box.y <= drawn.height - data_flow_layout.HEIGHT for box in drawn.boxes)
    assert len(drawn.lines) == len(graph.edges)


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        (lambda body: [], ""),
        (lambda body: body | {"format": 2}, "/format"),
        (lambda body: body | {"more": 1}, ""),
        (lambda body: body | {"nodes": {}}, "/nodes"),
        (lambda body: body | {"nodes": [1]}, "/nodes/0"),
        (lambda body: body | {"nodes": [body["nodes"][0] | {"color": "red"}]}, "/nodes/0/color"),
        (lambda body: body | {"nodes": [body["nodes"][0] | {"name": 7}]}, "/nodes/0/name"),
        (lambda body: body | {"nodes": [body["nodes"][0] | {"name": "two\nlines"}]}, "/nodes/0/name"),
        (lambda body: body | {"nodes": [body["nodes"][0] | {"kind": "cloud"}]}, "/nodes/0/kind"),
        (lambda body: body | {"nodes": [body["nodes"][0]] * 2}, "/nodes/1/key"),
        (lambda body: body | {"edges": [body["edges"][0] | {"target": "nowhere"}]}, "/edges/0/target"),
        (lambda body: body | {"edges": [body["edges"][0] | {"target": "crm"}]}, "/edges/0/target"),
        (lambda body: body | {"edges": [body["edges"][0] | {"classes": [["x"]]}]}, "/edges/0/classes"),
        (lambda body: body | {"edges": [body["edges"][0] | {"classes": []}]}, "/edges/0/classes"),
        (lambda body: body | {"edges": [body["edges"][0] | {"days": True}]}, "/edges/0/days"),
        (lambda body: body | {"edges": [body["edges"][0] | {"encrypted": "yes"}]}, "/edges/0/encrypted"),
    ],
)
def test_what_is_wrong_in_an_import_is_pointed_at(change, pointer):
    body = data_flows.written(flow([CRM, REDACT, SCRIBE_AI], *GOOD))

    with pytest.raises(Invalid) as refused:
        data_flows.read(change(json.loads(json.dumps(body))))

    assert refused.value.field == pointer


def test_removing_a_node_takes_its_edges_along():
    left = flow([CRM, REDACT, SCRIBE_AI], *GOOD).without_node("red")

    assert (len(left.nodes), left.edges) == (2, ())


def test_what_is_not_drawn_yet_is_said():
    assert data_flow_lint.gaps(flow([CRM])) == [
        "No AI inference is drawn.",
        "Nobody is drawn who looks at the data.",
        "It does not show where data is kept.",
        "It does not show how data is deleted.",
        "Nothing leads to or from CRM.",
    ]
