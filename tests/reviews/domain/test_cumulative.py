"""Cumulative facts outside of intake: what is forgotten, and what stays countable."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from reviews.domain import cumulative

AT = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
TOTAL = ("subject_total", 24)


def running(*windows) -> cumulative.Running:
    return cumulative.Running(currency="EUR", rates=(), max_age_days=7, windows=frozenset(windows or {TOTAL}))


def test_hour_of_is_the_hour_in_utc() -> None:
    assert cumulative.hour_of(datetime(2026, 3, 4, 9, 59, 59, tzinfo=UTC)) == AT.replace(minute=0)


def test_forget_drops_hours_and_subjects_no_window_looks_back_to() -> None:
    one = running()
    one.before["old"].append((AT - timedelta(hours=26), "EUR", 1, Decimal(5)))
    one.before["young"].append((AT - timedelta(hours=24), "EUR", 1, Decimal(5)))
    one.count("gone", Decimal(1), "EUR", AT - timedelta(hours=25, minutes=31))
    one.count("kept", Decimal(2), "EUR", AT - timedelta(hours=30))
    one.count("kept", Decimal(3), "EUR", AT - timedelta(hours=2))

    one.forget(AT)

    assert (set(one.before), set(one.added)) == ({"young"}, {"kept"})
    assert one.totals("kept", AT, [TOTAL]) == {"subject_total": {24: Decimal(3)}}


def test_forgetting_changes_no_total() -> None:
    plain, pruned = running(), running()
    for hours in range(0, 80, 7):
        at = AT + timedelta(hours=hours)
        wanted = plain.facts("a", Decimal(hours), "EUR", at)
        pruned.forget(at)
        assert pruned.facts("a", Decimal(hours), "EUR", at) == wanted


def test_totals_are_of_the_windows_asked_for() -> None:
    one = running(TOTAL, ("subject_count", 2))
    one.count("a", Decimal(7), "EUR", AT - timedelta(hours=5))
    one.count("a", None, "", AT)

    assert one.totals("a", AT, [("subject_count", 2)]) == {"subject_count": {2: Decimal(1)}}
    assert one.totals("a", AT, [TOTAL]) == {"subject_total": {24: Decimal(7)}}
