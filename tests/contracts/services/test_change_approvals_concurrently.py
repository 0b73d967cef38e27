"""Several people decide on one model change at the same moment, on real connections: one answer stands (L3)."""

from datetime import datetime, timedelta

import pytest

from audit.errors import Conflict, Refused
from audit.models import Event
from contracts.domain.change_kinds import ChangeState
from contracts.models import ModelChange
from contracts.services import change_approvals, change_deployments
from tests import threads, worlds
from tests.factories import changes as made
from tests.worlds import Desk

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def desk(at: datetime) -> Desk:
    desk = worlds.build(at).north
    made.authorise(desk, at - timedelta(days=29))
    return desk


def approve(change, person, at):
    return lambda: change_approvals.approve(change_id=change.pk, by=person, at=at)


def veto(change, person, at):
    return lambda: change_approvals.reject(change_id=change.pk, why=made.WHY, by=person, at=at)


def told(change, action: str) -> list[dict]:
    rows = Event.objects.filter(action=f"modelchange.{action}", object_id=str(change.pk))
    return [event.facts for event in rows.order_by("pk")]


def state(change) -> str:
    return ModelChange.objects.get(pk=change.pk).state


def refused(found) -> list[bool]:
    return [isinstance(one, Refused) for one in found]


def test_two_who_approve_for_their_parties_at_once_approve_it_once(desk, at):
    change = made.submitted(desk, at)

    found = threads.together([approve(change, desk.ops, at), approve(change, desk.owner, at)])

    assert refused(found) == [False, False]
    assert state(change) == ChangeState.APPROVED
    assert sorted(one["whole"] for one in told(change, "approved")) == [False, True]
    assert {one["party"] for one in told(change, "approved")} == {"provider", "client"}


def test_two_of_one_party_that_approve_at_once_approve_once(desk, at):
    change = made.submitted(desk, at)

    found = threads.together([approve(change, desk.owner, at), approve(change, desk.admin, at)])

    assert refused(found).count(True) == 1
    assert [one["party"] for one in told(change, "approved")] == ["client"]
    assert state(change) == ChangeState.CLIENT_REVIEW


def test_a_veto_beside_the_last_approval_stands_whichever_came_first(desk, at):
    """The client's veto also stops what was approved a moment before."""
    change = made.submitted(desk, at)
    approve(change, desk.owner, at)()

    found = threads.together([approve(change, desk.ops, at), veto(change, desk.owner, at)])

    assert not isinstance(found[1], Refused)
    assert state(change) == ChangeState.REJECTED
    assert len(told(change, "vetoed")) == 1
    approved_first = not isinstance(found[0], Refused)
    assert told(change, "vetoed")[0]["from_state"] == ("approved" if approved_first else "client_review")


def test_of_a_veto_and_a_deployment_at_once_one_wins(desk, at):
    """What is deployed is rolled back, not vetoed; what is vetoed is not deployed."""
    change = made.due(desk, at)
    models = set(desk.process.steps.get(code="approve").model_versions.values_list("reference", flat=True))

    found = threads.together(
        [
            lambda: change_deployments.deploy(change_id=change.pk, by=desk.ops, at=at),
            veto(change, desk.owner, at),
        ]
    )

    assert refused(found).count(True) == 1
    deployed = not refused(found)[0]
    answering = set(desk.process.steps.get(code="approve").model_versions.values_list("reference", flat=True))
    assert isinstance(found[1] if deployed else found[0], Conflict)
    assert state(change) == (ChangeState.DEPLOYED if deployed else ChangeState.REJECTED)
    assert (answering != models) == deployed


def test_silence_and_an_objection_at_once_let_it_pass_or_stop_it(desk, at):
    made.medium(desk, at - timedelta(days=1))
    change = made.submitted(desk, at)
    approve(change, desk.ops, at)()
    until = ModelChange.objects.get(pk=change.pk).objection_until
    assert until is not None

    found = threads.together(
        [
            lambda: change_approvals.advance(at=until),
            lambda: change_approvals.object_to(change_id=change.pk, why=made.WHY, by=desk.owner, at=until),
            lambda: change_approvals.advance(at=until),
        ]
    )

    passed = found[0] + found[2]
    objected = not isinstance(found[1], Refused)
    assert (passed, objected) in {(1, False), (0, True), (1, True)}
    assert len([one for one in told(change, "approved") if one["silent"]]) == passed
    assert len(told(change, "objected")) == objected
    assert state(change) == (ChangeState.OBJECTION if objected else ChangeState.APPROVED)
