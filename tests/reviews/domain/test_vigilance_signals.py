"""Each signal where it fires and where it does not."""

import pytest

from reviews.domain import vigilance_signals as signals
from reviews.domain.vigilance_signals import Cell


def test_dwell_is_the_share_under_the_floor() -> None:
    fast, careful = signals.dwell(45, 50), signals.dwell(2, 50)

    assert (fast.scaled, fast.raised) == (0.9, True)
    assert (careful.scaled, careful.raised) == (0.04, False)


def test_dwell_says_nothing_without_measured_decisions_and_little_with_few() -> None:
    assert signals.dwell(0, 0).scaled is None
    assert not signals.dwell(49, 49).raised


def test_streak_fires_at_exactly_83_where_92_percent_are_approved() -> None:
    assert signals.streak_limit(0.92) == 83
    assert not signals.streak(82, 0.92).raised
    assert signals.streak(83, 0.92).raised


@pytest.mark.parametrize("usual", [0.0, 1.0, None])
def test_streak_says_nothing_where_everybody_does_the_same(usual: float | None) -> None:
    assert signals.streak(10_000, usual).scaled is None


def test_outlier_at_99_percent_of_400_where_peers_approve_92_is_raised() -> None:
    peers = {"approve": Cell(4000, 3680)}

    found = signals.outlier({"approve": Cell(400, 396)}, peers)

    assert found.raised
    assert not signals.outlier({"approve": Cell(400, 372)}, peers).raised


def test_outlier_below_the_peers_is_none() -> None:
    assert not signals.outlier({"approve": Cell(400, 100)}, {"approve": Cell(4000, 3680)}).raised


def test_outlier_says_nothing_below_50_comparable_decisions() -> None:
    peers = {"approve": Cell(4000, 3680), "rare": Cell(9, 1)}

    assert signals.outlier({"approve": Cell(49, 49)}, peers).scaled is None
    assert signals.outlier({"approve": Cell(49, 49), "rare": Cell(400, 400)}, peers).scaled is None
    assert signals.outlier({"approve": Cell(50, 50)}, peers).scaled is not None


def test_expected_is_standardised_to_his_own_mix() -> None:
    peers = {"easy": Cell(1000, 990), "hard": Cell(1000, 500)}

    easy = signals.outlier({"easy": Cell(300, 297)}, peers)
    mixed = signals.expected({"easy": Cell(100, 99), "hard": Cell(100, 99)}, peers)

    assert not easy.raised, "99 % of easy ones is what everybody does"
    assert mixed.expected == pytest.approx(149)
    assert mixed.approved > mixed.upper


def test_honeypot_misses_count_from_5_of_20() -> None:
    assert signals.honeypot(5, 20).raised
    assert not signals.honeypot(4, 20).raised
    assert signals.honeypot(0, 0).scaled is None


def test_escape_counts_what_is_certain_of_it() -> None:
    one, many = signals.escape(1, 5), signals.escape(12, 40)

    assert not one.raised
    assert one.scaled == pytest.approx(0.36, abs=0.01)
    assert (many.scaled, many.raised) == (1.0, True)
    assert signals.escape(0, 0).scaled is None


def test_evidence_is_the_share_of_approvals_without_a_look() -> None:
    assert signals.evidence(40, 100).raised
    assert not signals.evidence(10, 100).raised
    assert not signals.evidence(10, 10).raised
    assert signals.evidence(0, 0).scaled is None


def test_rationale_fires_from_18_of_the_last_30_on() -> None:
    others = [f"note {number}" for number in range(30)]

    assert signals.rationale([*others[:12], *["ok"] * 18]).raised
    assert not signals.rationale([*others[:13], *["ok"] * 17]).raised
    assert signals.rationale(["ok"] * 29).scaled is None
    assert not signals.rationale([*["ok"] * 30, *others]).raised, "only the last thirty"


def test_unedited_fires_from_35_of_35_on() -> None:
    assert signals.unedited(35, 35).raised
    assert not signals.unedited(34, 34).raised
    assert not signals.unedited(90, 100).raised
    assert signals.unedited(0, 0).scaled is None


def test_burst_fires_above_six_a_minute() -> None:
    assert signals.burst(7).raised
    assert not signals.burst(6).raised


def test_acceleration_compares_the_last_hour_with_those_before() -> None:
    steady = {"030409": (20, 100.0), "030410": (20, 100.0)}

    assert signals.acceleration({**steady, "030411": (12, 24.0)}).raised
    assert not signals.acceleration({**steady, "030411": (12, 48.0)}).raised


@pytest.mark.parametrize(
    ("_case", "pace"),
    [
        ("nothing", {}),
        ("too few before", {"030409": (20, 100.0), "030410": (20, 10.0)}),
        ("too few in any hour", {f"0304{hour:02}": (9, 9.0) for hour in range(9, 15)}),
    ],
)
def test_acceleration_says_nothing_of_little(_case: str, pace: dict[str, tuple[int, float]]) -> None:
    assert signals.acceleration(pace).scaled is None
