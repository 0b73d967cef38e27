"""Cases, claims and escalations: what the database itself makes impossible (design §3)."""

from datetime import datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from reviews.models import Case, Claim, Escalation, EscalationStep, Queue
from tests import worlds
from tests.factories import reviews as made
from tests.worlds import Desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(db: None, at: datetime) -> Desk:
    return worlds.build(at).north


def refused(act: Any) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        act()


@pytest.mark.parametrize("severity", [0, 5])
def test_severity_is_one_to_four(desk: Desk, at: datetime, severity: int) -> None:
    case = made.waiting_case(desk, at)

    refused(lambda: Case.objects.filter(pk=case.pk).update(severity=severity))


def test_an_escalated_case_has_an_owner(desk: Desk, at: datetime) -> None:
    """C5."""
    escalation = made.escalated_case(desk, at)

    refused(lambda: Case.objects.filter(pk=escalation.case_id).update(owner=None))


def test_an_ended_claim_says_how(desk: Desk, at: datetime) -> None:
    made.claimed_case(desk, at)

    refused(lambda: Claim.objects.update(ended_at=at))
    refused(lambda: Claim.objects.update(end="lapsed"))


def test_one_escalation_runs_on_a_case(desk: Desk, at: datetime) -> None:
    escalation = made.escalated_case(desk, at)
    escalation.pk, escalation._state.adding = None, True

    refused(lambda: escalation.save(force_insert=True))


def test_one_step_of_an_escalation_is_open(desk: Desk, at: datetime) -> None:
    """C5: one owner at any time."""
    step = made.escalated_case(desk, at).steps.get()
    step.pk, step._state.adding = None, True

    refused(lambda: step.save(force_insert=True))
    assert EscalationStep.objects.count() == 1


def test_a_resolution_is_signed(desk: Desk, at: datetime) -> None:
    made.escalated_case(desk, at)

    refused(lambda: Escalation.objects.update(state="resolved"))
    refused(lambda: Escalation.objects.update(state="resolved", resolved_at=at))


@pytest.mark.parametrize(
    "found",
    [Queue(name="Reviews"), Case(), Claim(), Escalation(level=2), EscalationStep(level=2)],
    ids=lambda found: type(found).__name__,
)
def test_rows_have_a_name(found: Any) -> None:
    assert str(found)
