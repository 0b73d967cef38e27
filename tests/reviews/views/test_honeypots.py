"""The pages of control items, and what of them nobody else finds anywhere (E4)."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse

from reviews.models import ControlItem, HoneypotPlan
from reviews.selectors import queues
from reviews.services import honeypots
from tests import counting
from tests.factories import honeypots as pots
from tests.factories import reviews as made


@pytest.fixture
def desk(world):
    return world.north


def path(name, *args):
    return reverse(f"reviews:{name}", args=args)


def sent(**changes):
    payload = json.dumps(pots.payload())
    return {"step": "approve", "kind": "known_bad", "wrong": pots.WRONG, "payload": payload, **changes}


def test_an_auditor_writes_one_and_retires_it(desk, log_in):
    auditor = log_in(desk.auditor)

    answer = auditor.post(path("honeypots_add", desk.process.code), sent(), follow=True)
    item = ControlItem.objects.get()

    assert pots.WRONG in answer.content.decode()
    assert pots.WRONG[:40] in auditor.get(path("honeypots")).content.decode()
    retired = auditor.post(path("honeypots_retire", item.pk), follow=True).content.decode()
    assert "Retired by" in retired


def test_what_was_typed_stays_where_it_is_refused(desk, log_in):
    auditor = log_in(desk.auditor)

    broken = auditor.post(path("honeypots_add", desk.process.code), sent(payload='{"input": '))
    odd = auditor.post(path("honeypots_add", desk.process.code), sent(payload='{"input": "x"}'))

    assert (broken.status_code, odd.status_code) == (400, 400)
    assert "This is no JSON" in broken.content.decode()
    assert pots.WRONG in broken.content.decode()
    assert "ai_output" in odd.content.decode()
    assert not ControlItem.objects.exists()


def test_a_real_interaction_is_the_beginning_of_one(desk, log_in, now):
    real = made.waiting_case(desk, now, input={"invoice": "Invoice 88 for 3 pumps"}).interaction

    page = log_in(desk.auditor).get(path("honeypots_add", desk.process.code), {"from": str(real.pk)})

    assert "3 pumps" in page.content.decode()


def test_governance_allows_them(desk, log_in):
    lead = log_in(desk.governance)
    address = path("honeypots_plan", desk.process.code)

    refused = lead.post(address, {"allowed": "on", "share": "1.5", "basis": ""})
    lead.post(address, {"allowed": "on", "share": "1.5", "basis": "Agreement of 3 March with the council"})

    assert refused.status_code == 400
    assert "on what ground" in refused.content.decode()
    assert HoneypotPlan.objects.get().allowed
    assert "not allowed here" not in lead.get(path("honeypots")).content.decode()


def test_reviewers_and_leads_find_nothing_of_it_anywhere(desk, log_in, now):
    then = now - timedelta(minutes=10)
    row = pots.served(desk, then)
    case, name = pots.case_of(row), row.interaction.external_id
    reviewer, lead, owner = log_in(desk.reviewer), log_in(desk.lead), log_in(desk.owner)

    assert str(case.pk) in reviewer.get(path("cases")).content.decode()
    for person in (reviewer, lead, owner):
        assert pots.WRONG not in person.get(path("honeypots")).content.decode()
        assert person.get(path("honeypots_item", row.item_id)).status_code == 403
    for person in (lead, owner):
        assert str(case.pk) not in person.get(path("cases")).content.decode()
        assert person.get(path("case", case.pk)).status_code == 404
        story = reverse("governance:story", args=[row.interaction_id])
        assert person.get(story).status_code == 404
        trail = person.get(reverse("governance:trail"), {"q": name}).content.decode()
        assert str(row.interaction_id) not in trail
        assert str(row.interaction_id) not in person.get(reverse("governance:trail")).content.decode()
    waiting = [sum(one.waiting for one in queues.overview(user)) for user in (desk.reviewer, desk.lead)]
    assert waiting == [2, 1]


def test_an_agent_does_not_know_it(desk, now, client):
    row = pots.served(desk, now - timedelta(minutes=10))
    headers = {"authorization": f"Bearer {desk.secret}"}

    for name in ("api_interaction", "api_outcome"):
        answer = client.get(reverse(f"reviews:{name}", args=[row.interaction_id]), headers=headers)
        assert answer.status_code == 404
    asked = client.post(
        reverse("reviews:api_escalate", args=[row.interaction_id]),
        {"question": "?"},
        content_type="application/json",
        headers={**headers, "idempotency-key": "one"},
    )
    assert asked.status_code == 404


def test_the_page_of_a_control_item_is_that_of_its_neighbour(desk, log_in, now):
    """The same marks in the same places: only what the two say differs."""
    then = now - timedelta(minutes=10)
    row = pots.served(desk, then)
    real = made.waiting_case(desk, then, external_id="INV-1")
    reviewer = log_in(desk.reviewer)

    pages = [reviewer.get(path("case", pk)).content.decode() for pk in (pots.case_of(row).pk, real.pk)]

    for word in ("honeypot", "control", "meant"):
        assert pages[0].lower().count(word) == pages[1].lower().count(word), word
    tags = [[part.split(">")[0].split(" ")[0] for part in page.split("<")[1:]] for page in pages]
    assert tags[0] == tags[1]


def test_the_page_asks_the_database_the_same_for_both(desk, log_in, now):
    """No request is slower for a control item."""
    then = now - timedelta(minutes=10)
    row = pots.served(desk, then)
    real = made.waiting_case(desk, then, external_id="INV-2")
    reviewer = log_in(desk.reviewer)

    asked = [counting.queries(reviewer, path("case", pk)) for pk in (pots.case_of(row).pk, real.pk)]

    assert asked[0] == asked[1]


def test_the_reviewer_is_told_once_it_is_over(desk, log_in, now):
    then = now - timedelta(minutes=10)
    row = pots.served(desk, then)
    reviewer = log_in(desk.reviewer)
    pots.answered(row, desk.reviewer, then)
    before = reviewer.get(path("vigilance_mine")).content.decode()

    honeypots.settle_due(at=then + pots.SETTLED)
    after = reviewer.get(path("vigilance_mine")).content.decode()

    assert "Control items you were given" not in before
    assert pots.WRONG not in before
    assert pots.WRONG in after
    assert "Missed" in after
    assert pots.WRONG not in log_in(desk.second).get(path("vigilance_mine")).content.decode()


def test_the_pages_of_the_library_ask_as_little_however_much_there_is(desk, log_in, now):
    then = now - timedelta(minutes=10)
    row = pots.served(desk, then)
    auditor = log_in(desk.auditor)

    taken = {
        "reviews:honeypots": counting.steady(auditor, path("honeypots"), lambda: pots.library(desk, then, 4)),
        "reviews:honeypots_item": counting.queries(auditor, path("honeypots_item", row.item_id)),
        "reviews:honeypots_add": counting.queries(auditor, path("honeypots_add", desk.process.code)),
    }

    assert taken == {route: counting.written(route) for route in taken}
