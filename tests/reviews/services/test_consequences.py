"""What follows from failures that QA found: recall, corrective action, recalibration finding (F11)."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from audit.errors import Conflict, Invalid, NotAllowed, NotVisible
from audit.models import Event
from reviews.enums import ActionState, DrawKind, InteractionState, RecallCause
from reviews.models import CorrectiveAction, RecalibrationFinding, Recall
from reviews.services import actions, consequences, disputes, recalls
from tests import worlds
from tests.factories import consequences as made
from tests.factories import qa
from tests.factories import recalls as recalled
from tests.worlds import Desk, World

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def world(db: None, at: datetime) -> World:
    return worlds.build(at)


@pytest.fixture
def desk(world: World) -> Desk:
    return world.north


def count(action: str) -> int:
    return Event.objects.filter(action=action).count()


def test_a_critical_fail_recalls_and_opens_an_action(desk: Desk, at: datetime):
    """F11: with an owner and a day; the recall waits for a person to say what takes its place."""
    action = made.action(desk, at, reviewed=True)

    recall = Recall.objects.get()
    action.interaction.refresh_from_db()
    assert action.interaction.state == InteractionState.RECALLED
    assert (recall.cause, recall.opened_by, recall.evaluation) == (
        RecallCause.CRITICAL_FAIL,
        None,
        action.evaluation,
    )
    assert (action.recall, action.owner, action.state) == (recall, desk.lead, ActionState.OPEN)
    assert action.due_at == at + 5 * DAY
    assert [one["code"] for one in action.items] == [made.critical(action.evaluation.scorecard)]
    assert (count("release.recalled"), count("action.opened")) == (1, 1)
    assert desk.lead.notifications.filter(subject__contains="corrective action").exists()


def test_a_failure_that_is_not_critical_recalls_nothing(desk: Desk, at: datetime):
    scored = made.failed(desk, at)

    scored.interaction.refresh_from_db()
    assert scored.interaction.state == InteractionState.AUTO_RELEASED
    assert not Recall.objects.exists()
    assert not CorrectiveAction.objects.exists()


def test_what_is_recalled_already_gets_its_action(desk: Desk, at: datetime):
    recall = recalled.opened(desk, at)
    scored = made.failed(desk, at, made.critical(made.card(desk, at)), interaction=recall.interaction)

    assert CorrectiveAction.objects.get(evaluation=scored).recall == recall
    assert Recall.objects.count() == 1
    assert consequences.mend(evaluation=scored, answers=scored.answers, at=at).evaluation == scored
    assert (CorrectiveAction.objects.count(), count("action.opened")) == (1, 1)


def test_a_score_that_becomes_a_critical_fail_by_adjudication_recalls_too(desk: Desk, at: datetime):
    harmless = made.harmless(made.card(desk, at))
    dispute = qa.disputed(desk, qa.settled_now(), **{harmless: "fail"})
    assert not Recall.objects.exists()
    critical = made.critical(dispute.evaluation.scorecard)

    qa.adjudicated(
        dispute, qa.another_auditor(desk, at), qa.settled_now(), "overturned", **{critical: "fail"}
    )

    action = CorrectiveAction.objects.get(evaluation=dispute.evaluation)
    assert [one["code"] for one in action.items] == [critical]
    assert action.recall == Recall.objects.get()
    assert (count("release.recalled"), count("action.opened")) == (1, 1)


def test_who_is_to_mend_it(desk: Desk, at: datetime):
    """The lead of whoever decided it; operations for what nobody decided; nobody is a state that is seen."""
    assert made.action(desk, at).owner == desk.ops
    desk.reviewer.lead = None
    desk.reviewer.save()
    assert made.action(desk, at, reviewed=True).owner == desk.lead


def test_an_action_is_done_by_its_owner_and_verified_by_another(desk: Desk, at: datetime):
    """F11: open, done with what was done, verified by QA or governance; never by the owner."""
    action = made.action(desk, at)
    for other in (desk.lead, desk.governance, desk.owner):
        with pytest.raises(NotAllowed):
            actions.finish(action_id=action.pk, by=other, done="I did it for him", at=at)
    with pytest.raises(Invalid):
        actions.finish(action_id=action.pk, by=desk.ops, done="done", at=at)
    with pytest.raises(Conflict):
        actions.verify(action_id=action.pk, by=desk.auditor, at=at)

    done = actions.finish(action_id=action.pk, by=desk.ops, done="The order was entered again", at=at + DAY)
    assert (done.state, done.done_by) == (ActionState.DONE, desk.ops)
    for other in (desk.ops, desk.lead, desk.admin):
        with pytest.raises(NotAllowed):
            actions.verify(action_id=action.pk, by=other, at=at)
    back = actions.give_back(action_id=action.pk, by=desk.governance, why="It happened again", at=at + DAY)
    assert (back.state, back.returned, back.done_by) == (ActionState.OPEN, "It happened again", None)
    actions.finish(action_id=action.pk, by=desk.ops, done="The supplier is blocked", at=at + 2 * DAY)
    over = actions.verify(action_id=action.pk, by=desk.auditor, at=at + 3 * DAY)

    assert (over.state, over.verified_by) == (ActionState.VERIFIED, desk.auditor)
    for act in (
        lambda: actions.verify(action_id=action.pk, by=desk.governance, at=at),
        lambda: actions.finish(action_id=action.pk, by=desk.ops, done="Once more, to be sure", at=at),
        lambda: actions.assign(action_id=action.pk, by=desk.ops, to=str(desk.lead.pk), at=at),
    ):
        with pytest.raises(Conflict):
            act()


def test_an_owner_does_not_verify_what_is_his(desk: Desk, at: datetime):
    """Even where his role may verify: the governance lead owned it and did it."""
    action = made.action(desk, at)
    actions.assign(action_id=action.pk, by=desk.lead, to=str(desk.governance.pk), at=at)
    actions.finish(action_id=action.pk, by=desk.governance, done="The order was entered again", at=at)

    with pytest.raises(NotAllowed) as refusal:
        actions.verify(action_id=action.pk, by=desk.governance, at=at)

    assert refusal.value.code == "own_action"
    with pytest.raises(IntegrityError), transaction.atomic():
        CorrectiveAction.objects.filter(pk=action.pk).update(
            state=ActionState.VERIFIED, verified_at=at, verified_by=desk.governance
        )


def test_an_action_is_handed_over(world: World, desk: Desk, at: datetime):
    action = made.action(desk, at)
    for who, to, refusal in (
        (desk.auditor, desk.lead, NotAllowed),
        (desk.ops, desk.reviewer, Invalid),
        (desk.ops, desk.ops, Invalid),
        (desk.ops, world.south.lead, Invalid),
        (world.south.ops, desk.lead, NotVisible),
    ):
        with pytest.raises(refusal):
            actions.assign(action_id=action.pk, by=who, to=str(to.pk), at=at)

    assert (
        actions.assign(action_id=action.pk, by=desk.ops, to=str(desk.senior.pk), at=at).owner == desk.senior
    )
    assert count("action.assigned") == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"state": ActionState.DONE},
        {"state": ActionState.VERIFIED},
        {"returned": "x", "state": "done", "done": "It was mended"},
    ],
)
def test_what_the_database_refuses_of_an_action(desk: Desk, at: datetime, changes: dict):
    """Done or verified by nobody."""
    action = made.action(desk, at)
    with pytest.raises(IntegrityError), transaction.atomic():
        CorrectiveAction.objects.filter(pk=action.pk).update(**changes)


# ── Findings ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_third_failure_of_a_line_is_a_finding(desk: Desk, at: datetime):
    """F11: the same line, three times within thirty days; drawn by chance or picked, both count."""
    first = made.failed(desk, at - 20 * DAY, kind=DrawKind.RANDOM)
    second = made.failed(desk, at - 10 * DAY)
    assert not RecalibrationFinding.objects.exists()

    third = made.failed(desk, at)

    finding = RecalibrationFinding.objects.get()
    assert (finding.process, finding.item) == (desk.process, made.harmless(first.scorecard))
    assert made.ids(finding) == {first.pk, second.pk, third.pk}
    assert (finding.since, finding.until) == (at - 20 * DAY, at)
    assert count("qa.recalibration_found") == 1
    assert desk.ops.notifications.filter(subject__contains="failed 3 times").exists()


def test_failures_of_other_lines_processes_and_times_do_not_add_up(world: World, desk: Desk, at: datetime):
    made.failed(desk, at - 31 * DAY)
    made.failed(desk, at - DAY)
    made.failed(desk, at)
    made.failed(world.south, at)
    made.failed(desk, at, made.critical(made.card(desk, at)))

    assert not RecalibrationFinding.objects.exists()


def test_what_an_adjudicator_overturned_does_not_count(desk: Desk, at: datetime):
    """F7: the corrected answers count instead of the first ones."""
    first = qa.scored_evaluation(desk, at - 8 * DAY, delivery="fail")
    dispute = qa.disputed(desk, at - 7 * DAY, first)
    disputes.adjudicate(
        dispute_id=dispute.pk,
        by=qa.another_auditor(desk, at),
        outcome="overturned",
        why="It was delivered after all",
        answers=qa.answers(first),
        at=at,
    )
    for _ in range(2):
        made.failed(desk, at, "delivery")

    assert not RecalibrationFinding.objects.exists()

    made.failed(desk, at, "delivery")
    assert RecalibrationFinding.objects.get().item == "delivery"


def test_a_streak_is_found_once(desk: Desk, at: datetime):
    """While it is open further failures belong to it; the sweep finds nothing anew."""
    made.finding(desk, at)
    made.failed(desk, at + DAY)

    assert consequences.look_due(at=at + DAY) == 0
    assert (RecalibrationFinding.objects.count(), count("qa.recalibration_found")) == (1, 1)
    known = RecalibrationFinding.objects.values().get()
    with pytest.raises(IntegrityError), transaction.atomic():
        RecalibrationFinding.objects.create(**{**known, "id": desk.process.pk})


def test_a_closed_finding_begins_anew(desk: Desk, at: datetime):
    finding = made.finding(desk, at)
    for who in (desk.lead, desk.auditor, desk.owner):
        with pytest.raises(NotAllowed):
            actions.close_finding(finding_id=finding.pk, by=who, changed="We looked at it", at=at)
    with pytest.raises(Invalid):
        actions.close_finding(finding_id=finding.pk, by=desk.ops, changed="", at=at)

    closed = actions.close_finding(finding_id=finding.pk, by=desk.ops, changed="The model was changed", at=at)

    assert (closed.closed_by, count("qa.recalibration_closed")) == (desk.ops, 1)
    with pytest.raises(Conflict):
        actions.close_finding(finding_id=finding.pk, by=desk.governance, changed="Once more", at=at)
    made.failed(desk, at + DAY)
    made.failed(desk, at + 2 * DAY)
    assert RecalibrationFinding.objects.filter(closed_at__isnull=True).count() == 0
    made.failed(desk, at + 3 * DAY)
    assert RecalibrationFinding.objects.filter(closed_at__isnull=True).count() == 1


def test_the_sweep_finds_what_no_score_could_see(desk: Desk, at: datetime):
    """Two scores at the same moment do not see each other: the sweep sees both."""
    made.finding(desk, at)
    RecalibrationFinding.objects.all().delete()

    assert consequences.look_due(at=at + DAY) == 1
    assert consequences.look_due(at=at + DAY) == 0


def test_a_critical_recall_is_corrected_and_confirmed_by_people(desk: Desk, at: datetime):
    """Nobody opened it, so any of those who may can confirm; first somebody says what takes its place."""
    recall = made.action(desk, at).recall
    recalls.acknowledge(recall_id=recall.pk, by=desk.admin, at=at)
    recalls.decide_notice(recall_id=recall.pk, by=desk.owner, notify=False, why="Nothing was paid yet", at=at)
    with pytest.raises(Conflict) as refusal:
        recalls.confirm(recall_id=recall.pk, by=desk.lead, fix="It was entered again", at=at)
    assert refusal.value.code == "no_correction"

    recalls.correct(recall_id=recall.pk, by=desk.senior, correction=recalled.REVOKED, at=at)
    recalls.acknowledge(recall_id=recall.pk, by=desk.admin, at=at)
    over = recalls.confirm(recall_id=recall.pk, by=desk.lead, fix="It was entered again", at=at)

    assert over.confirmed_by == desk.lead
    assert qa.straight_through(desk, at)[0].state == InteractionState.AUTO_RELEASED
