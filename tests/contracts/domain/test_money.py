from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.domain.money import Rate, StaleRate, convert, money, threshold

TODAY = date(2026, 11, 20)


def rate(value, *, days_old=0, base="EUR", quote="USD"):
    return Rate(base, quote, date.fromordinal(TODAY.toordinal() - days_old), Decimal(value))


def test_convert_leaves_the_same_currency_alone():
    assert convert(Decimal("12.345"), "EUR", "EUR", [], TODAY) == Decimal("12.345")


CASES = [
    ("_case today's rate", [rate("1.25")], "EUR", "USD", "125"),
    ("_case the other way round", [rate("1.25")], "USD", "EUR", "80"),
    (
        "_case the newest of several",
        [rate("2", days_old=3), rate("1.25"), rate("3", days_old=1)],
        "EUR",
        "USD",
        "125",
    ),
    ("_case not from tomorrow", [rate("2", days_old=-1), rate("1.25", days_old=1)], "EUR", "USD", "125"),
    ("_case seven days old", [rate("1.25", days_old=7)], "EUR", "USD", "125"),
    (
        "_case the direct rate before the inverse",
        [rate("0.5", base="USD", quote="EUR"), rate("1.25")],
        "EUR",
        "USD",
        "125",
    ),
    ("_case other pairs are ignored", [rate("9", quote="GBP"), rate("1.25")], "EUR", "USD", "125"),
]


@pytest.mark.parametrize(
    ("_case", "rates", "currency", "into", "worth"), CASES, ids=[row[0] for row in CASES]
)
def test_convert_takes(_case, rates, currency, into, worth):
    assert convert(Decimal(100), currency, into, rates, TODAY) == Decimal(worth)


STALE = [
    ("_case no rate", [], "no rate"),
    ("_case only another pair", [rate("9", quote="GBP")], "no rate"),
    ("_case only from tomorrow", [rate("1", days_old=-1)], "no rate"),
    ("_case eight days old", [rate("1", days_old=8)], "more than 7 days"),
]


@pytest.mark.parametrize(("_case", "rates", "words"), STALE, ids=[row[0] for row in STALE])
def test_convert_refuses_stale_rates(_case, rates, words):
    with pytest.raises(StaleRate, match=words):
        convert(Decimal(100), "EUR", "USD", rates, TODAY)


def test_convert_keeps_to_the_age_it_is_given():
    rates = [rate("1", days_old=3)]

    assert convert(Decimal(1), "EUR", "USD", rates, TODAY, max_age_days=3) == 1
    with pytest.raises(StaleRate):
        convert(Decimal(1), "EUR", "USD", rates, TODAY, max_age_days=2)


@pytest.mark.parametrize("amount", ["NaN", "Infinity"])
def test_convert_refuses_what_is_no_amount(amount):
    with pytest.raises(ValueError, match="amount"):
        convert(Decimal(amount), "EUR", "USD", [rate("1")], TODAY)


@pytest.mark.parametrize("value", ["0", "-1", "NaN"])
def test_convert_refuses_what_is_no_rate(value):
    with pytest.raises(ValueError, match="rate"):
        convert(Decimal(1), "EUR", "USD", [rate(value)], TODAY)


WRITTEN = [
    ("_case euros", "5000", "EUR", "€5,000.00", "€5,000"),
    ("_case cents", "4999.5", "EUR", "€4,999.50", "€4,999.50"),
    ("_case yen have no decimals", "50000", "JPY", "¥50,000", "¥50,000"),
    ("_case yen are rounded when shown", "50000.4", "JPY", "¥50,000", "¥50,000.4"),
    ("_case a debt", "-12.5", "EUR", "−€12.50", "−€12.50"),
    ("_case dinars have three", "1.5", "KWD", "KWD 1.500", "KWD 1.500"),
    ("_case other currencies by their code", "1200", "CHF", "CHF 1,200.00", "CHF 1,200"),
    ("_case no currency", "1200", "", "1,200.00", "1,200"),
    ("_case more digits than the currency has", "4999.995", "EUR", "€5,000.00", "€4,999.995"),
    ("_case zero", "0.00", "PHP", "₱0.00", "₱0"),
    ("_case an exponent", "1E+6", "EUR", "€1,000,000.00", "€1,000,000"),
    (
        "_case thirty digits",
        "9" * 30,
        "EUR",
        "€" + ",".join(["999"] * 10) + ".00",
        "€" + ",".join(["999"] * 10),
    ),
]


@pytest.mark.parametrize(
    ("_case", "amount", "currency", "shown", "limit"), WRITTEN, ids=[row[0] for row in WRITTEN]
)
def test_money_and_threshold_write(_case, amount, currency, shown, limit):
    assert money(Decimal(amount), currency) == shown
    if len(amount) < 28:
        assert threshold(Decimal(amount), currency) == limit


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=4))
def test_threshold_never_rounds(amount):
    written = threshold(amount, "EUR").replace("€", "").replace(",", "").replace("−", "-")

    assert Decimal(written) == amount
