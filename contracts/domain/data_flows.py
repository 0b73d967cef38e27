"""A data-flow diagram (L7, §3.22): systems and parties as nodes, what goes from one to another as edges; read and written as
JSON, and never a part of it wrong."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from audit.errors import Invalid
from contracts.domain.data_classes import DataClass
from contracts.enums import Labelled

MOST_NODES, MOST_EDGES = 60, 200
MOST_DAYS = 36_600
FORMAT = 1
_KEY = re.compile(r"[a-z][a-z0-9_-]{0,19}")
_REGION = re.compile(r"[A-Z]{2,4}(-[A-Z0-9]{1,10})*")


class NodeKind(Labelled):
    SOURCE = "source"
    SYSTEM = "system"
    REDACTION = "redaction"
    AI = "ai"
    HUMAN = "human"
    STORAGE = "storage"
    DELETION = "deletion"

    @property
    def label(self) -> str:
        return {
            "source": "Source of data",
            "redaction": "Redaction",
            "ai": "AI inference",
            "human": "People who look at it",
        }.get(self.value, super().label)


@dataclass(frozen=True)
class Node:
    key: str
    name: str
    kind: str
    party: str
    region: str
    endpoint: str = ""


@dataclass(frozen=True)
class Edge:
    """What goes from one node to another; `days` None: kept nowhere on the way."""

    key: str
    source: str
    target: str
    classes: tuple[str, ...]
    purpose: str
    redacted: bool = False
    encrypted: bool = True
    days: int | None = None


@dataclass(frozen=True)
class Flow:
    nodes: tuple[Node, ...] = ()
    edges: tuple[Edge, ...] = ()

    def node(self, key: str) -> Node | None:
        return next((node for node in self.nodes if node.key == key), None)

    def edge(self, key: str) -> Edge | None:
        return next((edge for edge in self.edges if edge.key == key), None)

    def with_node(self, node: Node) -> "Flow":
        """With the node put in the place of the one of its key, or at the end."""
        if self.node(node.key) is None:
            return replace(self, nodes=(*self.nodes, node))
        return replace(self, nodes=tuple(node if one.key == node.key else one for one in self.nodes))

    def with_edge(self, edge: Edge) -> "Flow":
        if self.edge(edge.key) is None:
            return replace(self, edges=(*self.edges, edge))
        return replace(self, edges=tuple(edge if one.key == edge.key else one for one in self.edges))

    def without_node(self, key: str) -> "Flow":
        """Without the node and whatever leads to it or from it."""
        return Flow(
            tuple(node for node in self.nodes if node.key != key),
            tuple(edge for edge in self.edges if key not in {edge.source, edge.target}),
        )

    def without_edge(self, key: str) -> "Flow":
        return replace(self, edges=tuple(edge for edge in self.edges if edge.key != key))


def next_key(letter: str, taken: Sequence[str]) -> str:
    """A key that nothing has: n1, n2 …"""
    number = 1
    while f"{letter}{number}" in taken:
        number += 1
    return f"{letter}{number}"


def check(flow: Flow) -> Flow:
    """The flow itself. Raises Invalid, with a pointer, for the first thing in it that cannot be."""
    if len(flow.nodes) > MOST_NODES or len(flow.edges) > MOST_EDGES:
        raise Invalid("too_many", f"A diagram has at most {MOST_NODES} nodes and {MOST_EDGES} edges.", "")
    keys: set[str] = set()
    names: set[str] = set()
    for index, node in enumerate(flow.nodes):
        _check_node(node, f"/nodes/{index}")
        if node.key in keys:
            raise Invalid("key_twice", f"Two nodes have the key {node.key}.", f"/nodes/{index}/key")
        if node.name in names:
            raise Invalid("name_twice", f"Two nodes are called {node.name}.", f"/nodes/{index}/name")
        keys.add(node.key)
        names.add(node.name)
    known: set[str] = set()
    for index, edge in enumerate(flow.edges):
        _check_edge(edge, keys, f"/edges/{index}")
        if edge.key in known:
            raise Invalid("key_twice", f"Two edges have the key {edge.key}.", f"/edges/{index}/key")
        known.add(edge.key)
    return flow


def _check_node(node: Node, place: str) -> None:
    if not _KEY.fullmatch(node.key):
        raise Invalid("key", "Small letters, digits, - and _ for a key.", f"{place}/key")
    for name, longest in (("name", 60), ("party", 80)):
        text = getattr(node, name)
        if not text or text != " ".join(text.split()) or len(text) > longest:
            raise Invalid(name, f"One line of 1 to {longest} characters.", f"{place}/{name}")
    if node.kind not in set(NodeKind):
        raise Invalid("kind", "Choose the kind from the list.", f"{place}/kind")
    if not _REGION.fullmatch(node.region) or len(node.region) > 20:
        raise Invalid("region", "Name the region by a code such as EU, JP or EU-DE.", f"{place}/region")
    if node.endpoint and node.kind != NodeKind.AI:
        raise Invalid("endpoint", "Only AI inference has an endpoint.", f"{place}/endpoint")
    if len(node.endpoint) > 80:
        raise Invalid("endpoint", "At most 80 characters.", f"{place}/endpoint")


def _check_edge(edge: Edge, keys: set[str], place: str) -> None:
    if not _KEY.fullmatch(edge.key):
        raise Invalid("key", "Small letters, digits, - and _ for a key.", f"{place}/key")
    for name in ("source", "target"):
        if getattr(edge, name) not in keys:
            raise Invalid(name, "There is no such node.", f"{place}/{name}")
    if edge.source == edge.target:
        raise Invalid("target", "It leads from a node to itself.", f"{place}/target")
    if not edge.classes or set(edge.classes) - set(DataClass):
        raise Invalid("classes", "Choose one class of data at least, from the list.", f"{place}/classes")
    if not edge.purpose or edge.purpose != " ".join(edge.purpose.split()) or len(edge.purpose) > 200:
        raise Invalid("purpose", "Say in one line of up to 200 characters what for.", f"{place}/purpose")
    if edge.days is not None and not 0 <= edge.days <= MOST_DAYS:
        raise Invalid("days", f"Days from 0 to {MOST_DAYS:,}.", f"{place}/days")


def written(flow: Flow) -> dict[str, Any]:
    """The flow as JSON."""
    edges = [{**asdict(edge), "classes": sorted(edge.classes)} for edge in flow.edges]
    return {"format": FORMAT, "nodes": [asdict(node) for node in flow.nodes], "edges": edges}


def read(body: object) -> Flow:
    """The flow that JSON says. Raises Invalid with a pointer for whatever is not as `written` writes it."""
    if not isinstance(body, dict) or body.keys() - {"format", "nodes", "edges", "process", "version"}:
        raise Invalid("not_a_flow", "An object with nodes and edges is required.", "")
    if body.get("format", FORMAT) != FORMAT:
        raise Invalid("format", f"Only the format {FORMAT} is read.", "/format")
    nodes = tuple(
        Node(**_members(one, _NODE, f"/nodes/{index}"))
        for index, one in enumerate(_list(body.get("nodes"), "/nodes"))
    )
    edges = []
    for index, one in enumerate(_list(body.get("edges", []), "/edges")):
        given = _members(one, _EDGE, f"/edges/{index}")
        if not all(isinstance(name, str) for name in given["classes"]):
            raise Invalid("classes", "A list of names is required.", f"/edges/{index}/classes")
        edges.append(Edge(**{**given, "classes": tuple(sorted(set(given["classes"])))}))
    return check(Flow(nodes, tuple(edges)))


_NODE: Mapping[str, tuple] = {
    "key": (str,),
    "name": (str,),
    "kind": (str,),
    "party": (str,),
    "region": (str,),
    "endpoint": (str, ""),
}
_EDGE: Mapping[str, tuple] = {
    "key": (str,),
    "source": (str,),
    "target": (str,),
    "classes": (list,),
    "purpose": (str,),
    "redacted": (bool, False),
    "encrypted": (bool, True),
    "days": (int, None),
}


def _list(value: object, place: str) -> list:
    if not isinstance(value, list):
        raise Invalid("not_a_list", "A list is required.", place)
    return value


def _members(value: object, known: Mapping[str, tuple], place: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Invalid("not_an_object", "An object is required.", place)
    if strange := sorted(str(name)[:40] for name in value.keys() - known.keys()):
        raise Invalid("unknown_field", "There is no such field.", f"{place}/{strange[0]}")
    found = {}
    for name, (kind, *default) in known.items():
        one = value.get(name, default[0] if default else None)
        if default and one == default[0] and type(one) is type(default[0]):
            found[name] = one
        elif type(one) is not kind or (isinstance(one, str) and "\x00" in one):
            raise Invalid("wrong_type", "Something else is required here.", f"{place}/{name}")
        else:
            found[name] = one
    return found
