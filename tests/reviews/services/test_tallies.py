"""What one subject adds up to: by hours, across requests, in whole windows."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from contracts.domain.money import Rate, StaleRate
from reviews.models import SubjectTally
from reviews.services import tallies
from tests import worlds

TOTAL, COUNT = ("subject_total", 24), ("subject_count", 24)


@pytest.fixture
def process_id(db, at):
    return worlds.build(at).north.process.pk


def running(process_id, *windows, rates=()) -> tallies.Running:
    return tallies.Running(
        process_id=process_id,
        currency="EUR",
        rates=rates,
        max_age_days=7,
        windows=frozenset(windows or (TOTAL, COUNT)),
    )


def counted(process_id, at: datetime, *amounts: str, subject: str = "a") -> list[Decimal]:
    one = running(process_id)
    tallies.lock(one, [subject], at)
    totals = [one.facts(subject, Decimal(amount), "EUR", at)["subject_total"][24] for amount in amounts]
    tallies.store(one)
    return totals


def test_facts_grow_line_by_line(process_id, at) -> None:
    assert counted(process_id, at, "10.00", "5.50", "0.01") == [
        Decimal(10),
        Decimal("15.50"),
        Decimal("15.51"),
    ]


def test_facts_go_on_from_what_was_stored(process_id, at) -> None:
    counted(process_id, at, "10.00")

    assert counted(process_id, at + timedelta(hours=2), "1.00") == [Decimal(11)]


@pytest.mark.parametrize("hours, total", [(24, 11), (24.49, 11), (25, 1)])
def test_facts_look_back_over_whole_hours(process_id, at, hours: float, total: int) -> None:
    """At half past, a window of 24 h still sees the whole hour in which it began."""
    counted(process_id, at, "10.00")

    assert counted(process_id, at + timedelta(hours=hours), "1.00") == [Decimal(total)]


def test_facts_keep_subjects_apart(process_id, at) -> None:
    counted(process_id, at, "10.00", subject="b")

    assert counted(process_id, at, "1.00") == [Decimal(1)]


def test_facts_count_what_has_no_amount(process_id, at) -> None:
    one = running(process_id)

    found = [one.facts("a", None, "", at)["subject_count"][24] for _ in range(3)]

    assert found == [1, 2, 3]


def test_facts_convert_what_was_paid_in_other_currencies(process_id, at) -> None:
    rate = Rate(base="EUR", quote="USD", on=at.date(), rate=Decimal("1.25"))
    one = running(process_id, rates=[rate])

    one.facts("a", Decimal(125), "USD", at)
    found = one.facts("a", Decimal(1), "EUR", at)

    assert found["subject_total"][24] == Decimal(101)


def test_facts_refuse_to_guess_a_rate_but_count(process_id, at) -> None:
    one = running(process_id)

    with pytest.raises(StaleRate):
        one.facts("a", Decimal(125), "USD", at)
    tallies.store(one)

    assert SubjectTally.objects.get(currency="USD").amount == 125


def test_lock_does_nothing_where_no_rule_asks(process_id, at) -> None:
    one = tallies.Running(
        process_id=process_id, currency="EUR", rates=(), max_age_days=7, windows=frozenset()
    )

    tallies.lock(one, ["a"], at)

    assert not SubjectTally.objects.exists()
