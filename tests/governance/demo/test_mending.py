"""What followed from critical fails in the demo world: answered, but for the newest (F11)."""

from datetime import timedelta
from random import Random
from types import SimpleNamespace

from contracts.models import User
from governance.demo import days, mending
from governance.demo.world import World
from reviews.enums import ActionState, RecallState
from reviews.models import CorrectiveAction, Interaction, Recall
from reviews.services import evaluations, intake
from tests.factories import consequences as made
from tests.factories import qa
from tests.governance.demo.conftest import NOW


def failed(demo: World, days_ago: int) -> Interaction:
    """An output of the past that an auditor found to fail critically."""
    at = NOW - timedelta(days=days_ago)
    draft = days.MAKERS["AP-INV"](Random(days_ago), at, False, "plain", "extract")
    agent = User.objects.get(api_keys__processes__code="AP-INV")
    receipt = intake.accept(payloads=[draft.payload], agent=agent, key=agent.api_keys.get(), at=at)[0]
    assert receipt.disposition == "auto_released"
    found = Interaction.objects.get(pk=receipt.id)
    desk = SimpleNamespace(process=demo.processes["AP-INV"], governance=demo.people["priya.nair"])
    drawn = made.drawn(desk, found, at)
    marks = qa.answers(drawn, **{made.critical(drawn.scorecard): "fail"})
    evaluations.submit(
        evaluation_id=drawn.pk, by=demo.people["maria.lopez"], answers=marks, judged_wrong=True, at=at
    )
    return found


def test_a_seeded_critical_fail_produces_a_recall_and_an_action(demo: World) -> None:
    """The newest waits for people; those before were answered and done."""
    older, newest = failed(demo, 20), failed(demo, 6)

    assert mending.mend(demo) == 1

    states = dict(Recall.objects.values_list("interaction", "state"))
    assert states == {older.pk: RecallState.CONFIRMED, newest.pk: RecallState.OPEN}
    done = dict(CorrectiveAction.objects.values_list("interaction", "state"))
    assert done == {older.pk: ActionState.VERIFIED, newest.pk: ActionState.OPEN}
    waiting = CorrectiveAction.objects.get(interaction=newest)
    assert waiting.owner == demo.people["arjun.mehta"]
    assert mending.mend(demo) == 0
