from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from contracts.models import User
from reviews.enums import ReasonCode, Verdict
from reviews.models import Case, Decision, Draft, Escalation, Interaction
from reviews.services import claims
from reviews.services.decisions import Answer
from tests.factories import reviews as make
from tests.reviews.views import outsiders
from tests.worlds import World

LogIn = Callable[[User], Client]
EDIT = {
    "verdict": "edit",
    "output_decision": "pay",
    "output_amount": "1100.00",
    "output_comment": "Matches order and receipt.",
    "reason_code": "CALC_ERROR",
    "note": "The discount was left out",
}


def _url(name: str, case: Case) -> str:
    return reverse(f"reviews:{name}", args=[case.pk])


def test_decide_records_the_decision_and_brings_the_next_case(
    world: World, now: datetime, log_in: LogIn
) -> None:
    case = make.read_case(world.north, now)
    following = make.waiting_case(world.north, now)

    reply = log_in(world.north.reviewer).post(_url("decide", case), {"verdict": "approve"}, follow=True)

    assert reply.redirect_chain == [(_url("case", following), 303)]
    decision = Decision.objects.get(case=case)
    assert (decision.verdict, decision.is_final) == ("approve", True)
    assert reply.context["undo"].url == reverse("reviews:withdraw", args=[decision.pk])
    assert b"Approved case" in reply.content


def test_decide_goes_to_the_queues_where_nothing_waits(world: World, now: datetime, log_in: LogIn) -> None:
    case = make.read_case(world.north, now)

    reply = log_in(world.north.reviewer).post(_url("decide", case), EDIT, follow=True)

    assert reply.redirect_chain == [(reverse("reviews:queues"), 303)]
    assert reply.context["undo"] is not None
    assert Decision.objects.get().output["amount"] == "1100.00"


REFUSED = [
    ("nothing chosen", {}, "Choose a decision."),
    ("an unknown verdict", {"verdict": "maybe"}, "Choose a decision."),
    ("an edit that changes nothing", {**EDIT, "output_amount": "1200.00"}, "Nothing was changed"),
    ("an edit without a reason", {**EDIT, "reason_code": ""}, "Choose a reason."),
    ("a reason off the list", {**EDIT, "reason_code": "WHIM"}, "Select a valid choice"),
    ("another reason without words", {**EDIT, "reason_code": "OTHER", "note": ""}, "Say what the reason is."),
    ("no number", {**EDIT, "output_amount": "much"}, "a number is required"),
    ("adverse without factors", {**EDIT, "output_decision": "deny"}, "at least one main factor"),
    ("a choice off the list", {**EDIT, "output_decision": "burn"}, "Select a valid choice"),
    ("people’s verdict on the AI’s step", {"verdict": "own"}, "decision of your own"),
]


def test_decide_refuses_beside_what_was_typed(world: World, now: datetime, log_in: LogIn) -> None:
    case, client = make.read_case(world.north, now), log_in(world.north.reviewer)

    for what, sent, sentence in REFUSED:
        reply = client.post(_url("decide", case), {**sent, "factors": "  "})

        assert reply.status_code == 400, what
        assert sentence in reply.content.decode(), what
        assert reply.context["page"].working, what
        assert reply.context["form"]["note"].value() == sent.get("note"), what
    assert not Decision.objects.exists()
    assert Case.objects.get(pk=case.pk).state == "in_review"


def test_decide_points_at_the_field_at_fault(world: World, now: datetime, log_in: LogIn) -> None:
    case = make.read_case(world.north, now)

    reply = log_in(world.north.reviewer).post(_url("decide", case), {**EDIT, "output_amount": "much"})

    assert list(reply.context["form"].errors) == ["output_amount"]
    assert reply.context["form"]["output_amount"].value() == "much"


def test_decide_takes_an_adverse_outcome_with_its_factors(world: World, now: datetime, log_in: LogIn) -> None:
    case = make.read_case(world.north, now)
    sent = {**EDIT, "output_decision": "deny", "factors": "No order\n\n Wrong address "}

    log_in(world.north.reviewer).post(_url("decide", case), sent)

    assert Decision.objects.get().factors == ["No order", "Wrong address"]


@pytest.mark.parametrize("verdict", ["approve", "edit"])
def test_decide_names_the_evidence_that_was_not_opened(
    world: World, now: datetime, log_in: LogIn, verdict: str
) -> None:
    case = make.claimed_case(world.north, now)

    reply = log_in(world.north.reviewer).post(_url("decide", case), {**EDIT, "verdict": verdict})

    assert reply.status_code == 409
    assert "Open the evidence first: Purchase order, Goods receipt." in reply.content.decode()
    assert reply.context["form"]["note"].value() == EDIT["note"]
    assert not Decision.objects.exists()


def test_decide_after_the_lease_keeps_what_was_typed(world: World, now: datetime, log_in: LogIn) -> None:
    case = make.read_case(world.north, now)
    make.lapsed_claim(case, now)
    client = log_in(world.north.reviewer)

    reply = client.post(_url("decide", case), EDIT)
    again = client.post(_url("claim", case), follow=True)

    assert reply.status_code == 409
    assert "You do not hold this case any more. Your draft is kept; claim it again." in reply.content.decode()
    assert Draft.objects.get(case=case).content["note"] == EDIT["note"]
    assert again.context["form"]["output_amount"].value() == "1100.00"
    assert not Decision.objects.exists()


def test_decide_twice_says_what_happened(world: World, now: datetime, log_in: LogIn) -> None:
    case = make.read_case(world.north, now)
    client = log_in(world.north.reviewer)
    client.post(_url("decide", case), {"verdict": "approve"})

    reply = client.post(_url("decide", case), {"verdict": "approve"})

    assert reply.status_code == 409
    assert "You have decided this case already: nothing was recorded twice." in reply.content.decode()
    assert Decision.objects.count() == 1


@pytest.mark.parametrize("name", ["decide", "escalate", "ask"])
def test_deciding_is_refused_to_outsiders(world: World, now: datetime, log_in: LogIn, name: str) -> None:
    case, sent = make.read_case(world.north, now), {"verdict": "approve", "note": "a question"}

    told = outsiders.told(world, log_in, lambda client: client.post(_url(name, case), sent))

    assert told == outsiders.TOLD
    assert not Decision.objects.exists()
    assert not Escalation.objects.exists()
    assert Case.objects.get(pk=case.pk).state == "in_review"


def test_decide_as_first_of_two_recommends(world: World, now: datetime, log_in: LogIn) -> None:
    case = make.read_case(world.north, now, amount="30000.00")

    reply = log_in(world.north.reviewer).post(_url("decide", case), {"verdict": "approve"}, follow=True)

    assert "Recommendation; a second person decides." in reply.content.decode()
    assert reply.context["undo"] is None
    assert Case.objects.get(pk=case.pk).state == "awaiting_second"


def test_decide_by_the_first_reviewer_in_the_second_round_is_refused(
    world: World, now: datetime, log_in: LogIn
) -> None:
    case = make.second_round_case(world.north, now)

    reply = log_in(world.north.reviewer).post(_url("decide", case), {"verdict": "approve"})

    assert reply.status_code == 409
    assert Decision.objects.count() == 1


def test_decide_refused_in_the_second_round_stays_blind(world: World, now: datetime, log_in: LogIn) -> None:
    first = Answer(Verdict.REJECT, reason_code=ReasonCode.CALC_ERROR, note="FIRST-NOTE")
    case = make.second_round_case(world.north, now, first)
    claims.claim(case_id=case.pk, user=world.north.second, at=now)

    reply = log_in(world.north.second).post(_url("decide", case), {"verdict": "approve"})

    assert reply.status_code == 409
    assert "FIRST-NOTE" not in reply.content.decode()
    assert reply.context["page"].given == []


OWN = {"verdict": "own", "output_decision": "hold", "output_amount": "80", "output_comment": "I looked."}


def test_decide_records_an_own_outcome_where_people_decide(
    world: World, now: datetime, log_in: LogIn
) -> None:
    case = make.read_case(world.north, now, step="deny")

    log_in(world.north.reviewer).post(_url("decide", case), OWN)

    decision = Decision.objects.get()
    assert (decision.verdict, decision.output["decision"]) == ("override", "hold")


@pytest.mark.parametrize(
    ("_case", "sent", "status"),
    [
        ("approval of what was not seen", {**OWN, "verdict": "approve"}, 400),
        ("a field left out", {**OWN, "output_comment": ""}, 400),
    ],
)
def test_decide_takes_nothing_over_from_the_ai_where_people_decide(
    world: World, now: datetime, log_in: LogIn, _case: str, sent: dict[str, str], status: int
) -> None:
    case = make.read_case(world.north, now, step="deny")

    reply = log_in(world.north.reviewer).post(_url("decide", case), sent)

    assert reply.status_code == status
    assert b"Matches order and receipt." not in reply.content
    assert not Decision.objects.exists()


def test_escalate_hands_the_case_up_with_a_question(world: World, now: datetime, log_in: LogIn) -> None:
    case = make.claimed_case(world.north, now)

    reply = log_in(world.north.reviewer).post(_url("escalate", case), {"note": "Who is this?"}, follow=True)

    escalation = Escalation.objects.get(case=case)
    assert (escalation.owner, escalation.question) == (world.north.lead, "Who is this?")
    assert b"The case went up to North Lead." in reply.content


def test_escalate_wants_a_question_and_unsure_does_not(world: World, now: datetime, log_in: LogIn) -> None:
    case = make.claimed_case(world.north, now)
    client = log_in(world.north.reviewer)

    refused = client.post(_url("escalate", case), {"note": " "})
    unsure = client.post(_url("escalate", case), {"note": " ", "unsure": "1"})

    assert refused.status_code == 400
    assert list(refused.context["form"].errors) == ["note"]
    assert unsure.status_code == 303
    assert Escalation.objects.get().reason == "unsure"


def test_ask_puts_the_case_aside(world: World, now: datetime, log_in: LogIn) -> None:
    case = make.claimed_case(world.north, now)
    client = log_in(world.north.reviewer)

    refused = client.post(_url("ask", case), {"note": ""})
    asked = client.post(_url("ask", case), {"note": "Which order?"})

    assert (refused.status_code, asked.status_code) == (400, 303)
    assert Case.objects.get(pk=case.pk).question == "Which order?"


@pytest.mark.parametrize("name", ["escalate", "ask"])
def test_going_another_way_after_the_lease_keeps_what_was_typed(
    world: World, now: datetime, log_in: LogIn, name: str
) -> None:
    case = make.claimed_case(world.north, now)
    make.lapsed_claim(case, now)

    reply = log_in(world.north.reviewer).post(_url(name, case), {"note": "Which order?"})

    assert reply.status_code == 409
    assert Draft.objects.get(case=case).content == {"note": "Which order?"}
    assert not Escalation.objects.exists()


def test_withdraw_gives_the_case_back(world: World, now: datetime, log_in: LogIn) -> None:
    decision = make.decided_case(world.north, now)

    reply = log_in(world.north.reviewer).post(reverse("reviews:withdraw", args=[decision.pk]), follow=True)

    assert reply.redirect_chain == [(reverse("reviews:case", args=[decision.case_id]), 303)]
    assert reply.context["page"].working
    assert b"Taken back: nothing was released." in reply.content


def test_withdraw_is_over_after_the_window(world: World, now: datetime, log_in: LogIn) -> None:
    decision = make.decided_case(world.north, now)
    client = log_in(world.north.reviewer)

    with time_machine.travel(now + timedelta(seconds=9)):
        reply = client.post(reverse("reviews:withdraw", args=[decision.pk]))
        page = client.get(reverse("reviews:queues"))

    assert reply.status_code == 409
    assert page.context["undo"] is None
    assert Decision.objects.get().withdrawn_at is None


def test_withdraw_is_refused_to_everybody_else(world: World, now: datetime, log_in: LogIn) -> None:
    decision = make.decided_case(world.north, now)
    address = reverse("reviews:withdraw", args=[decision.pk])

    told = outsiders.told(world, log_in, lambda client: client.post(address))
    colleague = log_in(world.north.second).post(address)

    assert told == outsiders.TOLD
    assert colleague.status_code == 403
    assert Decision.objects.get().withdrawn_at is None
    assert Interaction.objects.get(pk=decision.interaction_id).state == "decided"


def test_closing_an_escalation_asks_what_it_taught_and_loses_nothing(
    world: World, now: datetime, log_in: LogIn
) -> None:
    """C6: 400 at the field; then it is accepted."""
    escalation = make.escalated_case(world.north, now)
    lead = log_in(world.north.lead)
    sent = {"verdict": "reject", "reason_code": "DUPLICATE", "note": "Paid in May"}
    url = reverse("reviews:decide", args=[escalation.case_id])

    refused = lead.post(url, sent)
    shown = refused.content.decode()
    accepted = lead.post(url, sent | {"learning": "sop"})

    assert refused.status_code == 400
    assert refused.context["form"].errors["learning"] == ["Say what is to be learned from it."]
    assert refused.context["form"]["note"].value() == "Paid in May"
    assert "What the people before you found" in shown
    assert accepted.status_code == 303
    escalation.refresh_from_db()
    assert escalation.learning == "sop"
