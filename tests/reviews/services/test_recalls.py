"""Recalls: what went out was wrong, and nobody forgets it until that is mended (D4, D3)."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from audit.errors import Conflict, Invalid, NotAllowed, NotVisible
from audit.models import Event
from reviews.enums import InteractionState, ReasonCode, RecallCause, RecallState, Remedy
from reviews.models import Decision, Interaction, Recall
from reviews.selectors import outcomes
from reviews.services import recalls, release
from reviews.services.recalls import Correction
from tests import worlds
from tests.factories import qa, reviews
from tests.factories import recalls as made
from tests.worlds import Desk, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db: None, at: datetime) -> World:
    return worlds.build(at)


def recall(desk: Desk, interaction: Interaction, at: datetime, **changes) -> Recall:
    terms = {"by": desk.lead, "correction": made.REVOKED, "severity": 2} | changes
    return recalls.recall(interaction_id=interaction.pk, at=at, **terms)


def events(recall: Recall) -> list[str]:
    return list(
        Event.objects.filter(object_id=str(recall.pk))
        .order_by("recorded_at", "pk")
        .values_list("action", flat=True)
    )


def test_a_person_recalls_what_went_out_and_the_decision_stays(world: World, at: datetime):
    """D4: the recall says what takes its place; the final decision of the release is not touched."""
    desk = world.north
    interaction = qa.released_case(desk, at)
    before = Decision.objects.values().get(pk=interaction.final_decision_id)

    found = recall(desk, interaction, at + timedelta(hours=1), correction=made.HELD)

    interaction.refresh_from_db()
    assert interaction.state == InteractionState.RECALLED
    assert (found.state, found.cause, found.opened_by) == (RecallState.OPEN, RecallCause.PERSON, desk.lead)
    assert found.output == {**interaction.output, "decision": "hold"}
    assert found.authority == "Team lead on NORTH-AP"
    assert Decision.objects.values().get(pk=interaction.final_decision_id) == before
    assert events(found) == ["release.recalled"]


@pytest.mark.parametrize("who", ["reviewer", "ops", "auditor", "governance", "admin", "dpo"])
def test_others_do_not_recall(world: World, at: datetime, who: str):
    """§3.17: seniors and leads recall what is released, and the client's owner."""
    desk = world.north
    interaction = qa.released_case(desk, at)
    with pytest.raises(NotAllowed):
        recall(desk, interaction, at, by=desk.cast[who])
    with pytest.raises(NotVisible):
        recall(desk, interaction, at, by=world.south.lead)

    interaction.refresh_from_db()
    assert interaction.state == InteractionState.RELEASED
    assert not Recall.objects.exists()

    assert recall(desk, interaction, at + timedelta(minutes=2), by=desk.owner).state == RecallState.OPEN


def test_before_the_release_there_is_no_recall(world: World, at: datetime):
    """Design §3: inside the undo window a decision is withdrawn, after it there is only the recall."""
    desk = world.north
    decision = reviews.decided_case(desk, at)
    interaction = Interaction.objects.get(pk=decision.interaction_id)

    with pytest.raises(Conflict) as refusal:
        recall(desk, interaction, at + timedelta(seconds=1))

    assert refusal.value.code == "not_released"
    assert "taken back" in refusal.value.sentence
    release.release_due(at=at + timedelta(minutes=1))
    assert recall(desk, interaction, at + timedelta(minutes=1)).state == RecallState.OPEN


def test_a_honeypot_is_never_recalled(world: World, at: datetime):
    desk = world.north
    decision = reviews.decided_case(desk, at)
    Interaction.objects.filter(pk=decision.interaction_id).update(is_honeypot=True)
    release.release_due(at=at + timedelta(minutes=1))
    interaction = Interaction.objects.get(pk=decision.interaction_id)

    with pytest.raises(NotVisible):
        recall(desk, interaction, at + timedelta(minutes=1))

    with pytest.raises(IntegrityError), transaction.atomic():
        Interaction.objects.filter(pk=interaction.pk).update(state=InteractionState.RECALLED, released_at=at)


def test_an_interaction_is_recalled_once(world: World, at: datetime):
    desk = world.north
    found = made.opened(desk, at)

    with pytest.raises(Conflict) as refusal:
        recall(desk, found.interaction, at)

    assert refusal.value.code == "recalled"
    with pytest.raises(IntegrityError), transaction.atomic():
        Recall.objects.create(
            interaction=found.interaction,
            process=desk.process,
            cause=RecallCause.PERSON,
            severity=2,
            opened_at=at,
            opened_by=desk.lead,
        )
    assert Recall.objects.count() == 1


@pytest.mark.parametrize(
    ("correction", "severity", "field"),
    [
        (made.REVOKED, None, "severity"),
        (made.REVOKED, 5, "severity"),
        (Correction("", ReasonCode.WRONG_FACT, "It was quite wrong"), 2, "remedy"),
        (Correction(Remedy.REVOKE, "", "It was quite wrong"), 2, "reason_code"),
        (Correction(Remedy.REVOKE, ReasonCode.WRONG_FACT, "wrong"), 2, "explanation"),
        (Correction(Remedy.REPLACE, ReasonCode.WRONG_FACT, "It was quite wrong", {}), 2, "output"),
        (
            Correction(Remedy.REPLACE, ReasonCode.WRONG_FACT, "It was quite wrong", {"decision": "no"}),
            2,
            "output.decision",
        ),
        (
            Correction(Remedy.REPLACE, ReasonCode.WRONG_FACT, "It was quite wrong", {"decision": "deny"}),
            2,
            "factors",
        ),
    ],
)
def test_an_incomplete_recall_is_refused_at_its_field(
    world: World, at: datetime, correction, severity, field
):
    """D3, D5: reason, explanation, corrected value, severity; and factors where it hurts the customer."""
    desk = world.north
    interaction = qa.straight_through(desk, at)[0]
    with pytest.raises(Invalid) as refusal:
        recall(desk, interaction, at, correction=correction, severity=severity)

    assert refusal.value.field == field
    interaction.refresh_from_db()
    assert interaction.state == InteractionState.AUTO_RELEASED
    assert not Recall.objects.exists()


def test_what_belongs_to_the_final_decision_maker_is_revoked_by_others(world: World, at: datetime):
    """C3: a lead takes the payment back; the client's owner says what is paid instead."""
    desk = world.north
    interaction = qa.straight_through(desk, at)[0]
    large = Correction(Remedy.REPLACE, ReasonCode.CALC_ERROR, "Two noughts are missing", {"amount": "120000"})
    with pytest.raises(NotAllowed) as refusal:
        recall(desk, interaction, at, correction=large)
    assert refusal.value.code == "final_decision"

    found = recall(desk, interaction, at)
    recalls.acknowledge(recall_id=found.pk, by=desk.admin, at=at)
    found = recalls.correct(recall_id=found.pk, by=desk.owner, correction=large, at=at)

    assert found.authority == "Final decision-maker (client owner) by the agreement on NORTH-AP"
    assert found.state == RecallState.OPEN, "the client's system takes note anew"
    assert events(found)[-1] == "release.recall_corrected"


def test_a_recall_is_over_when_all_was_said(world: World, at: datetime):
    """D4: the client's system, the notice, the fix; the last by somebody else than opened it."""
    desk = world.north
    found = made.opened(desk, at)

    def confirm(by):
        return recalls.confirm(recall_id=found.pk, by=by, fix="The order was entered again", at=at)

    with pytest.raises(Conflict) as refusal:
        confirm(desk.lead)
    assert refusal.value.code == "not_acknowledged"
    recalls.acknowledge(recall_id=found.pk, by=desk.admin, at=at)
    with pytest.raises(Conflict) as refusal:
        confirm(desk.lead)
    assert refusal.value.code == "no_notice"
    recalls.decide_notice(recall_id=found.pk, by=desk.dpo, notify=False, why="Nothing was paid", at=at)
    with pytest.raises(NotAllowed) as own:
        confirm(desk.senior)
    assert own.value.code == "own_recall"

    over = confirm(desk.lead)

    assert over.state == RecallState.CONFIRMED
    assert events(over) == [
        "release.recalled",
        "release.recall_acknowledged",
        "release.recall_notice",
        "release.recall_confirmed",
    ]
    for act in (
        lambda: recalls.correct(recall_id=found.pk, by=desk.lead, correction=made.HELD, at=at),
        lambda: recalls.acknowledge(recall_id=found.pk, by=desk.admin, at=at),
        lambda: recalls.decide_notice(
            recall_id=found.pk, by=desk.dpo, notify=True, why="Anew, please", at=at
        ),
        lambda: confirm(desk.lead),
    ):
        with pytest.raises(Conflict):
            act()


def test_the_notice_is_the_clients(world: World, at: datetime):
    desk = world.north
    found = made.acknowledged(desk, at)
    for who in (desk.lead, desk.senior, desk.ops, desk.reviewer):
        with pytest.raises(NotAllowed):
            recalls.decide_notice(recall_id=found.pk, by=who, notify=True, why="They should know", at=at)
    with pytest.raises(Invalid):
        recalls.decide_notice(recall_id=found.pk, by=desk.owner, notify=None, why="They should know", at=at)
    found.refresh_from_db()
    assert found.notify is None


def test_the_agent_acknowledges_what_it_posted(world: World, at: datetime):
    """Twice is once; another agent learns nothing of it."""
    desk = world.north
    found = made.opened(desk, at)
    with pytest.raises(NotVisible):
        recalls.acknowledge_by_agent(interaction=found.interaction, agent=world.south.agent, at=at)

    for _ in range(2):
        stands = recalls.acknowledge_by_agent(interaction=found.interaction, agent=desk.agent, at=at)

    assert (stands.state, stands.acknowledged_by) == (RecallState.ACKNOWLEDGED, desk.agent)
    assert events(found).count("release.recall_acknowledged") == 1
    other = qa.straight_through(desk, at)[0]
    with pytest.raises(Conflict) as refusal:
        recalls.acknowledge_by_agent(interaction=other, agent=desk.agent, at=at)
    assert refusal.value.code == "not_recalled"


def test_the_outcome_hands_out_what_takes_its_place(world: World, at: datetime):
    """What was recalled is not handed out again, and does not count as released."""
    found = made.opened(world.north, at, correction=made.HELD)

    told = outcomes.of(outcomes.loaded(found.interaction_id))

    assert (told.state, told.released, told.output) == ("recalled", False, None)
    assert told.recall["output"]["decision"] == "hold"
    assert told.recall["reason_code"] == ReasonCode.WRONG_FACT
    assert "explanation" not in told.recall


def test_everybody_who_has_to_say_something_is_told(world: World, at: datetime):
    desk = world.north
    made.opened(desk, at)

    told = {user for user in desk.cast if desk.cast[user].notifications.filter(subject__contains="went out")}

    assert told == {"lead", "owner", "admin", "dpo", "legal", "ops"}


@pytest.mark.parametrize(
    "changes",
    [
        {"cause": RecallCause.CRITICAL_FAIL},
        {"output": {"decision": "pay"}},
        {"remedy": ""},
        {"acknowledged_at": None},
        {"noticed_by": None},
        {"state": RecallState.OPEN},
        {"fix": ""},
        {"confirmed_by": "opener"},
    ],
)
def test_what_the_database_refuses(world: World, at: datetime, changes: dict):
    """A recall without its cause, a correction, an acknowledgement, a notice or a fix that nobody signed."""
    found = made.confirmed(world.north, at)
    changes = {name: found.opened_by if value == "opener" else value for name, value in changes.items()}

    with pytest.raises(IntegrityError), transaction.atomic():
        Recall.objects.filter(pk=found.pk).update(**changes)
