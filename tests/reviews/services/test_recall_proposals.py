"""What automatic QA proposes to recall (F4): once, while the engine is trusted; recalled or dismissed by a person."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from audit.errors import Conflict, Invalid, NotAllowed, NotVisible
from audit.models import Event
from contracts.models import Notification
from reviews.domain.qa_kinds import ProposalState
from reviews.enums import ReasonCode, Verdict
from reviews.models import AutoQa, EngineCalibration, Recall, RecallProposal
from reviews.services import acting_flags, autoqa, recall_proposals, recalls
from reviews.services.decisions import Answer
from tests import worlds
from tests.factories import consequences, qa
from tests.factories import engines as factory
from tests.factories import recalls as made

WHY = "The figure stands on the attached order"


@pytest.fixture
def world(db, at):
    return worlds.build(at)


@pytest.fixture
def desk(world):
    return world.north


def dismiss(proposal, by, at, why=WHY):
    return recall_proposals.dismiss(proposal_id=proposal.pk, by=by, why=why, at=at)


def set_and_score(desk, at, *flags):
    acting_flags.set_flags(code=desk.process.code, flags=flags, by=desk.admin, at=at)
    autoqa.score_due(at=at)


def events(action):
    return Event.objects.filter(action=f"release.recall_{action}")


def test_f4_what_went_out_with_such_a_flag_is_proposed_for_recall(desk, at):
    proposal = factory.proposed(desk, at)

    recorded = EngineCalibration.objects.get()
    assert (proposal.state, proposal.flag, proposal.calibration) == ("open", "figure", recorded)
    assert proposal.sentence == "Nothing that came in has the figure 98765"
    event = events("proposed").get()
    assert event.facts == {
        "proposal": str(proposal.pk),
        "flag": "figure",
        "engine": "countersign-local-1.0",
        "calibration": str(recorded.pk),
    }
    told = Notification.objects.filter(link__contains=str(proposal.pk))
    assert {one.user for one in told} == {desk.senior, desk.lead, desk.owner}
    assert not Recall.objects.exists()


def test_f4_scoring_and_proposing_twice_proposes_once(desk, at):
    proposal = factory.proposed(desk, at)
    score = AutoQa.objects.get(interaction=proposal.interaction)

    assert autoqa.score_due(at=at) == 0
    again = recall_proposals.propose(
        process=desk.process, version=score.engine, scores=[score], at=at + timedelta(hours=1)
    )

    assert again == []
    assert RecallProposal.objects.count() == events("proposed").count() == 1


def test_f4_the_database_holds_one_open_proposal_of_an_interaction_and_flag(desk, at):
    proposal = factory.proposed(desk, at)
    terms = {
        "interaction": proposal.interaction,
        "process": desk.process,
        "calibration": proposal.calibration,
        "sentence": "The same again",
        "opened_at": at,
    }

    with pytest.raises(IntegrityError), transaction.atomic():
        RecallProposal.objects.create(flag="figure", **terms)
    RecallProposal.objects.create(flag="tone", **terms)
    assert RecallProposal.objects.count() == 2


@pytest.mark.parametrize("trusted", [True, False])
def test_f5_an_engine_that_is_advisory_only_proposes_nothing(desk, at, trusted):
    factory.calibrated(desk, at, trusted=trusted)
    qa.straight_through(desk, at, ai_output=factory.ODD)

    set_and_score(desk, at, "figure")

    assert RecallProposal.objects.exists() == trusted
    assert AutoQa.objects.latest("scored_at").pk
    assert events("proposed").exists() == trusted


def test_f4_other_flags_and_other_languages_propose_nothing(desk, at):
    factory.calibrated(desk, at)
    qa.straight_through(desk, at, ai_output=factory.ODD)
    set_and_score(desk, at, "tone")
    acting_flags.set_flags(code=desk.process.code, flags=["figure"], by=desk.admin, at=at)
    qa.straight_through(desk, at, ai_output=factory.ODD, language="de")

    autoqa.score_due(at=at)

    assert not RecallProposal.objects.exists()


def test_f4_what_a_person_approved_unwarned_is_proposed_and_what_he_changed_is_not(desk, at):
    factory.calibrated(desk, at)
    approved = qa.released_case(
        desk, at, external_id="approved", ai_output={**factory.ODD, "amount": "6000.00"}
    )
    edit = Answer(Verdict.EDIT, output={"comment": "Pay the supplier."}, reason_code=ReasonCode.WRONG_FACT)
    qa.released_case(
        desk, at, answer=edit, external_id="edited", ai_output={**factory.ODD, "amount": "6000.00"}
    )

    set_and_score(desk, at, "figure")

    assert RecallProposal.objects.get().interaction == approved


def test_f4_what_was_held_for_its_flag_and_let_go_by_a_person_is_not_proposed(desk, at):
    factory.acting(desk, at)
    let_go = qa.released_case(desk, at, ai_output={**factory.ODD, "amount": "6000.00"})
    assert let_go.reasons[0]["code"] == "AUTO_QA"

    autoqa.score_due(at=at + timedelta(hours=1))

    assert AutoQa.objects.get(interaction=let_go).flagged
    assert not RecallProposal.objects.exists()


def test_f4_a_senior_accepts_by_recalling_the_output(desk, at):
    proposal = factory.proposed(desk, at)

    found = recalls.recall(
        interaction_id=proposal.interaction_id, by=desk.senior, correction=made.REVOKED, severity=2, at=at
    )

    proposal.refresh_from_db()
    assert (proposal.state, proposal.recall, proposal.settled_by) == ("recalled", found, desk.senior)
    facts = events("proposal_followed").get().facts
    assert facts == {"proposal": str(proposal.pk), "flag": "figure", "recall": str(found.pk)}
    with pytest.raises(Conflict):
        dismiss(proposal, desk.senior, at)


def test_f4_a_critical_fail_settles_the_proposal_as_well(desk, at):
    proposal = factory.proposed(desk, at)

    consequences.failed(
        desk, at, consequences.critical(consequences.card(desk, at)), interaction=proposal.interaction
    )

    proposal.refresh_from_db()
    assert (proposal.state, proposal.settled_by) == ("recalled", None)
    assert proposal.recall == Recall.objects.get()
    assert events("proposal_followed").count() == 1


def test_f4_a_senior_dismisses_it_with_a_reason(desk, at):
    proposal = factory.proposed(desk, at)

    done = dismiss(proposal, desk.senior, at)

    assert (done.state, done.why, done.settled_by, done.recall) == ("dismissed", WHY, desk.senior, None)
    event = events("proposal_dismissed").get()
    assert event.facts == {"proposal": str(proposal.pk), "flag": "figure"}
    assert WHY not in str(event.body)
    with pytest.raises(Conflict):
        dismiss(proposal, desk.lead, at)
    assert not Recall.objects.exists()


def test_f4_nobody_dismisses_who_may_not_recall_and_nothing_is_dismissed_without_a_reason(world, desk, at):
    proposal = factory.proposed(desk, at)

    for person, error in (
        (desk.reviewer, NotAllowed),
        (desk.admin, NotAllowed),
        (world.south.senior, NotVisible),
    ):
        with pytest.raises(error):
            dismiss(proposal, person, at)
    for short in ("", "too short"):
        with pytest.raises(Invalid) as refused:
            dismiss(proposal, desk.senior, at, short)
        assert refused.value.field == "why"
    assert RecallProposal.objects.get().state == ProposalState.OPEN
    assert not events("proposal_dismissed").exists()

    assert dismiss(proposal, desk.senior, at).state == ProposalState.DISMISSED


def test_f4_nobody_dismisses_what_he_let_go_himself(desk, at):
    factory.calibrated(desk, at)
    qa.released_case(desk, at, by=desk.senior, ai_output={**factory.ODD, "amount": "6000.00"})
    set_and_score(desk, at, "figure")
    proposal = RecallProposal.objects.get()

    with pytest.raises(NotAllowed, match="somebody else says"):
        dismiss(proposal, desk.senior, at)
    assert RecallProposal.objects.get().state == ProposalState.OPEN
    assert dismiss(proposal, desk.lead, at).state == ProposalState.DISMISSED


@pytest.mark.parametrize(
    "wrong",
    [{"state": "dismissed"}, {"state": "recalled"}, {"why": "because"}],
    ids=["dismissed by nobody", "recalled without a recall", "a reason while it is open"],
)
def test_the_database_refuses_half_an_end(desk, at, wrong):
    factory.proposed(desk, at)

    with pytest.raises(IntegrityError), transaction.atomic():
        RecallProposal.objects.update(**wrong)
