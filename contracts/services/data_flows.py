"""Data-flow diagrams (L7): drafted from the published one, drawn node by node, and published with what is wrong with them.

A diagram says what is so: one with violations may be published, and is a finding until one without them is.
"""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.urls import reverse

from audit.domain.envelope import Target
from audit.errors import Conflict, Invalid
from contracts.domain import data_flow_lint, data_flows
from contracts.domain.data_flows import Edge, Flow, Node
from contracts.domain.finding_kinds import FindingKind
from contracts.models import DataFlow, Process, User
from contracts.models.data_flow import DataFlowState
from contracts.permissions import data_flows as permissions
from contracts.selectors import contracts
from contracts.selectors import data_flows as selector
from contracts.services import findings, processes


@transaction.atomic
def draft(*, process: Process, by: User, at: datetime) -> DataFlow:
    """Begin a draft from the published diagram, or from none. Raises Conflict where one is being drawn."""
    permissions.check_can_draw(by, process)
    base = selector.published(process)
    last = DataFlow.objects.filter(process=process).aggregate(last=Max("version"))["last"] or 0
    try:
        with transaction.atomic():
            made = DataFlow.objects.create(
                process=process,
                version=last + 1,
                graph=base.graph if base else data_flows.written(Flow()),
                author=by,
                drafted_at=at,
            )
    except IntegrityError:
        raise Conflict("draft_open", "Somebody draws a version already: go on with that one.") from None
    facts = {"version": made.version, "based_on": base.version if base else None}
    _record(made, "dataflow.drafted", facts, by, at)
    return made


def put_node(*, flow_id: UUID, node: Node, edits: int, by: User, at: datetime) -> DataFlow:
    """Put a node into the draft, in the place of the one of its key; without a key it is a new one."""
    return _edit(flow_id, edits, by, at, "node", lambda flow: flow.with_node(_keyed(node, flow)))


def put_edge(*, flow_id: UUID, edge: Edge, edits: int, by: User, at: datetime) -> DataFlow:
    return _edit(flow_id, edits, by, at, "edge", lambda flow: flow.with_edge(_named(edge, flow)))


def remove_node(*, flow_id: UUID, key: str, edits: int, by: User, at: datetime) -> DataFlow:
    """Take a node out of the draft, and whatever leads to it or from it."""
    return _edit(flow_id, edits, by, at, "node_removed", lambda flow: flow.without_node(key))


def remove_edge(*, flow_id: UUID, key: str, edits: int, by: User, at: datetime) -> DataFlow:
    return _edit(flow_id, edits, by, at, "edge_removed", lambda flow: flow.without_edge(key))


def take_in(*, flow_id: UUID, body: object, edits: int, by: User, at: datetime) -> DataFlow:
    """Put what JSON says in the place of the draft."""
    return _edit(flow_id, edits, by, at, "imported", lambda _flow: data_flows.read(body))


@transaction.atomic
def publish(*, flow_id: UUID, edits: int, by: User, at: datetime) -> DataFlow:
    """Publish the draft as an appendix to the contract in force; what is wrong with it is found. Raises Conflict where it
    moved on."""
    found = selector.locked(flow_id)
    process = found.process
    permissions.check_can_draw(by, process)
    _check_stands(found, edits)
    flow = selector.graph(found)
    if not flow.nodes:
        raise Invalid("empty", "There is nothing in this diagram yet.")
    DataFlow.objects.filter(process=process, state=DataFlowState.PUBLISHED).update(
        state=DataFlowState.SUPERSEDED
    )
    agreed = next(iter(contracts.in_force(process, at.date())), None)
    found.state = DataFlowState.PUBLISHED
    found.published_at, found.published_by, found.contract_version = at, by, agreed
    found.save(update_fields=["state", "published_at", "published_by", "contract_version"])
    facts = {
        "version": found.version,
        "digest": contracts.fingerprint(found.graph),
        "nodes": len(flow.nodes),
        "edges": len(flow.edges),
        "violations": len(selector.violations(process, flow)),
        "contract": str(agreed.pk) if agreed else "",
    }
    _record(found, "dataflow.published", facts, by, at)
    follow(process=process, at=at)
    return found


@transaction.atomic
def follow(*, process: Process, at: datetime) -> None:
    """What is wrong with the published diagram, by what is allowed and registered now, is a finding as long as it is."""
    found = selector.published(process)
    if found is None:
        return
    wrong = selector.violations(process, selector.graph(found))
    link = reverse("contracts:data_flow", args=[process.code])
    for kind, own in ((FindingKind.SOVEREIGNTY, True), (FindingKind.DATA_FLOW, False)):
        findings.follow(
            process=process,
            kind=kind,
            prefix="flow:",
            found={
                f"{one.rule}:{one.subject}": one.sentence
                for one in wrong
                if (one.rule in data_flow_lint.SOVEREIGNTY) == own
            },
            link=link,
            at=at,
        )


def watch(*, at: datetime) -> None:
    """Look again at every published diagram: a sweep, which changes nothing where nothing changed."""
    drawn = Process.objects.filter(data_flows__state=DataFlowState.PUBLISHED).select_related("client")
    for process in drawn.order_by("pk"):
        follow(process=process, at=at)


@transaction.atomic
def _edit(
    flow_id: UUID, edits: int, by: User, at: datetime, change: str, to: Callable[[Flow], Flow]
) -> DataFlow:
    found = selector.locked(flow_id)
    permissions.check_can_draw(by, found.process)
    _check_stands(found, edits)
    found.graph = data_flows.written(data_flows.check(to(selector.graph(found))))
    found.edits += 1
    found.save(update_fields=["graph", "edits"])
    facts = {"version": found.version, "change": change, "digest": contracts.fingerprint(found.graph)}
    _record(found, "dataflow.edited", facts, by, at)
    return found


def _check_stands(found: DataFlow, edits: int) -> None:
    if found.state != DataFlowState.DRAFT:
        raise Conflict("not_a_draft", "This version is published: draw the next one.")
    if found.edits != edits:
        raise Conflict("draft_moved", "Somebody drew in it meanwhile: look at it again.")


def _keyed(node: Node, flow: Flow) -> Node:
    if node.key:
        return node
    return Node(**{**node.__dict__, "key": data_flows.next_key("n", [one.key for one in flow.nodes])})


def _named(edge: Edge, flow: Flow) -> Edge:
    if edge.key:
        return edge
    return Edge(**{**edge.__dict__, "key": data_flows.next_key("e", [one.key for one in flow.edges])})


def _record(found: DataFlow, action: str, facts: dict, by: User, at: datetime) -> None:
    target = Target("data_flow", str(found.pk), "", "process", str(found.process_id))
    processes.record(found.process, action, target, facts, by, at)
