"""Story 2 (requirements §6.8): Ramon misses 6 of his 20 control items, Ana one (E4)."""

from collections import Counter
from collections.abc import Iterator

import pytest
from django.db import transaction

from governance.demo import controls, days
from governance.demo.clock import Calendar
from governance.demo.control_library import PROCESS
from governance.demo.world import CLIENTS, World
from reviews.domain.vigilance_signals import honeypot
from reviews.domain.windows import local_day
from reviews.enums import CaseState, ControlKind, HoneypotState
from reviews.models import Case, ControlItem, Honeypot, Interaction
from reviews.selectors import vigilance_windows
from tests.governance.demo.conftest import NOW, own_checkpoints

DAYS, SEED = 90, 4711


@pytest.fixture(scope="module")
def tested(built: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Every day on which there are any, with a single invoice each that a person decides."""
    calendar = Calendar(CLIENTS[PROCESS], NOW)
    with transaction.atomic(), own_checkpoints(tmp_path_factory):
        for turn, number in enumerate(controls.turns(PROCESS, calendar, DAYS)):
            drafts = days.drafts(calendar, calendar.day(number, DAYS), days=DAYS, scale=1.0, seed=SEED)
            made = [
                next(
                    one
                    for one in drafts
                    if float(one.payload["amount"]) > 5_000 and one.payload["step"] == "approve"
                )
            ]
            days.run(
                world=built, process=PROCESS, made=made, seen=set(), seed=SEED, until=NOW, told=lambda _: None
            )
            for _ in range(2):
                controls.serve(built, made, turn=turn, seed=SEED)
        yield built
        transaction.set_rollback(True)


@pytest.fixture
def served(tested: World, db: None) -> World:
    return tested


def test_they_come_on_twenty_days_of_ten_weeks_and_never_with_the_undeclared_version() -> None:
    calendar = Calendar(CLIENTS[PROCESS], NOW)
    turns = controls.turns(PROCESS, calendar, DAYS)

    assert len(turns) == len(set(turns)) == controls.SERVED
    assert not set(turns) & set(days.bad_days(DAYS))
    assert (
        Counter(calendar.day(number, DAYS).date.isocalendar().week for number in turns).most_common(1)[0][1]
        == 2
    )
    assert controls.turns("CLM-TRI", calendar, DAYS) == []


def test_each_of_two_reviewers_is_given_twenty_and_ramon_misses_six(served: World) -> None:
    came = Counter(Honeypot.objects.values_list("reviewer__username", "state"))

    assert came == {
        ("ana.reyes", HoneypotState.CAUGHT): 19,
        ("ana.reyes", HoneypotState.MISSED): 1,
        ("ramon.cruz", HoneypotState.CAUGHT): 14,
        ("ramon.cruz", HoneypotState.MISSED): 6,
    }


def test_his_alone_are_red(served: World) -> None:
    process = served.processes[PROCESS]
    today = local_day(NOW, process.time_zone)
    ground = vigilance_windows.ground(process, today)

    told = {login: ground.window(served.people[login].pk, today, {}).honeypots for login in controls.MISSED}

    assert {
        login: (one.missed, one.served, honeypot(one.missed, one.served).raised)
        for login, one in told.items()
    } == {
        "ana.reyes": (1, 20, False),
        "ramon.cruz": (6, 20, True),
    }


def test_nothing_of_them_goes_out_or_stays(served: World) -> None:
    made = Interaction.objects.filter(is_honeypot=True)

    assert made.count() == 40
    assert not made.filter(released_at__isnull=False).exists()
    assert set(Case.objects.filter(interaction__is_honeypot=True).values_list("state", flat=True)) == {
        CaseState.CLOSED
    }


def test_the_library_holds_more_than_anybody_was_given(served: World) -> None:
    held = Counter(ControlItem.objects.values_list("kind", flat=True))

    assert held == {ControlKind.KNOWN_BAD: 28, ControlKind.KNOWN_GOOD: 4}
