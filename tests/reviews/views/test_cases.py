from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from contracts.models import User
from reviews.enums import ReasonCode, Verdict
from reviews.models import Case
from reviews.services import claims, decisions, information, release
from reviews.services.decisions import Answer
from tests import counting
from tests.factories import reviews as make
from tests.worlds import World

LogIn = Callable[[User], Client]
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>"


def _case(case: Case) -> str:
    return reverse("reviews:case", args=[case.pk])


def _shown(client: Client, query: str = "") -> list[str]:
    return [row.url for row in client.get(reverse("reviews:cases") + query).context["page"].rows]


def test_cases_lists_what_one_may_see_newest_first(world: World, now: datetime, log_in: LogIn) -> None:
    older = make.waiting_case(world.north, now - timedelta(minutes=5))
    newer = make.waiting_case(world.north, now)
    make.waiting_case(world.south, now)

    assert _shown(log_in(world.north.reviewer)) == [_case(newer), _case(older)]
    assert _shown(log_in(world.stranger)) == []
    assert len(_shown(log_in(world.overseer))) == 3


def test_cases_narrows_by_process_state_and_owner(world: World, now: datetime, log_in: LogIn) -> None:
    waiting = make.waiting_case(world.north, now)
    mine = make.claimed_case(world.north, now + timedelta(seconds=1))
    client = log_in(world.north.reviewer)

    assert _shown(client, "?state=waiting") == [_case(waiting)]
    assert _shown(client, "?mine=on") == [_case(mine)]
    assert _shown(client, f"?process={world.north.process.code}") == [_case(mine), _case(waiting)]
    assert _shown(client, f"?process={world.south.process.code}") == []


def test_cases_says_whether_filters_hide_everything(world: World, now: datetime, log_in: LogIn) -> None:
    make.waiting_case(world.north, now)
    client = log_in(world.north.reviewer)

    hidden = client.get(reverse("reviews:cases"), {"state": "closed"})
    empty = log_in(world.stranger).get(reverse("reviews:cases"))

    assert b"No case fits the filters" in hidden.content
    assert b"No cases yet" in empty.content


def test_cases_goes_on_where_the_page_before_ended(world: World, now: datetime, log_in: LogIn) -> None:
    made = make.waiting_cases(world.north, now, 60)
    client, address, seen = log_in(world.north.reviewer), reverse("reviews:cases"), []

    while address:
        page = client.get(address).context["page"]
        seen.append([row.url for row in page.rows])
        address = page.next_url

    assert [len(rows) for rows in seen] == [50, 10]
    assert sorted(seen[0] + seen[1]) == sorted(reverse("reviews:case", args=[pk]) for pk in made)


@pytest.mark.parametrize("after", ["x", "2026-01-01_x", "2026-01-01T00:00:00_0", "_"])
def test_cases_begins_at_the_top_for_a_place_nobody_understands(
    world: World, now: datetime, log_in: LogIn, after: str
) -> None:
    case = make.waiting_case(world.north, now)

    assert _shown(log_in(world.north.reviewer), f"?after={after}") == [_case(case)]


def test_case_gives_its_holder_everything_to_decide(world: World, now: datetime, log_in: LogIn) -> None:
    case = make.claimed_case(world.north, now)

    reply = log_in(world.north.reviewer).get(_case(case))
    page = reply.context["page"]

    assert reply.status_code == 200
    assert page.working
    assert page.why == ["Amount ≥ €5,000 (rule AP-R1 v1)"]
    assert page.decides == ["This is the final decision"]
    assert "North Lead (L1, team lead)" in page.sent_up
    assert page.missing == ["Purchase order", "Goods receipt"]
    assert [button.key for button in (*page.buttons, *page.asides)] == [
        "a",
        "e",
        "r",
        "o",
        "s",
        "u",
        "i",
        "b",
    ]
    assert page.buttons[0].reason == "Open first: Purchase order, Goods receipt."
    assert page.sop.number == 1


def test_case_names_whoever_decides_finally(world: World, now: datetime, log_in: LogIn) -> None:
    dear = make.claimed_case(world.north, now, amount="150000.00")

    page = log_in(world.north.reviewer).get(_case(dear)).context["page"]

    assert page.decides == [
        "You recommend; a second reviewer decides after you; final: client owner, North Owner"
    ]


def test_case_is_read_only_for_whoever_may_only_see_it(world: World, now: datetime, log_in: LogIn) -> None:
    case = make.claimed_case(world.north, now)

    for user in (world.north.second, world.north.auditor, world.north.ops, world.overseer):
        reply = log_in(user).get(_case(case))

        assert reply.status_code == 200
        assert not reply.context["page"].working
        assert b"data-decision" not in reply.content
        assert b"North Reviewer is working on this case." in reply.content


def test_case_does_not_exist_for_strangers(world: World, now: datetime, log_in: LogIn) -> None:
    case = make.claimed_case(world.north, now)

    for user in (world.stranger, world.south.reviewer, world.north.viewer):
        assert log_in(user).get(_case(case)).status_code == 404


def test_case_shows_hostile_markup_as_text(world: World, now: datetime, log_in: LogIn) -> None:
    case = make.claimed_case(
        world.north,
        now,
        input={"invoice": HOSTILE, HOSTILE: {"deep": [HOSTILE, {"more": HOSTILE}]}},
        ai_output={"decision": HOSTILE, "amount": "1.00", "comment": HOSTILE},
        factors=[{"name": HOSTILE, "weight": 0.4}, {"name": HOSTILE}],
        citations=[{"source": HOSTILE, "url": "javascript:alert(3)"}],
        attributes={"order": {HOSTILE: HOSTILE}},
    )

    content = log_in(world.north.reviewer).get(_case(case)).content.decode()

    assert "<script>alert" not in content
    assert "<img" not in content
    assert 'href="javascript' not in content
    assert "&lt;script&gt;alert(1)" in content


def test_case_shows_evidence_that_came_with_it(world: World, now: datetime, log_in: LogIn) -> None:
    case = make.claimed_case(world.north, now, attributes={"order": {"number": "PO 88"}})

    content = log_in(world.north.reviewer).get(_case(case)).content.decode()

    assert "PO 88" in content
    assert "Nothing of “Goods receipt” came with this case" in content


def test_case_hides_the_ai_output_of_d3_until_ones_own_is_recorded(
    world: World, now: datetime, log_in: LogIn
) -> None:
    case = make.read_case(
        world.north,
        now,
        step="deny",
        ai_output={"decision": "hold", "amount": "77.31", "comment": "Only the AI says so."},
        factors=[{"name": "secret factor", "weight": 0.5}],
    )
    client = log_in(world.north.reviewer)

    before = client.get(_case(case))
    output = {"decision": "pay", "amount": "80.00", "comment": "I looked at it myself."}
    answer = Answer(Verdict.OVERRIDE, output=output)
    decisions.decide(case_id=case.pk, user=world.north.reviewer, answer=answer, at=now)
    after = client.get(_case(case))

    for secret in (b"77.31", b"Only the AI says so.", b"secret factor"):
        assert secret not in before.content
        assert secret in after.content
    assert [button.label for button in before.context["page"].buttons] == ["Record my decision"]


def test_case_keeps_the_first_verdict_from_the_second_reviewer(
    world: World, now: datetime, log_in: LogIn
) -> None:
    first = Answer(
        Verdict.OVERRIDE,
        output={"comment": "FIRST-COMMENT"},
        reason_code=ReasonCode.CALC_ERROR,
        note="FIRST-NOTE",
    )
    case = make.second_round_case(world.north, now, first)
    claims.claim(case_id=case.pk, user=world.north.second, at=now)
    client = log_in(world.north.second)

    before = client.get(_case(case))
    make.open_evidence(case, world.north.second, now)
    decisions.decide(case_id=case.pk, user=world.north.second, answer=Answer(Verdict.APPROVE), at=now)
    after = client.get(_case(case))

    for secret in ("FIRST-COMMENT", "FIRST-NOTE"):
        assert secret not in before.content.decode()
        assert secret in after.content.decode()
    assert before.context["page"].given == []
    story = " ".join(line.what for line in before.context["page"].story)
    assert "Gave the first review" in story
    assert "override" not in story.lower()
    assert "CALC_ERROR" not in story
    assert "Replaced" not in story


@pytest.mark.parametrize("second_round", [False, True])
def test_case_offers_a_waiting_case_to_whoever_may_claim_it(
    world: World, now: datetime, log_in: LogIn, second_round: bool
) -> None:
    case = make.second_round_case(world.north, now) if second_round else make.waiting_case(world.north, now)

    assert log_in(world.north.second).get(_case(case)).context["page"].standing == "free"
    first = log_in(world.north.reviewer).get(_case(case)).context["page"]
    assert first.standing == ("reading" if second_round else "free")


def test_case_says_that_the_lease_lapsed_and_keeps_the_draft(
    world: World, now: datetime, log_in: LogIn
) -> None:
    case = make.claimed_case(world.north, now)
    client = log_in(world.north.reviewer)
    client.post(reverse("reviews:draft", args=[case.pk]), {"note": "half a thought"})
    make.lapsed_claim(case, now)

    lapsed = client.get(_case(case))
    again = client.post(reverse("reviews:claim", args=[case.pk]), follow=True)

    assert lapsed.context["page"].standing == "lapsed"
    assert b"Your draft is kept" in lapsed.content
    assert b"Claim it again" in lapsed.content
    assert again.context["page"].working
    assert b"half a thought" in again.content


def test_case_says_in_words_what_it_waits_for(world: World, now: datetime, log_in: LogIn) -> None:
    north = world.north
    asked = make.claimed_case(north, now)
    information.ask(case_id=asked.pk, user=north.reviewer, question="Which order?", at=now)
    escalated = make.escalated_case(north, now).case
    decided = make.decided_case(north, now).case
    closed = make.decided_case(north, now).case
    release.release(interaction_id=closed.interaction_id, at=now + timedelta(seconds=9))
    client = log_in(north.second)

    said = {
        name: client.get(_case(case)).context["page"].sentence
        for name, case in {
            "asked": asked,
            "escalated": escalated,
            "decided": decided,
            "closed": closed,
        }.items()
    }

    assert said["asked"] == "This case waits for an answer of the AI agent."
    assert said["escalated"] == "This case is with North Lead."
    assert said["decided"].startswith("This case is decided. It is released at")
    assert said["closed"] == "This case is closed: its outcome was released."


def test_case_tells_the_owner_of_an_escalation_his_clocks(world: World, now: datetime, log_in: LogIn) -> None:
    case = make.escalated_case(world.north, now).case

    page = log_in(world.north.lead).get(_case(case)).context["page"]

    assert page.working
    assert page.question == "Is this supplier known?"
    assert page.clocks[0].startswith("To be taken on by")
    assert page.clocks[1].startswith("To be decided by")
    assert page.asides == []
    assert page.acknowledge_url


@pytest.mark.parametrize("name", ["cases", "case"])
def test_cases_ask_a_fixed_number_of_queries(world: World, now: datetime, log_in: LogIn, name: str) -> None:
    client = log_in(world.north.reviewer)
    case = make.claimed_case(world.north, now)
    address = reverse("reviews:cases") if name == "cases" else _case(case)
    few = counting.queries(client, address)
    for _ in range(4):
        make.waiting_case(world.north, now)
    make.open_evidence(case, world.north.reviewer, now)

    many = counting.queries(client, address)

    assert few == many == counting.written(f"reviews:{name}")
