import pytest
from hypothesis import given

from reviews.domain.sentences import sentence, short
from tests.reviews.domain.trees import SCHEMA, trees


def leaf(field, op, value, **more):
    return {"field": field, "op": op, "value": value, **more}


AMOUNT = leaf("amount", ">=", "5000")
NEW = leaf("new_supplier", "is", True)
UNSURE = leaf("confidence", "<", "0.90")
DE = leaf("country", "==", "DE")

CASES = [
    ("_case money", AMOUNT, "amount is at least €5,000", "Amount ≥ €5,000"),
    ("_case cents", leaf("amount", "<=", "4999.5"), "amount is at most €4,999.50", "Amount ≤ €4,999.50"),
    ("_case debt", leaf("amount", "==", "-1200"), "amount is −€1,200", "Amount = −€1,200"),
    (
        "_case cumulative",
        leaf("subject_total", ">=", "20000", window_hours=24),
        "the subject’s total in 24 hours is at least €20,000",
        "The subject’s total in 24 hours ≥ €20,000",
    ),
    (
        "_case cumulative over days",
        leaf("subject_count", ">", "3", window_hours=2160),
        "the subject’s invoices in 90 days is above 3",
        "The subject’s invoices in 90 days > 3",
    ),
    (
        "_case cumulative over an hour",
        leaf("subject_count", "!=", "3", window_hours=1),
        "the subject’s invoices in 1 hour is not 3",
        "The subject’s invoices in 1 hour ≠ 3",
    ),
    (
        "_case a tolerance band",
        leaf("variance", "outside_band", {"percent": "2", "absolute": "250"}),
        "variance is above 2 % or €250",
        "Variance > 2 % or €250",
    ),
    ("_case a number as it was written", UNSURE, "confidence is below 0.90", "Confidence < 0.90"),
    (
        "_case a negative number",
        leaf("confidence", "<=", "-0.6"),
        "confidence is at most −0.6",
        "Confidence ≤ −0.6",
    ),
    ("_case a unit", leaf("discount", ">", "12.5"), "discount is above 12.5 %", "Discount > 12.5 %"),
    (
        "_case a day",
        leaf("supplier_age", "<=", "1"),
        "supplier’s age is at most 1 day",
        "Supplier’s age ≤ 1 day",
    ),
    (
        "_case days",
        leaf("supplier_age", "<", "90"),
        "supplier’s age is below 90 days",
        "Supplier’s age < 90 days",
    ),
    ("_case a boolean", NEW, "new supplier is true", "New supplier is true"),
    (
        "_case not a boolean",
        leaf("new_supplier", "is", False),
        "new supplier is not true",
        "New supplier is not true",
    ),
    ("_case a choice", DE, "country is DE", "Country = DE"),
    ("_case one of two", leaf("country", "in", ["DE", "FR"]), "country is DE or FR", "Country is DE or FR"),
    (
        "_case none of three",
        leaf("country", "not_in", ["DE", "FR", "JP"]),
        "country is not DE, FR or JP",
        "Country is not DE, FR or JP",
    ),
    (
        "_case text",
        leaf("subject", "contains", "legal"),
        "subject line contains “legal”",
        "Subject line contains “legal”",
    ),
    (
        "_case text in a list",
        leaf("subject", "in", ["a", "b"]),
        "subject line is “a” or “b”",
        "Subject line is “a” or “b”",
    ),
    (
        "_case any class",
        leaf("data_classes", "has_any", ["health", "minors"]),
        "data classes include health or minors",
        "Data classes include health or minors",
    ),
    (
        "_case all classes",
        leaf("data_classes", "has_all", ["health", "minors"]),
        "data classes include health and minors",
        "Data classes include health and minors",
    ),
    (
        "_case no class",
        leaf("data_classes", "has_none", ["health"]),
        "data classes do not include health",
        "Data classes do not include health",
    ),
    (
        "_case all of two",
        {"all": [AMOUNT, NEW]},
        "amount is at least €5,000 and new supplier is true",
        "Amount ≥ €5,000 and new supplier is true",
    ),
    ("_case a group of one", {"all": [{"any": [AMOUNT]}]}, "amount is at least €5,000", "Amount ≥ €5,000"),
    (
        "_case a group within a group",
        {"all": [AMOUNT, {"any": [NEW, DE]}]},
        "amount is at least €5,000, and either new supplier is true or country is DE",
        "Amount ≥ €5,000, and either new supplier is true or country = DE",
    ),
    (
        "_case both within any",
        {"any": [{"all": [NEW, DE]}, AMOUNT]},
        "both new supplier is true and country is DE, or amount is at least €5,000",
        "Both new supplier is true and country = DE, or amount ≥ €5,000",
    ),
    (
        "_case three deep",
        {"all": [AMOUNT, {"any": [NEW, {"all": [DE, UNSURE, AMOUNT]}]}]},
        "amount is at least €5,000, and (either new supplier is true, or (all of: country is DE and confidence is below 0.90 and amount is at least €5,000))",
        "Amount ≥ €5,000, and (either new supplier is true, or (all of: country = DE and confidence < 0.90 and amount ≥ €5,000))",
    ),
    (
        "_case not",
        {"not": AMOUNT},
        "it is not so that amount is at least €5,000",
        "It is not so that amount ≥ €5,000",
    ),
    (
        "_case not of a group",
        {"not": {"any": [NEW, DE]}},
        "it is not so that either new supplier is true or country is DE",
        "It is not so that either new supplier is true or country = DE",
    ),
]


@pytest.mark.parametrize(("_case", "tree", "long", "brief"), CASES, ids=[row[0] for row in CASES])
def test_sentence_and_short_read(_case, tree, long, brief):
    assert sentence(tree, SCHEMA) == long
    assert short(tree, SCHEMA) == brief


@given(tree=trees)
def test_sentence_has_words_for_every_condition(tree):
    assert sentence(tree, SCHEMA).strip()
    assert short(tree, SCHEMA)[:1] != " "
