"""Stories of the demo world (requirements §6.8) that its history tells: 1, an undeclared version; 17, a step seen less than declared."""

from datetime import UTC, datetime, timedelta

import pytest

from audit.services import projecting
from contracts.domain import function_map
from contracts.domain.function_map import Involvement, Measured
from contracts.models import Breach, UndeclaredVersion
from governance.demo import days, history
from governance.demo.clock import Calendar
from governance.demo.progress import Progress
from governance.demo.world import CLIENTS, World
from governance.models import Incident
from reviews.enums import InteractionState
from reviews.models import Interaction
from tests.governance import trails

SEED = 4711


def test_story_1_an_undeclared_version_is_noticed_and_taken_back(demo: World, progress: Progress) -> None:
    """The first item opens an incident and a breach; people see everything until the owner settles it, then not any more."""
    bad = days.bad_days(90)
    history.fill(
        world=demo, first=bad[-1], last=bad[-1] + 1, days_in_all=90, scale=0.3, seed=SEED, progress=progress
    )
    trails.publish("halvorsen")
    projecting.sweep(clock=lambda: demo.now)

    process = demo.processes["AP-INV"]
    found = UndeclaredVersion.objects.get(process=process)
    assert (found.reference, found.settled_by) == ("ledgerline-4.3", demo.people["katrin.vogt"])
    mine = Interaction.objects.filter(process=process)
    while_it_ran = mine.filter(received_at__lt=found.settled_at)
    after = mine.filter(received_at__gt=found.settled_at)
    assert found.noticed_at == while_it_ran.earliest("received_at").received_at
    assert while_it_ran.count() == while_it_ran.filter(final_decision__isnull=False).count() > 0
    assert after.filter(state=InteractionState.AUTO_RELEASED).exists()
    assert Breach.objects.get(process=process).kind == "notice_absent"
    incident = Incident.objects.get(process=process)
    assert (incident.subject, incident.occurred_at) == ("ledgerline-4.3", found.noticed_at)


@pytest.mark.parametrize("later", [0, 17, 60])
def test_story_17_people_see_about_38_percent_of_postings(later: int) -> None:
    """Whatever day the demo is made on: every posting of the bad days, and what the AI was unsure of."""
    calendar = Calendar(CLIENTS["AP-INV"], datetime(2026, 3, 4, 9, 30, tzinfo=UTC) + timedelta(days=later))
    seen = made = 0
    for number in range(90 - function_map.MEASURED_DAYS + 1, 91):
        day = calendar.day(number, 90)
        for draft in days.drafts(calendar, day, days=90, scale=1.0, seed=SEED):
            if draft.payload["step"] == "post":
                made += 1
                seen += number in days.bad_days(90) or draft.payload["confidence"] < 0.9

    assert 0.28 <= seen / made <= 0.48
    assert "declared" in function_map.mismatch("Post", Involvement.EVERY_ITEM, Measured(seen, made - seen))
