"""Several workers on one projection, each on a connection of its own: every event is taken once."""

import pytest
from django.db import transaction
from django.utils import timezone

from audit.models import Cursor, Log
from audit.services import logs, projecting
from tests.audit import growing
from tests.audit.conftest import AT
from tests.audit.services.test_projecting import Notebook, ids
from tests.threads import together

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def notebook(monkeypatch):
    logs.open_log(key=logs.PLATFORM, at=AT)
    logs.open_log(key="client-1", at=AT)
    monkeypatch.setattr(projecting, "_projections", {})
    made = Notebook()
    projecting.register(made.projection)
    return made


def test_four_workers_take_each_event_once(notebook):
    growing.sequenced(400)

    taken = together([lambda: projecting.sweep(clock=timezone.now, limit=7) for _ in range(4)])
    taken.append(projecting.sweep(clock=timezone.now))

    assert notebook.rows() == ids()
    assert sum(taken) == 401 + 1


def test_who_finds_another_at_work_does_nothing_and_does_not_wait(notebook):
    growing.sequenced(10)
    log_id = Log.objects.get(key="client-1").id
    projecting.project(name="notebook", log_id=log_id, at=AT, limit=4)

    with transaction.atomic():
        Cursor.objects.select_for_update().get(log_id=log_id)
        [taken] = together([lambda: projecting.project(name="notebook", log_id=log_id, at=AT)])

    assert taken == 0
    assert len(notebook.rows()) == 4


def test_a_rebuild_beside_workers_loses_and_repeats_nothing(notebook):
    growing.sequenced(300)
    log_id = Log.objects.get(key="client-1").id
    projecting.sweep(clock=timezone.now, limit=50)

    together(
        [
            lambda: projecting.sweep(clock=timezone.now, limit=7),
            lambda: projecting.rebuild(name="notebook", log_id=log_id, at=AT),
            lambda: projecting.sweep(clock=timezone.now, limit=11),
            lambda: projecting.rebuild(name="notebook", log_id=log_id, at=AT),
        ]
    )
    projecting.sweep(clock=timezone.now)

    assert notebook.rows() == ids()
