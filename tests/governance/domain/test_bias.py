"""R1, R4: impact ratios and error parity, with small cells suppressed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from governance.domain import bias
from governance.domain.bias import Counts


def counts(decided: int, ai: int, favoured: int | None = None, **more: int) -> Counts:
    return Counts(decided=decided, favoured_by_ai=ai, favoured=ai if favoured is None else favoured, **more)


def line(lines: tuple[bias.Line, ...], group: str) -> bias.Line:
    return next(one for one in lines if one.group == group)


def test_the_golden_impact_ratio_is_flagged():
    found = line(bias.audit({"a": counts(100, 80), "b": counts(100, 57)}), "b").ai

    assert found.ratio is not None
    assert found.z is not None
    assert (round(found.ratio, 4), round(found.z, 2), found.flagged) == (0.7125, 3.50, True)


def test_people_can_mend_what_the_ai_did():
    lines = bias.audit({"a": counts(100, 80, 80), "b": counts(100, 57, 78)})

    assert (line(lines, "b").ai.flagged, line(lines, "b").people.flagged) == (True, False)


def test_a_low_ratio_that_chance_explains_is_not_flagged():
    found = line(bias.audit({"a": counts(30, 10), "b": counts(30, 7)}), "b").ai

    assert found.ratio is not None
    assert (found.ratio < 0.8, found.enough, found.flagged) == (True, True, False)


@pytest.mark.parametrize(
    ("size", "suppressed", "enough"),
    [(9, True, False), (10, False, False), (29, False, False), (30, False, True)],
)
def test_small_groups_are_suppressed_and_not_compared(size, suppressed, enough):
    found = line(bias.audit({"a": counts(400, 400), "b": counts(size, 1)}), "b")

    assert (found.suppressed, found.ai.share is None, found.ai.enough) == (suppressed, suppressed, enough)
    assert found.flagged is enough


def test_a_rate_that_rests_on_few_is_suppressed_in_a_large_group():
    lines = bias.audit({"a": counts(200, 150, reviewed=100, changed=10, reviewed_adverse=9, overturned=8)})

    assert (line(lines, "a").changed.of, line(lines, "a").overturned.of) == (100, None)


def test_people_who_overturn_one_groups_refusals_less_often_are_flagged():
    base = {"decided": 300, "favoured_by_ai": 200, "favoured": 230, "reviewed": 150, "changed": 40}
    lines = bias.audit(
        {
            "a": Counts(**base, reviewed_adverse=80, overturned=40),
            "b": Counts(**base, reviewed_adverse=80, overturned=12),
        }
    )

    assert (line(lines, "b").overturned.flagged, line(lines, "b").changed.flagged) == (True, False)


def test_a_single_group_and_none_are_no_comparison():
    assert bias.audit({}) == ()
    assert line(bias.audit({"a": counts(100, 0)}), "a").flagged is False


@given(st.integers(1, 60), st.integers(1, 60), st.data())
def test_fisher_is_that_of_scipy(n, m, data):
    hits, other = data.draw(st.integers(0, n)), data.draw(st.integers(0, m))

    expected = stats.fisher_exact([[hits, n - hits], [other, m - other]]).pvalue

    assert bias.fisher(hits, n, other, m) == pytest.approx(expected, abs=1e-9)
