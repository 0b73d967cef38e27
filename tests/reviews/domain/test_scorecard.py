"""The scorecard: the weights of the template, what N/A does, and what a critical failure does."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.errors import Invalid
from reviews.domain import scorecard
from reviews.domain.qa_kinds import LineKind
from reviews.domain.scorecard import (
    TEMPLATE,
    Control,
    Item,
    compose,
    dump,
    load,
    score,
    went_out_wrong,
)
from reviews.enums import Mark

CODES = [item.code for item in TEMPLATE]
CRITICAL = {"four_eyes", "correct", "privacy", "triggers"}


def marks(**changes):
    return {code: Mark(changes.get(code, "pass")) for code in CODES}


def test_template_is_the_agreed_one():
    assert [item.weight for item in TEMPLATE] == [8, 8, 8, 16, 8, 12, 4, 8, 8, 8, 6, 6]
    assert [number for number, item in enumerate(TEMPLATE, 1) if item.critical] == [2, 4, 6, 10]
    assert all(
        {"SOC 2", "ISO 27001"} <= {control.framework for control in item.controls} for item in TEMPLATE
    )


SCORES = [
    ("_case all passed", {}, "100.00", True, False),
    ("_case a failure of six points", {"escalation": "fail"}, "94.00", True, False),
    ("_case exactly ninety", {"need_to_know": "fail", "escalation": "fail"}, "90.00", True, False),
    ("_case just below ninety", {"delivery": "fail", "need_to_know": "fail"}, "88.00", False, False),
    ("_case a critical failure", {"privacy": "fail"}, "0.00", False, True),
    (
        "_case N/A gives its weight to the others",
        {"customer_text": "na", "delivery": "fail"},
        "91.49",
        True,
        False,
    ),
    ("_case a critical line may not apply", {"four_eyes": "na", "delivery": "fail"}, "91.30", True, False),
]


@pytest.mark.parametrize(
    ("_case", "changes", "points", "passed", "critical"), SCORES, ids=[r[0] for r in SCORES]
)
def test_score_gives(_case, changes, points, passed, critical):
    result = score(TEMPLATE, marks(**changes))

    assert (result.score, result.passed, result.critical_fail) == (Decimal(points), passed, critical)


def test_score_names_the_critical_failures():
    result = score(TEMPLATE, marks(privacy="fail", correct="fail", delivery="fail"))

    assert result.critical_codes == ("correct", "privacy")


def test_score_leaves_out_what_does_not_apply_to_the_process():
    items = compose(not_applicable=["customer_text"])
    given_marks = marks(delivery="fail")
    del given_marks["customer_text"]

    assert score(items, given_marks).score == Decimal("91.49")


REFUSED = [
    ("_case a line missing", {"remove": "correct"}, "answer_missing"),
    ("_case a foreign line", {"add": "call_back"}, "answer_unknown"),
    ("_case a line that always applies", {"correct": "na"}, "always_applies"),
]


@pytest.mark.parametrize(("_case", "change", "code"), REFUSED, ids=[row[0] for row in REFUSED])
def test_score_refuses(_case, change, code):
    answers = marks(**{key: value for key, value in change.items() if key in CODES})
    answers.pop(change.get("remove", ""), None)
    if "add" in change:
        answers[change["add"]] = Mark.PASS

    with pytest.raises(Invalid) as refused:
        score(TEMPLATE, answers)

    assert refused.value.code == code


def test_score_refuses_where_nothing_applies():
    item = Item("only", "Only", 5, (Control("SOC 2", "CC1.1"),))

    with pytest.raises(Invalid, match="Nothing applies"):
        score([item], {"only": Mark.NA})


def test_score_judges_before_it_rounds():
    items = [Item(str(n), "x", weight, ()) for n, weight in enumerate((89_996, 10_004))]

    result = score(items, {"0": Mark.PASS, "1": Mark.FAIL})

    assert not result.passed


answered = st.fixed_dictionaries({item.code: st.sampled_from(item.marks) for item in TEMPLATE})


@given(answered)
def test_score_lies_between_nothing_and_all_and_fails_on_any_critical(answers):
    result = score(TEMPLATE, answers)

    critical = any(answers[code] == Mark.FAIL for code in CRITICAL)
    assert 0 <= result.score <= 100
    assert result.critical_fail == critical
    assert result.passed == (result.score >= 90)
    assert not critical or result.score == 0


@given(answered, st.sampled_from(CODES))
def test_score_never_rises_when_a_line_fails(answers, code):
    passed = score(TEMPLATE, answers | {code: Mark.PASS})
    failed = score(TEMPLATE, answers | {code: Mark.FAIL})

    assert failed.score <= passed.score


def test_dump_and_load_keep_every_line():
    items = compose(
        extra=[Item("call_back", "The call-back was done", 8, (Control("SOC 2", "PI1.2"),))],
        not_applicable=["customer_text"],
    )

    assert load(dump(items)) == items


@pytest.mark.parametrize(
    ("_case", "judged_wrong", "departed", "out"),
    [
        ("_case a wrong output went out as it was", True, False, True),
        ("_case a right output went out as it was", False, False, False),
        ("_case a wrong output was caught", True, True, False),
        ("_case a right output was changed", False, True, True),
    ],
)
def test_went_out_wrong(_case, judged_wrong, departed, out):
    assert went_out_wrong(judged_wrong=judged_wrong, departed=departed) is out


# ── Lines of 0 to 4, and the builder ─────────────────────────────────────────────────────────────────────────


def _points(code, weight, **more):
    return Item(code, "How well", weight, (Control("SOC 2", "CC1.1"),), kind=LineKind.POINTS, **more)


@pytest.mark.parametrize(
    ("_case", "mark", "points", "critical"),
    [
        ("_case all of it", "4", 100, False),
        ("_case half", "2", 75, False),
        ("_case nothing of a critical line", "0", 0, True),
        ("_case it does not apply", "na", 100, False),
    ],
)
def test_score_counts_quarters(_case, mark, points, critical):
    items = [_points("tone", 10, critical=True), Item("fact", "Right", 10, (Control("SOC 2", "CC1.1"),))]

    result = scorecard.score(items, {"tone": Mark(mark), "fact": Mark.PASS})

    assert (result.score, result.critical_fail) == (points, critical)


@pytest.mark.parametrize(("code", "mark"), [("tone", "pass"), ("fact", "3")])
def test_score_refuses_a_mark_of_the_other_kind(code, mark):
    items = [_points("tone", 10), Item("fact", "Right", 10, (Control("SOC 2", "CC1.1"),))]

    with pytest.raises(Invalid) as refused:
        scorecard.score(items, {"tone": Mark.FULL, "fact": Mark.PASS} | {code: Mark(mark)})

    assert (refused.value.code, refused.value.field) == ("mark_of_another", code)


def test_controls_are_read_as_they_are_written():
    for item in scorecard.TEMPLATE:
        assert scorecard.read_controls(scorecard.write_controls(item.controls)) == item.controls


@pytest.mark.parametrize(
    ("text", "code"),
    [("SOX 404", "control_unknown"), ("SOC 2", "control_unknown"), ("SOC 2 nonsense", "control_reference")],
)
def test_read_controls_refuses(text, code):
    with pytest.raises(Invalid) as refused:
        scorecard.read_controls(text)

    assert refused.value.code == code


def test_load_reads_versions_that_knew_one_kind_of_line():
    old = [
        {name: value for name, value in line.items() if name != "kind"}
        for line in scorecard.dump(scorecard.TEMPLATE)
    ]

    assert scorecard.load(old) == scorecard.TEMPLATE
    assert scorecard.load(scorecard.dump([_points("tone", 3)]))[0].kind == LineKind.POINTS
