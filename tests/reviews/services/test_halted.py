"""W1, W3: what a halt does to what comes in, to what was decided, and to what it kept for the record."""

from datetime import timedelta

import pytest

from audit.errors import Locked
from audit.models import Event
from contracts.enums import Degree
from contracts.services import ai_models, processes
from reviews.models import Case, Interaction
from reviews.services import intake, release, resuming
from tests import worlds
from tests.factories import halts
from tests.factories import reviews as made


@pytest.fixture
def world(db, at):
    return worlds.build(at)


@pytest.fixture
def desk(world):
    return world.north


def post(desk, at, **changes):
    payload = worlds.payload(desk, **changes)
    return intake.accept(payloads=[payload], agent=desk.agent, key=desk.key, at=at)[0]


def codes(receipt) -> set[str]:
    return {reason["code"] for reason in receipt.reasons}


@pytest.mark.parametrize("scope", [{}, {"step": "approve"}, {"model": True}, {"client": True}])
def test_under_a_hold_everything_goes_to_a_person(desk, at, scope):
    before = post(desk, at).disposition
    halts.engaged(desk, at, Degree.HOLD, **scope)

    receipt = post(desk, at)

    assert (before, receipt.disposition) == ("auto_released", "review")
    assert receipt.case is not None
    assert codes(receipt) == {"HALTED"}


def test_a_halt_of_one_step_leaves_the_others_alone(desk, at):
    halts.engaged(desk, at, Degree.STOP, step="deny")

    assert post(desk, at).disposition == "auto_released"


def test_a_halt_of_one_client_leaves_the_others_alone(world, at):
    halts.engaged(world.north, at, Degree.STOP, client=True)

    assert post(world.south, at).disposition == "auto_released"


def test_a_stopped_scope_refuses_and_stores_nothing(desk, at):
    """423 names what, why as a class, and since when; never who, and never the words of the reason."""
    halts.engaged(desk, at, Degree.STOP)

    receipt = post(desk, at)

    assert isinstance(receipt.error, Locked)
    assert receipt.error.code == "halted"
    assert desk.process.code in receipt.error.sentence
    assert "the model answers wrongly" in receipt.error.sentence
    assert f"{at:%H:%M:%S}" in receipt.error.sentence
    assert "It pays" not in receipt.error.sentence
    assert not Interaction.objects.exists()


def test_what_was_taken_in_before_a_stop_is_found_again(desk, at):
    first = post(desk, at, external_id="INV-1")
    halts.engaged(desk, at, Degree.STOP)

    again = post(desk, at, external_id="INV-1")

    assert (again.duplicate, again.id) == (True, first.id)


def test_of_a_batch_only_the_lines_in_scope_are_refused(desk, at):
    halts.engaged(desk, at, Degree.STOP, step="triage")
    payloads = [worlds.payload(desk), worlds.payload(desk, step="triage")]

    first, second = intake.accept(payloads=payloads, agent=desk.agent, key=desk.key, at=at)

    assert (first.disposition, type(second.error)) == ("auto_released", Locked)


def test_under_a_shadow_halt_it_is_kept_for_the_record(desk, at):
    halts.engaged(desk, at, Degree.SHADOW)

    receipt = post(desk, at)

    assert (receipt.disposition, receipt.state, receipt.case) == ("suspended", "suspended", None)
    assert Event.objects.get(action="routing.decided").facts["disposition"] == "suspended"


def test_what_comes_without_origin_is_kept_apart_also_under_a_shadow_halt(desk, at):
    halts.engaged(desk, at, Degree.SHADOW)

    assert post(desk, at, lineage=[]).disposition == "quarantined"


def test_the_strictest_of_several_halts_wins(desk, at):
    halts.engaged(desk, at, Degree.HOLD)
    halts.engaged(desk, at, Degree.STOP, model=True)

    assert isinstance(post(desk, at).error, Locked)


@pytest.mark.parametrize(("degree", "out"), [(Degree.HOLD, 1), (Degree.SHADOW, 0), (Degree.STOP, 0)])
def test_what_people_decided_goes_out_under_a_hold_only_and_later_in_any_case(desk, at, degree, out):
    decision = made.decided_case(desk, at)
    halt = halts.engaged(desk, at, degree)
    due = at + timedelta(minutes=1)

    went = release.release_due(at=due)
    alone = release.release(interaction_id=decision.interaction_id, at=due)
    halts.released(halt, desk.admin, due)
    later = release.release_due(at=due)

    assert (went, alone, later) == (out, False, 1 - out)


def test_what_a_halt_keeps_back_keeps_nobody_behind_it(desk, at):
    made.decided_case(desk, at, step="approve")
    made.decided_case(desk, at, step="triage")
    halts.engaged(desk, at, Degree.STOP, step="approve")

    assert release.release_due(at=at + timedelta(minutes=1), limit=1) == 1


def test_after_a_shadow_halt_a_person_gets_what_was_kept(desk, at):
    halt = halts.engaged(desk, at, Degree.SHADOW)
    kept = [post(desk, at).id, post(desk, at, amount="6000.00").id]
    during = resuming.resume_due(at=at)
    over = at + timedelta(hours=1)
    halts.released(halt, desk.admin, over)

    made_now = resuming.resume_due(at=over)
    again = resuming.resume_due(at=over)

    assert (during, made_now, again) == (0, 2, 0)
    assert set(Interaction.objects.filter(pk__in=kept).values_list("state", flat=True)) == {"awaiting"}
    cases = Case.objects.filter(interaction__in=kept)
    assert {(case.state, case.opened_at) for case in cases} == {("waiting", over)}
    assert all(case.due_at > over for case in cases)
    assert Event.objects.filter(action="intake.resumed").count() == 2


def test_resuming_goes_on_chunk_by_chunk(desk, at, monkeypatch):
    monkeypatch.setattr(resuming, "CHUNK", 2)
    halt = halts.engaged(desk, at, Degree.SHADOW, step="triage")
    for _ in range(5):
        post(desk, at, step="triage")
    halts.released(halt, desk.admin, at)

    assert resuming.resume_due(at=at) == 5


def test_what_another_shadow_halt_keeps_back_stays(desk, at):
    first = halts.engaged(desk, at, Degree.SHADOW)
    halts.engaged(desk, at, Degree.STOP, step="approve")
    halt = halts.engaged(desk, at, Degree.SHADOW, step="triage")
    post(desk, at, step="triage")
    halts.released(halt, desk.admin, at)

    assert resuming.resume_due(at=at) == 0
    halts.released(first, desk.admin, at)
    assert resuming.resume_due(at=at) == 1


@pytest.mark.parametrize(("hours", "disposition"), [(1, "review"), (23, "review"), (25, "auto_released")])
def test_for_a_day_after_a_halt_everything_goes_to_a_person(desk, at, hours, disposition):
    """W3: 100 % review for 24 hours, ended by the clock."""
    halts.released(halts.engaged(desk, at), desk.admin, at)

    receipt = post(desk, at + timedelta(hours=hours))

    assert receipt.disposition == disposition
    assert codes(receipt) == ({"HALT_WATCH"} if disposition == "review" else set())


def test_what_came_while_a_halt_lasted_and_is_routed_after_it_is_watched(desk, at):
    """W3: an intake that began before the release and ends behind it releases nothing by itself either."""
    later = at + timedelta(minutes=5)
    halts.released(halts.engaged(desk, at), desk.admin, later)

    assert codes(post(desk, later - timedelta(seconds=1))) == {"HALT_WATCH"}


def test_what_waits_for_a_drill_says_so_on_record(desk, at):
    """W4, U5: so that it can be left out of service levels."""
    halts.engaged(desk, at, drill=True)

    receipt = post(desk, at)

    assert (receipt.disposition, codes(receipt)) == ("review", {"HALT_DRILL"})
    decided = Event.objects.filter(action="routing.decided").latest("id")
    assert decided.facts["reasons"] == ["HALT_DRILL"]


def test_a_halt_in_earnest_beside_an_equal_drill_is_not_left_out(desk, at):
    halts.engaged(desk, at, drill=True)
    halts.engaged(desk, at, by=desk.admin)

    assert codes(post(desk, at)) == {"HALTED"}


def test_after_a_drill_nothing_is_watched(desk, at):
    halts.released(halts.engaged(desk, at, drill=True), desk.admin, at)

    assert post(desk, at).disposition == "auto_released"


def test_a_halted_model_goes_to_people_and_another_approved_one_goes_on(desk, at):
    """W2: the last approved version as safe state."""
    other = ai_models.register(
        vendor=desk.model.model.vendor,
        name="other reader",
        version="2.0",
        reference="north-2.0",
        purpose="Reads invoices",
        procured_by=desk.process.provider,
        by=None,
        at=at,
    )
    ai_models.approve(version=other, by=desk.owner, at=at)
    step = desk.steps["approve"]
    processes.allow_models(
        step=step, versions=[desk.model, other], endpoints=step.endpoints.all(), by=None, at=at
    )
    halts.engaged(desk, at, Degree.HOLD, model=True)

    assert post(desk, at).disposition == "review"
    assert post(desk, at, model_version="north-2.0").disposition == "auto_released"
