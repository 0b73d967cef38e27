"""Two workers score at once, and a recall beside a dismissal, on real connections (F4)."""

from datetime import datetime

import pytest

from audit.errors import Conflict
from audit.models import Event
from reviews.models import Recall, RecallProposal
from reviews.services import acting_flags, autoqa, recall_proposals, recalls
from tests import threads, worlds
from tests.factories import engines as factory
from tests.factories import qa
from tests.factories import recalls as made
from tests.worlds import Desk

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def desk(at: datetime) -> Desk:
    return worlds.build(at).north


def test_workers_beside_each_other_propose_everything_once(
    desk: Desk, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(autoqa, "CHUNK", 3)
    factory.calibrated(desk, at)
    went = qa.straight_through(desk, at, 20, ai_output=factory.ODD)
    acting_flags.set_flags(code=desk.process.code, flags=["figure"], by=desk.admin, at=at)

    threads.together([lambda: autoqa.score_due(at=at)] * 4)
    autoqa.score_due(at=at)

    assert {one.interaction_id for one in RecallProposal.objects.all()} == {one.pk for one in went}
    assert RecallProposal.objects.count() == 20
    assert Event.objects.filter(action="release.recall_proposed").count() == 20


@pytest.mark.parametrize("attempt", range(5))
def test_a_recall_beside_a_dismissal(desk: Desk, at: datetime, attempt: int) -> None:
    """Dismissed and then recalled all the same, or recalled and then not dismissed: never both of one proposal."""
    proposal = factory.proposed(desk, at)

    recalled, dismissed = threads.together(
        [
            lambda: recalls.recall(
                interaction_id=proposal.interaction_id,
                by=desk.lead,
                correction=made.REVOKED,
                severity=2,
                at=at,
            ),
            lambda: recall_proposals.dismiss(
                proposal_id=proposal.pk, by=desk.senior, why="It is grounded after all", at=at
            ),
        ]
    )

    proposal.refresh_from_db()
    assert isinstance(recalled, Recall)
    assert isinstance(dismissed, Conflict) == (proposal.state == "recalled")
    ends = ("release.recall_proposal_followed", "release.recall_proposal_dismissed")
    assert Event.objects.filter(action__in=ends).count() == 1
