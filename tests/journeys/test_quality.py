"""QA from the draw to the last word (§7, check 4): drawn again alike, scored, disputed by the reviewer, decided by a third."""

from datetime import datetime

import pytest
from django.urls import reverse

from audit.models import Event
from reviews.selectors import redrawing
from tests import worlds
from tests.factories import qa as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def now() -> datetime:
    return make.settled_now()


def test_scored_disputed_and_adjudicated_on_the_pages(now: datetime, log_in) -> None:
    desk = worlds.build(now).north
    evaluation = make.drawn_evaluation(desk, now)
    third = make.another_auditor(desk, now)
    address = reverse("reviews:evaluation", args=[evaluation.pk])

    again = redrawing.verify(draw=evaluation.draw)
    scored = log_in(desk.auditor).post(address + "submit/", make.posted_answers(evaluation, delivery="fail"))
    raised = log_in(desk.reviewer).post(address + "dispute/", {"reason": "It went out in time."})
    own = log_in(desk.auditor).get(reverse("reviews:disputes")).context["waiting"][0]
    waiting = log_in(third).get(reverse("reviews:disputes")).context["waiting"][0]
    answer = make.posted_answers(evaluation) | {"outcome": "overturned", "why": "The receipt says so."}
    decided = log_in(third).post(waiting.url, answer)
    mine = log_in(desk.reviewer).get(reverse("reviews:evaluations_mine")).context["rows"][0]

    assert (again.equal, again.seed_equal) == (True, True)
    assert [scored.status_code, raised.status_code, decided.status_code] == [302, 303, 303]
    assert own.refusal.startswith("You scored it")
    assert (mine.score, mine.dispute.label) == ("100", "Overturned")
    told = Event.objects.filter(action__startswith="qa.").order_by("id").values_list("action", flat=True)
    assert list(told) == ["qa.assigned", "qa.submitted", "qa.disputed", "qa.adjudicated"]
