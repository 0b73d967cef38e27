"""F6: at least a tenth is scored twice, found again from the seed; κ with its interval; how far auditors lie apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.domain import double_scoring as rules
from reviews.domain.estimates import kappa_interval

GOLDEN = [[70, 5], [7, 18]]


def test_kappa_interval_golden():
    """§5.2: 70/5/7/18 → 0.671; the error of Fleiss, Cohen and Everitt is 0.0875."""
    interval = kappa_interval(GOLDEN)

    assert round(interval.share, 3) == 0.671
    assert (round(interval.low, 3), round(interval.high, 3)) == (0.5, 0.843)


def test_kappa_interval_says_nothing_where_kappa_is_undefined():
    assert kappa_interval([[5]]) == (interval := kappa_interval([[5, 0], [0, 0]]))
    assert (interval.share, interval.low, interval.high) == (None, -1.0, 1.0)


@given(st.lists(st.integers(0, 60), max_size=40))
def test_wanted_keeps_a_month_at_a_tenth_after_every_draw(sizes):
    drawn = chosen = 0
    for size in sizes:
        more = rules.wanted(drawn + size, chosen)
        drawn, chosen = drawn + size, chosen + more

        assert more <= size
        assert chosen * 10 >= drawn
        assert chosen * 10 < drawn + 10
        assert more >= 1 or size < 10


def test_choose_takes_the_smallest_digests_whatever_the_order():
    ids = [f"id-{number}" for number in range(30)]

    chosen = rules.choose("seed", ids, 3)

    assert chosen == rules.choose("seed", ids[::-1], 3)
    assert chosen == sorted((rules.digest("seed", one), one) for one in ids)[:3]
    assert chosen != rules.choose("other seed", ids, 3)


def pairs(table):
    names = ("fail", "pass")
    return [
        (names[row], names[column]) for row in (0, 1) for column in (0, 1) for _ in range(table[row][column])
    ]


@pytest.mark.parametrize(
    ("_case", "table", "word", "low"),
    [
        ("_case substantial", GOLDEN, "substantial", False),
        ("_case fair", [[8, 2], [6, 4]], "slight", True),
        ("_case few, and apart", [[3, 2], [2, 2]], "slight", True),
        ("_case always the same", [[0, 0], [0, 20]], "undefined", False),
    ],
)
def test_agreement(_case, table, word, low):
    found = rules.agreement(pairs(table))

    assert (found.pairs, found.alike) == (sum(map(sum, table)), table[0][0] + table[1][1])
    assert (found.word, found.low) == (word, low)


def test_agreement_of_nothing_is_nothing():
    assert rules.agreement([]) is None


@pytest.mark.parametrize(
    ("_case", "marks", "wanted"),
    [
        ("_case agreed", ["pass", "pass"], 0),
        ("_case half and half", ["pass", "fail"], 0.25),
        ("_case what does not apply says nothing", ["pass", "na"], None),
        ("_case quarters", ["0", "4"], 0.25),
    ],
)
def test_variance(_case, marks, wanted):
    assert rules.variance(marks) == wanted


def test_disputed_lines_are_those_that_were_marked_differently():
    marks = {
        "e": {"a": {"x": "pass", "y": "pass"}, "b": {"x": "fail", "y": "pass"}},
        "f": {"a": {"x": "fail"}},
    }

    assert rules.disputed_lines(marks) == [("e", "x")]
    assert rules.variances(marks) == {"x": 0.25, "y": 0.0}
    assert rules.by_line([({"x": "pass", "z": "fail"}, {"x": "fail"})]) == {"x": [("pass", "fail")]}
