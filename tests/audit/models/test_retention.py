"""M6: what the database itself refuses of policies, holds and prunings."""

from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction

from audit.domain.envelope import Actor
from audit.domain.retention import HoldScope, RecordClass
from audit.enums import ActorType
from audit.models import LegalHold, Pruning, RetentionPolicy
from audit.models.append_only import AppendOnlyError
from audit.services import retention, rows
from tests.audit.conftest import AT

OFFICER = Actor(ActorType.HUMAN, "01980000-0000-7000-8000-00000000000a")
OTHER = "01980000-0000-7000-8000-00000000000b"

REFUSED = {
    "UPDATE of a policy": "UPDATE audit_retentionpolicy SET keep_days = 1",
    "DELETE of a policy": "DELETE FROM audit_retentionpolicy",
    "DELETE of a hold": "DELETE FROM audit_legalhold",
    "UPDATE of what a hold covers": "UPDATE audit_legalhold SET key = 'subject-2'",
    "UPDATE of its reason while it is lifted": (
        f"UPDATE audit_legalhold SET reason = 'x', lifted_at = placed_at, lifted_by = '{OTHER}'"
    ),
    "lifting without a name": "UPDATE audit_legalhold SET lifted_at = placed_at",
    "lifting by the one who placed it": (
        f"UPDATE audit_legalhold SET lifted_at = placed_at, lifted_by = '{OFFICER.id}'"
    ),
    "UPDATE of a pruning": "UPDATE audit_pruning SET end_index = 9",
    "DELETE of a pruning": "DELETE FROM audit_pruning",
}


@pytest.fixture
def world(log):
    retention.set_policy(
        log="client-1",
        record_class=RecordClass.PERSONAL,
        jurisdiction="EU",
        keep_days=31,
        by=OFFICER,
        at=AT,
    )
    retention.place_hold(
        log="client-1", scope=HoldScope.SUBJECT, key="subject-1", reason="A lawsuit runs", by=OFFICER, at=AT
    )
    prune(log, 1, end=8, entries=8)
    return log


def prune(log, number, *, end, entries, in_all=None, first=0):
    row = (UUID(int=number), log.pk, first, end, entries, entries if in_all is None else in_all, 400, AT)
    rows.append_rows(Pruning, [row])


def everything():
    return [list(model.objects.order_by("pk").values()) for model in (RetentionPolicy, LegalHold, Pruning)]


@pytest.mark.parametrize("sql", REFUSED.values(), ids=REFUSED)
def test_m6_database_refuses(world, sql):
    before = everything()

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)

    assert everything() == before


def test_database_lets_a_hold_be_lifted_once(world):
    lifted = f"UPDATE audit_legalhold SET lifted_at = placed_at, lifted_by = '{OTHER}'"
    with connection.cursor() as cursor:
        cursor.execute(lifted)

    with (
        pytest.raises(DatabaseError, match="can be lifted, once"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(lifted)


@pytest.mark.parametrize(
    ("_case", "row"),
    [
        ("back to a lower index", {"end": 7, "entries": 1, "in_all": 9}),
        ("fewer in all", {"end": 9, "entries": 1, "in_all": 1}),
        ("more in all than were removed", {"end": 9, "entries": 1, "in_all": 10}),
        ("nothing removed", {"end": 9, "entries": 0, "in_all": 8}),
        ("an empty range", {"first": 9, "end": 9, "entries": 1, "in_all": 9}),
    ],
)
def test_m6_what_is_pruned_only_grows(world, _case, row):
    before = everything()

    with pytest.raises(DatabaseError, match="further and never back"), transaction.atomic():
        prune(world, 2, **row)

    assert everything() == before
    prune(world, 2, end=9, entries=1, in_all=9, first=8)
    assert Pruning.objects.count() == 2


def test_python_refuses_first(world):
    for change in (
        lambda: RetentionPolicy.objects.update(keep_days=1),
        lambda: RetentionPolicy.objects.get().delete(),
        lambda: Pruning.objects.get().save(),
    ):
        with pytest.raises(AppendOnlyError):
            change()


def test_rows_say_what_they_are(world):
    assert str(RetentionPolicy.objects.get()) == "client-1 personal EU: 31 days"
    assert str(LegalHold.objects.get()) == "client-1 subject subject-1"
    assert str(Pruning.objects.get()) == f"{world.pk}: 0 to 8"
