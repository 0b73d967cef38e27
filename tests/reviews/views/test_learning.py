"""The report of what escalations taught: counts by month, and the lists behind them (C6)."""

from datetime import timedelta

import pytest
from django.urls import reverse

from reviews.enums import Verdict
from reviews.services import decisions
from reviews.services.decisions import Answer
from tests import counting
from tests.factories import reviews as cases

REPORT = "/escalations/learning/"


@pytest.fixture
def desk(world):
    return world.north


def close(desk, at, learning):
    escalation = cases.escalated_case(desk, at)
    answer = Answer(Verdict.REJECT, reason_code="WRONG_FACT", learning=learning)
    decisions.decide(case_id=escalation.case_id, user=escalation.owner, answer=answer, at=at)
    return escalation


def test_counts_by_month_open_the_lists_that_make_them(desk, now, log_in):
    """C6."""
    first = close(desk, now - timedelta(days=2), "sop")
    close(desk, now - timedelta(days=1), "sop")
    close(desk, now - timedelta(hours=1), "training")
    cases.escalated_case(desk, now)
    owner = log_in(desk.owner)

    (process,) = owner.get(REPORT).context["page"].processes
    (month,) = process.months
    sop = month.numbers[1]
    lines = owner.get(sop.url).context["page"].lines
    every = owner.get(month.total.url).context["page"].lines

    assert [number.count for number in month.numbers] == [0, 2, 1, 0]
    assert [bool(number.url) for number in month.numbers] == [False, True, True, False]
    assert (len(lines), month.total.count, len(every)) == (2, 3, 3)
    assert lines[-1].url == reverse("reviews:case", args=[first.case_id])
    assert lines[-1].by == first.owner.name


def test_a_month_ends_where_the_next_begins(desk, now, log_in):
    close(desk, now, "none")
    code = desk.process.code
    before = reverse("reviews:learning_list", args=[code, f"{now.replace(day=1) - timedelta(days=1):%Y-%m}"])

    assert log_in(desk.owner).get(before).context["page"].lines == []


def test_those_who_see_no_cases_are_shown_none(world, desk, now, log_in):
    close(desk, now, "sop")
    listed = reverse("reviews:learning_list", args=[desk.process.code, f"{now:%Y-%m}"])

    assert log_in(desk.viewer).get(REPORT).context["page"].processes == []
    assert log_in(desk.viewer).get(listed).status_code == 403
    assert log_in(world.south.owner).get(listed).status_code == 404


@pytest.mark.parametrize("route", ["learning", "learning_list"])
def test_pages_ask_a_fixed_number_of_queries(desk, now, log_in, route):
    close(desk, now, "sop")
    close(desk, now, "training")
    args = [desk.process.code, f"{now:%Y-%m}"] if route == "learning_list" else []

    assert counting.queries(log_in(desk.owner), reverse(f"reviews:{route}", args=args)) == counting.written(
        f"reviews:{route}"
    )
