"""Data-flow diagrams: drawn in a draft, published with what is wrong with them (L7, §6.8 story 9)."""

import pytest

from audit.errors import Conflict, Invalid, NotAllowed, NotVisible
from audit.models import Event
from contracts.domain.data_flows import Edge, Node
from contracts.models import DataFlow, Endpoint, Finding
from contracts.selectors import data_flows as selector
from contracts.services import data_flows, endpoints
from tests.factories import vendors as factory

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(desk, at):
    endpoints.agree_ground(
        process=desk.process, regions=["EU"], data_classes=[], training_use="none", by=desk.owner, at=at
    )
    return desk


def running(desk):
    rows = Finding.objects.filter(process=desk.process, ended_at__isnull=True, subject__startswith="flow:")
    return list(rows)


def test_a_bypass_is_one_violation_and_a_finding_of_sovereignty(desk, at):
    """§6.8 story 9: the edge CRM → Scribe bypasses the redaction → one lint violation + a sovereignty finding."""
    shown = factory.published(desk, at, bypass=True)

    [violation] = selector.violations(desk.process, selector.graph(shown))
    assert (violation.rule, violation.subject) == ("unredacted", "e3")
    [finding] = running(desk)
    assert (finding.kind, finding.sentence) == ("sovereignty", violation.sentence)
    event = Event.objects.get(action="dataflow.published")
    assert (event.facts["violations"], event.facts["edges"]) == (1, 3)


def test_the_finding_ends_with_a_version_that_redacts(desk, at):
    factory.published(desk, at, bypass=True)

    following = data_flows.draft(process=desk.process, by=desk.legal, at=at)
    drawn = data_flows.remove_edge(flow_id=following.pk, key="e3", edits=0, by=desk.legal, at=at)
    data_flows.publish(flow_id=drawn.pk, edits=1, by=desk.legal, at=at)

    assert running(desk) == []
    assert list(DataFlow.objects.order_by("version").values_list("version", "state")) == [
        (1, "superseded"),
        (2, "published"),
    ]


@pytest.mark.parametrize(
    ("who", "refusal"), [("ops", NotAllowed), ("owner", NotAllowed), ("agent", NotAllowed)]
)
def test_others_do_not_draw(desk, at, who, refusal):
    with pytest.raises(refusal):
        data_flows.draft(process=desk.process, by=desk.cast[who], at=at)

    assert data_flows.draft(process=desk.process, by=desk.governance, at=at).version == 1


def test_the_other_clients_diagram_is_not_there(world, at):
    drawn = factory.drawn(world.north, at)

    with pytest.raises(NotVisible):
        data_flows.publish(flow_id=drawn.pk, edits=drawn.edits, by=world.south.governance, at=at)


def test_one_draft_at_a_time_and_nobody_draws_over_another(desk, at):
    drawn = factory.drawn(desk, at)
    node = Node("", "Archive", "storage", "North", "EU")

    with pytest.raises(Conflict):
        data_flows.draft(process=desk.process, by=desk.legal, at=at)
    data_flows.put_node(flow_id=drawn.pk, node=node, edits=1, by=desk.legal, at=at)
    with pytest.raises(Conflict):
        data_flows.put_node(flow_id=drawn.pk, node=node, edits=1, by=desk.governance, at=at)
    published = data_flows.publish(flow_id=drawn.pk, edits=2, by=desk.governance, at=at)
    with pytest.raises(Conflict):
        data_flows.put_node(flow_id=published.pk, node=node, edits=2, by=desk.governance, at=at)

    assert [one.key for one in selector.graph(published).nodes] == ["crm", "red", "ai", "n1"]


def test_parts_get_keys_of_their_own_and_keep_them(desk, at):
    drawn = factory.drawn(desk, at)
    edge = Edge("", "crm", "ai", ("business",), "To look it up")
    data_flows.put_edge(flow_id=drawn.pk, edge=edge, edits=1, by=desk.governance, at=at)
    changed = Edge("e3", "crm", "ai", ("business",), "To look it up twice")

    after = data_flows.put_edge(flow_id=drawn.pk, edge=changed, edits=2, by=desk.governance, at=at)

    assert [one.purpose for one in selector.graph(after).edges][-1] == "To look it up twice"
    assert len(selector.graph(after).edges) == 3
    after = data_flows.remove_node(flow_id=drawn.pk, key="crm", edits=3, by=desk.governance, at=at)
    assert [one.key for one in selector.graph(after).edges] == ["e2"]


def test_an_empty_diagram_is_not_published(desk, at):
    drawn = data_flows.draft(process=desk.process, by=desk.governance, at=at)

    with pytest.raises(Invalid):
        data_flows.publish(flow_id=drawn.pk, edits=0, by=desk.governance, at=at)


def test_what_changes_around_a_diagram_is_found_by_the_sweep(desk, at):
    factory.published(desk, at)
    endpoints.retire(endpoint_id=Endpoint.objects.get(name="north-eu").pk, by=desk.infosec, at=at)

    data_flows.watch(at=at)
    data_flows.watch(at=at)

    [finding] = running(desk)
    assert finding.sentence == "The endpoint north-eu is retired"
    opened = Event.objects.filter(action="finding.opened").order_by("pk")
    assert [one.facts["subject"].split(":")[0] for one in opened] == ["endpoint", "flow"]
