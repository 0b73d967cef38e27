"""The function map: declared step by step, signed by the client as a whole (K8)."""

import pytest

from audit.errors import Conflict, Invalid, NotAllowed
from audit.models import Event
from contracts.domain.function_map import Dependency, Impact, Involvement
from contracts.models import MappedFunction
from contracts.services import function_map


def declared(desk, at, code="approve", by=None, why="It pays by itself within the band"):
    step = desk.steps[code]
    step.process = desk.process
    return function_map.declare(
        step=step,
        dependency=Dependency.DECIDES_AND_ACTS,
        involvement=Involvement.EXCEPTIONS,
        impact=Impact.HIGH,
        why=why,
        by=by or desk.governance,
        at=at,
    )


def mapped(desk, at):
    for code in desk.steps:
        declared(desk, at, code)


def test_declare_is_on_the_trail_without_its_reason(desk, at):
    one = declared(desk, at)

    event = Event.objects.filter(action="function.mapped").latest("pk")
    assert (event.facts["dependency"], event.facts["involvement"], event.facts["impact"]) == (4, 2, "high")
    assert "band" not in str(event.content)
    assert one.signed_at is None


@pytest.mark.parametrize("who", ["owner", "ops", "reviewer", "vendor", "admin"])
def test_declare_is_for_those_who_draft(desk, at, who):
    with pytest.raises(NotAllowed):
        declared(desk, at, by=desk.cast[who])

    assert not MappedFunction.objects.exists()
    assert declared(desk, at, by=desk.legal)


def test_declare_asks_why(desk, at):
    with pytest.raises(Invalid) as refused:
        declared(desk, at, why=" ")

    assert refused.value.field == "why"
    assert not MappedFunction.objects.exists()


def sign(desk, *, by, at):
    """What stands there now is what was read."""
    said = function_map.digest(desk.process)
    return function_map.sign(process=desk.process, said=said, by=by, at=at)


def test_sign_is_for_the_whole_map_and_a_change_takes_it_away(desk, at):
    declared(desk, at)
    with pytest.raises(Conflict, match="Not mapped yet: triage, deny"):
        sign(desk, by=desk.owner, at=at)
    mapped(desk, at)

    assert sign(desk, by=desk.owner, at=at) == 3
    with pytest.raises(Conflict, match="nothing to sign"):
        sign(desk, by=desk.owner, at=at)
    declared(desk, at)

    assert MappedFunction.objects.filter(signed_at__isnull=True).count() == 1
    assert sign(desk, by=desk.owner, at=at) == 1


@pytest.mark.parametrize("who", ["ops", "legal", "admin", "governance", "viewer"])
def test_sign_is_for_the_clients_owner(desk, at, who):
    mapped(desk, at)

    with pytest.raises(NotAllowed):
        sign(desk, by=desk.cast[who], at=at)

    assert not MappedFunction.objects.filter(signed_at__isnull=False).exists()
    assert sign(desk, by=desk.owner, at=at) == 3


def test_sign_refuses_what_says_something_else_than_was_read(desk, at):
    mapped(desk, at)
    read = function_map.digest(desk.process)
    declared(desk, at, why="It pays by itself up to a hundred euros")

    with pytest.raises(Conflict, match="not the map you read"):
        function_map.sign(process=desk.process, said=read, by=desk.owner, at=at)

    assert not MappedFunction.objects.filter(signed_at__isnull=False).exists()
    said = function_map.digest(desk.process)
    assert function_map.sign(process=desk.process, said=said, by=desk.owner, at=at) == 3
