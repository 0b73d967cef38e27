import pytest
from django.db import connection

from audit import tasks

pytestmark = pytest.mark.django_db


def test_ensure_partitions_can_run_again_and_again():
    tasks.ensure_partitions()
    tasks.ensure_partitions()

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT to_regclass('audit_event_p0002') IS NOT NULL")
            assert cursor.fetchone() == (True,)


def test_ensure_partitions_has_the_name_the_beat_knows():
    assert tasks.ensure_partitions.name == "audit.ensure_partitions"
