"""Expressions read back: the same condition, or every mistake where it stands."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from reviews.domain import conditions
from reviews.domain.expression_reading import MAX_LENGTH, read
from reviews.domain.expressions import to_cel
from tests.reviews.domain.normal import normal
from tests.reviews.domain.trees import SCHEMA, trees


@given(trees)
@example({"not": {"field": "country", "op": "in", "value": ["DE"]}})
@example({"not": {"field": "country", "op": "not_in", "value": ["DE"]}})
@example({"not": {"all": [{"any": [{"field": "country", "op": "in", "value": ["DE"]}]}]}})
@example({"not": {"field": "vulnerable", "op": "is", "value": True}})
@example({"not": {"not": {"field": "vulnerable", "op": "is", "value": False}}})
@example({"not": {"field": "data_classes", "op": "has_any", "value": ["health"]}})
@example({"not": {"field": "data_classes", "op": "has_none", "value": ["health"]}})
@example({"not": {"field": "variance", "op": "outside_band", "value": {"percent": "2", "absolute": "250"}}})
@example({"field": "amount", "op": "==", "value": "123456789012345"})
def test_what_is_written_is_read_back(tree):
    reading = read(to_cel(tree, SCHEMA), SCHEMA)

    assert reading.mistakes == ()
    assert normal(reading.tree) == normal(tree)
    assert to_cel(reading.tree, SCHEMA) == to_cel(tree, SCHEMA)


AMOUNT = {"field": "amount", "op": ">=", "value": "5000"}
NEW = {"field": "new_supplier", "op": "is", "value": True}
BAND = {"field": "variance", "op": "outside_band", "value": {"percent": "2", "absolute": "250"}}


@pytest.mark.parametrize(
    ("_case", "text", "tree"),
    [
        ("_case without a point", "amount >= 5000", AMOUNT),
        ("_case the other way round", "5000.0 <= amount", AMOUNT),
        ("_case brackets round everything", "((amount)) >= (5000.0)", AMOUNT),
        ("_case no space at all", "amount>=5000.0&&new_supplier", {"all": [AMOUNT, NEW]}),
        ("_case over several lines", "\n amount >= 5000.0\n\t&& new_supplier\r\n", {"all": [AMOUNT, NEW]}),
        ("_case cents are kept", "amount >= 5000.50", {**AMOUNT, "value": "5000.50"}),
        ("_case a negative number", "amount < -12.5", {"field": "amount", "op": "<", "value": "-12.5"}),
        ("_case and binds before or", "new_supplier || amount >= 5000 && new_supplier", {"any": [NEW, {"all": [AMOUNT, NEW]}]}),
        ("_case whole days", "supplier_age < 30.00", {"field": "supplier_age", "op": "<", "value": "30"}),
        ("_case true said aloud", "new_supplier == true", NEW),
        ("_case not true", "new_supplier != true", {**NEW, "value": False}),
        ("_case false the other way round", "false == new_supplier", {**NEW, "value": False}),
        ("_case twice turned round", "!!new_supplier", {"not": {**NEW, "value": False}}),
        ("_case single quotes", "country == 'DE'", {"field": "country", "op": "==", "value": "DE"}),
        ("_case a comma at the end of a list", 'country in ["DE", "FR",]', {"field": "country", "op": "in", "value": ["DE", "FR"]}),
        ("_case one member of a set", '"health" in data_classes', {"field": "data_classes", "op": "has_any", "value": ["health"]}),
        ("_case any name for the member", 'data_classes.exists(c, c == "health")', {"field": "data_classes", "op": "has_any", "value": ["health"]}),
        ("_case searched without folding", 'subject.contains("Legal")', {"field": "subject", "op": "contains", "value": "Legal"}),
        ("_case a band without brackets", "amount >= 5000 || variance.absolute > 250 || variance.percent > 2", {"any": [AMOUNT, BAND]}),
        ("_case a band alone", "variance.percent > 2 || 250 < variance.absolute", BAND),
        ("_case inside the band", "variance.percent <= 2 && variance.absolute <= 250", {"not": BAND}),
        ("_case escapes", r'subject == "a\u00e9\x41\101\'"', {"field": "subject", "op": "==", "value": "aéAA'"}),
        ("_case what looks like markup", 'subject == "{{ 7*7 }}<script>"', {"field": "subject", "op": "==", "value": "{{ 7*7 }}<script>"}),
        ("_case fifty brackets", "(" * 50 + "new_supplier" + ")" * 50, NEW),
    ],
)  # fmt: skip
def test_obvious_variants_are_understood(_case, text, tree):
    assert read(text, SCHEMA) == read(text, SCHEMA)
    assert read(text, SCHEMA).tree == tree


@pytest.mark.parametrize(
    ("text", "line", "column", "words"),
    [
        ("", 1, 1, "Say when the rule fires"),
        ("   \n ", 1, 1, "Say when the rule fires"),
        ("amuont >= 5000.0", 1, 1, "Did you mean “amount”"),
        ("zzzqqq >= 5000.0", 1, 1, "There is no field “zzzqqq”"),
        ("new_supplier &&\n  amuont >= 5.0", 2, 3, "Did you mean “amount”"),
        ('amount >= "5000"', 1, 11, "without quotes"),
        ('amount == "5000 USD"', 1, 11, "counted in EUR"),
        (
            "amount >= 5000 USD",
            1,
            16,
            "counted in EUR: write the number alone. USD would have to be converted",
        ),
        ("amount >= 5000 EUR", 1, 16, "counted in EUR: write the number alone."),
        ("amount >= €5000", 1, 11, "without a sign of currency"),
        ("amount >= 5,000", 1, 12, "without a comma for thousands"),
        ("amount >= 5e3", 1, 11, "plain number"),
        ("amount >= 1234567890123456", 1, 11, "at most 15 digits"),
        ("amount / 0 > 5.0", 1, 8, "no arithmetic"),
        ("amount - 5 > 5.0", 1, 8, "no arithmetic"),
        ("amount > 5 % 2", 1, 12, "no arithmetic"),
        ("amount > -amount", 1, 10, "no arithmetic"),
        ("amount", 1, 1, "compare it, such as amount >= 5000.0"),
        ("!amount", 1, 2, "compare it, such as amount >= 5000.0"),
        ("true", 1, 1, "always or never"),
        ("5 > 4", 1, 1, "Compare a field"),
        ("amount > confidence", 1, 1, "two fields"),
        ("1 < amount < 5", 1, 12, "two things at a time"),
        ("amount = 5", 1, 8, "Write “==”"),
        ("amount > 5 and new_supplier", 1, 12, "Write “&&” for “and”"),
        ("not new_supplier", 1, 1, "Write “!” for “not”"),
        ("amount > 5 & new_supplier", 1, 12, "Write “&&”"),
        ("amount > 5 &&", 1, 14, "a field is expected"),
        ("(amount > 5", 1, 1, "never closed"),
        ("amount > 5)", 1, 11, "closes nothing"),
        ("()", 1, 2, "a field is expected"),
        ("amount > 5 new_supplier", 1, 12, "cannot stand after it"),
        ('country == "XX"', 1, 12, "There are: DE, FR, PH, JP"),
        ('country in ["DE", "FRA"]', 1, 12, "Did you mean “FR”"),
        ("country == DE", 1, 12, 'A text stands in quotes: "DE"'),
        ("country == 5", 1, 12, "in quotes"),
        ('country > "DE"', 1, 1, "no order"),
        ('country in "DE"', 1, 12, "a list of texts"),
        ("country in [5]", 1, 13, "A list holds texts"),
        ("country in []", 1, 12, "list of 1 to 200"),
        ('country in ["DE", "DE"]', 1, 12, "only once"),
        ('country.startsWith("D")', 1, 9, "no function “startsWith”"),
        ('subject.matches("(a+)+$")', 1, 9, "no function “matches”"),
        ("size(subject) > 3", 1, 1, "no function “size”"),
        ('subject_folded == "a"', 1, 1, "only searched"),
        ("subject.contains(5)", 1, 18, "in quotes"),
        ('subject == "open', 1, 12, "has no end"),
        ('subject == """a"""', 1, 12, "One quote"),
        ('subject == r"a"', 1, 12, "nothing stands directly before"),
        (r'subject == "\ud800"', 1, 13, "After a backslash"),
        (r'subject == "\u0000"', 1, 12, "cannot be stored"),
        ("subject == “legal”", 1, 12, "straight quotes"),
        ("amount \u202e> 5", 1, 8, "invisible character here (U+202E)"),
        ("amount\0 > 5", 1, 7, "invisible character here (U+0000)"),
        ("amount > ٣", 1, 10, "means nothing here"),
        ("{{ amount }}", 1, 1, "curly brackets"),
        ("amount > 5 ? true : false", 1, 12, "? :"),
        ("amount > 5; new_supplier", 1, 11, "One rule is one expression"),
        ("amount == null", 1, 11, "missing fact"),
        ("subject_total > 5", 1, 1, "added up over some hours"),
        ("subject_total[24.5] > 5", 1, 15, "whole hours"),
        ("subject_total[9999] > 5", 1, 1, "window of 1 to 2160"),
        ("subject_total[99999999999] > 5", 1, 15, "whole hours"),
        ("amount[24] > 5", 1, 8, "not added up"),
        ("variance > 5", 1, 1, "both its limits"),
        ("variance.percent > 2", 1, 1, "both its limits"),
        ("variance.percent > 2 && variance.absolute > 250", 1, 1, "both its limits"),
        ("variance.percent >= 2 || variance.absolute > 250", 1, 1, "left by “>”"),
        ("variance.percent > -2 || variance.absolute > 250", 1, 20, "cannot be negative"),
        ("variance.ratio > 2", 1, 1, "has no “ratio”"),
        ("variance.", 1, 10, "After the point"),
        ('data_classes == "health"', 1, 1, "is a set"),
        ('data_classes.exists(m, n in ["a"])', 1, 21, "the same word"),
        ('["health"].all(m, m in amount)', 1, 1, "compare it"),
        ('["health"].any(m, m in data_classes)', 1, 12, ".all(member"),
        ("supplier_age > 1.5", 1, 16, "whole number of days"),
        ("new_supplier > 3", 1, 1, "true or false"),
        ("new_supplier == 3", 1, 17, "true or false"),
        ("(" * 51 + "new_supplier" + ")" * 51, 1, 51, "at most 50 deep"),
        ("!" * 60 + "new_supplier", 1, 52, "too many"),
        ("!(" * 9 + "amount > 1" + ")" * 9, 1, 16, "at most 8 deep"),
        ("amount > 5 " * 1000, 1, 1, "at most 8,000 characters; this has 11,000"),
    ],
)
def test_every_mistake_is_told_where_it_stands(text, line, column, words):
    reading = read(text, SCHEMA)

    assert reading.tree is None
    first = reading.mistakes[0]
    assert words in first.sentence
    assert (first.line, first.column) == (line, column)
    assert len(first.caret) <= len(first.excerpt) + 1


def test_several_mistakes_are_told_at_once():
    reading = read('amuont > 5 && country == "XX" && subject_total > 3', SCHEMA)

    assert [one.column for one in reading.mistakes] == [1, 26, 34]


def test_the_caret_stands_below_the_mistake():
    reading = read("new_supplier && " * 10 + 'country == "XX"', SCHEMA)

    mistake = reading.mistakes[0]
    assert mistake.excerpt[len(mistake.caret) - 4 : len(mistake.caret)] == '"XX"'
    assert mistake.caret.strip() == "^^^^"
    assert mistake.told().startswith("Line 1, column 172: “XX” is not among")


def test_a_condition_with_too_many_comparisons_is_refused():
    text = " || ".join(["amount > 5"] * 201)

    assert "at most 200" in read(text, SCHEMA).mistakes[0].sentence


@given(st.text(max_size=200))
def test_whatever_is_typed_is_read_or_told(text):
    reading = read(text, SCHEMA)

    assert (reading.tree is None) is bool(reading.mistakes)


pieces = st.sampled_from(
    ["amount", "subject_total[24]", "country", "new_supplier", "variance.percent", "data_classes", ">", "<=", "==", "in",
     "&&", "||", "!", "(", ")", "[", "]", ",", ".", "5.0", "-", '"DE"', '["DE"]', ".exists(m, m in", ".contains(", "true"]
)  # fmt: skip


@given(st.lists(pieces, max_size=25).map(" ".join))
def test_whatever_is_read_is_a_condition(text):
    reading = read(text, SCHEMA)

    assert (reading.tree is None) is bool(reading.mistakes)
    if reading.tree is not None:
        assert conditions.check(reading.tree, SCHEMA) == []


@pytest.mark.parametrize(
    "piece", ["(", "!", "!(", '"', "\\", "-", "[", "amount[", "a.", "1.", "amount > 1 && ", "x "]
)
def test_hostile_lengths_end(piece):
    text = (piece * MAX_LENGTH)[:MAX_LENGTH]

    assert read(text, SCHEMA).tree is None
