"""When a certificate holds, who is told when, and what cannot be one (L8)."""

from datetime import date, timedelta

import pytest

from audit.errors import Invalid
from contracts.domain import certificates
from contracts.domain.certificates import Standing
from tests.factories.vendors import paper

TODAY = date(2026, 3, 4)


@pytest.mark.parametrize(
    ("left", "bridge", "expected"),
    [
        (200, None, Standing.VALID),
        (91, None, Standing.VALID),
        (90, None, Standing.EXPIRING),
        (0, None, Standing.EXPIRING),
        (-1, None, Standing.EXPIRED),
        (-20, None, Standing.EXPIRED),
        (-20, 0, Standing.BRIDGED),
        (-20, -1, Standing.EXPIRED),
    ],
)
def test_standing_by_the_day(left, bridge, expected):
    until = None if bridge is None else TODAY + timedelta(days=bridge)

    assert certificates.standing(TODAY + timedelta(days=left), until, TODAY) == expected


@pytest.mark.parametrize(
    ("left", "expected"),
    [(91, []), (90, [90]), (31, [90]), (30, [90, 30]), (1, [90, 30]), (0, [90, 30, 0]), (-9, [90, 30, 0])],
)
def test_thresholds_at_90_30_and_0_days(left, expected):
    assert certificates.due(TODAY + timedelta(days=left), TODAY) == expected


@pytest.mark.parametrize(
    ("left", "words"),
    [(0, "expires today"), (1, "expires in 1 day"), (30, "expires in 30 days"), (-20, "expired 20 days ago")],
)
def test_the_end_in_words(left, words):
    assert certificates.in_words(TODAY + timedelta(days=left), TODAY) == words


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": "diploma"}, "kind"),
        ({"kind": "cmmi"}, "level"),
        ({"kind": "cmmi", "level": 6}, "level"),
        ({"level": 3}, "level"),
        ({"scope": "  "}, "scope"),
        ({"auditor": ""}, "auditor"),
        ({"period_from": date(1999, 12, 31)}, "period_from"),
        ({"period_from": TODAY + timedelta(days=1)}, "period_from"),
        ({"period_to": TODAY - timedelta(days=700)}, "period_to"),
        ({"period_to": TODAY + timedelta(days=1)}, "period_to"),
        ({"period_to": TODAY - timedelta(days=600)}, "period_to"),
        ({"expires_on": TODAY - timedelta(days=300)}, "expires_on"),
        ({"expires_on": TODAY + timedelta(days=366 * 5)}, "expires_on"),
        ({"bridge_until": TODAY + timedelta(days=100)}, "bridge_until"),
        ({"bridge_until": TODAY + timedelta(days=193)}, "bridge_until"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(changes, field):
    with pytest.raises(Invalid) as refused:
        certificates.check(paper(TODAY, **changes), TODAY)

    assert refused.value.field == field
    assert refused.value.sentence.endswith(".")


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"kind": "cmmi", "level": 5},
        {"kind": "iso27001", "period_to": TODAY + timedelta(days=100)},
        {"kind": "soc2_i", "period_to": TODAY - timedelta(days=600)},
        {"bridge_until": TODAY + timedelta(days=192)},
    ],
)
def test_what_can_be_passes(changes):
    certificates.check(paper(TODAY, **changes), TODAY)
