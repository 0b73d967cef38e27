"""Webhook messages: what events become, and how long a failing endpoint is tried (A1, design §7)."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.domain import webhooks
from governance.domain.webhooks import Message, MessageType

NOW = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
INTERACTION = "01890a5d-ac96-774b-bcce-b302099a8057"


def content(action: str, at: datetime = NOW, recorded: datetime = NOW, **facts: Any) -> dict[str, Any]:
    return {
        "action": action,
        "object": {"type": "interaction", "id": INTERACTION},
        "process": "NORTH-AP",
        "occurred_at": at.isoformat(),
        "recorded_at": recorded.isoformat(),
        "facts": facts,
    }


@pytest.mark.parametrize(
    ("event", "kind"),
    [
        (content("release.released", verdict="approve"), MessageType.RELEASED),
        (content("release.released", verdict="edit"), MessageType.RELEASED),
        (content("release.released", verdict="override"), MessageType.RELEASED),
        (content("release.released", verdict="reject"), MessageType.REJECTED),
        (content("routing.decided", disposition="quarantined"), MessageType.QUARANTINED),
        (content("review.information_requested", case="x"), MessageType.ASKED),
    ],
)
def test_of_event_makes_a_message_of_what_somebody_waits_for(event: dict, kind: MessageType) -> None:
    assert webhooks.of_event(event) == Message(kind, UUID(INTERACTION), "NORTH-AP")


@pytest.mark.parametrize(
    "event",
    [
        content("routing.decided", disposition="review"),
        content("routing.decided", disposition="auto_released"),
        content("review.decided", verdict="approve"),
        content("review.claimed"),
        {**content("release.released", verdict="approve"), "origin": "control"},
        {**content("release.released", verdict="approve"), "object": {"type": "queue", "id": "q"}},
    ],
)
def test_of_event_is_silent_about_everything_else(event: dict) -> None:
    assert webhooks.of_event(event) is None


def test_of_event_is_silent_about_the_past_that_is_written_down() -> None:
    yesterday = NOW - timedelta(hours=24)

    assert webhooks.of_event(content("release.released", at=yesterday, verdict="approve")) is not None
    before = yesterday - timedelta(seconds=1)
    assert webhooks.of_event(content("release.released", at=before, verdict="approve")) is None


def test_wanted_asks_for_type_and_process() -> None:
    message = Message(MessageType.RELEASED, UUID(INTERACTION), "NORTH-AP")

    assert webhooks.wanted(message, types=["interaction.released"], processes={"NORTH-AP"})
    assert not webhooks.wanted(message, types=["interaction.rejected"], processes={"NORTH-AP"})
    assert not webhooks.wanted(message, types=["interaction.released"], processes={"SOUTH-AP"})


@pytest.mark.parametrize(
    ("failures", "seconds"),
    [(1, 5), (2, 15), (3, 45), (4, 135), (5, 405), (6, 1215), (7, 3600), (5000, 3600)],
)
def test_pause_grows_threefold_up_to_an_hour(failures: int, seconds: int) -> None:
    assert webhooks.pause(failures, 0.5) == timedelta(seconds=seconds)


@given(st.integers(1, 10_000), st.floats(0, 1))
def test_pause_spreads_by_a_fifth(failures: int, draw: float) -> None:
    middle = webhooks.pause(failures, 0.5)

    assert middle * 0.8 <= webhooks.pause(failures, draw) <= middle * 1.2
    assert webhooks.pause(failures, draw) <= webhooks.pause(failures + 1, draw)


def test_a_failing_endpoint_is_tried_often_within_a_day() -> None:
    """At the longest spread it is still asked some twenty times before it is given up."""
    tried, passed = 0, timedelta()
    while not webhooks.exhausted(NOW, NOW + passed):
        tried += 1
        passed += webhooks.pause(tried, 1.0)

    assert 20 < tried < 40


@pytest.mark.parametrize(("hours", "over"), [(0, False), (23.9, False), (24, True), (48, True)])
def test_exhausted_after_a_day_without_a_break(hours: float, over: bool) -> None:
    assert webhooks.exhausted(NOW, NOW + timedelta(hours=hours)) is over


def test_generations_sign_together_for_a_day() -> None:
    assert webhooks.generations(1, None, NOW) == (1,)
    assert webhooks.generations(3, NOW, NOW) == (3, 2)
    assert webhooks.generations(3, NOW, NOW + timedelta(hours=23, minutes=59)) == (3, 2)
    assert webhooks.generations(3, NOW, NOW + timedelta(hours=24)) == (3,)
