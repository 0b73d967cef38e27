"""The page of a case's clocks: what is due under which agreement, and pauses entered by whoever leads (U3, E4)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from reviews.models import CaseClock, ClockPause
from tests import worlds
from tests.factories import honeypots
from tests.factories import reviews as made
from tests.worlds import Desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(db: None) -> Desk:
    return worlds.build(timezone.now()).north


def moment(at) -> str:
    return f"{at:%Y-%m-%dT%H:%M}"


def test_the_clocks_stand_there_with_what_is_allowed_and_due(desk, log_in):
    case = made.waiting_case(desk, timezone.now())

    page = log_in(desk.reviewer).get(f"/cases/{case.pk}/clocks/").content.decode()

    for words in ("Client service level", "Review within the hour", "1 h", "Running", "None: the clocks ran"):
        assert words in page


def test_a_pause_is_entered_and_ended_on_the_page(desk, log_in):
    at = timezone.now()
    case, lead = made.waiting_case(desk, at), log_in(desk.lead)
    there = f"/cases/{case.pk}/clocks/"
    said = {
        "begins": moment(at + timedelta(minutes=1)),
        "ends": moment(at + timedelta(hours=2)),
        "why": "Archive down",
    }

    backwards = lead.post(f"{there}pause/", {**said, "ends": said["begins"]})
    own = log_in(desk.reviewer).post(f"{there}pause/", said)
    done = lead.post(f"{there}pause/", said)

    assert (backwards.status_code, own.status_code, done.status_code) == (400, 403, 302)
    assert "Archive down" in backwards.content.decode()
    assert "A pause ends after it begins" in backwards.content.decode()
    assert CaseClock.objects.get(case=case).due_at > case.opened_at + timedelta(hours=2)
    early = lead.post(f"{there}{ClockPause.objects.get().pk}/end/")
    assert early.status_code == 409
    assert "has not begun" in early.content.decode()


def test_a_control_item_shows_the_clocks_of_any_other_case(desk, log_in):
    """E4: its page must not give it away, though it stands in nobody's account."""
    at = timezone.now()
    planted = honeypots.case_of(honeypots.served(desk, at))
    ordinary = made.waiting_case(desk, at)
    assert not CaseClock.objects.filter(case=planted).exists()

    pages = [
        log_in(desk.reviewer).get(f"/cases/{case.pk}/clocks/").context["page"] for case in (planted, ordinary)
    ]

    told = [[(one.ledger, one.level, one.allowed, one.state) for one in page.clocks] for page in pages]
    assert told[0] == told[1] != []
