"""Contracts that run out are told of in time: 90 days before the end, 30 before the last day to give notice."""

from datetime import date, timedelta

import pytest

from contracts.domain.contract_ends import Ending, running_out

ENDS = date(2026, 12, 31)


@pytest.mark.parametrize(
    "today, notice_days, said",
    [
        (date(2026, 10, 1), None, ""),
        (date(2026, 10, 2), None, "CT ends on 31 Dec 2026, and no later version of it is signed."),
        (date(2026, 12, 31), None, "CT ends on 31 Dec 2026, and no later version of it is signed."),
        (date(2027, 1, 1), None, "CT ran out on 31 Dec 2026, and no later version of it is signed."),
        # 180 days before the end is 4 July: one learns of it 30 days before that.
        (date(2026, 6, 3), 180, ""),
        (date(2026, 6, 4), 180, "no later version of it is signed; notice can be given until 4 Jul 2026."),
        (date(2026, 7, 4), 180, "notice can be given until 4 Jul 2026."),
        (date(2026, 7, 5), 180, "notice could be given until 4 Jul 2026."),
        # A short notice does not shorten the time to agree on what follows.
        (date(2026, 10, 2), 14, "notice can be given until 17 Dec 2026."),
    ],
)
def test_what_is_said_of_the_end_by_the_day(today, notice_days, said):
    found = running_out([Ending("CT", ENDS, notice_days)], today)

    assert bool(found) == bool(said)
    assert all(sentence.endswith(said) for sentence in found.values())


def test_each_contract_is_told_of_by_itself():
    late, later = Ending("CT-1", ENDS), Ending("CT-2", ENDS + timedelta(days=400))

    assert running_out([late, later], ENDS).keys() == {"CT-1 2026-12-31"}


@pytest.mark.parametrize(
    "follows, said",
    [
        (date(2027, 1, 1), None),
        (date(2026, 12, 1), None),
        (date(2027, 1, 2), "CT ends on 31 Dec 2026, and what follows begins on 2 Jan 2027."),
    ],
)
def test_what_follows_without_a_day_between_is_no_end(follows, said):
    found = running_out([Ending("CT", ENDS, follows=follows)], ENDS)

    assert list(found.values()) == ([said] if said else [])
