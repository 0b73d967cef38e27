"""Neyman's allocation: N·S once enough was scored, the tier where not, and never nothing (F1, §5.3)."""

from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from reviews.domain import neyman, planning, sampling, strata
from reviews.domain.neyman import Learned, Looks
from reviews.domain.planning import Month, Week

SIZES = {
    "high/reviewed": 1000,
    "low/straight_through": 3000,
    "critical/reviewed": 200,
    "medium/straight_through": 1000,
}
SEEN = {
    "high/reviewed/en": Looks(80, 18),
    "high/reviewed/other": Looks(20, 2),
    "low/straight_through": Looks(100, 2),
    "medium/straight_through": Looks(40, 0),
    "critical/reviewed": Looks(5, 1),
}


def tiers(sizes):
    return {stratum: strata.weight(stratum) for stratum in sizes}


def test_a_worked_example():
    """245 looks, 23 failures: p̄ = 47/492. S of 20 in 100, shrunk by ten looks: √(.1905·.8095) = 0.3927.

    Three of the four are learned, and share what their tiers give them together: 2,000 + 1,500 + 1,000 = 4,500 of weighted
    size, over 1000·.3927 + 3000·.1617 + 1000·.1369 = 1,014.7. The fourth, critical with 5 looks, keeps its 4.
    """
    learned = neyman.learn(SIZES, SEEN)

    assert neyman.dump(learned) == [
        ["high/reviewed", "0.3927", "high/reviewed", 100, 20],
        ["low/straight_through", "0.1617", "low/straight_through", 100, 2],
        ["medium/straight_through", "0.1369", "medium/straight_through", 40, 0],
    ]
    weights = neyman.weights(SIZES, learned)
    assert weights == {
        "high/reviewed": Fraction(4500) / Fraction("1014.7") * Fraction("0.3927"),
        "low/straight_through": Fraction(4500) / Fraction("1014.7") * Fraction("0.1617"),
        "medium/straight_through": Fraction(4500) / Fraction("1014.7") * Fraction("0.1369"),
        "critical/reviewed": 4,
    }
    assert sampling.allocate(SIZES, 300, tiers(SIZES)) == dict(zip(SIZES, (113, 85, 45, 57), strict=True))
    assert sampling.allocate(SIZES, 300, weights) == dict(zip(SIZES, (99, 122, 45, 34), strict=True))


def test_where_all_is_learned_it_is_plain_neyman():
    sizes = {"high/reviewed": 400, "low/reviewed": 600}
    learned = {
        "high/reviewed": Learned(Decimal("0.4"), "high/reviewed", Looks(100, 20)),
        "low/reviewed": Learned(Decimal("0.2"), "low/reviewed", Looks(100, 4)),
    }

    by_spread = sampling.allocate(sizes, 70, {"high/reviewed": Fraction(4), "low/reviewed": Fraction(2)})

    assert sampling.allocate(sizes, 70, neyman.weights(sizes, learned)) == by_spread
    assert by_spread == {"high/reviewed": 40, "low/reviewed": 30}


def test_a_part_with_few_looks_learns_from_what_it_is_a_part_of():
    seen = {"high/reviewed/en": Looks(60, 6), "high/reviewed/de/shift=late": Looks(8, 4)}

    learned = neyman.learn(["high/reviewed/en", "high/reviewed/de", "high/reviewed", "low/reviewed"], seen)

    assert {stratum: (one.of, one.looks) for stratum, one in learned.items()} == {
        "high/reviewed/en": ("high/reviewed/en", Looks(60, 6)),
        "high/reviewed/de": ("high/reviewed", Looks(68, 10)),
        "high/reviewed": ("high/reviewed", Looks(68, 10)),
    }


def test_a_stratum_without_a_seen_failure_is_shrunk_and_never_left_out():
    learned = neyman.learn(["low/reviewed"], {"low/reviewed": Looks(100_000, 0)})

    assert learned["low/reviewed"].spread == neyman.LEAST
    assert neyman.learn(["low/reviewed"], {"low/reviewed": Looks(29, 3)}) == {}
    assert neyman.learn(["low/reviewed"], {}) == {}


def test_nothing_learned_is_the_golden_allocation_of_the_tiers():
    """§5.3: 120 over 100/300/600/1,000 is 23/34/34/29."""
    sizes = {"critical/r": 100, "high/r": 300, "medium/r": 600, "low/r": 1000}

    assert list(sampling.allocate(sizes, 120, neyman.weights(sizes, {})).values()) == [23, 34, 34, 29]


_NAMES = st.sampled_from(
    [f"{tier}/{way}" for tier in ("critical", "high", "medium", "low") for way in ("reviewed", "reviewed/de")]
)
_LOOKS = st.integers(0, 400).flatmap(
    lambda scored: st.builds(Looks, scored=st.just(scored), failed=st.integers(0, scored))
)


@given(
    sizes=st.dictionaries(_NAMES, st.integers(1, 5000), min_size=1),
    seen=st.dictionaries(_NAMES, _LOOKS),
    n=st.integers(0, 500),
)
def test_weights_are_positive_keep_the_share_of_who_is_not_known_and_come_back_from_their_text(
    sizes, seen, n
):
    learned = neyman.learn(sizes, seen)
    weights = neyman.weights(sizes, learned)
    by_tier = tiers(sizes)

    assert all(weight > 0 for weight in weights.values())
    assert all(neyman.LEAST <= one.spread <= Decimal("0.5") for one in learned.values())
    assert {s: w for s, w in weights.items() if s not in learned} == {
        s: w for s, w in by_tier.items() if s not in learned
    }
    assert sum(sizes[s] * weights[s] for s in sizes) == sum(sizes[s] * by_tier[s] for s in sizes)
    assert sum(sampling.allocate(sizes, n, weights).values()) == min(n, sum(sizes.values()))
    day = planning.for_day(
        fraction=Decimal("0.06"), sizes=sizes, reviewers={}, month=Month(), week=Week(), seen=seen
    )
    kept = planning.kept(day)
    assert planning.load(kept) == day.plan
    assert kept["allocation"] == ("neyman" if learned else "tier")
