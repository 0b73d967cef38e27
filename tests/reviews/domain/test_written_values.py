import pytest
from hypothesis import given

from reviews.domain import conditions
from reviews.domain.fields import Field
from reviews.domain.written_values import cells, hint, read, value, write
from tests.reviews.domain.trees import SCHEMA, trees

MONEY = Field("amount", "amount", "money", "EUR")
NUMBER = Field("confidence", "confidence", "number")
RATE = Field("discount", "discount", "number", "%")
DAYS = Field("age", "age", "days")
YES = Field("new", "new", "boolean")
TEXT = Field("country", "country", "text")
BAND = Field("variance", "variance", "variance", "EUR")


@pytest.mark.parametrize(
    "_case, field, op, text, value",
    [
        ("_case plain", MONEY, ">=", "5000", "5000"),
        ("_case as money is written", MONEY, ">=", " €5,000.50 ", "5000.50"),
        ("_case the name of the currency", MONEY, ">=", "5000 EUR", "5000"),
        ("_case narrow spaces", MONEY, ">=", "1\u202f234\u00a0567", "1234567"),
        ("_case a debt", MONEY, "<", "−12.50", "-12.50"),
        ("_case a share", NUMBER, "<", "0.90", "0.90"),
        ("_case a unit", RATE, ">", "12.5 %", "12.5"),
        ("_case days", DAYS, "<=", "30 days", "30"),
        ("_case yes", YES, "is", "Yes", True),
        ("_case false", YES, "is", "false", False),
        ("_case words", TEXT, "==", " DE ", "DE"),
        ("_case several", TEXT, "in", "DE, AT,, CH ", ["DE", "AT", "CH"]),
        ("_case several with commas", TEXT, "in", "Smith, Inc; Acme", ["Smith, Inc", "Acme"]),
        ("_case a band", BAND, "outside_band", "2 % / €250", {"percent": "2", "absolute": "250"}),
        ("_case a band in words", BAND, "outside_band", "2 % or 1,250", {"percent": "2", "absolute": "1250"}),
    ],
)
def test_read_takes_what_people_type(_case, field, op, text, value):
    assert read(field, op, text) == value


@pytest.mark.parametrize(
    "_case, field, op, text, words",
    [
        ("_case nothing", MONEY, ">=", "  ", "Say what"),
        ("_case a decimal comma", MONEY, ">=", "5,00", "plain number"),
        ("_case dots for thousands", MONEY, ">=", "5.000,00", "plain number"),
        ("_case a letter", NUMBER, "<", "0.9x", "plain number"),
        ("_case no number", NUMBER, "<", "NaN", "plain number"),
        ("_case an exponent", NUMBER, "<", "1e5", "plain number"),
        ("_case digits of another script", NUMBER, "<", "٣", "plain number"),
        ("_case half true", YES, "is", "maybe", "true or false"),
        ("_case one limit", BAND, "outside_band", "2 %", "both limits"),
        ("_case three limits", BAND, "outside_band", "1/2/3", "both limits"),
    ],
)
def test_read_says_what_it_cannot_make_out(_case, field, op, text, words):
    with pytest.raises(ValueError, match=words):
        read(field, op, text)


@given(trees)
def test_what_is_written_into_the_form_comes_back_as_it_was(tree):
    for _path, leaf in conditions.leaves(tree):
        field = SCHEMA[leaf["field"]]
        typed = cells(field, leaf["op"], leaf["value"])
        assert value(field, leaf["op"], typed) == leaf["value"]
        assert all(text.isprintable() for texts in typed.values() for text in texts)


@pytest.mark.parametrize(
    ("several", "text"),
    [
        (["DE", "AT"], "DE, AT"),
        (["Smith, Inc", "Acme"], "Smith, Inc; Acme"),
        (["a;b", "c,d"], '"a;b", "c,d"'),
        ([" padded "], '" padded "'),
        (["line\nbreak"], '"line\\nbreak"'),
        (['"quoted"'], '"\\"quoted\\""'),
    ],
)
def test_texts_that_a_form_would_change_stand_in_quotes(several, text):
    assert write(TEXT, "in", several) == text
    assert read(TEXT, "in", text) == several


@pytest.mark.parametrize("text", ['"Acme" GmbH', '"open', '"a" "b"', '"a",'])
def test_quotes_that_are_part_of_a_text_are_left_alone(text):
    assert read(TEXT, "==", text) == text


@pytest.mark.parametrize(
    "field, words",
    [
        (MONEY, "an amount in EUR, such as 5000"),
        (NUMBER, "a number, such as 0.90"),
        (RATE, "a number of %, such as 0.90"),
        (DAYS, "a whole number of days"),
        (YES, "true or false"),
        (TEXT, "words; several are separated by commas"),
        (BAND, "two limits, percent and EUR, such as 2 % / 250"),
        (Field("decision", "decision", "choice", choices=("pay", "deny")), "one of pay, deny"),
    ],
)
def test_hint_says_what_may_be_typed(field, words):
    assert hint(field) == words
