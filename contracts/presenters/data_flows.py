"""A data-flow diagram as its pages show it: drawn, and as the table behind the drawing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from contracts import access
from contracts.domain import data_flow_layout, data_flow_lint
from contracts.domain.data_classes import DataClass
from contracts.domain.data_flow_layout import HEIGHT, WIDTH
from contracts.domain.data_flow_lint import Violation
from contracts.domain.data_flows import Flow, NodeKind
from contracts.models import DataFlow, Process, User
from contracts.permissions import data_flows as permissions
from contracts.presenters import words
from contracts.presenters.parts import Button

_SHORT = 19


@dataclass(frozen=True)
class Box:
    x: int
    y: int
    name: str
    short: str
    kind: str
    place: str
    dash: str
    width: int
    round: int
    wrong: bool


@dataclass(frozen=True)
class Arrow:
    number: int
    path: str
    x: int
    y: int
    title: str
    wrong: bool


@dataclass(frozen=True)
class Picture:
    """The drawing; `ink` and `paper` are colours, those of the page where they are not said."""

    width: int
    height: int
    box_width: int
    box_height: int
    boxes: list[Box]
    arrows: list[Arrow]
    title: str
    description: str
    ink: str = "currentColor"
    paper: str = ""


@dataclass(frozen=True)
class NodeLine:
    name: str
    kind: str
    party: str
    region: str
    endpoint: str
    url: str
    wrong: list[str]


@dataclass(frozen=True)
class EdgeLine:
    number: int
    source: str
    target: str
    classes: str
    purpose: str
    redacted: bool
    encrypted: bool
    kept: str
    url: str
    wrong: list[str]


@dataclass(frozen=True)
class Diagram:
    version: int
    picture: Picture
    nodes: list[NodeLine]
    edges: list[EdgeLine]
    violations: list[tuple[str, str]]
    gaps: list[str]
    svg_url: str
    json_url: str
    author: str
    published: datetime | None
    published_by: str
    contract: str
    edits: int


@dataclass(frozen=True)
class FlowPage:
    code: str
    name: str
    diagram: Diagram | None
    draft_url: str
    begin: Button


def page(
    process: Process,
    found: DataFlow | None,
    flow: Flow,
    wrong: Sequence[Violation],
    *,
    drawn: bool,
    user: User,
) -> FlowPage:
    allowed, reason = access.allowed(permissions.check_can_draw, user, process)
    return FlowPage(
        code=process.code,
        name=process.name,
        diagram=diagram(process, found, flow, wrong) if found else None,
        draft_url=reverse("contracts:data_flow_draft", args=[process.code]) if drawn and allowed else "",
        begin=Button(reverse("contracts:data_flow_begin", args=[process.code]), allowed, reason),
    )


def diagram(process: Process, found: DataFlow, flow: Flow, wrong: Sequence[Violation]) -> Diagram:
    names = {node.key: node.name for node in flow.nodes}
    node_url = reverse("contracts:data_flow_node", args=[process.code])
    edge_url = reverse("contracts:data_flow_edge", args=[process.code])
    by_subject: dict[str, list[str]] = {}
    for one in wrong:
        by_subject.setdefault(f"{_place(one)}{one.subject}", []).append(one.rule.label)
    bound = found.contract_version
    return Diagram(
        version=found.version,
        picture=picture(process, found, flow, wrong),
        nodes=[
            NodeLine(
                node.name,
                NodeKind(node.kind).label,
                node.party,
                node.region,
                node.endpoint,
                f"{node_url}?key={node.key}",
                by_subject.get(f"node {node.key}", []),
            )
            for node in flow.nodes
        ],
        edges=[
            EdgeLine(
                number,
                names[edge.source],
                names[edge.target],
                ", ".join(DataClass(one).label for one in edge.classes),
                edge.purpose,
                edge.redacted,
                edge.encrypted,
                "not kept" if edge.days is None else f"{edge.days:,} days",
                f"{edge_url}?key={edge.key}",
                by_subject.get(f"edge {edge.key}", []),
            )
            for number, edge in enumerate(flow.edges, 1)
        ],
        violations=[(one.rule.label, one.sentence) for one in wrong],
        gaps=data_flow_lint.gaps(flow),
        svg_url=reverse("contracts:data_flow_svg", args=[process.code, found.version]),
        json_url=reverse("contracts:data_flow_json", args=[process.code, found.version]),
        author=words.name(found.author),
        published=found.published_at,
        published_by=words.name(found.published_by),
        contract=f"{bound.contract.code} v{bound.number}" if bound else "",
        edits=found.edits,
    )


def _place(one: Violation) -> str:
    about_a_node = one.rule in {data_flow_lint.Rule.REGION, data_flow_lint.Rule.ENDPOINT}
    return "node " if about_a_node else "edge "


def picture(
    process: Process,
    found: DataFlow,
    flow: Flow,
    wrong: Sequence[Violation],
    *,
    ink: str = "",
    paper: str = "",
) -> Picture:
    drawn = data_flow_layout.draw(flow)
    subjects = {f"{_place(one)}{one.subject}" for one in wrong}
    nodes = {node.key: node for node in flow.nodes}
    boxes = []
    for box in drawn.boxes:
        node = nodes[box.key]
        boxes.append(
            Box(
                x=box.x,
                y=box.y,
                name=node.name,
                short=node.name if len(node.name) <= _SHORT else f"{node.name[: _SHORT - 1]}…",
                kind=NodeKind(node.kind).label,
                place=f"{node.region} · {node.party}"[:28],
                dash="6 3" if node.kind == NodeKind.REDACTION else "",
                width=3 if node.kind == NodeKind.AI else 1,
                round={NodeKind.STORAGE: 24, NodeKind.HUMAN: 31}.get(NodeKind(node.kind), 4),
                wrong=f"node {node.key}" in subjects,
            )
        )
    arrows = []
    for number, (edge, line) in enumerate(zip(flow.edges, drawn.lines, strict=True), 1):
        title = f"{number}: {nodes[edge.source].name} → {nodes[edge.target].name}"
        arrows.append(Arrow(number, line.path, line.x, line.y, title, f"edge {edge.key}" in subjects))
    return Picture(
        width=drawn.width,
        height=drawn.height,
        box_width=WIDTH,
        box_height=HEIGHT,
        boxes=boxes,
        arrows=arrows,
        title=f"Data flow of {process.code}, version {found.version}",
        description=f"{len(flow.nodes)} nodes and {len(flow.edges)} edges, {len(wrong)} violations. "
        "A thick frame is AI inference, a dashed one redaction; a dashed arrow with ! is a violation.",
        ink=ink or "currentColor",
        paper=paper,
    )
