"""Strata: a language, shift or reviewer is one of its own only where there is enough of it."""

from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.domain import strata
from reviews.domain.qa_kinds import Cut, Shift
from reviews.domain.strata import Cell

NAMED = [
    ("_case one language", {("high", "reviewed", "en"): 500}, ["high/reviewed"]),
    (
        "_case two large ones",
        {("high", "reviewed", "en"): 50, ("high", "reviewed", "DE"): 50},
        ["high/reviewed/en", "high/reviewed/de"],
    ),
    (
        "_case a small one beside a large one",
        {("high", "reviewed", "en"): 50, ("high", "reviewed", "de"): 49},
        ["high/reviewed/en", "high/reviewed/other"],
    ),
    (
        "_case only small ones",
        {("high", "reviewed", "en"): 9, ("high", "reviewed", "de"): 9},
        ["high/reviewed", "high/reviewed"],
    ),
    (
        "_case something that is no language",
        {("low", "straight_through", "a/b\x1f"): 90, ("low", "straight_through", "en"): 90},
        ["low/straight_through/other", "low/straight_through/en"],
    ),
    (
        "_case each tier and route by itself",
        {("low", "reviewed", "en"): 90, ("high", "reviewed", "de"): 90, ("low", "straight_through", "fr"): 3},
        ["low/reviewed", "high/reviewed", "low/straight_through"],
    ),
]


@pytest.mark.parametrize(("_case", "counts", "names"), NAMED, ids=[row[0] for row in NAMED])
def test_name_gives(_case, counts, names):
    assert list(strata.name({Cell(*cell): count for cell, count in counts.items()}).values()) == names


CUT = [
    (
        "_case by shift",
        {Cut.SHIFT},
        {("en", "early", "a"): 60, ("en", "late", "a"): 60},
        ["high/reviewed/shift=early", "high/reviewed/shift=late"],
    ),
    (
        "_case by nothing",
        set(),
        {("en", "early", "a"): 60, ("de", "late", "b"): 60},
        ["high/reviewed", "high/reviewed"],
    ),
    (
        "_case by all of them, each part by itself",
        set(Cut),
        {("en", "early", "a"): 60, ("en", "early", "b"): 70, ("de", "late", "a"): 80},
        [
            "high/reviewed/en/reviewer=a",
            "high/reviewed/en/reviewer=b",
            "high/reviewed/de",
        ],
    ),
    (
        "_case small ones together",
        {Cut.REVIEWER},
        {("", "", "a"): 60, ("", "", "b"): 30, ("", "", "c"): 20},
        ["high/reviewed/reviewer=a", "high/reviewed/reviewer=other", "high/reviewed/reviewer=other"],
    ),
    (
        "_case the smallest large one joins a rest that is too small",
        {Cut.REVIEWER},
        {("", "", "a"): 70, ("", "", "b"): 60, ("", "", "c"): 20},
        ["high/reviewed/reviewer=a", "high/reviewed/reviewer=other", "high/reviewed/reviewer=other"],
    ),
    (
        "_case nothing is left to tell apart",
        {Cut.REVIEWER},
        {("", "", "a"): 60, ("", "", "b"): 20},
        ["high/reviewed", "high/reviewed"],
    ),
]


@pytest.mark.parametrize(("_case", "by", "counts", "names"), CUT, ids=[row[0] for row in CUT])
def test_name_cuts_by_what_the_plan_says(_case, by, counts, names):
    """F1: language, then shift, then reviewer."""
    cells = {Cell("high", "reviewed", *cell): count for cell, count in counts.items()}

    assert list(strata.name(cells, by).values()) == names


@given(
    counts=st.dictionaries(
        st.builds(
            Cell,
            tier=st.sampled_from(["high", "low"]),
            route=st.just("reviewed"),
            language=st.sampled_from(["en", "de", "?"]),
            shift=st.sampled_from(list(Shift)),
            reviewer=st.sampled_from(["", "a", "b", "c"]),
        ),
        st.integers(1, 120),
    ),
    by=st.sets(st.sampled_from(list(Cut))),
)
def test_what_is_cut_by_shift_or_reviewer_is_never_too_thin(counts, by):
    names = strata.name(counts, by)

    sizes = Counter()
    for cell, count in counts.items():
        sizes[names[cell]] += count
    assert sizes.total() == sum(counts.values())
    assert all(size >= strata.LANGUAGE_CELL for name, size in sizes.items() if "=" in name)
    assert {strata.coarsest(names[cell]) == f"{cell.tier}/{cell.route}" for cell in counts} <= {True}


@pytest.mark.parametrize(
    ("hour", "shift"), [(5, "night"), (6, "early"), (13, "early"), (14, "late"), (21, "late"), (22, "night")]
)
def test_a_shift_begins_on_the_hour(hour, shift):
    assert Shift.of(hour) == shift


def test_coarser_ends_at_the_tier_and_route():
    assert strata.coarser("high/reviewed/de/reviewer=a") == [
        "high/reviewed/de/reviewer=a",
        "high/reviewed/de",
        "high/reviewed",
    ]
    assert strata.coarser("targeted") == ["targeted"]


def test_told_names_no_reviewer_by_his_id():
    name = "high/reviewed/shift=late/reviewer=01-a"

    assert strata.reviewer(name) == "01-a"
    assert strata.reviewer("high/reviewed/reviewer=other") == ""
    assert strata.told(name, {"01-a": "Ann"}) == "high/reviewed/shift=late/reviewer=Ann"
    assert "01-a" not in strata.told(name, {}) + strata.words(name)
    assert strata.told("high/reviewed/de", {}) == "high/reviewed/de"


@pytest.mark.parametrize(
    ("stratum", "weight"), [("critical/reviewed", 4), ("low/straight_through/de", Fraction(1, 2)), ("odd", 1)]
)
def test_weight_follows_the_tier(stratum, weight):
    assert strata.weight(stratum) == weight


@pytest.mark.parametrize(
    ("stratum", "words"),
    [
        ("high/straight_through", "High · straight-through"),
        ("low/reviewed/de", "Low · reviewed · de"),
        ("low/reviewed/other", "Low · reviewed · other languages"),
        ("low/reviewed/de/shift=night", "Low · reviewed · de · 22–06 h"),
        ("low/reviewed/shift=other", "Low · reviewed · other shifts"),
        ("low/reviewed/reviewer=other", "Low · reviewed · other reviewers"),
        ("low/reviewed/reviewer=01-a", "Low · reviewed · Ann"),
        ("low/reviewed/reviewer=02-b", "Low · reviewed · one reviewer"),
    ],
)
def test_words_read(stratum, words):
    assert strata.words(stratum, {"01-a": "Ann"}) == words
