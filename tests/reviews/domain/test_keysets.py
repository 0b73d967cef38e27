from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.domain import keysets

ZONES = st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=30)), timezone(timedelta(hours=-9))])


# Of every zone these are moments that there are in UTC too.
MOMENTS = st.datetimes(datetime(2, 1, 1), datetime(9998, 1, 1), timezones=ZONES)  # noqa: DTZ001


@given(moment=MOMENTS, pk=st.uuids())
def test_read_gives_back_what_was_written(moment: datetime, pk: UUID) -> None:
    assert keysets.read(keysets.write(moment, pk)) == (moment, pk)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "_",
        "x_y",
        "2026-01-01T00:00:00_01a1fc1c66d7731da410000000000000",
        "\x00_",
        # No such moment in UTC, where the database keeps them.
        "0001-01-01T00:00:00+05:30_01a1fc1c66d7731da410000000000000",
        "9999-12-31T23:59:59-09:00_01a1fc1c66d7731da410000000000000",
    ],
)
def test_read_leaves_out_what_it_does_not_understand(text: str) -> None:
    assert keysets.read(text) is None
