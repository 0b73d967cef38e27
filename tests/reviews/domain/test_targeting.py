"""Who of the flagged comes first, and when a flag is trusted."""

import pytest

from reviews.domain.targeting import ANY, Calibration, Flagged, Tally, choose, frame_hash
from reviews.enums import AutoFlag


def one(name: str, *flags: AutoFlag) -> Flagged:
    return Flagged(name, frozenset(flags))


TONE, FIGURE, LEAK = (
    one("tone", AutoFlag.TONE),
    one("figure", AutoFlag.FIGURE),
    one("leak", AutoFlag.PERSONAL),
)
FAILED, UNREAD = one("failed", AutoFlag.ENGINE_FAILED), one("unread", AutoFlag.UNREAD)


def test_choose_takes_the_weightiest_up_to_the_cap() -> None:
    assert choose([TONE, FIGURE, LEAK], cap=2) == [LEAK, FIGURE]
    assert choose([TONE, FIGURE, LEAK], cap=0) == []


def test_choose_takes_what_could_not_be_scored_whatever_the_cap() -> None:
    assert choose([TONE, UNREAD, LEAK, FAILED], cap=1) == [FAILED, UNREAD]


def test_choose_takes_what_it_is_told_to_before_what_is_weightier() -> None:
    assert choose([TONE, FIGURE, LEAK], always={"tone"}, cap=2) == [TONE, LEAK]


def test_choose_does_not_depend_on_the_order_it_is_given() -> None:
    alike = [one(f"{number}", AutoFlag.TONE) for number in range(20)]

    assert choose(alike, cap=7) == choose(alike[::-1], cap=7)
    assert frame_hash(alike) == frame_hash(alike[::-1])
    assert frame_hash(alike) != frame_hash(alike[1:])


def tally(hits: int, alarms: int, misses: int, passes: int) -> Tally:
    return Tally(hits, alarms, misses, passes)


@pytest.mark.parametrize(
    ("_case", "found", "trusted"),
    [
        ("agrees and misses nothing", tally(10, 2, 0, 30), True),
        ("misses exactly a fifth", tally(16, 0, 4, 30), True),
        ("misses more than a fifth", tally(15, 0, 4, 30), False),
        ("κ of exactly 0.6, a fifth missed", tally(40, 10, 10, 40), True),
        ("κ just under 0.6, a fifth missed", tally(40, 11, 10, 39), False),
        ("κ over 0.6, just over a fifth missed", tally(39, 2, 10, 49), False),
        ("cries wolf: κ is low", tally(10, 20, 0, 30), False),
        ("compared too rarely", tally(9, 0, 0, 20), False),
        ("never met a wrong output", tally(0, 0, 0, 40), False),
        ("never compared", tally(0, 0, 0, 0), False),
    ],
)
def test_trusted_needs_agreement_few_misses_and_enough_of_both(
    _case: str, found: Tally, trusted: bool
) -> None:
    assert found.trusted is trusted


def test_tally_has_the_golden_kappa_and_rates() -> None:
    found = tally(70, 5, 7, 18)

    assert found.agreement is not None
    assert round(found.agreement.kappa or 0, 3) == 0.671
    assert round(found.sensitivity.share or 0, 4) == round(70 / 77, 4)
    assert round(found.missed.share or 0, 4) == round(7 / 77, 4)


def test_calibration_counts_each_flag_any_flag_and_each_language() -> None:
    found = Calibration()
    found.add(flags=frozenset({AutoFlag.TONE}), language="de", wrong=True)
    found.add(flags=frozenset(), language="ja", wrong=True)
    found.add(flags=frozenset({AutoFlag.FIGURE}), language="de", wrong=False)

    assert found.tallies[AutoFlag.TONE, ""] == tally(1, 0, 1, 1)
    assert found.tallies[AutoFlag.TONE, "de"] == tally(1, 0, 0, 1)
    assert found.tallies[ANY, ""] == tally(1, 1, 1, 0)
    assert found.tallies[ANY, "ja"] == tally(0, 0, 1, 0)


def test_calibration_trusts_a_flag_in_the_language_in_which_it_agrees() -> None:
    found = Calibration()
    for number in range(40):
        wrong = number % 2 == 0
        found.add(flags=frozenset({AutoFlag.TONE} if wrong else ()), language="de", wrong=wrong)
        found.add(flags=frozenset(), language="ja", wrong=wrong)

    assert found.trusted("de") == {AutoFlag.TONE}
    assert found.trusted("ja") == frozenset()
    assert found.trusted("en") == frozenset()


def test_f5_a_calibration_is_kept_and_read_back() -> None:
    found = Calibration()
    for wrong in [True, False] * 15:
        found.add(flags=frozenset({AutoFlag.TONE} if wrong else ()), language="de", wrong=wrong)
    found.add(flags=frozenset(), language="ja", wrong=False)

    kept = Calibration.read(found.lines())

    assert kept == found
    assert kept.overall == tally(15, 0, 0, 16)


def test_f5_an_engine_acts_in_the_languages_in_which_it_agrees_with_people() -> None:
    alike = {("any", ""): tally(15, 0, 0, 15), ("any", "de"): tally(15, 0, 0, 15)}

    assert Calibration(alike).acts_in("de")
    assert not Calibration(alike).acts_in("ja")
    assert not Calibration({("any", "de"): tally(15, 0, 0, 15)}).acts_in("de")
