"""Test calls up the escalation path: who is called, who answers, in what time, and how a drill ends (C7)."""

from datetime import datetime, time, timedelta

import pytest
from django.db import IntegrityError, transaction

from audit.errors import Conflict, Invalid, NotAllowed, NotVisible
from contracts.enums import Role
from contracts.models import Notification, User
from contracts.services import agreements, people
from contracts.services.matrix_drafts import Level
from reviews.enums import CallEnd, DrillState
from reviews.models import EscalationDrill, EscalationDrillCall
from reviews.selectors import drills as selector
from reviews.services import drills
from tests import matrices, worlds
from tests.factories import drills as made
from tests.factories.drills import calls
from tests.permissions import fingerprint
from tests.reviews.services.stages import events
from tests.worlds import Desk, World

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)


@pytest.fixture
def world(db: None, at: datetime) -> World:
    return worlds.build(at)


@pytest.fixture
def desk(world: World) -> Desk:
    return world.north


def told(user: User) -> list[str]:
    # What was told while the world was made is left out.
    mine = Notification.objects.filter(user=user, created_at__gt=user.created_at).order_by("created_at", "pk")
    return list(mine.values_list("subject", flat=True))


def read(drill: EscalationDrill) -> EscalationDrill:
    return EscalationDrill.objects.get(pk=drill.pk)


class TestStart:
    def test_the_person_of_the_first_level_is_called(self, desk: Desk, at: datetime) -> None:
        drill = made.started(desk, at)

        (call,) = calls(drill)
        assert (drill.state, drill.level, drill.path_version) == (DrillState.RUNNING, 1, 1)
        assert [level["level"] for level in drill.path] == [1, 2, 3]
        assert (call.person, call.started_at, call.due_at) == (desk.lead, at, at + 15 * MINUTE)
        assert drill.due_at == call.due_at
        assert told(desk.lead) == ["NORTH-AP: test call. Are you there?"]
        (event,) = events("escalation.drill_started")
        assert event.actor_id == str(desk.ops.pk)
        assert event.facts["called"] == str(desk.lead.pk)
        assert (event.facts["trigger_class"], event.facts["severity"], event.facts["level"]) == ("*", None, 1)

    def test_the_deputy_is_called_where_the_person_is_not_there(self, desk: Desk, at: datetime) -> None:
        people.deactivate(user=desk.lead, by=None, at=at)

        assert calls(made.started(desk, at))[0].person == desk.senior

    def test_a_level_without_anybody_is_written_down_and_passed_over(self, desk: Desk, at: datetime) -> None:
        for user in (desk.lead, desk.senior):
            people.deactivate(user=user, by=None, at=at)

        drill = made.started(desk, at, by=desk.governance)

        nobody, call = calls(drill)
        assert (nobody.level, nobody.person, nobody.end) == (1, None, CallEnd.NOBODY)
        assert (call.level, call.person, drill.level) == (2, desk.ops, 2)

    def test_whoever_starts_it_is_not_called(self, desk: Desk, at: datetime) -> None:
        drill = made.started(desk, at)

        drills.advance_due(at=at + 16 * MINUTE)

        assert [call.person for call in calls(drill)] == [desk.lead, desk.governance]

    def test_with_nobody_anywhere_it_is_unanswered_at_once(self, desk: Desk, at: datetime) -> None:
        for role in ("lead", "senior", "governance", "admin", "owner"):
            people.deactivate(user=desk.cast[role], by=None, at=at)

        drill = made.started(desk, at)

        assert (drill.state, drill.ended_at, drill.ended_by) == (DrillState.UNANSWERED, at, None)
        assert [call.end for call in calls(drill)] == [CallEnd.NOBODY] * 3
        assert events("escalation.drill_ended")[0].facts["passed_over"] == 3
        assert told(desk.ops) == ["NORTH-AP: nobody answered the test call"]

    def test_a_second_one_waits_for_the_end_of_the_first(self, desk: Desk, at: datetime) -> None:
        first = made.started(desk, at)
        before = fingerprint.of_database()

        with pytest.raises(Conflict, match="A test call runs") as refused:
            made.started(desk, at, by=desk.governance)

        assert refused.value.code == "drill_running"
        assert fingerprint.of_database() == before
        drills.answer(drill_id=first.pk, user=desk.lead, at=at)
        assert made.started(desk, at, by=desk.governance).state == DrillState.RUNNING

    def test_another_process_does_not_wait(self, world: World, at: datetime) -> None:
        made.started(world.north, at)

        assert made.started(world.south, at).state == DrillState.RUNNING

    @pytest.mark.parametrize("trigger_class, severity", [("fraud", None), ("*", 1)])
    def test_only_a_row_of_the_matrix_is_tried(
        self, desk: Desk, at: datetime, trigger_class: str, severity: int | None
    ) -> None:
        before = fingerprint.of_database()

        with pytest.raises(Invalid, match="no such row"):
            drills.start(
                process=desk.process, trigger_class=trigger_class, severity=severity, by=desk.ops, at=at
            )

        assert fingerprint.of_database() == before

    def test_only_whoever_manages_the_process_starts_one(self, world: World, at: datetime) -> None:
        desk, before = world.north, fingerprint.of_database()

        for role in ("lead", "senior", "admin", "owner", "viewer"):
            with pytest.raises(NotAllowed, match="started by"):
                made.started(desk, at, by=desk.cast[role])
        for user in (world.stranger, world.south.ops):
            with pytest.raises(NotVisible):
                made.started(desk, at, by=user)

        assert fingerprint.of_database() == before
        assert made.started(desk, at, by=desk.governance).started_by == desk.governance


class TestAnswer:
    def test_who_answered_at_which_level_in_what_time_is_kept(self, desk: Desk, at: datetime) -> None:
        drill = made.answered(desk, at, at + timedelta(seconds=7, milliseconds=340))

        (call,) = calls(drill)
        assert (drill.state, drill.due_at) == (DrillState.ANSWERED, None)
        assert (drill.ended_by, drill.ended_at) == (desk.lead, call.answered_at)
        assert (call.answered_by, call.end) == (desk.lead, CallEnd.ANSWERED)
        (answer,), (end,) = events("escalation.drill_answered"), events("escalation.drill_ended")
        assert answer.facts == {"level": 1, "seconds": "7.3", "in_time": True}
        assert end.facts == {"outcome": "answered", "level": 1, "seconds": "7.3", "passed_over": 0}
        assert told(desk.ops) == ["NORTH-AP: North Lead answered the test call"]
        assert drills.advance_due(at=at + timedelta(days=1)) == 0

    def test_only_whoever_is_called_answers(self, world: World, at: datetime) -> None:
        """Blind: the deputy who is awake, whoever started it, and other clients' people leave nothing behind."""
        desk = world.north
        drill = made.started(desk, at)
        before = fingerprint.of_database()

        for role in ("senior", "ops", "governance", "reviewer", "admin", "viewer"):
            with pytest.raises(NotAllowed):
                drills.answer(drill_id=drill.pk, user=desk.cast[role], at=at + SECOND)
        for user in (world.stranger, world.south.lead, desk.agent):
            with pytest.raises((NotVisible, NotAllowed)):
                drills.answer(drill_id=drill.pk, user=user, at=at + SECOND)

        assert fingerprint.of_database() == before
        answered = drills.answer(drill_id=drill.pk, user=desk.lead, at=at + SECOND)
        assert answered.state == DrillState.ANSWERED

    def test_a_second_answer_changes_nothing(self, desk: Desk, at: datetime) -> None:
        drill = made.answered(desk, at, at + SECOND)
        before = fingerprint.of_database()

        with pytest.raises(Conflict, match="over for you"):
            drills.answer(drill_id=drill.pk, user=desk.lead, at=at + 2 * SECOND)

        assert fingerprint.of_database() == before

    def test_whoever_let_it_move_on_is_too_late(self, desk: Desk, at: datetime) -> None:
        drill = made.started(desk, at)
        drills.advance_due(at=at + 15 * MINUTE)

        with pytest.raises(Conflict, match="over for you"):
            drills.answer(drill_id=drill.pk, user=desk.lead, at=at + 16 * MINUTE)
        drill = drills.answer(drill_id=drill.pk, user=desk.governance, at=at + 15 * MINUTE + 9 * SECOND)

        (event,) = events("escalation.drill_answered")
        assert (event.facts["level"], event.facts["seconds"]) == (2, "9.0")
        assert events("escalation.drill_ended")[0].facts["seconds"] == "909.0"

    def test_an_answer_before_the_sweep_counts_and_is_said_to_be_late(self, desk: Desk, at: datetime) -> None:
        made.answered(desk, at, at + 15 * MINUTE + SECOND)

        assert events("escalation.drill_answered")[0].facts["in_time"] is False


class TestClock:
    def test_it_moves_on_when_the_limit_has_passed_and_once(self, desk: Desk, at: datetime) -> None:
        drill = made.started(desk, at)
        late = at + 15 * MINUTE + SECOND

        assert drills.advance_due(at=at + 15 * MINUTE - SECOND) == 0
        assert drills.advance_due(at=late) == 1
        assert drills.advance_due(at=late) == 0

        missed, call = calls(drill)
        assert (missed.end, missed.ended_at, missed.answered_at) == (CallEnd.UNANSWERED, late, None)
        assert (call.person, call.due_at) == (desk.governance, late + 30 * MINUTE)
        assert (read(drill).level, read(drill).due_at) == (2, call.due_at)
        assert told(desk.lead)[-1] == "NORTH-AP: a test call was not answered"
        (event,) = events("escalation.drill_moved")
        assert (event.facts["from_level"], event.facts["level"]) == (1, 2)
        assert event.facts["called"] == str(desk.governance.pk)

    def test_at_the_end_of_the_path_nobody_has_answered(self, desk: Desk, at: datetime) -> None:
        drill = made.started(desk, at)

        for hours in range(5):
            drills.advance_due(at=at + timedelta(hours=hours))

        drill = read(drill)
        assert (drill.state, drill.level, drill.ended_by) == (DrillState.UNANSWERED, 3, None)
        assert [call.end for call in calls(drill)] == [CallEnd.UNANSWERED] * 3
        assert len(events("escalation.drill_moved")) == 2
        (end,) = events("escalation.drill_ended")
        assert (end.facts["outcome"], end.actor_id) == ("unanswered", "escalation")
        assert told(desk.ops)[-1] == "NORTH-AP: nobody answered the test call"

    def test_it_keeps_the_levels_it_began_with(self, desk: Desk, at: datetime) -> None:
        drill = made.started(desk, at)
        level = Level("Only", Role.SENIOR_REVIEWER, desk.senior, None, desk.process.calendar, 5, 10)
        matrices.put_path(desk, at, [level])

        drills.advance_due(at=at + 16 * MINUTE)

        assert [call.person for call in calls(drill)] == [desk.lead, desk.governance]
        assert read(drill).path_version == 1

    def test_limits_are_business_hours_of_the_level(self, desk: Desk, at: datetime) -> None:
        """A call at 09:30 in a place that opens at 14:00 is to be answered by 14:15."""
        afternoons = agreements.define_calendar(
            name="Afternoons", time_zone="UTC", hours={"2": [["14:00", "18:00"]]}, by=None, at=at
        )
        level = Level("Only", Role.TEAM_LEAD, desk.lead, None, afternoons, 15, 60)
        matrices.put_path(desk, at, [level])

        assert calls(made.started(desk, at))[0].due_at.time() == time(14, 15)

    def test_one_that_fails_does_not_keep_the_others(
        self, world: World, at: datetime, caplog: pytest.LogCaptureFixture
    ) -> None:
        broken, whole = made.started(world.north, at), made.started(world.south, at)
        # A row that is there already where the sweep would put its own.
        EscalationDrillCall.objects.create(
            drill=broken, level=2, started_at=at, due_at=at, ended_at=at, end=CallEnd.NOBODY
        )

        assert drills.advance_due(at=at + 16 * MINUTE) == 1

        assert f"The test call {broken.pk} could not be moved" in caplog.text
        assert (read(broken).level, calls(broken)[0].end) == (1, "")
        assert read(whole).level == 2


class TestCancel:
    def test_one_that_was_called_off_counts_as_none(self, desk: Desk, at: datetime) -> None:
        drill = drills.cancel(drill_id=made.started(desk, at).pk, by=desk.governance, at=at + MINUTE)

        assert (drill.state, drill.ended_by) == (DrillState.CANCELLED, desk.governance)
        assert calls(drill)[0].end == CallEnd.CANCELLED
        assert selector.standings([desk.process])[desk.process.pk].last is None
        assert told(desk.lead)[-1] == "NORTH-AP: the test call was called off"
        assert events("escalation.drill_ended")[0].facts["outcome"] == "cancelled"
        assert drills.advance_due(at=at + timedelta(days=1)) == 0

    def test_only_whoever_may_start_one_calls_it_off(self, world: World, at: datetime) -> None:
        desk = world.north
        drill = made.started(desk, at)
        before = fingerprint.of_database()

        with pytest.raises(NotAllowed):
            drills.cancel(drill_id=drill.pk, by=desk.lead, at=at)
        with pytest.raises(NotVisible):
            drills.cancel(drill_id=drill.pk, by=world.south.ops, at=at)

        assert fingerprint.of_database() == before
        drills.cancel(drill_id=drill.pk, by=desk.ops, at=at)
        with pytest.raises(Conflict, match="over already"):
            drills.cancel(drill_id=drill.pk, by=desk.ops, at=at)


class TestDatabase:
    """What no mistake of ours can write."""

    def refused(self, rows, **changes) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**changes)

    def test_an_answer_names_the_person_who_was_called_and_the_moment(self, desk: Desk, at: datetime) -> None:
        drill = made.answered(desk, at, at + SECOND)
        rows = EscalationDrillCall.objects.filter(drill=drill)

        self.refused(rows, answered_by=desk.senior)
        self.refused(rows, answered_by=None)
        self.refused(rows, answered_at=None)
        self.refused(rows, person=None)
        self.refused(rows, end=CallEnd.UNANSWERED)
        self.refused(rows, ended_at=None)

    def test_a_drill_that_is_over_says_who_ended_it(self, desk: Desk, at: datetime) -> None:
        rows = EscalationDrill.objects.filter(pk=made.answered(desk, at, at + SECOND).pk)

        self.refused(rows, ended_by=None)
        self.refused(rows, ended_at=None)
        self.refused(rows, state=DrillState.UNANSWERED)
        self.refused(rows, state=DrillState.RUNNING)
