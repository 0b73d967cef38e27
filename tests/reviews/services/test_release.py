"""Release: exactly once, not before its time, never without a person where one is needed (B5, D2)."""

from datetime import datetime, timedelta
from functools import partial

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction

from reviews.enums import CaseState, InteractionState
from reviews.models import Case, Interaction
from reviews.services import release
from tests import worlds
from tests.factories import reviews as made
from tests.reviews.services.stages import events
from tests.threads import together
from tests.worlds import Desk

pytestmark = pytest.mark.django_db

WINDOW = timedelta(seconds=settings.UNDO_SECONDS)


@pytest.fixture
def desk(db: None, at: datetime) -> Desk:
    return worlds.build(at).north


def test_release_due_waits_for_the_end_of_the_undo_window(desk: Desk, at: datetime) -> None:
    decision = made.decided_case(desk, at)

    early = release.release_due(at=at + WINDOW - timedelta(microseconds=1))
    due = release.release_due(at=at + WINDOW)

    assert (early, due) == (0, 1)
    interaction = Interaction.objects.get(pk=decision.interaction_id)
    assert (interaction.state, interaction.released_at) == (InteractionState.RELEASED, at + WINDOW)
    case = Case.objects.get(pk=decision.case_id)
    assert (case.state, case.closed_at, case.owner) == (CaseState.CLOSED, at + WINDOW, None)


def test_release_due_twice_releases_once(desk: Desk, at: datetime) -> None:
    decision = made.decided_case(desk, at)

    counts = [release.release_due(at=at + WINDOW) for _ in range(2)]

    assert counts == [1, 0]
    assert not release.release(interaction_id=decision.interaction_id, at=at + WINDOW)
    facts = [event.facts for event in events("release.released")]
    assert facts == [
        {"route": "reviewed", "decision": str(decision.pk), "verdict": "approve", "held_seconds": 8}
    ]


@pytest.mark.parametrize(
    "make", [made.waiting_case, made.read_case, made.second_round_case, made.escalated_case]
)
def test_release_of_what_is_not_decided_does_nothing(desk: Desk, at: datetime, make: object) -> None:
    found = make(desk, at)  # type: ignore[operator]
    case = found if isinstance(found, Case) else found.case

    assert release.release_due(at=at + timedelta(days=30)) == 0
    assert not release.release(interaction_id=case.interaction_id, at=at + timedelta(days=30))


@pytest.mark.parametrize("state", [InteractionState.RELEASED, InteractionState.AUTO_RELEASED])
@pytest.mark.parametrize("step", ["triage", "deny"])
def test_a_step_of_people_is_never_released_without_a_decision(
    desk: Desk, at: datetime, step: str, state: InteractionState
) -> None:
    """B5: D2 and D3, the database says no."""
    case = made.waiting_case(desk, at, step=step)

    with pytest.raises(IntegrityError), transaction.atomic():
        Interaction.objects.filter(pk=case.interaction_id).update(state=state, released_at=at)


def test_a_honeypot_is_never_released(desk: Desk, at: datetime) -> None:
    """Design §3: neither by the sweep nor by any other way."""
    decision = made.decided_case(desk, at)
    Interaction.objects.filter(pk=decision.interaction_id).update(is_honeypot=True)
    other = made.decided_case(desk, at)

    assert release.release_due(at=at + WINDOW) == 1
    assert not release.release(interaction_id=decision.interaction_id, at=at + WINDOW)
    assert [event.object_id for event in events("release.released")] == [str(other.interaction_id)]
    with pytest.raises(IntegrityError), transaction.atomic():
        Interaction.objects.filter(pk=decision.interaction_id).update(state="released", released_at=at)


def test_a_decided_interaction_has_its_decision(desk: Desk, at: datetime) -> None:
    case = made.waiting_case(desk, at)

    with pytest.raises(IntegrityError), transaction.atomic():
        Interaction.objects.filter(pk=case.interaction_id).update(state=InteractionState.DECIDED)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_four_sweeps_at_once_release_everything_once(at: datetime) -> None:
    desk = worlds.build(at).north
    decided = [made.decided_case(desk, at) for _ in range(6)]

    counts = together([partial(release.release_due, at=at + WINDOW)] * 4)

    assert sum(counts) == 6
    released = [event.object_id for event in events("release.released")]
    assert sorted(released) == sorted(str(decision.interaction_id) for decision in decided)
