"""C7 in the demo world: two paths tried in this quarter, one too long ago."""

from datetime import timedelta

from governance.demo import drilling
from governance.demo.clock import Calendar
from governance.demo.world import CLIENTS, World
from reviews.models import EscalationDrill
from reviews.selectors import drills
from tests.governance.demo.conftest import NOW


def fill(world: World, days_in_all: int = 90) -> None:
    """What the history does of test calls, day by day."""
    for code, spec in CLIENTS.items():
        calendar = Calendar(spec, world.now)
        for number in range(1, days_in_all + 1):
            day = calendar.day(number, days_in_all)
            if drilling.is_due(code, day, days_in_all):
                drilling.try_path(world, code, day)


def test_the_path_of_claims_is_overdue_and_the_others_are_not(demo: World) -> None:
    fill(demo)

    standings = drills.standings(list(demo.processes.values()))

    overdue = {code: standings[process.pk].overdue(NOW) for code, process in demo.processes.items()}
    assert overdue == {"AP-INV": False, "CLM-TRI": True, "CS-REPLY": False}


def test_a_team_lead_answered_within_seconds(demo: World) -> None:
    fill(demo)
    fill(demo)

    (drill,) = EscalationDrill.objects.filter(process=demo.processes["AP-INV"])
    call = drill.calls.get()
    assert call.answered_at is not None
    assert call.person is not None
    assert (call.person.username, call.answered_at - call.started_at) == ("liza.santos", timedelta(seconds=9))
    assert timedelta(days=18) < NOW - drill.started_at < timedelta(days=22)


def test_of_claims_the_call_moved_up(demo: World) -> None:
    drill = EscalationDrill.objects.get(process=demo.processes["CLM-TRI"])

    told = [(call.level, call.person.username, call.end) for call in drill.calls.order_by("level")]
    assert told == [(1, "divya.rao", "unanswered"), (2, "priya.nair", "answered")]
