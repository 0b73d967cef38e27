"""Opening queues: one of each kind, with its grants (A6)."""

from datetime import datetime

import pytest
from django.db import IntegrityError, transaction

from contracts import access
from contracts.enums import Role
from contracts.models import Process
from reviews.domain import roles
from reviews.enums import QueueKind
from reviews.models import Queue
from reviews.services import queues
from tests import worlds
from tests.reviews.services.stages import events
from tests.worlds import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db: None, at: datetime) -> World:
    return worlds.build(at)


@pytest.mark.parametrize("kind", list(QueueKind))
def test_open_queue_grants_each_role_what_the_table_says(world: World, kind: QueueKind) -> None:
    held = access.snapshot(world.north.queues[kind])

    assert held == {role.value: set(names) for role, names in roles.QUEUE_ROLES[kind].items()}


@pytest.mark.parametrize(
    ("_case", "who", "kind", "works"),
    [
        ("reviewers work the review queue", "reviewer", "review", True),
        ("but not the senior one", "reviewer", "senior", False),
        ("seniors work both", "senior", "senior", True),
        ("operations sees and does not work", "ops", "review", False),
        ("the client's people work theirs", "admin", "client", True),
        ("and no other", "admin", "review", False),
        ("the provider does not work the client's", "lead", "client", False),
    ],
)
def test_a_queue_is_worked_by_its_roles(world: World, _case: str, who: str, kind: str, works: bool) -> None:
    assert access.can(world.north.cast[who], roles.WORK_QUEUE, world.north.queues[kind]) is works


def test_a_queue_is_nothing_to_another_client(world: World) -> None:
    for user in (*world.south.cast.values(), world.stranger):
        assert access.codenames(user, world.north.queues["review"]) == frozenset()


def test_open_queue_refuses_a_second_of_its_kind(world: World, at: datetime) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        queues.open_queue(process=world.north.process, kind=QueueKind.REVIEW, name="Again", by=None, at=at)
    assert Queue.objects.filter(process=world.north.process).count() == 3


def test_open_queue_gives_another_stamp_and_is_an_event(world: World, at: datetime) -> None:
    Queue.objects.filter(pk=world.north.queues["client"].pk).delete()
    before = Process.objects.get(pk=world.north.process.pk).stamp

    queue = queues.open_queue(
        process=world.north.process, kind=QueueKind.CLIENT, name="Client", by=world.north.ops, at=at
    )

    assert Process.objects.get(pk=world.north.process.pk).stamp != before
    assert events("queue.opened")[-1].object_id == str(queue.pk)


def test_a_membership_given_later_opens_the_queues_that_stand(world: World, at: datetime) -> None:
    held = access.codenames(world.north.owner, world.north.queues["client"])

    assert held == set(roles.QUEUE_ROLES[QueueKind.CLIENT][Role.CLIENT_OWNER])
