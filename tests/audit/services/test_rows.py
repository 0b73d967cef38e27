import pytest
from django.db import DatabaseError, transaction

from audit.models import Event
from audit.services import rows


def test_append_of_nothing_asks_nothing(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        rows.append("audit_event", rows.EVENT, [])


def test_append_fails_with_the_errors_of_django(log):
    before = Event.objects.count()

    with pytest.raises(DatabaseError), transaction.atomic():
        rows.append("audit_event", rows.EVENT, [[None] * len(rows.EVENT)])

    assert Event.objects.count() == before
