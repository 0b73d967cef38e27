"""A world that is put back is the world that was built: the same rows, and people and agents who can act in it."""

from contextlib import contextmanager

import pytest
from django.apps import apps
from django.db import connection, transaction

from audit.domain import canonical
from audit.models import Event, Pending
from contracts import access
from contracts.domain import roles
from contracts.services import api_keys
from reviews.models import Case
from tests import worlds
from tests.factories import reviews as made

pytestmark = pytest.mark.django_db


@contextmanager
def undone():
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def counts() -> dict[str, int]:
    return {model._meta.label: model._default_manager.count() for model in apps.get_models(True)}


def test_a_kept_world_has_the_rows_of_a_built_one(at):
    with undone():
        worlds.built(at)
        built = counts()

    for _ in range(2):
        with undone():
            worlds.build(at)
            assert counts() == built


@pytest.mark.parametrize("time", ["first", "second"])
def test_people_and_agents_act_in_a_kept_world(at, time: str):
    desk = worlds.build(at).north

    assert access.can(desk.admin, roles.PROPOSE_RULES, desk.process)
    assert api_keys.authenticate(secret=desk.secret, at=at) == desk.key
    assert made.decided_case(desk, at).case == Case.objects.get()
    events = list(Event.objects.all())
    assert {event.pk for event in events} == set(Pending.objects.values_list("pk", flat=True))
    assert all(canonical.leaf_hash(bytes(event.body)) == bytes(event.leaf_hash) for event in events)


@pytest.mark.postgresql
def test_what_happens_next_is_numbered_after_a_kept_world(at):
    with undone():
        worlds.build(at)
    with connection.cursor() as cursor:
        # As a test of partitions leaves it.
        cursor.execute("ALTER SEQUENCE audit_event_id_seq RESTART WITH 1")
    desk = worlds.build(at).north
    before = Event.objects.latest("pk").pk

    made.waiting_case(desk, at)

    assert Event.objects.latest("pk").pk > before
