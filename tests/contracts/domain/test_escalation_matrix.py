"""C1: a case follows the closest row of the matrix."""

import itertools
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.domain.escalation_matrix import Need, find, in_order, order, review_due, uncovered

KEYS = list(itertools.product(["*", "amount", "fraud"], [None, 1, 2]))


@pytest.mark.parametrize(
    "rows, asked, found",
    [
        ([("amount", 1), ("amount", None), ("*", 1), ("*", None)], ("amount", 1), ("amount", 1)),
        ([("amount", None), ("*", 1), ("*", None)], ("amount", 1), ("amount", None)),
        ([("*", 1), ("*", None), ("amount", 2)], ("amount", 1), ("*", 1)),
        ([("*", 2), ("*", None)], ("amount", 1), ("*", None)),
        ([("amount", 1), ("*", None)], ("amount", None), ("*", None)),
        ([("amount", 1), ("*", 2)], ("fraud", 1), None),
        ([], ("amount", 1), None),
    ],
)
def test_find_takes_the_closest_row(rows, asked, found):
    assert find({key: key for key in rows}, *asked) == found


@given(
    st.sets(st.sampled_from(KEYS)), st.sampled_from(["amount", "fraud", "other"]), st.sampled_from([1, 2, 3])
)
def test_a_row_for_every_case_covers_everything(rows, trigger_class, severity):
    need = Need(trigger_class, severity, "a rule")

    assert uncovered([need], rows | {("*", None)}) == []
    found = find({key: key for key in rows}, trigger_class, severity)
    assert (found is None) == (uncovered([need], rows) == [need])
    if found is not None:
        assert found[0] in {"*", trigger_class}
        assert found[1] in {None, severity}
        closer = order(trigger_class, severity)[: order(trigger_class, severity).index(found)]
        assert not set(closer) & rows


def test_rows_read_from_the_general_to_the_single():
    assert in_order([("b", 2), ("a", None), ("*", 1), ("*", None), ("b", None)]) == [
        ("*", None),
        ("*", 1),
        ("a", None),
        ("b", None),
        ("b", 2),
    ]


APPROVED = datetime(2026, 3, 4, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    "_case, stated, approved, due",
    [
        ("the day the version states", date(2026, 12, 1), APPROVED, date(2026, 12, 1)),
        ("a quarter after the approval where it states none", None, APPROVED, date(2026, 6, 4)),
        ("nothing is due of what was never approved", None, None, None),
    ],
)
def test_review_due(_case, stated, approved, due):
    """C7: the matrix is gone over every quarter."""
    assert review_due(stated, approved) == due
