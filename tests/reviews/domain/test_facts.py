"""Facts as JSON and back; what routing does with them is told in test_routing."""

import json
from decimal import Decimal
from enum import StrEnum

import pytest
from hypothesis import given

from reviews.domain.facts import UNREADABLE, Facts
from tests.reviews.domain.trees import wild_facts


class Outcome(StrEnum):
    DENY = "deny"


FORMS = [
    ("_case a whole number becomes a Decimal", 5, Decimal(5)),
    ("_case true stays true", True, True),
    ("_case an enum becomes its text", Outcome.DENY, "deny"),
    ("_case a list becomes a set", ["b", "a"], frozenset({"a", "b"})),
    ("_case a mixed list is unreadable", ["b", 1], UNREADABLE),
    ("_case a float is unreadable", 0.5, UNREADABLE),
    ("_case NaN is unreadable", Decimal("NaN"), UNREADABLE),
    ("_case bytes are unreadable", b"x", UNREADABLE),
    ("_case windows", {24: 5, 1: None}, {24: Decimal(5)}),
    ("_case a variance", {"percent": 1}, {"percent": Decimal(1)}),
    ("_case any other mapping is unreadable", {"colour": 1}, UNREADABLE),
    ("_case a mapping of texts is unreadable", {24: "5"}, UNREADABLE),
]


@pytest.mark.parametrize(("_case", "fact", "form"), FORMS, ids=[row[0] for row in FORMS])
def test_readable_gives_one_form(_case, fact, form):
    readable = Facts({"x": fact}).readable()

    assert readable.values == {"x": form}
    assert type(readable.values["x"]) is type(form)
    assert readable.problems == (("FACTS_UNREADABLE",) if form == UNREADABLE else ())


def test_readable_drops_what_is_missing():
    assert Facts({"x": None}).readable() == Facts({})


@given(values=wild_facts)
def test_from_snapshot_reads_back_what_was_written(values):
    readable = Facts(values, ("FX_STALE",)).readable()

    written = json.dumps(readable.snapshot(step=None, version=None), allow_nan=False)

    assert Facts.from_snapshot(json.loads(written)) == readable


def test_readable_facts_are_readable_as_they_are():
    readable = Facts({"a": 0.5, "b": [], "c": {}}).readable()

    assert readable.readable() == readable
    assert hash(UNREADABLE) == hash(readable.values["a"])
