import enum
import json
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from uuid import UUID

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from audit.domain import canonical
from audit.enums import ActorType

keys = st.text("aexz09_", max_size=6).map("k{}".format) | st.sampled_from(
    ["a", "a.b", "a_b", "author.email", "z9"]
)
texts = st.text(st.characters(exclude_categories=["Cs"]))
plain = st.recursive(
    st.none() | st.booleans() | texts | st.integers(-canonical.MAX_INTEGER, canonical.MAX_INTEGER),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(keys, inner, max_size=5),
    max_leaves=20,
)


class Colour(enum.Enum):
    RED = "red"


class Marked(str):
    """Text that carries something else along, as templates' safe strings do."""

    __slots__ = ()


class Level(enum.IntEnum):
    TWO = 2


@given(value=st.dictionaries(keys, plain, max_size=8))
def test_dump_gives_the_bytes_of_rfc_8785(value):
    assert canonical.dump(value) == rfc8785.dumps(value)


@given(value=st.dictionaries(keys, plain, max_size=8))
def test_dump_loses_nothing(value):
    assert json.loads(canonical.dump(value)) == value


@given(value=st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**20), max_value=10**20))
def test_dump_writes_decimals_plainly_and_exactly(value):
    written = json.loads(canonical.dump({"amount": value}))["amount"]

    assert Decimal(written) == value
    assert "E" not in written


@given(moment=st.datetimes(timezones=st.timezones()))
def test_instant_is_the_same_moment_in_utc_with_microseconds(moment):
    # Near the ends of the calendar there is no such moment in UTC.
    if not 2 <= moment.year <= 9998:
        return

    written = canonical.instant(moment)

    assert written.endswith("Z")
    assert len(written) == len("2026-03-04T05:06:07.000089Z")
    assert datetime.fromisoformat(written) == moment.astimezone(UTC)


@pytest.mark.parametrize(
    ("_case", "value", "written"),
    [
        ("a decimal with an exponent is written out", Decimal("1E+3"), "1000"),
        ("the places of a decimal are kept", Decimal("10.00"), "10.00"),
        ("a UUID", UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        ("a text enum", ActorType.AI_AGENT, "ai_agent"),
        ("another enum by its value", Colour.RED, "red"),
        ("an integer enum as text", Level.TWO, "2"),
        (
            "an hour east of UTC",
            datetime(2026, 1, 1, 1, tzinfo=timezone(timedelta(hours=1))),
            "2026-01-01T00:00:00.000000Z",
        ),
        ("any kind of text", Marked("<b>"), "<b>"),
        ("a tuple is a list", ("a", 1), ["a", 1]),
    ],
)
def test_normal_gives_the_plain_form(_case, value, written):
    assert canonical.normal(value) == written


@pytest.mark.parametrize(
    ("_case", "value"),
    [
        ("a float", 0.5),
        ("not a number", float("nan")),
        ("an integer beyond what JavaScript counts exactly", 2**53),
        ("a time without a zone", datetime(2026, 1, 1)),  # noqa: DTZ001
        ("a date", date(2026, 1, 1)),
        ("bytes", b"x"),
        ("a set, which has no order", {1}),
        ("an infinite decimal", Decimal("Infinity")),
        ("any other object", object()),
        ("a lone surrogate", "\ud800"),
        ("a key with a capital", {"Key": 1}),
        ("a key with a dash", {"a-key": 1}),
        ("a key beyond ASCII", {"schlüssel": 1}),
        ("a key that is a number", {1: 1}),
        ("a key with a line feed at the end", {"key\n": 1}),
        ("an empty key", {"": 1}),
    ],
)
def test_dump_refuses_what_the_profile_does_not_know(_case, value):
    with pytest.raises(TypeError):
        canonical.dump({"value": value})


def test_dump_refuses_what_is_nested_too_deeply():
    value: list = []
    for _ in range(100_000):
        value = [value]

    with pytest.raises(TypeError, match="nested"):
        canonical.dump(value)


def test_leaf_hash_of_nothing_is_the_known_one():
    assert (
        canonical.leaf_hash(b"").hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    )
