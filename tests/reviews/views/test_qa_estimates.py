"""The page and the API of the estimates (F8)."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from contracts.models import User
from reviews.models import Evaluation
from reviews.services import autoqa, draws, evaluations, targeted_draws
from tests.factories import qa as make
from tests.worlds import Desk, World

LogIn = Callable[[User], Client]


@pytest.fixture
def desk(world: World) -> Desk:
    return world.north


@pytest.fixture
def now() -> datetime:
    return make.settled_now()


def period(day: datetime) -> dict[str, str]:
    return {"since": day.date().isoformat(), "until": day.date().isoformat()}


def scored_day(desk: Desk, now: datetime) -> datetime:
    """200 went straight through yesterday, 20 were drawn, and two of those were wrong."""
    yesterday = now - timedelta(days=1)
    make.planned(desk, yesterday - timedelta(days=3), "0.1")
    make.straight_through(desk, yesterday, 200)
    drawn = draws.draw(process=desk.process, day=yesterday.date(), at=now).evaluations.order_by("pk")
    for number, one in enumerate(drawn):
        evaluations.submit(
            evaluation_id=one.pk, by=desk.auditor, answers=make.answers(one), judged_wrong=number < 2, at=now
        )
    return yesterday


def test_the_page_tells_shares_with_intervals_by_route(desk: Desk, now: datetime, log_in: LogIn) -> None:
    day = scored_day(desk, now)

    reply = log_in(desk.governance).get(
        reverse("reviews:qa_estimates", args=[desk.process.code]), period(day)
    )

    page = reply.context["page"]
    assert (page.whole.size, page.whole.scored, page.whole.wrong, page.whole.share) == (
        "200",
        "20",
        "2",
        "10.00",
    )
    assert [line.name for line in page.routes] == ["Straight through"]
    assert page.waiting == 0
    assert "10.00" in reply.content.decode()


def test_the_api_tells_the_same_and_no_share_of_too_few(desk: Desk, now: datetime, log_in: LogIn) -> None:
    day = scored_day(desk, now)
    url = reverse("reviews:api_qa_estimates", args=[desk.process.code])
    client = log_in(desk.governance)

    told = client.get(url, period(day)).json()
    empty = client.get(url, period(day - timedelta(days=30))).json()

    assert told["whole"]["share"] == pytest.approx(0.1)
    assert told["whole"]["low"] < 0.1 < told["whole"]["high"]
    assert (told["routes"]["straight_through"]["wrong"], told["waiting"]) == (2, 0)
    assert (empty["draws"], empty["whole"]["enough"], empty["whole"]["share"]) == (0, False, None)


def test_what_was_not_chosen_by_chance_enters_no_estimate(desk: Desk, now: datetime, log_in: LogIn) -> None:
    yesterday = now - timedelta(days=1)
    make.planned(desk, yesterday - timedelta(days=3), "0.05")
    make.straight_through(
        desk, yesterday, 30, ai_output={"decision": "pay", "amount": "1200.00", "comment": "Pay 98765."}
    )
    autoqa.score_due(at=yesterday)
    draws.draw_due(at=now)
    targeted_draws.draw_due(at=now)
    targeted = Evaluation.objects.filter(pi__isnull=True)
    assert targeted.exists()
    for one in targeted:
        evaluations.submit(
            evaluation_id=one.pk, by=desk.auditor, answers=make.answers(one), judged_wrong=True, at=now
        )

    url = reverse("reviews:api_qa_estimates", args=[desk.process.code])
    told = log_in(desk.governance).get(url, period(yesterday)).json()

    assert (told["whole"]["size"], told["whole"]["scored"], told["whole"]["wrong"]) == (30, 0, 0)


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"since": "2026-02-30", "until": "2026-03-01"}, "since"),
        ({"since": "2026-03-02", "until": "2026-03-01"}, "until"),
        ({"since": "2024-01-01", "until": "2026-03-01"}, "since"),
    ],
)
def test_a_period_that_cannot_be_names_its_field_and_keeps_what_was_typed(
    desk: Desk, log_in: LogIn, asked: dict, field: str
) -> None:
    client = log_in(desk.governance)

    page = client.get(reverse("reviews:qa_estimates", args=[desk.process.code]), asked)
    told = client.get(reverse("reviews:api_qa_estimates", args=[desk.process.code]), asked)

    assert (page.status_code, list(page.context["form"].errors)) == (400, [field])
    assert f'value="{asked["since"]}"' in page.content.decode()
    assert told.status_code == 400
    assert field in told.content.decode()
