"""W1, W3: which halt reaches a place, which is the strictest, and how long everything is watched after one."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from contracts.domain import halting
from contracts.domain.halting import HaltTerms, Place

NOW = datetime(2026, 5, 4, 9, tzinfo=UTC)
CLIENT, PROCESS, STEP, MODEL, OTHER = (uuid4() for _ in range(5))
HERE = Place(CLIENT, PROCESS, STEP, MODEL)


def halt(scope="process", degree="hold", since=NOW, **more) -> HaltTerms:
    ids = {"client": {"client_id": CLIENT}, "process": {"process_id": PROCESS}, "step": {"step_id": STEP}}
    ids |= {"model": {"model_id": MODEL}, "all": {}}
    known = {"drill": False, **ids[scope], **more}
    return HaltTerms(
        id=uuid4(),
        scope=scope,
        name="it",
        degree=degree,
        cause="model",
        reason="",
        by="",
        since=since,
        **known,
    )


@pytest.mark.parametrize("scope", ["all", "client", "process", "step", "model"])
def test_a_halt_reaches_what_is_in_its_scope(scope):
    assert halt(scope).reaches(HERE)


@pytest.mark.parametrize(
    ("scope", "other"),
    [
        ("client", Place(OTHER, PROCESS, STEP, MODEL)),
        ("process", Place(CLIENT, OTHER, STEP, MODEL)),
        ("step", Place(CLIENT, PROCESS, OTHER, MODEL)),
        ("model", Place(CLIENT, PROCESS, STEP, OTHER)),
        ("model", Place(CLIENT, PROCESS, STEP, None)),
    ],
)
def test_a_halt_reaches_nothing_beside_its_scope(scope, other):
    assert not halt(scope).reaches(other)


def test_a_halted_model_may_be_narrowed_to_one_client():
    assert halt("model", client_id=CLIENT).reaches(HERE)
    assert not halt("model", client_id=OTHER).reaches(HERE)


@pytest.mark.parametrize(
    ("degrees", "strictest"),
    [
        (["hold"], "hold"),
        (["hold", "shadow"], "shadow"),
        (["shadow", "stop", "hold"], "stop"),
        ([], None),
    ],
)
def test_the_strictest_degree_in_force_wins(degrees, strictest):
    found = halting.governing([halt(degree=degree) for degree in degrees], HERE)

    assert (found.degree if found else None) == strictest


def test_of_two_equal_ones_the_halt_in_earnest_is_told():
    drill, earnest = halt(drill=True), halt(since=NOW + timedelta(minutes=1))

    assert halting.governing([drill, earnest], HERE) is earnest


def test_a_released_halt_governs_nothing():
    assert halting.governing([halt(until=NOW)], HERE) is None


@pytest.mark.parametrize(("degree", "kept"), [("hold", False), ("shadow", True), ("stop", True)])
def test_what_people_decided_goes_out_under_a_hold_only(degree, kept):
    assert (halting.holds_back([halt(degree=degree)], HERE) is not None) is kept


@pytest.mark.parametrize(
    ("hours", "watched"),
    [(-3, False), (-2, True), (0, True), (23, True), (24, False)],
    ids=["before the halt", "while it lasted", "at its release", "in", "after"],
)
def test_the_watch_is_over_what_came_since_the_halt_and_is_ended_by_the_clock(hours, watched):
    released = halt(since=NOW - timedelta(hours=2), until=NOW, watch_until=NOW + timedelta(hours=24))

    found = halting.watching([released], HERE, NOW + timedelta(hours=hours))

    assert (found is released) is watched


def test_a_halt_without_a_watch_watches_nothing():
    assert halting.watching([halt(until=NOW, drill=True)], HERE, NOW) is None
