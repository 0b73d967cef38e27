"""The board says up to when its figures are counted, wherever that is not now."""

from datetime import UTC, datetime, timedelta

import pytest

from audit.selectors.projections import Standing
from governance.presenters import board

AT = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)


def standing(**changes) -> Standing:
    given = {
        "size": 100,
        "position": 100,
        "stopped": "",
        "rebuilding": False,
        "waiting_since": None,
        **changes,
    }
    return Standing(log="north", log_id=1, **given)


@pytest.mark.parametrize(
    ("_case", "counted", "said"),
    [
        ("everything is counted", standing(), ""),
        ("a moment behind", standing(waiting_since=AT - timedelta(seconds=60)), ""),
        (
            "a minute behind",
            standing(position=90, waiting_since=AT - timedelta(seconds=61)),
            "Counted up to 09:28:59 UTC: what came later is in the lists and not in the figures yet.",
        ),
        (
            "days behind",
            standing(position=90, waiting_since=AT - timedelta(days=2)),
            "Counted up to 2026-03-02 09:30:00 UTC: ",
        ),
        (
            "stopped just now",
            standing(position=90, stopped="entry 90", waiting_since=AT - timedelta(seconds=1)),
            "Counted up to 09:29:59 UTC. The counting stands still at an entry it cannot read;",
        ),
        (
            "counted anew",
            standing(position=40, rebuilding=True, waiting_since=AT - timedelta(seconds=1)),
            "These figures are being counted anew (40 of 100 entries of the trail): until that is done they are too low.",
        ),
        ("a log nobody opened", None, "Nothing is counted of this process yet."),
    ],
)
def test_the_notice_says_up_to_when_figures_are_counted(_case, counted, said):
    notice = board.notice(counted, AT)

    assert notice.startswith(said)
    assert bool(notice) == bool(said)
