"""A decision is kept as it was made; only its withdrawal is ever written (design §3)."""

from datetime import datetime

import pytest
from django.db import IntegrityError, transaction

from reviews.models import Decision
from tests import worlds
from tests.factories import reviews as made

pytestmark = pytest.mark.django_db


@pytest.fixture
def decision(db: None, at: datetime) -> Decision:
    return made.decided_case(worlds.build(at).north, at)


def test_a_decision_cannot_be_saved_again(decision: Decision) -> None:
    decision.note = "something else"

    with pytest.raises(TypeError, match="cannot be changed"):
        decision.save()


def test_a_decision_cannot_be_deleted(decision: Decision) -> None:
    with pytest.raises(TypeError, match="cannot be deleted"):
        decision.delete()
    with pytest.raises(TypeError, match="cannot be deleted"):
        Decision.objects.all().delete()


@pytest.mark.parametrize(
    "change", [{"note": "x"}, {"is_final": False}, {"withdrawn_at": None, "verdict": "reject"}]
)
def test_a_query_writes_nothing_but_the_withdrawal(decision: Decision, change: dict) -> None:
    with pytest.raises(TypeError, match="cannot be changed"):
        Decision.objects.update(**change)


@pytest.mark.parametrize("half", ["withdrawn_at", "withdrawn_by"])
def test_a_withdrawal_is_signed_and_dated(decision: Decision, at: datetime, half: str) -> None:
    value = at if half == "withdrawn_at" else decision.decided_by

    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.update(**{half: value})


def test_one_person_decides_once_in_a_round(decision: Decision) -> None:
    again = Decision.objects.get(pk=decision.pk)
    again.pk, again.is_final, again._state.adding = None, False, True

    with pytest.raises(IntegrityError), transaction.atomic():
        again.save(force_insert=True)
