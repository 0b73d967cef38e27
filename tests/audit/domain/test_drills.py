"""M2: what counts as caught, and where a drill touches a log."""

import pytest

from audit.domain import drills
from audit.domain.drills import DRILLS, Outcome, Report

CLEAN = Outcome("control", "audit_fsck", 0, "all as they were")


def outcome(status: int = 1, touched: int | None = 10, index: int | None = 10) -> Outcome:
    return Outcome("body", "audit_fsck", status, "said", touched, index)


@pytest.mark.parametrize(
    ("_case", "found", "caught"),
    [
        ("the very entry is named", outcome(), True),
        ("an earlier one is named, where all was last well", outcome(index=4), True),
        ("a stop without an index", outcome(index=None), True),
        ("nothing was found", outcome(status=0, index=None), False),
        ("a place behind the change is named", outcome(index=11), False),
        ("incomplete is not caught", outcome(status=2), False),
        ("unreadable is not caught", outcome(status=3), False),
    ],
)
def test_what_counts_as_caught(_case, found, caught):
    assert found.caught is caught


@pytest.mark.parametrize(
    ("_case", "control", "outcomes", "caught", "passed"),
    [
        ("all caught", CLEAN, (outcome(), outcome()), 2, True),
        ("one missed", CLEAN, (outcome(), outcome(status=0)), 1, False),
        ("nothing done", CLEAN, (), 0, False),
        ("nobody touched it and it is not clean", outcome(), (outcome(),), 0, False),
    ],
)
def test_nothing_counts_unless_the_untouched_copy_is_clean(_case, control, outcomes, caught, passed):
    report = Report("client-1", 0, 20, control, outcomes)

    assert (report.caught, report.passed) == (caught, passed)


@pytest.mark.parametrize("size", [8, 9, 255, 256, 600, 2_000])
def test_every_drill_touches_an_entry_of_the_copy(size):
    places = {one.key: drills.touched(one.key, size) for one in DRILLS if one.least <= size}

    assert all(0 <= place < size for place in places.values())
    assert places["swap"] + 1 < size
    # What is rewritten lies between the two checkpoints of the copy.
    assert drills.halfway(size) <= places["rewrite"]


def test_drills_have_names_of_their_own():
    assert len({one.key for one in DRILLS}) == len({one.title for one in DRILLS}) == len(DRILLS)
    assert drills.drill("body").title == "Edit an entry"
