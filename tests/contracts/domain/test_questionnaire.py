"""How a vendor's answers are scored, and what is a red flag (Y2)."""

from datetime import date, timedelta

import pytest

from audit.errors import Invalid
from contracts.domain import questionnaire
from contracts.domain.questionnaire import KEYS, QUESTIONS, Answer, Section

YES = Answer("yes", "See our policy")
FULL = {one.key: YES for one in QUESTIONS}
BEST = dict.fromkeys(KEYS, 4)


def test_every_section_of_the_requirement_is_asked():
    assert {one.section for one in QUESTIONS} == set(Section)
    assert len(KEYS) == len(QUESTIONS)
    assert sum(one.weight for one in QUESTIONS) == 26


def test_everything_answered_and_proven_is_a_hundred():
    assert questionnaire.assess(FULL, BEST) == questionnaire.Assessment(100, [])


def test_what_is_not_answered_counts_nothing_whatever_it_was_given():
    """Y2: unanswered = 0; golden: without training (4 of 26 weights) 22/26 → 85."""
    answers = {key: answer for key, answer in FULL.items() if key not in {"t1", "t2"}}

    found = questionnaire.assess(answers, BEST)

    assert found.score == 85
    assert found.flags == [f"Use for training: not answered: {KEYS['t1'].text}"]
    assert questionnaire.assess({}, BEST).score == 0


@pytest.mark.parametrize(
    ("answer", "points", "expired", "flag"),
    [
        (Answer("no", "We do train"), 4, (), "answered no"),
        (Answer("partly", "Somewhat"), 1, (), "1 of 4 points"),
        (Answer("yes"), 4, (), "no evidence"),
        (Answer("yes", certificate="c"), 4, ("c",), "has expired"),
    ],
)
def test_red_flags(answer, points, expired, flag):
    [found] = questionnaire.assess(FULL | {"t1": answer}, BEST | {"t1": points}, expired).flags

    assert flag in found


def test_what_is_not_critical_raises_no_flag():
    assert questionnaire.assess(FULL | {"t2": Answer("no")}, BEST | {"t2": 0}).flags == []


@pytest.mark.parametrize("points", [None, -1, 5])
def test_points_are_zero_to_four(points):
    given = {key: value for key, value in (BEST | {"p1": points}).items() if value is not None}

    with pytest.raises(Invalid) as refused:
        questionnaire.assess(FULL, given)

    assert refused.value.field == "points_p1"


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ({"zz": YES}, "zz"),
        ({"p1": Answer("perhaps")}, "reply_p1"),
        ({"p1": Answer("", "Only words")}, "reply_p1"),
        ({"p1": Answer("yes", "x" * 2_001)}, "text_p1"),
        ({"p1": Answer("yes", link="http://open.example")}, "link_p1"),
        ({"p1": Answer("yes", link="javascript:alert(1)")}, "link_p1"),
        ({"p1": Answer("yes", certificate="not-mine")}, "certificate_p1"),
    ],
)
def test_what_cannot_be_an_answer_is_named(answers, field):
    with pytest.raises(Invalid) as refused:
        questionnaire.checked(answers, {"mine"})

    assert refused.value.field == field


@pytest.mark.parametrize(("days", "fine"), [(-1, False), (0, True), (365, True), (366, False)])
def test_the_day_is_within_a_year(days, fine):
    today = date(2026, 3, 4)
    if fine:
        questionnaire.check_due(today + timedelta(days=days), today)
    else:
        with pytest.raises(Invalid):
            questionnaire.check_due(today + timedelta(days=days), today)
