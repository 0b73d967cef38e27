"""G1, §5.1: where an event counts, and as what."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from governance.domain import telemetry

FACTS = {"step": "approve", "tier": "high", "language": "de-AT"}


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("de", "de"),
        ("de-AT", "de"),
        ("JA", "ja"),
        ("yue_Hant", "yue"),
        ("", ""),
        (None, ""),
        ("german", "other"),
        ("1", "other"),
        ("x", "other"),
    ],
)
def test_a_language_is_counted_without_its_region_and_what_is_none_as_other(tag, language):
    assert telemetry.language(tag) == language


def test_a_cell_is_of_the_day_in_utc():
    evening = datetime(2026, 3, 4, 20, 30, tzinfo=timezone(timedelta(hours=-5)))

    cell = telemetry.cell("AP", FACTS, evening)

    assert cell == ("AP", date(2026, 3, 5), "approve", "high", "de")
    assert cell.on(datetime(2026, 4, 1, tzinfo=UTC)).day == date(2026, 4, 1)


def test_the_days_of_the_board_are_today_and_the_27_before():
    at = datetime(2026, 3, 28, 23, 59, tzinfo=UTC)

    assert telemetry.begins(at) == datetime(2026, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("changed", "material", "counted"),
    [(False, False, (0, 0)), (True, False, (0, 1)), (True, True, (1, 0))],
)
def test_a_decision_is_changed_or_cosmetic_or_neither(changed, material, counted):
    """§5.1: cosmetic edits are no deviation; a replayed decision counts like any other."""
    facts = {"changed": changed, "material": material, "replayed": True}

    added = telemetry.of_decision(facts)

    assert (added["changed"], added["cosmetic"]) == counted
    assert (added["decided"], added["replayed"]) == (1, 1)


def test_a_disposition_nobody_knows_is_an_error():
    assert telemetry.of_routing({"disposition": "quarantined"}) == {"quarantined": 1}
    with pytest.raises(KeyError):
        telemetry.of_routing({"disposition": "lost"})


def test_a_honeypot_is_not_counted():
    """E4."""
    assert telemetry.counts({"facts": FACTS, "origin": ""})
    assert telemetry.counts({"facts": FACTS, "origin": "import"})
    assert not telemetry.counts({"facts": FACTS, "origin": "control"})
