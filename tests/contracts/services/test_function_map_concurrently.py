"""The function map signed beside somebody who declares a step anew, on real connections: only what was read is signed (K8)."""

import pytest
from django.db import transaction

from audit.errors import Conflict
from contracts.domain.function_map import Dependency, Impact, Involvement
from contracts.models import MappedFunction
from contracts.services import function_map
from tests import threads, worlds
from tests.beside import beside, until

__all__ = ["beside"]
pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def desk(at):
    desk = worlds.build(at).north
    for code in desk.steps:
        declare(desk, at, code, Involvement.EXCEPTIONS)
    return desk


def declare(desk, at, code, involvement):
    step = desk.process.steps.get(code=code)
    step.process = desk.process
    return function_map.declare(
        step=step,
        dependency=Dependency.DECIDES_AND_ACTS,
        involvement=involvement,
        impact=Impact.HIGH,
        why="It pays by itself",
        by=desk.governance,
        at=at,
    )


def test_a_signature_that_waited_for_another_declaration_does_not_stand_under_it(desk, at, beside):
    read = function_map.digest(desk.process)

    with transaction.atomic():
        declare(desk, at, "approve", Involvement.NONE)
        signed = beside(lambda: function_map.sign(process=desk.process, said=read, by=desk.owner, at=at))
        until(1)

    with pytest.raises(Conflict, match="not the map you read"):
        signed()
    assert not MappedFunction.objects.filter(signed_at__isnull=False).exists()


def test_two_who_sign_at_once_sign_once(desk, at):
    read = function_map.digest(desk.process)

    found = threads.together(
        [lambda: function_map.sign(process=desk.process, said=read, by=desk.owner, at=at) for _ in range(2)]
    )

    assert [one.code for one in found if isinstance(one, Conflict)] == ["signed"]
    assert not MappedFunction.objects.filter(signed_at__isnull=True).exists()
