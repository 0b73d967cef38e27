import json
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from audit.models import Event
from contracts.models import User
from reviews.models import Case, Claim, Draft, EvidenceView, Reveal
from reviews.services import claims
from tests.factories import reviews as make
from tests.reviews.views import outsiders
from tests.worlds import Desk, World

LogIn = Callable[[User], Client]
JSON = {"HTTP_ACCEPT": "application/json"}


def _url(name: str, case: Case, *more: str) -> str:
    return reverse(f"reviews:{name}", args=[case.pk, *more])


def test_claim_takes_a_waiting_case(world: World, now: datetime, log_in: LogIn) -> None:
    case = make.waiting_case(world.north, now)

    reply = log_in(world.north.reviewer).post(_url("claim", case))

    assert (reply.status_code, reply["Location"]) == (303, _url("case", case))
    assert Claim.objects.get(case=case).user == world.north.reviewer


def test_claim_is_refused_to_outsiders(world: World, now: datetime, log_in: LogIn) -> None:
    case = make.waiting_case(world.north, now)

    told = outsiders.told(world, log_in, lambda client: client.post(_url("claim", case)))

    assert told == outsiders.TOLD
    assert not Claim.objects.exists()


def test_claim_names_the_holder_to_whoever_comes_late(world: World, now: datetime, log_in: LogIn) -> None:
    case = make.claimed_case(world.north, now)

    reply = log_in(world.north.second).post(_url("claim", case))

    assert reply.status_code == 409
    assert b"North Reviewer is working on this case." in reply.content
    assert Claim.objects.get(case=case).user == world.north.reviewer


def test_claim_is_refused_to_the_first_reviewer_of_a_second_round(
    world: World, now: datetime, log_in: LogIn
) -> None:
    case = make.second_round_case(world.north, now)

    reply = log_in(world.north.reviewer).post(_url("claim", case))

    assert reply.status_code == 403
    assert not Claim.objects.filter(ended_at__isnull=True).exists()


def test_claim_does_not_wait_for_the_sweep(world: World, now: datetime, log_in: LogIn) -> None:
    case = make.claimed_case(world.north, now)
    client = log_in(world.north.reviewer)

    with time_machine.travel(now + timedelta(minutes=16)):
        limbo = client.get(_url("case", case)).context["page"].standing
        reply = client.post(_url("claim", case))
        standing = client.get(_url("case", case)).context["page"].standing

    assert (limbo, reply.status_code, standing) == ("lapsed", 303, "working")
    assert Claim.objects.filter(case=case, end="lapsed").count() == 1


def test_heartbeat_tells_when_the_lease_ends(world: World, now: datetime, log_in: LogIn) -> None:
    case = make.claimed_case(world.north, now)

    with time_machine.travel(now + timedelta(seconds=20), tick=False):
        reply = log_in(world.north.reviewer).post(
            _url("heartbeat", case), {"active": "20", "visible": "20"}, **JSON
        )

    held = Claim.objects.get(case=case)
    assert reply.status_code == 200
    assert reply.json()["expires_at"] == reply.json()["deadline"] == int(held.expires_at.timestamp())
    assert 890 <= reply.json()["seconds"] <= 900
    assert held.active_seconds == 20


def test_heartbeat_wants_whole_seconds(world: World, now: datetime, log_in: LogIn) -> None:
    case, client = make.claimed_case(world.north, now), log_in(world.north.reviewer)

    for sent in ({}, {"active": "x"}, {"active": "-1"}, {"active": "999999"}):
        reply = client.post(_url("heartbeat", case), sent, **JSON)

        assert reply.status_code == 400
        assert reply.json()["sentence"]


@pytest.mark.parametrize("name", ["heartbeat", "extend", "hand_back"])
def test_a_lapsed_lease_is_told_as_such(world: World, now: datetime, log_in: LogIn, name: str) -> None:
    case = make.claimed_case(world.north, now)
    make.lapsed_claim(case, now)

    reply = log_in(world.north.reviewer).post(_url(name, case), {"active": "1"}, **JSON)

    assert reply.status_code == 409
    assert "Your draft is kept" in reply.json()["sentence"]


@pytest.mark.parametrize("name", ["heartbeat", "extend", "hand_back"])
def test_the_lease_of_another_is_out_of_reach(world: World, now: datetime, log_in: LogIn, name: str) -> None:
    case = make.claimed_case(world.north, now)
    before = Claim.objects.values().get(case=case)

    told = outsiders.told(
        world, log_in, lambda client: client.post(_url(name, case), {"active": "1"}, **JSON)
    )

    assert told == outsiders.TOLD
    assert Claim.objects.values().get(case=case) == before


def test_extend_answers_scripts_and_people(world: World, now: datetime, log_in: LogIn) -> None:
    case = make.claimed_case(world.north, now)
    client = log_in(world.north.reviewer)

    script = client.post(_url("extend", case), **JSON)
    person = client.post(_url("extend", case))

    assert script.json()["seconds"] > 890
    assert (person.status_code, person["Location"]) == (303, _url("case", case))


def test_hand_back_returns_the_case_to_its_queue(world: World, now: datetime, log_in: LogIn) -> None:
    case = make.claimed_case(world.north, now)

    reply = log_in(world.north.reviewer).post(_url("hand_back", case), {"note": "I know this supplier"})

    assert (reply.status_code, reply["Location"]) == (303, reverse("reviews:queues"))
    assert Case.objects.get(pk=case.pk).state == "waiting"


def test_evidence_is_recorded_and_names_what_is_missing(world: World, now: datetime, log_in: LogIn) -> None:
    case = make.claimed_case(world.north, now)
    client = log_in(world.north.reviewer)

    script = client.post(_url("evidence", case, "order"), **JSON)
    person = client.post(_url("evidence", case, "receipt"))
    page = client.get(person["Location"]).context["page"]

    assert script.json()["missing"] == ["Goods receipt"]
    assert person.status_code == 303
    assert page.missing == []
    assert [panel.open for panel in page.panels] == [False, True]
    assert all(button.reason == "" for button in page.buttons)


def test_evidence_of_a_panel_the_step_does_not_have_is_refused(
    world: World, now: datetime, log_in: LogIn
) -> None:
    case = make.claimed_case(world.north, now)

    assert log_in(world.north.reviewer).post(_url("evidence", case, "nothing")).status_code == 400
    assert not EvidenceView.objects.exists()


def test_evidence_is_not_recorded_for_outsiders(world: World, now: datetime, log_in: LogIn) -> None:
    case = make.claimed_case(world.north, now)

    told = outsiders.told(world, log_in, lambda client: client.post(_url("evidence", case, "order")))

    assert told == outsiders.TOLD
    assert not EvidenceView.objects.exists()


@pytest.mark.parametrize("as_json", [False, True])
def test_draft_keeps_what_was_typed_and_nothing_else(
    world: World, now: datetime, log_in: LogIn, as_json: bool
) -> None:
    case = make.claimed_case(world.north, now)
    typed = {"note": "so far", "output_amount": "5800", "csrfmiddlewaretoken": "x", "verdict": "approve"}
    sent = {"data": json.dumps(typed), "content_type": "application/json"} if as_json else {"data": typed}

    reply = log_in(world.north.reviewer).post(_url("draft", case), **sent, **JSON)

    assert reply.status_code == 200
    assert reply.json()["saved"]
    assert Draft.objects.get(case=case).content == {"note": "so far", "output_amount": "5800"}


def test_draft_stands_in_the_form_again(world: World, now: datetime, log_in: LogIn) -> None:
    case = make.claimed_case(world.north, now)
    client = log_in(world.north.reviewer)
    client.post(_url("draft", case), {"output_amount": "5800.00", "note": "so far"})

    reply = client.get(_url("case", case))

    amount = next(edited for edited in reply.context["page"].edited if edited.diff_id == "diff-amount")
    assert amount.field.value() == "5800.00"
    assert [op for op, _ in amount.parts] == ["delete", "insert"]
    assert reply.context["page"].restored


def test_draft_wants_an_object(world: World, now: datetime, log_in: LogIn) -> None:
    case, client = make.claimed_case(world.north, now), log_in(world.north.reviewer)

    for body in ("[1]", "{", '"x"', "[" * 50_000, '{"note": "a\\u0000"}'):
        reply = client.post(_url("draft", case), data=body, content_type="application/json", **JSON)

        assert reply.status_code == 400
    assert not Draft.objects.exists()


def test_draft_is_refused_to_whoever_cannot_see_the_case(world: World, now: datetime, log_in: LogIn) -> None:
    case = make.claimed_case(world.north, now)

    for user in (world.stranger, world.south.reviewer, world.north.viewer):
        assert log_in(user).post(_url("draft", case), {"note": "x"}).status_code == 404

    assert not Draft.objects.exists()


def _personal(desk: Desk, now: datetime) -> Case:
    return make.claimed_case(desk, now, input={"invoice": "Write to maria.keller@example.org"})


@pytest.mark.parametrize("htmx", [False, True])
def test_reveal_shows_the_data_once_and_says_so_in_the_trail(
    world: World, now: datetime, log_in: LogIn, htmx: bool
) -> None:
    case = _personal(world.north, now)
    client = log_in(world.north.reviewer)
    headers = {"HTTP_HX_REQUEST": "true"} if htmx else {}

    reply = client.post(_url("reveal", case), {"reason": "I have to call the customer"}, **headers)
    later = client.get(_url("case", case))

    assert reply.status_code == 200
    assert b"maria.keller@example.org" in reply.content
    assert (b"<html" in reply.content) is not htmx
    assert b"maria.keller@example.org" not in later.content
    assert Reveal.objects.get().revealed_by == world.north.reviewer
    assert Event.objects.filter(action="pii.revealed").count() == 1


@pytest.mark.parametrize("reason", ["", "because", "          "])
def test_reveal_asks_a_reason(world: World, now: datetime, log_in: LogIn, reason: str) -> None:
    case = _personal(world.north, now)

    reply = log_in(world.north.reviewer).post(_url("reveal", case), {"reason": reason})

    assert reply.status_code == 400
    assert b"Say why, in at least 10 characters." in reply.content
    assert b"maria.keller@example.org" not in reply.content
    assert not Reveal.objects.exists()


def test_reveal_is_refused_to_whoever_may_not(world: World, now: datetime, log_in: LogIn) -> None:
    case = _personal(world.north, now)
    sent = {"reason": "I would like to know"}

    told = outsiders.told(world, log_in, lambda client: client.post(_url("reveal", case), sent))

    assert told == outsiders.TOLD
    assert not Reveal.objects.exists()


def test_the_desk_takes_posts_only(world: World, now: datetime, log_in: LogIn) -> None:
    case, client = make.waiting_case(world.north, now), log_in(world.north.reviewer)

    for name in ("claim", "heartbeat", "extend", "hand_back", "draft", "reveal", "decide", "escalate", "ask"):
        assert client.get(_url(name, case)).status_code == 405


def test_the_desk_asks_for_the_token_of_the_page(world: World, now: datetime) -> None:
    case = make.waiting_case(world.north, now)
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.north.reviewer, backend="contracts.backends.People")

    for name in ("claim", "heartbeat", "draft", "decide"):
        assert client.post(_url(name, case)).status_code == 403
    assert not claims.Claim.objects.exists()
