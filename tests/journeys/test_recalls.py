"""The whole way of what went out wrong: found by an auditor, recalled, told to the client's system, mended (D4, F11)."""

from datetime import datetime, timedelta

import pytest

from audit.selectors import stories
from governance.domain import webhooks
from governance.domain.webhooks import MessageType
from reviews.enums import ActionState, RecallState
from reviews.models import CorrectiveAction
from reviews.selectors import outcomes
from reviews.services import actions, recalls
from tests import worlds
from tests.factories import consequences as made
from tests.factories import qa
from tests.factories import recalls as recalled

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def test_a_critical_fail_goes_back_to_whoever_used_it(at: datetime) -> None:
    """F11, D4: recall and action with an owner; the webhook is told and acknowledges; open until somebody confirms the fix."""
    desk = worlds.build(at).north
    interaction = qa.released_case(desk, at)

    scored = made.failed(desk, at + HOUR, made.critical(made.card(desk, at)), interaction=interaction)

    action = CorrectiveAction.objects.get(evaluation=scored)
    recall = action.recall
    assert (recall.state, action.owner) == (RecallState.OPEN, desk.lead)
    recalls.correct(recall_id=recall.pk, by=desk.senior, correction=recalled.HELD, at=at + 2 * HOUR)
    told = outcomes.of(
        outcomes.own(agent=desk.agent, key=desk.key, interaction_id=interaction.pk, action="read_outcome")
    )
    assert (told.state, told.released, told.output) == ("recalled", False, None)
    assert told.recall["output"]["decision"] == "hold"
    recalls.acknowledge_by_agent(interaction=interaction, agent=desk.agent, at=at + 2 * HOUR)
    recalls.decide_notice(
        recall_id=recall.pk, by=desk.owner, notify=True, why="The supplier waits for it", at=at + 3 * HOUR
    )
    recalls.confirm(recall_id=recall.pk, by=desk.lead, fix="The order was entered again", at=at + 4 * HOUR)
    actions.finish(action_id=action.pk, by=desk.lead, done="The check is in the procedure", at=at + 5 * HOUR)
    over = actions.verify(action_id=action.pk, by=desk.governance, at=at + 6 * HOUR)

    assert over.state == ActionState.VERIFIED
    events = stories.for_correlation(logs={desk.client.log_key}, correlation_id=interaction.correlation_id)
    named = [event.action for event in events if event.action.startswith(("release.", "action."))]
    assert named == [
        "release.released",
        "release.recalled",
        "action.opened",
        "release.recall_corrected",
        "release.recall_acknowledged",
        "release.recall_notice",
        "release.recall_confirmed",
        "action.done",
        "action.verified",
    ]
    # As if each was written down when it happened: the past that an import brings wakes no endpoint.
    told_at_once = [{**event.content, "recorded_at": event.content["occurred_at"]} for event in events]
    messages = [webhooks.of_event(content) for content in told_at_once]
    sent = [message.type for message in messages if message is not None]
    assert sent == [MessageType.RELEASED, MessageType.RECALLED, MessageType.RECALLED]
