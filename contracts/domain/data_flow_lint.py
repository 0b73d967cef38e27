"""What is wrong with a data-flow diagram (L7): personal data that reaches a model without redaction, or travels openly, or goes
where it may not.

Of every edge into an AI node that carries what concerns a person is asked where that comes from, backwards along every way
and around every circle: a redaction node closes a way, and a way that begins anywhere else is a bypass.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from contracts.domain import sovereignty
from contracts.domain.data_classes import OF_PERSONS, DataClass
from contracts.domain.data_flows import Edge, Flow, Node, NodeKind
from contracts.domain.sovereignty import EndpointTerms, Fault, Ground
from contracts.enums import Labelled


class Rule(Labelled):
    UNREDACTED = "unredacted"
    UNPROVEN = "unproven"
    UNENCRYPTED = "unencrypted"
    REGION = "region"
    ENDPOINT = "endpoint"

    @property
    def label(self) -> str:
        return {
            "unredacted": "Personal data without redaction",
            "unproven": "Called redacted, and nothing redacts it",
            "unencrypted": "Personal data without encryption",
            "region": "Region that is not allowed",
            "endpoint": "Endpoint that does not conform",
        }[self.value]


# What leaves the ground a process gives: also a finding of sovereignty.
SOVEREIGNTY = frozenset({Rule.UNREDACTED, Rule.REGION, Rule.ENDPOINT})


@dataclass(frozen=True)
class Violation:
    """`subject` is the key of the edge or node it is about."""

    rule: Rule
    subject: str
    sentence: str


def lint(flow: Flow, ground: Ground, endpoints: Mapping[str, EndpointTerms]) -> list[Violation]:
    """Every violation of a diagram, in the order of its edges and then its nodes."""
    nodes = {node.key: node for node in flow.nodes}
    into: dict[str, list[str]] = {node.key: [] for node in flow.nodes}
    for edge in flow.edges:
        # What concerns nobody, such as a catalogue, needs no redaction and brings nothing that would.
        if _of_persons(edge):
            into[edge.target].append(edge.source)
    found = [one for edge in flow.edges for one in _edge(edge, nodes, into)]
    personal = {edge.target for edge in flow.edges if _personal(edge)}
    return found + [
        one for node in flow.nodes for one in _node(node, node.key in personal, ground, endpoints)
    ]


def _personal(edge: Edge) -> bool:
    return bool(OF_PERSONS & set(edge.classes))


def _of_persons(edge: Edge) -> bool:
    """Whether it carries what concerns a person, redacted or not."""
    return _personal(edge) or edge.redacted or DataClass.REDACTED in edge.classes


def _edge(edge: Edge, nodes: Mapping[str, Node], into: Mapping[str, Collection[str]]) -> list[Violation]:
    found = []
    personal = _personal(edge)
    if nodes[edge.target].kind == NodeKind.AI and _of_persons(edge):
        way = bypass(edge.source, nodes, into)
        if way:
            names = " → ".join(nodes[key].name for key in (*way, edge.target))
            if personal:
                sentence = f"Personal data reaches {nodes[edge.target].name} without redaction: {names}"
                found.append(Violation(Rule.UNREDACTED, edge.key, sentence))
            else:
                sentence = f"What reaches {nodes[edge.target].name} is called redacted, but nothing redacts it: {names}"
                found.append(Violation(Rule.UNPROVEN, edge.key, sentence))
    if personal and not edge.encrypted:
        sentence = f"Personal data goes from {nodes[edge.source].name} to {nodes[edge.target].name} without encryption"
        found.append(Violation(Rule.UNENCRYPTED, edge.key, sentence))
    return found


def bypass(start: str, nodes: Mapping[str, Node], into: Mapping[str, Collection[str]]) -> list[str]:
    """The shortest way that ends at `start` and begins somewhere without passing a redaction; empty where there is none."""
    if nodes[start].kind == NodeKind.REDACTION:
        return []
    onward: dict[str, str] = {}
    seen, waiting, redacted = {start}, [start], False
    while waiting:
        here = waiting.pop(0)
        if nodes[here].kind == NodeKind.SOURCE or not into[here]:
            way = [here]
            while way[-1] != start:
                way.append(onward[way[-1]])
            return way
        for before in into[here]:
            if nodes[before].kind == NodeKind.REDACTION:
                redacted = True
            elif before not in seen:
                seen.add(before)
                onward[before] = here
                waiting.append(before)
    # A circle that nothing feeds: what goes round in it was never redacted.
    return [] if redacted else [start]


def _node(
    node: Node, personal: bool, ground: Ground, endpoints: Mapping[str, EndpointTerms]
) -> list[Violation]:
    found = []
    outside = bool(ground.regions) and not sovereignty.inside(node.region, ground.regions)
    if outside and (personal or node.kind == NodeKind.AI):
        allowed = " and ".join(ground.regions)
        sentence = f"{node.name} is in {node.region}; allowed is only {allowed}"
        found.append(Violation(Rule.REGION, node.key, sentence))
    if node.kind != NodeKind.AI:
        return found
    terms = endpoints.get(node.endpoint)
    if terms is None:
        sentence = (
            f"{node.name} answers from an endpoint that nobody registered: {node.endpoint or 'none named'}"
        )
        return [*found, Violation(Rule.ENDPOINT, node.key, sentence)]
    # Of the region is said above already.
    faults = sovereignty.faults(terms, ground)
    wrong = [text for fault, text in faults if not (outside and fault is Fault.REGION)]
    if terms.region.upper() != node.region.upper():
        wrong.append(f"The endpoint {terms.name} answers from {terms.region}, not from {node.region}")
    if wrong:
        found.append(Violation(Rule.ENDPOINT, node.key, "; ".join(wrong)))
    return found


def gaps(flow: Flow) -> list[str]:
    """What a diagram does not show yet (§3.22): no violation, but not the whole of it."""
    kinds = {node.kind for node in flow.nodes}
    missing = {
        NodeKind.SOURCE: "No source of data is drawn.",
        NodeKind.AI: "No AI inference is drawn.",
        NodeKind.HUMAN: "Nobody is drawn who looks at the data.",
        NodeKind.STORAGE: "It does not show where data is kept.",
        NodeKind.DELETION: "It does not show how data is deleted.",
    }
    found = [sentence for kind, sentence in missing.items() if kind not in kinds]
    joined = {key for edge in flow.edges for key in (edge.source, edge.target)}
    alone = [node.name for node in flow.nodes if node.key not in joined]
    return found + [f"Nothing leads to or from {name}." for name in alone]
