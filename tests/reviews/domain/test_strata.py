"""Strata: a language is one of its own only where there is enough of it."""

from fractions import Fraction

import pytest

from reviews.domain import strata

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
    assert list(strata.name(counts).values()) == names


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
    ],
)
def test_words_read(stratum, words):
    assert strata.words(stratum) == words
