"""F6: a tenth is scored twice by another auditor who is blind to the first score; low agreement opens a calibration."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from audit.errors import Conflict, Invalid, NotAllowed
from audit.models import Event
from contracts.models import User
from reviews.domain import double_scoring
from reviews.models import CalibrationSession, Evaluation, SecondScore
from reviews.selectors import disputes as dispute_selector
from reviews.selectors import evaluations as evaluation_selector
from reviews.selectors import second_scores as selector
from reviews.services import calibrations, disputes, draws, evaluations, second_scores
from tests import worlds
from tests.factories import qa as factory


@pytest.fixture
def world(db, at):
    return worlds.build(at)


@pytest.fixture
def desk(world):
    return world.north


@pytest.fixture
def other(desk, at):
    return factory.another_auditor(desk, at)


def second(evaluation, by, at, *, wrong=False, **marks):
    return second_scores.submit(
        evaluation_id=evaluation.pk,
        by=by,
        answers=factory.answers(evaluation, **marks),
        judged_wrong=wrong,
        at=at,
    )


def scored_twice_asked(desk, at, **marks):
    evaluation = factory.scored_evaluation(desk, at, **marks)
    second_scores.choose_due(at=at)
    return evaluation_selector.load(evaluation.pk)


def sampled(desk, at, count=40):
    """A day with so many drawn that several are scored twice."""
    yesterday = at - timedelta(days=1)
    factory.planned(desk, yesterday - timedelta(days=7), "0.1")
    factory.straight_through(desk, yesterday, count)
    return draws.draw(process=desk.process, day=yesterday.date(), at=at)


def test_choose_due_takes_the_smallest_digests_of_the_seed_once(desk, at):
    draw = sampled(desk, at, 150)
    ids = [str(pk) for pk in draw.evaluations.values_list("interaction", flat=True)]

    chosen = second_scores.choose_due(at=at)
    again = second_scores.choose_due(at=at)

    assert (chosen, again) == (-(-len(ids) // 10), 0)
    assert {(row.digest, str(row.evaluation.interaction_id)) for row in SecondScore.objects.all()} == set(
        double_scoring.choose(draw.seed, ids, chosen)
    )
    event = Event.objects.get(action="qa.second_drawn")
    assert (event.facts["month_evaluations"], event.facts["month_chosen"]) == (len(ids), chosen)


def test_submit_gives_a_second_score_beside_the_first(desk, other, at):
    evaluation = scored_twice_asked(desk, at, delivery="fail")

    given = second(evaluation, other, at, privacy="fail")

    first = Evaluation.objects.get(pk=evaluation.pk)
    assert (first.score, first.submitted_by) == (92, desk.auditor)
    assert (given.score, given.critical_fail, given.submitted_by) == (0, True, other)
    event = Event.objects.get(action="qa.second_submitted")
    assert (event.facts["score"], event.facts["scorecard_version"]) == ("0.00", 1)
    with pytest.raises(Conflict):
        second(evaluation, factory.another_auditor(desk, at, "fourth"), at)


def test_submit_is_for_another_independent_auditor(desk, other, at):
    evaluation = scored_twice_asked(desk, at)
    User.objects.filter(pk=other.pk).update(lead=desk.lead)

    with pytest.raises(NotAllowed, match="You gave the first score"):
        second(evaluation, desk.auditor, at)
    with pytest.raises(NotAllowed, match="Your team had a hand"):
        second(evaluation, User.objects.get(pk=other.pk), at)
    with pytest.raises(NotAllowed):
        second(evaluation, desk.governance, at)

    assert SecondScore.objects.get().submitted_at is None
    assert evaluation_selector.to_score(desk.auditor) == []


def test_the_second_auditor_knows_nothing_of_the_first_score(desk, other, at):
    evaluation = scored_twice_asked(desk, at, delivery="fail")

    sheet = evaluation_selector.sheet(other, evaluation.pk, at)

    assert (sheet.open, sheet.second, sheet.due_at) == (True, True, evaluation.second.due_at)
    assert evaluation_selector.to_score(other) == [evaluation]
    assert evaluation_selector.hidden(other, [evaluation]) == {evaluation.pk}
    assert evaluation_selector.hidden(desk.auditor, [evaluation]) == set()
    assert evaluation_selector.blind_to(other, [evaluation.interaction_id]) == {evaluation.interaction_id}
    second(evaluation, other, at)
    assert evaluation_selector.sheet(other, evaluation.pk, at).open is False
    assert evaluation_selector.to_score(other) == []


def test_a_dispute_waits_for_the_second_score_and_for_a_third_person(desk, other, at):
    evaluation = scored_twice_asked(desk, at)
    raised = factory.disputed(desk, at, evaluation)
    third = factory.another_auditor(desk, at, "third")

    with pytest.raises(Conflict, match="still out"):
        factory.adjudicated(raised, third, at)
    assert "still out" in dispute_selector.waiting(third)[0].refusal
    second(evaluation, other, at)
    with pytest.raises(NotAllowed, match="You scored it"):
        factory.adjudicated(raised, other, at)

    assert factory.adjudicated(raised, third, at).outcome == "upheld"


def test_the_database_refuses_half_a_second_score(desk, at):
    scored_twice_asked(desk, at)

    with pytest.raises(IntegrityError), transaction.atomic():
        SecondScore.objects.update(submitted_at=at)


# ── Agreement ────────────────────────────────────────────────────────────────────────────────────────────────


def test_estimates_and_accuracy_read_the_first_score(desk, other, at):
    evaluation = scored_twice_asked(desk, at, delivery="fail")
    second(evaluation, other, at)
    disputes.dispute(evaluation_id=evaluation.pk, by=desk.reviewer, reason="It was in time.", at=at)
    third = factory.another_auditor(desk, at, "third")
    factory.adjudicated(evaluation_selector.load(evaluation.pk).dispute, third, at, "overturned")

    ((_, rows),) = selector.auditors(desk.governance, at)
    by_person = {row.user: row for row in rows}

    assert {row.user for row in rows} == {desk.auditor, other}
    assert (by_person[desk.auditor].scored, by_person[other].scored) == (1, 0)
    assert (by_person[other].compared, by_person[other].alike, by_person[other].marks_alike) == (1, 1, 11)
    assert (by_person[desk.auditor].adjudicated, by_person[desk.auditor].overturned) == (1, 1)
    ((_, own),) = selector.auditors(other, at)
    assert [row.user for row in own] == [other]
    assert selector.auditors(desk.owner, at) == []


def test_low_agreement_opens_one_calibration(desk, other, at):
    """κ of twelve lines, six of them marked differently, lies far under 0.6."""
    evaluation = scored_twice_asked(desk, at)

    second(
        evaluation,
        other,
        at,
        **dict.fromkeys(
            ("authority", "delivery", "need_to_know", "procedure", "rationale", "escalation"), "fail"
        ),
    )

    assert not CalibrationSession.objects.exists(), "one evaluation says nothing yet"
    session = calibrations.open_where_low(process=desk.process, at=at, enough=1)
    assert (session.cause, session.line, session.pairs) == ("kappa", "", 12)
    assert session.kappa < 0.6
    assert list(session.evaluations.all()) == [evaluation]
    assert set(session.marks[str(evaluation.pk)]) == {str(desk.auditor.pk), str(other.pk)}
    assert calibrations.open_where_low(process=desk.process, at=at, enough=1) is None
    (standing,) = selector.standings(desk.governance, at)
    assert (standing.overall.pairs, standing.month_twice, standing.may_open) == (12, 1, True)


def test_good_agreement_opens_none(desk, other, at):
    second(scored_twice_asked(desk, at), other, at)

    assert calibrations.open_where_low(process=desk.process, at=at, enough=1) is None
    assert not CalibrationSession.objects.exists()


def held(session, by, at, **changes):
    differing = double_scoring.disputed_lines(session.marks)
    agreed = {}
    for evaluation, code in differing:
        agreed.setdefault(evaluation, {})[code] = "pass"
    given = {"participants": list(session.process_people), "agreed": agreed, "decision": "Late is late."}
    return calibrations.hold(session_id=session.pk, by=by, at=at, **(given | changes))


@pytest.fixture
def session(desk, other, at):
    evaluation = scored_twice_asked(desk, at)
    second(evaluation, other, at, delivery="fail")
    opened = calibrations.open_by_hand(process=desk.process, by=desk.auditor, at=at)
    opened.process_people = [desk.auditor, other]
    return opened


def test_hold_records_who_agreed_what(desk, other, session, at):
    done = held(session, desk.auditor, at)

    evaluation = str(session.evaluations.get().pk)
    assert (done.agreed, done.decision) == ({evaluation: {"delivery": "pass"}}, "Late is late.")
    assert set(done.participants.all()) == {desk.auditor, other}
    event = Event.objects.get(action="calibration.held")
    assert event.facts["variance"]["delivery"] == "0.2500"
    assert "Late is late." not in str(event.content)
    with pytest.raises(Conflict):
        held(session, other, at)


@pytest.mark.parametrize(
    ("_case", "changes", "code"),
    [
        ("_case nobody took part", {"participants": []}, "participants"),
        ("_case nothing was agreed", {"agreed": {}}, "agreed_missing"),
        ("_case no decision", {"decision": " "}, "decision_required"),
    ],
)
def test_hold_refuses(_case, changes, code, desk, session, at):
    with pytest.raises(Invalid) as refused:
        held(session, desk.auditor, at, **changes)

    assert refused.value.code == code
    assert CalibrationSession.objects.get().held_at is None


def test_open_by_hand_is_for_auditors_and_one_runs_at_a_time(desk, session, at):
    with pytest.raises(Conflict):
        calibrations.open_by_hand(process=desk.process, by=desk.governance, at=at)
    for person in (desk.reviewer, desk.owner):
        with pytest.raises(NotAllowed):
            calibrations.open_by_hand(process=desk.process, by=person, at=at)

    assert CalibrationSession.objects.count() == 1


def test_open_by_hand_needs_something_that_was_scored(desk, at):
    with pytest.raises(Invalid, match="Nothing was scored"):
        calibrations.open_by_hand(process=desk.process, by=desk.auditor, at=at)


def test_the_database_refuses_a_session_held_without_a_decision(desk, session, at):
    with pytest.raises(IntegrityError), transaction.atomic():
        CalibrationSession.objects.update(held_at=at, held_by=desk.auditor)


def test_submit_in_place_of_the_first_is_a_conflict(desk, other, at):
    """Two auditors at one evaluation that nobody scores twice: the second one comes too late."""
    evaluation = factory.scored_evaluation(desk, at)

    with pytest.raises(Conflict):
        second(evaluation, other, at)
    with pytest.raises(Conflict):
        evaluations.submit(
            evaluation_id=evaluation.pk,
            by=other,
            answers=factory.answers(evaluation),
            judged_wrong=False,
            at=at,
        )


def test_the_second_score_waits_for_the_first(desk, other, at):
    evaluation = factory.drawn_evaluation(desk, at)
    second_scores.choose_due(at=at)

    with pytest.raises(Conflict, match="first score is not given yet"):
        second(evaluation_selector.load(evaluation.pk), other, at)
    assert not SecondScore.objects.filter(submitted_at__isnull=False).exists()

    evaluations.submit(
        evaluation_id=evaluation.pk,
        by=desk.auditor,
        answers=factory.answers(evaluation),
        judged_wrong=False,
        at=at,
    )
    assert second(evaluation_selector.load(evaluation.pk), other, at).submitted_by == other


def test_accuracy_knows_an_auditor_whose_first_score_lies_before_the_days_told_of(desk, other, at):
    evaluation = scored_twice_asked(desk, at)
    second(evaluation, other, at + timedelta(days=3))

    ((_, rows),) = selector.auditors(desk.governance, at + timedelta(days=selector.DAYS + 1))

    told = {row.user: (row.scored, row.compared) for row in rows}
    assert told == {desk.auditor: (0, 1), other: (0, 1)}
