"""The pages of recalls: opened, kept in sight, answered, over (D4)."""

from datetime import datetime

import pytest
from django.urls import reverse

from reviews.models import Recall
from reviews.services import recalls
from tests import counting, worlds
from tests.factories import qa
from tests.factories import recalls as made
from tests.worlds import World

pytestmark = pytest.mark.django_db

SENT = {
    "severity": "2",
    "remedy": "replace",
    "reason_code": "WRONG_FACT",
    "explanation": "The goods never came",
    "output_decision": "hold",
}


@pytest.fixture
def world(at: datetime) -> World:
    return worlds.build(at)


def text(response) -> str:
    return " ".join(response.content.decode().split())


def test_the_way_of_a_recall(world: World, at: datetime, log_in):
    """From the case to the fix, each by whom it belongs to."""
    desk = world.north
    interaction = qa.released_case(desk, at)
    case = reverse("reviews:case", args=[interaction.case.pk])
    lead, admin, owner, senior = (log_in(one) for one in (desk.lead, desk.admin, desk.owner, desk.senior))
    new = reverse("reviews:recall_new", args=[interaction.pk])
    assert new in text(lead.get(case))
    assert new not in text(admin.get(case))

    opened = lead.post(new, SENT)

    found = Recall.objects.get()
    page = reverse("reviews:recall", args=[found.pk])
    assert opened.headers["Location"] == page
    assert "What went out is recalled." in text(lead.get(case))
    assert "somebody else confirms the fix" in text(lead.get(page))
    assert admin.post(reverse("reviews:recall_acknowledge", args=[found.pk])).status_code == 303
    told = owner.post(
        reverse("reviews:recall_notice", args=[found.pk]), {"notify": "yes", "notice": "They wait for it"}
    )
    assert told.status_code == 303
    over = senior.post(
        reverse("reviews:recall_confirm", args=[found.pk]), {"fix": "The order was entered again"}
    )
    assert over.status_code == 303
    assert "Fix confirmed" in text(lead.get(page))


def test_what_was_typed_stays_where_it_is_refused(world: World, at: datetime, log_in):
    """Too little said, too much wanted, too late: the sentence at its field, and nothing is lost."""
    desk = world.north
    interaction = qa.straight_through(desk, at)[0]
    new = reverse("reviews:recall_new", args=[interaction.pk])
    lead = log_in(desk.lead)

    short = lead.post(new, SENT | {"explanation": "wrong"})
    large = lead.post(new, SENT | {"output_amount": "120000"})

    assert (short.status_code, large.status_code) == (400, 403)
    assert "At least 10 characters" in text(short)
    assert "Such an output is decided by the client owner." in text(large)
    assert 'value="120000"' in text(large)
    assert not Recall.objects.exists()

    lead.post(new, SENT)
    late = log_in(desk.senior).post(new, SENT)
    assert late.status_code == 409
    assert "The goods never came" in text(late)


def test_a_running_recall_is_in_sight_until_it_is_over(world: World, at: datetime, log_in):
    """List, banner and board, for those who have to say something."""
    desk = world.north
    found = made.noticed(desk, at)
    lead, reviewer = log_in(desk.lead), log_in(desk.reviewer)
    listed, board = reverse("reviews:recalls"), reverse("governance:board")
    page = reverse("reviews:recall", args=[found.pk])

    assert "an output is recalled since" in text(lead.get(reverse("contracts:inbox")))
    assert "an output is recalled since" not in text(reviewer.get(reverse("contracts:inbox")))
    assert page in text(reviewer.get(listed))
    assert page not in text(log_in(world.south.lead).get(listed))
    assert "Recalled" in text(lead.get(board))

    lead.post(reverse("reviews:recall_confirm", args=[found.pk]), {"fix": "Entered again by hand"})
    assert "is recalled since" not in text(lead.get(reverse("contracts:inbox")))
    assert page in text(lead.get(listed))


def test_an_auditor_who_is_to_score_it_does_not_read_its_recall(world: World, at: datetime, log_in):
    """F2: a recall tells that the output was wrong."""
    desk = world.north
    drawn = qa.drawn_evaluation(desk, at)
    found = recalls.recall(
        interaction_id=drawn.interaction_id, by=desk.senior, correction=made.REVOKED, severity=2, at=at
    )
    page, listed = reverse("reviews:recall", args=[found.pk]), reverse("reviews:recalls")
    auditor, lead = log_in(desk.auditor), log_in(desk.lead)

    assert auditor.get(page).status_code == 403
    assert page not in text(auditor.get(listed))
    assert page in text(lead.get(listed))
    assert "is recalled" not in text(auditor.get(reverse("reviews:case", args=[drawn.interaction.case.pk])))


def test_the_pages_ask_as_little_however_much_there_is(world: World, at: datetime, log_in):
    desk = world.north
    first, over = made.opened(desk, at), made.confirmed(desk, at)

    def more() -> None:
        for number in range(3):
            made.opened(desk, at, external_id=f"open {number}")
            made.confirmed(desk, at, external_id=f"over {number}")

    new = reverse("reviews:recall_new", args=[qa.straight_through(desk, at)[0].pk])
    taken = {
        "reviews:recalls": counting.steady(log_in(desk.senior), reverse("reviews:recalls"), more),
        "reviews:recalls?auditor": counting.queries(log_in(desk.auditor), reverse("reviews:recalls")),
        "reviews:recall": counting.queries(log_in(desk.senior), reverse("reviews:recall", args=[first.pk])),
        "reviews:recall?over": counting.queries(log_in(desk.lead), reverse("reviews:recall", args=[over.pk])),
        "reviews:recall_new": counting.queries(log_in(desk.senior), new),
    }

    assert taken == {route: counting.written(route) for route in taken}
