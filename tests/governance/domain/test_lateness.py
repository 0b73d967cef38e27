"""M9: what counts as written late."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from governance.domain import lateness

AT = datetime(2026, 3, 4, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("_case", "seconds", "origin", "late"),
    [
        ("at once", 0, "", False),
        ("exactly five seconds", 5, "", False),
        ("a little more", 5.001, "", True),
        ("before it happened", -6, "", True),
        ("a little before", -5, "", False),
        ("an import is late on purpose", 86_400, "import", False),
        ("a replay too", 86_400, "replay", False),
        ("and a demo world", 86_400, "demo", False),
    ],
)
def test_what_is_late(_case, seconds, origin, late):
    recorded_at = AT + timedelta(seconds=seconds)

    assert lateness.is_late(occurred_at=AT, recorded_at=recorded_at, origin=origin) is late


def test_days_are_those_of_utc():
    early = datetime(2026, 3, 5, 3, tzinfo=timezone(timedelta(hours=8)))

    assert lateness.begins(early) == datetime(2026, 2, 5, tzinfo=UTC)
