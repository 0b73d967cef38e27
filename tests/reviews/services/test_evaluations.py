"""Scoring: once, by an auditor who had no hand in it, before the verdict is shown."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from audit.errors import Conflict, Invalid, NotAllowed, NotVisible
from audit.models import Event
from audit.services import vault
from contracts.enums import Role
from contracts.models import User
from contracts.services import memberships
from reviews import permissions
from reviews.enums import EvaluationState, ReasonCode, Verdict
from reviews.models import Evaluation
from reviews.selectors import evaluations as selector
from reviews.services import claims, decisions, draws, evaluations, release, workspace
from reviews.services.decisions import Answer
from tests import worlds
from tests.factories import qa as factory
from tests.factories import reviews

REJECTED = Answer(Verdict.REJECT, reason_code=ReasonCode.WRONG_FACT, note="The order says 900.")


@pytest.fixture
def world(db, at):
    return worlds.build(at)


@pytest.fixture
def desk(world):
    return world.north


def submit(evaluation, by, at, *, wrong=False, **marks):
    return evaluations.submit(
        evaluation_id=evaluation.pk,
        by=by,
        answers=factory.answers(evaluation, **marks),
        judged_wrong=wrong,
        at=at,
    )


def recorded():
    return [event.action for event in Event.objects.filter(action__startswith="qa.").order_by("id")]


def untouched(evaluation):
    evaluation.refresh_from_db()
    return (evaluation.state, evaluation.auditor, evaluation.score, recorded()) == ("drawn", None, None, [])


def test_submit_scores_and_records(desk, at):
    evaluation = factory.drawn_evaluation(desk, at)

    scored = submit(evaluation, desk.auditor, at, delivery="fail", escalation="na")

    assert (scored.state, scored.auditor, scored.submitted_by, scored.submitted_at) == (
        "submitted",
        desk.auditor,
        desk.auditor,
        at,
    )
    # 86 of the 94 points that apply.
    assert (scored.score, scored.passed, scored.critical_fail) == (Decimal("91.49"), True, False)
    assert scored.answers["delivery"] == {"mark": "fail", "note": "The order says otherwise"}
    assert recorded() == ["qa.assigned", "qa.submitted"]
    event = Event.objects.get(action="qa.submitted")
    assert event.facts["answers"]["escalation"] == "na"
    assert (event.facts["score"], event.facts["passed"], event.facts["scorecard_version"]) == (
        "91.49",
        True,
        1,
    )
    assert (event.facts["pi"], event.facts["stratum"]) == ("1.000000000000", "high/reviewed")
    assert event.content["actor"]["role"] == "qa_auditor"
    assert "The order says otherwise" not in str(event.content)
    assert vault.reveal(event_uid=event.uid, field="notes") == '{"delivery": "The order says otherwise"}'


def test_submit_with_a_critical_failure_scores_zero(desk, at):
    evaluation = factory.drawn_evaluation(desk, at)

    scored = submit(evaluation, desk.auditor, at, privacy="fail")

    assert (scored.score, scored.passed, scored.critical_fail) == (0, False, True)


WENT_OUT = [
    ("_case right and straight through", False, None, False, False),
    ("_case wrong and straight through", False, None, True, True),
    ("_case right and approved", True, None, False, False),
    ("_case wrong and approved", True, None, True, True),
    ("_case wrong and rejected", True, REJECTED, True, False),
    ("_case right and rejected", True, REJECTED, False, True),
]


@pytest.mark.parametrize(
    ("_case", "reviewed", "answer", "judged", "out"), WENT_OUT, ids=[r[0] for r in WENT_OUT]
)
def test_submit_says_whether_what_went_out_was_wrong(_case, reviewed, answer, judged, out, desk, at):
    evaluation = factory.drawn_evaluation(desk, at, reviewed=reviewed, answer=answer)

    scored = submit(evaluation, desk.auditor, at, wrong=judged)

    assert (scored.judged_wrong, scored.output_wrong) == (judged, out)


REFUSED = [
    ("_case a failure without evidence", {"delivery": evaluations.Answer("fail", "  ")}, "evidence_missing"),
    ("_case an unknown mark", {"delivery": evaluations.Answer("perhaps")}, "mark_unknown"),
    ("_case an endless note", {"delivery": evaluations.Answer("fail", "x" * 2001)}, "note_long"),
    ("_case a line that always applies", {"correct": evaluations.Answer("na")}, "always_applies"),
    ("_case a line of another scorecard", {"call_back": evaluations.Answer("pass")}, "answer_unknown"),
]


@pytest.mark.parametrize(("_case", "changes", "code"), REFUSED, ids=[row[0] for row in REFUSED])
def test_submit_refuses(_case, changes, code, desk, at):
    evaluation = factory.drawn_evaluation(desk, at)

    with pytest.raises(Invalid) as refused:
        evaluations.submit(
            evaluation_id=evaluation.pk,
            by=desk.auditor,
            answers=factory.answers(evaluation) | changes,
            judged_wrong=False,
            at=at,
        )

    assert refused.value.code == code
    assert untouched(evaluation)


def test_submit_refuses_a_line_without_an_answer(desk, at):
    evaluation = factory.drawn_evaluation(desk, at)
    answers = factory.answers(evaluation)
    del answers["correct"]

    with pytest.raises(Invalid) as refused:
        evaluations.submit(
            evaluation_id=evaluation.pk, by=desk.auditor, answers=answers, judged_wrong=False, at=at
        )

    assert (refused.value.code, refused.value.details) == ("answer_missing", ["correct"])
    assert untouched(evaluation)


def second_auditor(world, desk, at):
    auditor = worlds.person("second_auditor", world.provider, at)
    memberships.grant(
        user=auditor, organisation=world.provider, role=Role.QA_AUDITOR, process=desk.process, by=None, at=at
    )
    return auditor


def test_submit_by_two_auditors_counts_once(world, desk, at, monkeypatch):
    """Both had it open: the second one reads the state as it was, and the conditional update refuses."""
    evaluation = factory.drawn_evaluation(desk, at)
    other = second_auditor(world, desk, at)
    stale = selector.load(evaluation.pk)
    submit(evaluation, desk.auditor, at)
    monkeypatch.setattr(selector, "load", lambda _pk: stale)

    with pytest.raises(Conflict):
        submit(evaluation, other, at, correct="fail")

    evaluation.refresh_from_db()
    assert (evaluation.submitted_by, evaluation.score) == (desk.auditor, 100)
    assert recorded() == ["qa.assigned", "qa.submitted"]


def test_submit_twice_counts_once(desk, at):
    evaluation = factory.drawn_evaluation(desk, at)
    submit(evaluation, desk.auditor, at)

    with pytest.raises(Conflict):
        submit(evaluation, desk.auditor, at, correct="fail")

    assert recorded() == ["qa.assigned", "qa.submitted"]


def test_submit_belongs_to_the_auditor_it_was_assigned_to(world, desk, at):
    evaluation = factory.drawn_evaluation(desk, at)
    other = second_auditor(world, desk, at)
    Evaluation.objects.filter(pk=evaluation.pk).update(auditor=desk.auditor)

    with pytest.raises(NotAllowed):
        submit(evaluation, other, at)
    submit(evaluation, desk.auditor, at)

    assert recorded() == ["qa.submitted"]


# ── Independence (F2) ────────────────────────────────────────────────────────────────────────────────────────


def make_auditor(desk, user, at):
    memberships.grant(
        user=user,
        organisation=desk.process.provider,
        role=Role.QA_AUDITOR,
        process=desk.process,
        by=None,
        at=at,
    )


def decided_it(desk, _case):
    return desk.reviewer


def leads_who_decided(desk, _case):
    return desk.lead


def has_the_same_lead(desk, _case):
    return desk.second


def is_led_by_who_decided(desk, _case):
    User.objects.filter(pk=desk.auditor.pk).update(lead=desk.reviewer)
    return User.objects.get(pk=desk.auditor.pk)


CONFLICTED = [decided_it, leads_who_decided, has_the_same_lead, is_led_by_who_decided]


@pytest.mark.parametrize("conflict", CONFLICTED, ids=[conflict.__name__ for conflict in CONFLICTED])
def test_submit_refuses_who_is_not_independent(conflict, desk, at):
    evaluation = factory.drawn_evaluation(desk, at)
    auditor = conflict(desk, evaluation)
    if auditor.pk != desk.auditor.pk:
        make_auditor(desk, auditor, at)

    with pytest.raises(NotAllowed, match="had a hand"):
        submit(evaluation, auditor, at)

    assert untouched(evaluation)
    assert selector.to_score(auditor) == []


def handed_it_back(desk, case, at):
    claims.claim(case_id=case.pk, user=desk.senior, at=at)
    claims.hand_back(case_id=case.pk, user=desk.senior, reason="Not my field", at=at)


def revealed_its_data(desk, case, at):
    workspace.reveal(case_id=case.pk, user=desk.senior, reason="Compare the account", at=at)


def kept_a_draft(desk, case, at):
    workspace.save_draft(case_id=case.pk, user=desk.senior, content={"note": "Hm"}, at=at)


TOUCHES = [handed_it_back, revealed_its_data, kept_a_draft]


@pytest.mark.parametrize("touch", TOUCHES, ids=[touch.__name__ for touch in TOUCHES])
def test_submit_refuses_who_touched_it_without_deciding(touch, desk, at):
    yesterday = at - timedelta(days=1)
    make_auditor(desk, desk.senior, yesterday)
    factory.planned(desk, yesterday)
    case = reviews.waiting_case(desk, yesterday)
    touch(desk, case, yesterday)
    claims.claim(case_id=case.pk, user=desk.reviewer, at=yesterday)
    reviews.open_evidence(case, desk.reviewer, yesterday)
    decisions.decide(case_id=case.pk, user=desk.reviewer, answer=Answer(Verdict.APPROVE), at=yesterday)
    release.release_due(at=yesterday + timedelta(minutes=1))
    evaluation = draws.draw(process=desk.process, day=yesterday.date(), at=at).evaluations.get()

    with pytest.raises(NotAllowed, match="You had a hand"):
        submit(evaluation, desk.senior, at)

    assert untouched(evaluation)
    assert selector.to_score(desk.senior) == []
    assert selector.to_score(desk.auditor) == [evaluation]


@pytest.mark.parametrize(
    ("_case", "who", "error"),
    [
        ("_case a reviewer", "reviewer", NotAllowed),
        ("_case who sees samples and does not score", "owner", NotAllowed),
        ("_case the auditor of another desk", "twin", NotVisible),
    ],
)
def test_submit_is_for_auditors_of_the_process(_case, who, error, world, desk, at):
    evaluation = factory.drawn_evaluation(desk, at)
    by = world.south.auditor if who == "twin" else desk.cast[who]

    with pytest.raises(error):
        submit(evaluation, by, at)

    assert untouched(evaluation)


def test_touched_names_nobody_where_nobody_looked(desk, at):
    evaluation = factory.drawn_evaluation(desk, at, reviewed=False)

    assert permissions.touched(evaluation.interaction) == set()


def test_get_shows_a_scored_one_to_all_who_see_samples_and_an_open_one_to_auditors(desk, at):
    evaluation = factory.drawn_evaluation(desk, at)
    with pytest.raises(NotAllowed):
        selector.get(desk.owner, evaluation.pk)
    submit(evaluation, desk.auditor, at)

    assert selector.get(desk.owner, evaluation.pk) == evaluation
    assert selector.get(desk.reviewer, evaluation.pk) == evaluation, "it is about his work (F7)"
    with pytest.raises(NotAllowed):
        selector.get(desk.senior, evaluation.pk)


def test_the_database_refuses_half_a_score(desk, at):
    evaluation = factory.drawn_evaluation(desk, at)

    with pytest.raises(IntegrityError), transaction.atomic():
        Evaluation.objects.filter(pk=evaluation.pk).update(state=EvaluationState.SUBMITTED)
