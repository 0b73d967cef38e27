"""M6: how long what is kept, and what is due at a moment."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.domain import retention
from audit.domain.retention import JURISDICTIONS, Hold, HoldScope, Kept, RecordClass

AT = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
MATTER = UUID(int=7)
CODES = st.sets(st.sampled_from(sorted(JURISDICTIONS)), min_size=1)
CLASSES = st.sampled_from(RecordClass)


def test_m6_every_jurisdiction_knows_every_class_with_floor_ceiling_and_basis():
    for law in JURISDICTIONS.values():
        assert set(law.periods) == set(RecordClass)
        for period in law.periods.values():
            assert 0 < period.floor < period.ceiling
            assert len(period.basis) > 20


def test_m6_no_law_lets_texts_of_the_trail_go_within_six_months():
    # From the first of March to the first of September.
    longest_half_year = (datetime(2026, 9, 1, tzinfo=UTC) - datetime(2026, 3, 1, tzinfo=UTC)).days

    assert min(law.periods[RecordClass.TRAIL].floor for law in JURISDICTIONS.values()) >= longest_half_year


@pytest.mark.parametrize(
    ("_case", "record_class", "codes", "expected"),
    [
        ("one law", RecordClass.TRAIL, {"EU"}, (184, "EU", 3_653, "EU")),
        ("the stricter floor wins", RecordClass.TRAIL, {"EU", "DE"}, (2_922, "DE", 3_653, "DE")),
        ("the stricter ceiling wins", RecordClass.PERSONAL, {"IE", "EU"}, (31, "EU", 1_096, "EU")),
        ("three", RecordClass.PERSONAL, {"IE", "EU", "JP"}, (31, "EU", 731, "JP")),
    ],
)
def test_bounds_are_the_strictest(_case, record_class, codes, expected):
    found = retention.bounds(record_class, codes)

    assert (found.floor, found.floor_of.code, found.ceiling, found.ceiling_of.code) == expected


def test_bounds_need_a_jurisdiction_that_is_known():
    with pytest.raises(ValueError, match="under a jurisdiction"):
        retention.bounds(RecordClass.TRAIL, [])
    with pytest.raises(LookupError, match="no jurisdiction 'XX'"):
        retention.bounds(RecordClass.TRAIL, ["XX"])


def test_a_floor_above_a_ceiling_wins(monkeypatch):
    strict = retention.Jurisdiction("ST", "Strictland", {RecordClass.TRAIL: retention.Period(1, 90, "Short")})
    monkeypatch.setitem(JURISDICTIONS, "ST", strict)

    found = retention.bounds(RecordClass.TRAIL, ["ST", "EU"])

    assert (found.floor, found.ceiling, found.ceiling_of.code) == (184, 184, "EU")


@pytest.mark.parametrize(
    ("_case", "days", "codes", "words"),
    [
        ("below the floor", 183, {"EU"}, "183 days are shorter than the floor"),
        ("on the floor", 184, {"EU"}, ""),
        ("below the floor of the stricter", 184, {"EU", "DE"}, "184 days are shorter than the floor"),
        ("on the ceiling", 3_653, {"EU"}, ""),
        ("above the ceiling", 3_654, {"EU"}, "3654 days are longer than the ceiling"),
    ],
)
def test_m6_refusal_names_both_bounds_and_their_laws(_case, days, codes, words):
    told = retention.refusal(RecordClass.TRAIL, days, codes)

    assert told.startswith(words) if words else told == ""
    if told:
        floor = retention.bounds(RecordClass.TRAIL, codes).floor
        assert f"{floor} days at least" in told
        assert "3653 days at most" in told
        assert ("section 147(3)" if "DE" in codes else "AI Act, Articles 19(1) and 26(6)") in told


@given(CLASSES, CODES, st.integers(0, 5_000))
def test_refusal_agrees_with_the_bounds(record_class, codes, days):
    span = retention.bounds(record_class, codes)

    assert bool(retention.refusal(record_class, days, codes)) == (not span.floor <= days <= span.ceiling)


@given(CLASSES, CODES, CODES)
def test_another_law_never_loosens_the_floor(record_class, codes, more):
    assert retention.bounds(record_class, codes | more).floor >= retention.bounds(record_class, codes).floor


@given(CLASSES, st.dictionaries(st.sampled_from(sorted(JURISDICTIONS)), st.integers(1, 5_000), min_size=1))
def test_period_is_within_the_bounds_and_the_longest_where_it_may_be(record_class, days):
    found = retention.period(record_class, days)
    span = retention.bounds(record_class, days)

    assert span.floor <= found <= span.ceiling
    if span.floor <= max(days.values()) <= span.ceiling:
        assert found == max(days.values())


def test_period_without_a_policy_is_none():
    assert retention.period(RecordClass.PERSONAL, {}) is None


@pytest.mark.parametrize(
    ("_case", "hold", "expected"),
    [
        ("the whole log", Hold(HoldScope.LOG), True),
        ("its subject", Hold(HoldScope.SUBJECT, "s-1"), True),
        ("another subject", Hold(HoldScope.SUBJECT, "s-2"), False),
        ("its matter", Hold(HoldScope.MATTER, str(MATTER)), True),
        ("another matter", Hold(HoldScope.MATTER, str(UUID(int=8))), False),
    ],
)
def test_covers(_case, hold, expected):
    assert retention.covers(hold, Kept(AT, "s-1", MATTER)) is expected


@pytest.mark.parametrize(
    ("_case", "age", "days", "expected"),
    [
        ("no policy", timedelta(days=9_000), None, False),
        ("younger", timedelta(days=30), 31, False),
        ("to the microsecond", timedelta(days=31), 31, False),
        ("older", timedelta(days=31, microseconds=1), 31, True),
    ],
)
def test_is_due(_case, age, days, expected):
    assert retention.is_due(Kept(AT - age), days=days, holds=[], at=AT) is expected


@given(st.integers(0, 100), st.integers(0, 100), st.sampled_from(["", "s-1", "s-2"]), st.booleans())
def test_what_is_held_is_never_due(age, days, subject, whole):
    hold = Hold(HoldScope.LOG) if whole else Hold(HoldScope.SUBJECT, "s-1")
    kept = Kept(AT - timedelta(days=age), subject)

    due = retention.is_due(kept, days=days, holds=[hold], at=AT)

    assert due == (age > days and not retention.covers(hold, kept))
