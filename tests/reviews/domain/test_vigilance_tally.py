"""Counting decisions: the same sums whether they come at once or in pieces."""

import json
from datetime import UTC, datetime, timedelta
from random import Random

from reviews.domain import vigilance_tally
from reviews.domain.vigilance_signals import Cell
from reviews.domain.vigilance_tally import Memory, Seen, Tally

BEGAN = datetime(2026, 3, 4, 8, tzinfo=UTC)


def seen(number: int = 0, **changes: object) -> Seen:
    given = {
        "at": BEGAN + timedelta(minutes=number),
        "stratum": "approve/3",
        "seconds": 60,
        "floor": 20.2,
        "approved": True,
        "opened": True,
        "confidence": 0.95,
        "note": "",
    }
    return Seen(**{**given, **changes})  # type: ignore[arg-type]


def counted(*decisions: Seen) -> tuple[Tally, Memory]:
    tally, memory = Tally(), Memory()
    vigilance_tally.count(decisions, tally, memory)
    return tally, memory


def test_count_flags_a_200_word_item_at_9_seconds_and_not_at_25() -> None:
    tally, memory = counted(seen(0, seconds=9), seen(1, seconds=25))

    assert (tally.under, tally.measured, memory.recent) == (1, 2, "10")


def test_count_leaves_out_what_nobody_measured_and_what_was_decided_blind() -> None:
    tally, memory = counted(seen(0, floor=None), seen(1, approved=None, seconds=1))

    assert (tally.decisions, tally.measured, tally.under, tally.approved) == (2, 1, 1, 1)
    assert memory.run == 1, "what was decided without the AI's output neither ends nor lengthens a row"


def test_count_breaks_the_row_at_the_first_that_is_not_approved() -> None:
    assert counted(seen(0), seen(1))[1].run == 2
    assert counted(seen(0), seen(1, approved=False), seen(2))[1].run == 1


def test_count_tells_evidence_confidence_and_pace() -> None:
    tally, memory = counted(
        seen(0, opened=False),
        seen(1, opened=None),
        seen(2, confidence=0.4),
        seen(3, confidence=0.4, approved=False),
        seen(4, seconds=9_999),
    )

    assert (tally.approved_with_evidence, tally.unopened) == (3, 1)
    assert (tally.low, tally.low_approved) == (2, 1)
    n, paces = memory.paces["030408"]
    assert n == 5
    assert round(paces, 2) == round(4 * 60 / 20.2 + 10, 2)


def test_count_finds_the_fastest_sixty_seconds() -> None:
    moments = [0, 30, 59, 60, 61, 119, 300]
    tally = counted(*(seen(0, at=BEGAN + timedelta(seconds=moment)) for moment in moments))[0]

    assert tally.fastest == 4


def test_count_remembers_the_last_thirty_reasons() -> None:
    memory = counted(*(seen(number, note=f"{number}") for number in range(40)))[1]

    assert len(memory.notes) == len(set(memory.notes)) == 30


def test_count_keeps_no_word_of_a_reason() -> None:
    memory = counted(seen(0, note="The Supplier is  right"), seen(1, note="the supplier is right"))[1]

    assert memory.notes[0] == memory.notes[1]
    assert "supplier" not in json.dumps(memory.written())


def test_count_in_pieces_is_count_at_once() -> None:
    dice = Random(7)  # noqa: S311 — a test
    decisions = [
        seen(
            number,
            seconds=dice.randrange(1, 90),
            approved=dice.random() < 0.9,
            stratum=dice.choice("ab"),
            note=dice.choice(["", "x", "y"]),
        )
        for number in range(200)
    ]
    whole = counted(*decisions)

    tally, memory = Tally(), Memory()
    for begin in range(0, 200, 17):
        vigilance_tally.count(decisions[begin : begin + 17], tally, memory)
        tally = Tally.read(json.loads(json.dumps(tally.written())))
        memory = Memory(**json.loads(json.dumps(memory.written())))

    assert (tally, memory) == whole
    assert vigilance_tally.total([counted(*decisions[:90])[0], counted(*decisions[90:])[0]]) == whole[0]


def test_tomorrow_keeps_the_rows_and_forgets_the_hours() -> None:
    memory = counted(seen(0, note="x"), seen(1))[1].tomorrow()

    assert (memory.recent, memory.run, len(memory.notes), memory.pace) == ("00", 2, 1, {})


def test_peers_are_everybody_else() -> None:
    everybody = {"a": Cell(100, 90), "b": Cell(10, 5)}

    assert vigilance_tally.peers(everybody, {"a": Cell(40, 40)}) == {"a": Cell(60, 50), "b": Cell(10, 5)}
