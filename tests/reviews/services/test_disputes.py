"""F7: a score is disputed once and in time by whose work it judges, and decided once by a third person."""

from datetime import UTC, datetime, time, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from audit.errors import Conflict, Invalid, NotAllowed, NotVisible
from audit.models import Event
from audit.services import vault
from contracts.models import BusinessCalendar, User
from reviews.enums import EvaluationState
from reviews.models import Dispute, Evaluation
from reviews.selectors import calibration, engines, simulation_rows, vigilance_windows
from reviews.selectors import disputes as selector
from reviews.selectors import evaluations as evaluation_selector
from reviews.services import disputes, evaluations
from tests import worlds
from tests.factories import qa as factory

FIVE_DAYS = timedelta(days=5)


@pytest.fixture
def world(db, at):
    return worlds.build(at)


@pytest.fixture
def desk(world):
    return world.north


@pytest.fixture
def third(desk, at):
    return factory.another_auditor(desk, at)


def dispute(evaluation, by, at, reason="The order was changed.", lines=()):
    return disputes.dispute(evaluation_id=evaluation.pk, by=by, reason=reason, lines=lines, at=at)


def state_of(evaluation):
    return Evaluation.objects.values_list("state", flat=True).get(pk=evaluation.pk)


def recorded():
    actions = ("qa.disputed", "qa.adjudicated")
    return list(Event.objects.filter(action__in=actions).order_by("id").values_list("action", flat=True))


def test_dispute_is_kept_beside_the_score_and_recorded(desk, at):
    evaluation = factory.scored_evaluation(desk, at, delivery="fail")

    raised = dispute(evaluation, desk.reviewer, at, lines=["delivery"])

    assert state_of(evaluation) == EvaluationState.DISPUTED
    assert (raised.raised_by, raised.raised_at, raised.lines) == (desk.reviewer, at, ["delivery"])
    assert raised.due_at == at + FIVE_DAYS
    event = Event.objects.get(action="qa.disputed")
    assert (event.facts["score"], event.facts["lines"]) == ("92.00", ["delivery"])
    assert event.content["actor"]["role"] == "reviewer"
    assert "The order was changed." not in str(event.content)
    assert vault.reveal(event_uid=event.uid, field="reason") == "The order was changed."


def test_dispute_is_for_whose_work_it_is(world, desk, at):
    evaluation = factory.scored_evaluation(desk, at)

    for person in (desk.second, desk.lead, desk.auditor, desk.owner):
        with pytest.raises(NotAllowed, match="whose work it judges"):
            dispute(evaluation, person, at)
    for person in (world.south.reviewer, world.stranger):
        with pytest.raises(NotVisible):
            dispute(evaluation, person, at)

    assert (state_of(evaluation), recorded()) == (EvaluationState.SUBMITTED, [])
    dispute(evaluation, desk.reviewer, at)
    assert recorded() == ["qa.disputed"]


def test_dispute_of_what_is_only_drawn_finds_nothing(desk, at):
    evaluation = factory.drawn_evaluation(desk, at)

    with pytest.raises(NotVisible):
        dispute(evaluation, desk.reviewer, at)

    assert (selector.own(desk.reviewer), state_of(evaluation)) == ([], EvaluationState.DRAWN)


def test_dispute_comes_within_five_business_days(desk, at):
    evaluation = factory.scored_evaluation(desk, at)

    with pytest.raises(Conflict) as late:
        dispute(evaluation, desk.reviewer, at + FIVE_DAYS + timedelta(seconds=1))

    assert (late.value.code, recorded()) == ("dispute_late", [])
    dispute(evaluation, desk.reviewer, at + FIVE_DAYS)
    assert recorded() == ["qa.disputed"]


def test_disputable_until_counts_the_business_days_of_the_process(desk, at):
    """Scored on a Wednesday: the fifth working day after it is the next Wednesday, and closes at five."""
    evaluation = factory.scored_evaluation(desk, at)
    week = {str(day): [["09:00", "17:00"]] for day in range(5)}
    BusinessCalendar.objects.filter(pk=desk.process.calendar_id).update(always_open=False, hours=week)

    until = selector.disputable_until(evaluation_selector.load(evaluation.pk))

    assert until == datetime.combine((at + timedelta(days=7)).date(), time(17), UTC)


def test_dispute_happens_once(desk, third, at):
    evaluation = factory.scored_evaluation(desk, at)
    raised = dispute(evaluation, desk.reviewer, at)

    with pytest.raises(Conflict) as twice:
        dispute(evaluation, desk.reviewer, at)
    factory.adjudicated(raised, third, at)
    with pytest.raises(Conflict) as again:
        dispute(evaluation, desk.reviewer, at)

    assert {twice.value.code, again.value.code} == {"disputed"}
    assert Dispute.objects.count() == 1


@pytest.mark.parametrize(
    ("_case", "given", "code"),
    [
        ("_case no reason", {"reason": " "}, "reason_required"),
        ("_case an endless reason", {"reason": "x" * 2001}, "reason_long"),
        ("_case a line of no scorecard", {"lines": ["weather"]}, "line_unknown"),
    ],
)
def test_dispute_refuses(_case, given, code, desk, at):
    evaluation = factory.scored_evaluation(desk, at)

    with pytest.raises(Invalid) as refused:
        dispute(evaluation, desk.reviewer, at, **given)

    assert (refused.value.code, state_of(evaluation)) == (code, EvaluationState.SUBMITTED)


# ── Adjudication ─────────────────────────────────────────────────────────────────────────────────────────────


def test_adjudicate_upholds_and_leaves_the_score(desk, third, at):
    raised = factory.disputed(desk, at, delivery="fail")

    decided = factory.adjudicated(raised, third, at)

    assert (decided.outcome, decided.adjudicated_by, decided.score) == ("upheld", third, None)
    assert state_of(raised.evaluation) == EvaluationState.ADJUDICATED
    assert selector.standing(decided.evaluation).score == Decimal("92.00")
    event = Event.objects.get(action="qa.adjudicated")
    assert (event.facts["outcome"], event.facts["score"], event.facts["score_before"]) == (
        "upheld",
        "92.00",
        "92.00",
    )
    assert event.facts["auditor"] == str(desk.auditor.pk)
    assert vault.reveal(event_uid=event.uid, field="why") == "The change is in the story of the order."


def test_adjudicate_overturns_beside_the_first_score(desk, third, at):
    raised = factory.disputed(desk, at, privacy="fail")

    decided = factory.adjudicated(raised, third, at, "overturned", delivery="fail")

    first = Evaluation.objects.get(pk=raised.evaluation_id)
    assert (first.score, first.critical_fail, first.answers["privacy"]["mark"]) == (0, True, "fail")
    assert (decided.score, decided.passed, decided.critical_fail) == (Decimal("92.00"), True, False)
    assert decided.answers["delivery"] == {"mark": "fail", "note": "The order says otherwise"}
    assert selector.standing(decided.evaluation) == decided
    facts = Event.objects.get(action="qa.adjudicated").facts
    assert (facts["score_before"], facts["score"], facts["answers"]["privacy"]) == ("0.00", "92.00", "pass")


def test_adjudicate_is_for_a_third_person(world, desk, third, at):
    raised = factory.disputed(desk, at)
    User.objects.filter(pk=world.south.auditor.pk).update(lead=desk.lead)
    same_lead = factory.another_auditor(desk, at, "same_lead")
    User.objects.filter(pk=same_lead.pk).update(lead=desk.lead)

    with pytest.raises(NotAllowed, match="You scored it"):
        factory.adjudicated(raised, desk.auditor, at)
    with pytest.raises(NotAllowed, match="Your team had a hand"):
        factory.adjudicated(raised, User.objects.get(pk=same_lead.pk), at)
    for person in (desk.reviewer, desk.lead, desk.governance, desk.owner):
        with pytest.raises(NotAllowed):
            factory.adjudicated(raised, person, at)
    for person in (world.south.auditor, world.stranger):
        with pytest.raises(NotVisible):
            factory.adjudicated(raised, person, at)

    assert (state_of(raised.evaluation), recorded()) == (EvaluationState.DISPUTED, ["qa.disputed"])
    factory.adjudicated(raised, third, at)
    assert recorded() == ["qa.disputed", "qa.adjudicated"]


def test_adjudicate_happens_once(desk, third, at):
    raised = factory.disputed(desk, at)
    factory.adjudicated(raised, third, at)

    with pytest.raises(Conflict):
        factory.adjudicated(
            raised, factory.another_auditor(desk, at, "fourth"), at, "overturned", delivery="fail"
        )

    assert Dispute.objects.get().outcome == "upheld"
    assert recorded() == ["qa.disputed", "qa.adjudicated"]


@pytest.mark.parametrize(
    ("_case", "given", "code"),
    [
        ("_case an outcome nobody knows", {"outcome": "perhaps"}, "outcome"),
        ("_case no reason", {"why": ""}, "why_required"),
        ("_case nothing is different", {"outcome": "overturned"}, "unchanged"),
        ("_case a failure without evidence", {"outcome": "overturned", "mark": "fail"}, "evidence_missing"),
    ],
)
def test_adjudicate_refuses(_case, given, code, desk, third, at):
    raised = factory.disputed(desk, at)
    answers = factory.answers(raised.evaluation)
    if "mark" in given:
        answers["delivery"] = evaluations.Answer(given.pop("mark"))

    with pytest.raises(Invalid) as refused:
        disputes.adjudicate(
            **{"dispute_id": raised.pk, "by": third, "outcome": "upheld", "why": "So it is.", "at": at}
            | {"answers": answers}
            | given
        )

    assert (refused.value.code, Dispute.objects.get().outcome) == (code, "")


# ── What stands ──────────────────────────────────────────────────────────────────────────────────────────────


def test_every_estimate_reads_the_score_that_stands(desk, third, at):
    """F8: the adjudicated one where it was overturned, the first one otherwise, and never both."""
    raised = factory.disputed(desk, at, correct="fail")
    interaction = raised.evaluation.interaction
    since = (at - timedelta(days=28)).date()

    def estimates():
        wrong = vigilance_windows._scores(desk.process, since)
        return simulation_rows.missed([interaction.pk]), list(wrong.values())

    before = estimates()
    disputes.adjudicate(
        dispute_id=raised.pk,
        by=third,
        outcome="overturned",
        why="It went out wrong.",
        answers=factory.answers(raised.evaluation),
        judged_wrong=True,
        at=at,
    )

    assert before == ({interaction.pk: simulation_rows.FAILED_QA}, [(1, 0)])
    assert estimates() == ({}, [(1, 1)])
    assert calibration.of(desk.process, engines.in_use()) is not None


def test_rates_count_what_could_be_disputed(desk, third, at):
    first = factory.disputed(desk, at, delivery="fail")
    factory.adjudicated(first, third, at, "overturned")

    (rates,) = selector.rates(desk.owner)

    assert (rates.process, rates.scored, rates.disputed) == (desk.process, 1, 1)
    assert (rates.adjudicated, rates.overturned) == (1, 1)
    assert selector.rates(desk.reviewer) == []


def test_waiting_says_who_may_decide(desk, third, at):
    raised = factory.disputed(desk, at)

    assert [(row.dispute, row.refusal) for row in selector.waiting(third)] == [(raised, "")]
    assert [row.refusal for row in selector.waiting(desk.auditor)] == [
        "You scored it: somebody else decides whether the score stands."
    ]
    assert selector.waiting(desk.governance) == []


# ── Closing ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_close_due_closes_what_can_be_disputed_no_more(desk, third, at):
    evaluation = factory.scored_evaluation(desk, at)

    assert evaluations.close_due(at=at + FIVE_DAYS) == 0
    assert evaluations.close_due(at=at + FIVE_DAYS + timedelta(seconds=1)) == 1
    assert evaluations.close_due(at=at + 2 * FIVE_DAYS) == 0

    assert state_of(evaluation) == EvaluationState.CLOSED
    assert Event.objects.get(action="qa.closed").facts["score"] == "100.00"
    with pytest.raises(Conflict, match="they are over"):
        dispute(evaluation, desk.reviewer, at)


def test_close_due_leaves_an_open_dispute_and_closes_a_decided_one(desk, third, at):
    raised, later = factory.disputed(desk, at, delivery="fail"), at + 2 * FIVE_DAYS

    assert evaluations.close_due(at=later) == 0
    factory.adjudicated(raised, third, later, "overturned")
    assert evaluations.close_due(at=later) == 1

    assert state_of(raised.evaluation) == EvaluationState.CLOSED
    assert Event.objects.get(action="qa.closed").facts["score"] == "100.00"


@pytest.mark.parametrize(
    ("_case", "broken"),
    [
        ("_case an outcome that nobody signed", {"outcome": "upheld"}),
        ("_case an overturned score without another", {"outcome": "overturned", "score": None}),
        ("_case decided by the one who raised it", {"adjudicated_by": "raised_by"}),
    ],
)
def test_the_database_refuses(_case, broken, desk, third, at):
    raised = factory.disputed(desk, at)
    signed = {"adjudicated_at": at, "adjudicated_by": third, "outcome": "upheld"}
    if "score" in broken:
        broken = {**signed, **broken}
    if broken.get("adjudicated_by"):
        broken = {**signed, "adjudicated_by": raised.raised_by}

    with pytest.raises(IntegrityError), transaction.atomic():
        Dispute.objects.filter(pk=raised.pk).update(**broken)

    Dispute.objects.filter(pk=raised.pk).update(**signed)
