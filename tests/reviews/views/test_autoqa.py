"""The pages of automatic QA: what was flagged and why, for those who see samples, and nothing that blinds nobody."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from contracts.models import User
from reviews.models import AutoQa, Draw, EngineCalibration, Evaluation
from reviews.selectors import autoqa_pages
from reviews.services import autoqa, draws, evaluations, targeted_draws
from tests import counting
from tests.factories import engines as factory
from tests.factories import qa as make
from tests.worlds import Desk, World

LogIn = Callable[[User], Client]
ODD = {"decision": "pay", "amount": "1200.00", "comment": "Pay 98765 <b>now</b>."}
ALL = reverse("reviews:auto_qa")


def page_of(desk: Desk) -> str:
    return reverse("reviews:auto_qa_process", args=[desk.process.code])


@pytest.fixture
def desk(world: World) -> Desk:
    return world.north


@pytest.fixture
def now() -> datetime:
    return make.settled_now()


def flag(desk: Desk, at: datetime, count: int = 1) -> None:
    make.straight_through(desk, at, count, ai_output=ODD)
    make.straight_through(desk, at, 1)
    autoqa.score_due(at=at)


def test_the_flagged_stand_there_with_their_reasons(desk: Desk, now: datetime, log_in: LogIn) -> None:
    flag(desk, now)
    client = log_in(desk.governance)

    (row,) = client.get(ALL).context["rows"]
    assert (row.code, row.flagged) == (desk.process.code, "1")
    reply = client.get(row.url)
    (found,) = reply.context["page"].found
    assert found.reasons == [("Ungrounded figure", "Nothing that came in has the figure 98765")]
    assert found.engine == "countersign-local-1.0"
    assert found.url in reply.content.decode()
    assert "Advisory only" in reply.content.decode()


def test_those_who_see_no_samples_are_shown_none(
    world: World, desk: Desk, now: datetime, log_in: LogIn
) -> None:
    flag(desk, now)

    assert log_in(desk.reviewer).get(ALL).context["rows"] == []
    assert log_in(desk.reviewer).get(page_of(desk)).status_code == 403
    assert log_in(world.south.governance).get(page_of(desk)).status_code == 404
    assert log_in(desk.governance).get(page_of(desk)).status_code == 200


def test_an_auditor_is_not_told_what_was_found_in_what_he_may_still_score(
    desk: Desk, now: datetime, log_in: LogIn
) -> None:
    yesterday = now - timedelta(days=1)
    make.planned(desk, yesterday - timedelta(days=1))
    flag(desk, yesterday)
    draws.draw_due(at=now)
    targeted_draws.draw_due(at=now)
    evaluation = Evaluation.objects.get(interaction__auto_qa__flagged=True)

    assert len(log_in(desk.governance).get(page_of(desk)).context["page"].found) == 1
    assert log_in(desk.auditor).get(page_of(desk)).context["page"].found == []
    evaluations.submit(
        evaluation_id=evaluation.pk,
        by=desk.auditor,
        answers=make.answers(evaluation),
        judged_wrong=True,
        at=now,
    )
    assert len(log_in(desk.auditor).get(page_of(desk)).context["page"].found) == 1


def test_the_list_is_paged_by_keys(
    desk: Desk, now: datetime, log_in: LogIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(autoqa_pages.flagged, "__defaults__", (2,))
    flag(desk, now, 5)
    client = log_in(desk.governance)
    address, seen = page_of(desk), []

    for _ in range(3):
        reply = client.get(address)
        seen += [row.url for row in reply.context["page"].found]
        address = page_of(desk) + reply.context["next_url"]

    assert not reply.context["next_url"]
    assert len(seen) == len(set(seen)) == AutoQa.objects.filter(flagged=True).count() == 5


def test_a_calibrated_engine_shows_its_figures(desk: Desk, now: datetime, log_in: LogIn) -> None:
    yesterday = now - timedelta(days=1)
    make.planned(desk, yesterday - timedelta(days=1))
    flag(desk, yesterday)
    draws.draw_due(at=now)
    for evaluation in Evaluation.objects.filter(kind="random"):
        evaluations.submit(
            evaluation_id=evaluation.pk,
            by=desk.auditor,
            answers=make.answers(evaluation),
            judged_wrong=True,
            at=now,
        )

    page = log_in(desk.governance).get(page_of(desk)).context["page"].trusted

    drawn = Evaluation.objects.count()
    assert page.compared == drawn
    assert [(row.flag, row.language, row.n) for row in page.lines][:2] == [
        ("Any flag", "all", f"{drawn}"),
        ("Any flag", "en", f"{drawn}"),
    ]
    assert page.lines[0].state.label == "Advisory only: too few compared"


def test_f5_the_governance_lead_records_the_calibration_on_the_page(
    desk: Desk, now: datetime, log_in: LogIn
) -> None:
    factory.compared(desk, now, hits=15, passes=15)
    client = log_in(desk.governance)
    assert client.get(page_of(desk)).context["page"].trusted.state.label == "Advisory only: not calibrated"

    reply = client.post(reverse("reviews:auto_qa_calibrate", args=[desk.process.code]), follow=True)

    trusted = reply.context["page"].trusted
    assert (trusted.state.label, trusted.engine) == ("Trusted", "countersign-local-1.0")
    assert trusted.recorded_by == desk.governance.name
    assert "κ 1.00" in trusted.figures
    assert "from now on the engine is trusted" in reply.content.decode()


def test_f5_with_nothing_to_compare_the_page_says_so(desk: Desk, now: datetime, log_in: LogIn) -> None:
    flag(desk, now)

    reply = log_in(desk.governance).post(reverse("reviews:auto_qa_calibrate", args=[desk.process.code]))

    assert reply.status_code == 409
    assert "there is nothing to compare" in reply.content.decode()
    assert not EngineCalibration.objects.exists()


def test_the_page_of_a_targeted_draw_shows_no_probability(desk: Desk, now: datetime, log_in: LogIn) -> None:
    yesterday = now - timedelta(days=1)
    make.planned(desk, yesterday - timedelta(days=1))
    make.straight_through(desk, yesterday, 20)
    flag(desk, yesterday, 5)
    draws.draw_due(at=now)
    targeted_draws.draw_due(at=now)
    targeted = Draw.objects.get(kind="targeted")
    client = log_in(desk.governance)

    reply = client.get(reverse("reviews:sample", args=[targeted.pk]))

    assert {row.pi for row in reply.context["page"].items} == {"–"}
    assert "enter no estimate" in reply.content.decode()
    assert "Draw it again" not in reply.content.decode()
    rows = client.get(reverse("reviews:samples")).context["draws"]
    assert [
        (row.share, len(row.flags))
        for row in rows
        if row.url == reverse("reviews:sample", args=[targeted.pk])
    ] == [("–", 1)]


def test_pages_ask_a_fixed_number_of_queries(desk: Desk, now: datetime, log_in: LogIn) -> None:
    flag(desk, now, 3)
    client = log_in(desk.governance)

    taken = {
        "reviews:auto_qa": counting.queries(client, ALL),
        "reviews:auto_qa_process": counting.queries(client, page_of(desk)),
    }

    assert taken == {route: counting.written(route) for route in taken}
