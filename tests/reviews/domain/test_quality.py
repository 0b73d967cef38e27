from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from audit.errors import Invalid
from reviews.domain.quality import QUARANTINE, REVIEW, assess, figure, read

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
RANGE = {"kind": "range", "field": "amount", "weight": 2, "low": "0.01", "high": 1_000_000}
CHECKS = [
    {"kind": "required", "field": "supplier", "weight": 4, "consequence": "quarantine"},
    RANGE,
    {"kind": "freshness", "field": "extracted_at", "max_age_hours": 24},
    {"kind": "ocr", "weight": 2, "low": "0.85"},
    {"kind": "duplicate", "high": "0.80"},
]
POLICY = {"checks": CHECKS}
GOOD = {
    "supplier": "Pumpen AG",
    "amount": Decimal("120.00"),
    "extracted_at": "2026-11-19T12:00:00Z",
    "ocr_score": "0.85",
    "duplicate_score": 0.79,
}


def test_assess_is_content_with_good_data():
    report = assess({}, GOOD, POLICY | {"minimum": 100}, NOW)

    assert (report.score, report.findings, report.consequence) == (100, (), "")


FAULTS = [
    ("_case A3 recognised with 0.70 against 0.85", {"ocr_score": Decimal("0.70")}, "DQ_OCR", 80, REVIEW),
    ("_case recognised with a float", {"ocr_score": 0.7}, "DQ_OCR", 80, REVIEW),
    ("_case not measured", {"ocr_score": None}, "DQ_OCR", 80, REVIEW),
    ("_case measured as nothing", {"ocr_score": float("nan")}, "DQ_OCR", 80, REVIEW),
    ("_case no supplier", {"supplier": None}, "DQ_MISSING", 60, QUARANTINE),
    ("_case a blank supplier", {"supplier": "  "}, "DQ_MISSING", 60, QUARANTINE),
    ("_case an empty list", {"supplier": []}, "DQ_MISSING", 60, QUARANTINE),
    ("_case nothing to pay", {"amount": 0}, "DQ_RANGE", 80, REVIEW),
    ("_case too much to pay", {"amount": 1_000_001}, "DQ_RANGE", 80, REVIEW),
    ("_case an amount in words", {"amount": "twelve"}, "DQ_RANGE", 80, REVIEW),
    ("_case true is no amount", {"amount": True}, "DQ_RANGE", 80, REVIEW),
    (
        "_case a second too old",
        {"extracted_at": NOW - timedelta(hours=24, seconds=1)},
        "DQ_STALE",
        90,
        REVIEW,
    ),
    ("_case of unknown age", {"extracted_at": None}, "DQ_STALE", 90, REVIEW),
    ("_case an age in words", {"extracted_at": "yesterday"}, "DQ_STALE", 90, REVIEW),
    ("_case a time without zone", {"extracted_at": "2026-11-20T12:00:00"}, "DQ_STALE", 90, REVIEW),
    ("_case like one before", {"duplicate_score": Decimal("0.80")}, "DQ_DUPLICATE", 90, REVIEW),
    ("_case the same as one before", {"duplicate_score": True}, "DQ_DUPLICATE", 90, REVIEW),
    ("_case not compared", {"duplicate_score": None}, "DQ_DUPLICATE", 90, REVIEW),
]


@pytest.mark.parametrize(
    ("_case", "changed", "code", "score", "consequence"), FAULTS, ids=[row[0] for row in FAULTS]
)
def test_assess_finds(_case, changed, code, score, consequence):
    report = assess({}, GOOD | changed, POLICY, NOW)

    assert [finding.code for finding in report.findings] == [code]
    assert (report.score, report.consequence) == (score, consequence)
    assert report.findings[0].sentence


@pytest.mark.parametrize("changed", [{"amount": None}, {"duplicate_score": False}, {"amount": "0.01"}])
def test_assess_lets_pass(changed):
    assert assess({}, GOOD | changed, POLICY, NOW).findings == ()


def test_assess_looks_into_the_input_where_the_attributes_say_nothing():
    assert assess(GOOD, {}, POLICY, NOW).score == 100
    assert assess(GOOD, {"ocr_score": "0.1"}, POLICY, NOW).score == 80
    assert assess("a letter", {}, POLICY, NOW).score == 20


def test_assess_weighs_a_low_score_as_a_failure_of_its_own():
    report = assess({}, GOOD | {"ocr_score": 0, "amount": 0}, POLICY | {"minimum": 61}, NOW)

    assert [finding.code for finding in report.findings] == ["DQ_RANGE", "DQ_OCR", "DQ_SCORE"]
    assert (report.score, report.consequence) == (60, QUARANTINE)


def test_assess_without_checks_is_content():
    assert assess({}, {}, {}, NOW).score == 100


def test_assess_sends_a_case_to_a_person_when_the_policy_is_broken():
    report = assess({}, GOOD, {"checks": [{"kind": "smell"}]}, NOW)

    assert [finding.code for finding in report.findings] == ["DQ_POLICY"]
    assert (report.score, report.consequence) == (0, REVIEW)


BROKEN = [
    ("_case no object", [], ""),
    ("_case no list", {"checks": {}}, "/checks"),
    ("_case a minimum over 100", {"minimum": 101}, "/minimum"),
    ("_case a minimum in text", {"minimum": "60"}, "/minimum"),
    ("_case an unknown consequence", {"below_minimum": "shrug"}, "/below_minimum"),
    ("_case a check that is no object", {"checks": [7]}, "/checks/0/kind"),
    ("_case an unknown kind", {"checks": [RANGE, {"kind": ["ocr"]}]}, "/checks/1/kind"),
    ("_case no field", {"checks": [{"kind": "required"}]}, "/checks/0/field"),
    ("_case no weight at all", {"checks": [RANGE | {"weight": 0}]}, "/checks/0/weight"),
    ("_case another consequence", {"checks": [RANGE | {"consequence": "x"}]}, "/checks/0/consequence"),
    ("_case a limit that is no number", {"checks": [RANGE | {"low": "x"}]}, "/checks/0"),
    (
        "_case an age beyond all time",
        {"checks": [{"kind": "freshness", "field": "x", "max_age_hours": "1e30"}]},
        "/checks/0",
    ),
    ("_case no limit", {"checks": [{"kind": "ocr"}]}, "/checks/0"),
]


@pytest.mark.parametrize(("_case", "policy", "path"), BROKEN, ids=[row[0] for row in BROKEN])
def test_read_refuses(_case, policy, path):
    with pytest.raises(Invalid) as refused:
        read(policy)

    assert (refused.value.code, refused.value.field) == ("quality_policy", path)


def test_a_range_may_be_open_on_either_side():
    assert assess({"x": 5}, {}, {"checks": [{"kind": "range", "field": "x", "low": 5}]}, NOW).score == 100
    assert assess({"x": 5}, {}, {"checks": [{"kind": "range", "field": "x", "high": 5}]}, NOW).score == 100


@pytest.mark.parametrize("value", [None, True, "", "x", "9" * 41, float("inf"), [], "NaN"])
def test_figure_refuses(value):
    assert figure(value) is None


OWN = {"amount": None, "subject_ref": ""}
REQUIRED = {"checks": [{"kind": "required", "field": name, "consequence": "quarantine"} for name in OWN]}


def test_assess_asks_for_the_own_amount_and_subject_of_an_interaction():
    """What a rule adds up is the interaction's own: an amount among the attributes does not stand for it."""
    beside = {"amount": "120.00", "subject_ref": "creditor:1"}

    missing = assess(beside, beside, REQUIRED, NOW, own=OWN)
    given = assess({}, {}, REQUIRED, NOW, own={"amount": Decimal(0), "subject_ref": "creditor:1"})

    assert [(one.code, one.field, one.consequence) for one in missing.findings] == [
        ("DQ_MISSING", "amount", QUARANTINE),
        ("DQ_MISSING", "subject_ref", QUARANTINE),
    ]
    assert (given.findings, given.score) == ((), 100)


@pytest.mark.parametrize(("step", "found"), [("approve", 1), ("extract", 0), ("", 0)])
def test_assess_runs_a_check_on_the_steps_it_is_for(step, found):
    policy = {"checks": [{"kind": "required", "field": "amount", "steps": ["approve", "post"]}]}

    report = assess({}, {}, policy, NOW, own=OWN, step=step)

    assert (len(report.findings), report.score) == (found, 0 if found else 100)


@pytest.mark.parametrize("steps", ["approve", [1], {}, [""]])
def test_read_refuses_steps_that_are_no_codes(steps):
    with pytest.raises(Invalid) as refused:
        read({"checks": [{"kind": "required", "field": "amount", "steps": steps}]})

    assert refused.value.field == "/checks/0/steps"
