import pytest
from django.db import DatabaseError, transaction

from audit.models import Event, SubjectKey
from audit.services import rows


def test_append_of_nothing_asks_nothing(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        rows.append([])


def test_append_stores_more_than_one_statement_holds(db):
    keys = [
        SubjectKey(log="client-1", subject=str(number), wrapped_key=bytes([number])) for number in range(120)
    ]

    rows.append(keys)

    stored = SubjectKey.objects.filter(log="client-1").order_by("id")
    assert [(key.id, key.subject, bytes(key.wrapped_key), key.destroyed_at) for key in stored] == [
        (key.id, key.subject, key.wrapped_key, None) for key in keys
    ]


def test_append_fails_with_the_errors_of_django(log):
    before = Event.objects.count()

    with pytest.raises(DatabaseError), transaction.atomic():
        rows.append([Event()])

    assert Event.objects.count() == before
