"""Two people recall at once, and a recall beside the release and the undo, on real connections (D4, design §3)."""

from datetime import datetime, timedelta

import pytest

from audit.errors import Conflict
from audit.models import Event
from reviews.enums import InteractionState
from reviews.models import Interaction, Recall
from reviews.services import recalls, release, withdrawals
from tests import threads, worlds
from tests.factories import qa, reviews
from tests.factories import recalls as made
from tests.worlds import Desk

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def desk(at: datetime) -> Desk:
    return worlds.build(at).north


def by(desk: Desk, who: str, interaction: Interaction, at: datetime):
    return lambda: recalls.recall(
        interaction_id=interaction.pk, by=desk.cast[who], correction=made.REVOKED, severity=2, at=at
    )


@pytest.mark.parametrize("attempt", range(5))
def test_two_people_recall_once(desk: Desk, at: datetime, attempt: int) -> None:
    interaction = qa.straight_through(desk, at)[0]

    found = threads.together([by(desk, who, interaction, at) for who in ("lead", "senior", "owner")])

    assert sum(isinstance(one, Recall) for one in found) == 1
    assert {one.code for one in found if isinstance(one, Conflict)} == {"recalled"}
    assert Recall.objects.count() == Event.objects.filter(action="release.recalled").count() == 1


@pytest.mark.parametrize("attempt", range(5))
def test_a_recall_beside_the_undo_and_the_release(desk: Desk, at: datetime, attempt: int) -> None:
    """Taken back or released and perhaps recalled; never recalled without having gone out."""
    decision = reviews.decided_case(desk, at)
    interaction = Interaction.objects.get(pk=decision.interaction_id)
    before, after = at + timedelta(seconds=1), at + timedelta(minutes=1)

    threads.together(
        [
            lambda: withdrawals.withdraw(decision_id=decision.pk, user=desk.reviewer, at=before),
            lambda: release.release_due(at=after),
            by(desk, "lead", interaction, after),
        ]
    )

    interaction.refresh_from_db()
    recalled = Recall.objects.filter(interaction=interaction).exists()
    assert recalled == (interaction.state == InteractionState.RECALLED)
    assert interaction.state in {
        InteractionState.RECALLED,
        InteractionState.RELEASED,
        InteractionState.IN_REVIEW,
    }
    assert not recalled or (interaction.released_at == after and interaction.final_decision_id == decision.pk)


@pytest.mark.parametrize("attempt", range(5))
def test_a_correction_beside_the_confirmation(desk: Desk, at: datetime, attempt: int) -> None:
    """What is confirmed is what was known to the client's system: a correction comes before it, or too late."""
    found = made.noticed(desk, at)

    corrected, confirmed = threads.together(
        [
            lambda: recalls.correct(recall_id=found.pk, by=desk.lead, correction=made.HELD, at=at),
            lambda: recalls.confirm(recall_id=found.pk, by=desk.owner, fix="It was entered again", at=at),
        ]
    )

    assert isinstance(corrected, Conflict) != isinstance(confirmed, Conflict)
