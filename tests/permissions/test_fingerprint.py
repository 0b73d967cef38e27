"""What the matrix looks by: a row that is written shows, in the count and in the hash."""

import pytest
from django.db import transaction

from contracts.models import Organisation
from tests import worlds
from tests.permissions import fingerprint

pytestmark = pytest.mark.django_db


def test_written_and_the_hash_tell_of_a_row(at):
    worlds.build(at)
    rows, before = fingerprint.written(), fingerprint.of_database()

    Organisation.objects.filter(slug="north").update(name="Elsewhere")

    assert fingerprint.written() == rows + 1
    assert fingerprint.of_database() != before


def test_reading_writes_nothing(at):
    worlds.build(at)
    rows = fingerprint.written()

    with transaction.atomic():
        assert Organisation.objects.count()

    assert fingerprint.written() == rows
