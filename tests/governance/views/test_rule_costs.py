"""G9: the control-cost panel through its address, and the way from a candidate into an ordinary draft."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.domain.envelope import Actor, Entry, Target
from audit.models import Event
from audit.services import recording
from reviews.enums import RuleSetState
from reviews.models import RuleSet
from tests import counting, worlds
from tests.caught_up import catch_up
from tests.factories import rules as made
from tests.governance.views.test_board import signed_in, work

pytestmark = pytest.mark.django_db
STORY = ("routing.decided", "review.decided", "release.released")


@pytest.fixture
def busy():
    at = timezone.now() - timedelta(minutes=5)
    world = worlds.build(at)
    work(world.north, at, count=3, changed=1, straight=2)
    return world


def repeat(desk, times: int) -> None:
    """The trail is told again and again what became of one unchanged decision, each time of another interaction."""
    final = Event.objects.filter(action="review.decided").order_by("-pk")
    unchanged = next(event for event in final if not event.facts["material"])
    told = {
        event.action: event for event in Event.objects.filter(object_id=unchanged.object_id, action__in=STORY)
    }
    entry = Entry(
        log=desk.client.log_key,
        action="",
        actor=Actor.system("routing"),
        target=Target("interaction", unchanged.object_id),
        facts={},
        at=unchanged.occurred_at,
        client=desk.client.slug,
        process=desk.process.code,
    )
    entries = []
    for _ in range(times):
        target = Target("interaction", str(uuid4()))
        entries += [
            replace(entry, action=action, target=target, facts=told[action].facts) for action in STORY
        ]
    recording.record_many([replace(one, personal={}) for one in entries])
    catch_up()


def address(desk, name: str = "rule_costs") -> str:
    return reverse(f"governance:{name}", args=[desk.process.code])


def test_the_panel_says_what_each_trigger_cost_and_brought(busy):
    reply = signed_in(busy.north.lead).get(address(busy.north))

    [large] = [line for line in reply.context["page"].lines if line.code == "AP-R1"]
    assert (large.hits, large.sole, large.decided, large.changed) == ("3", "3", "3", "1")
    assert large.unchanged == "66.7"
    assert not reply.context["page"].candidates
    assert "AP-R2" in reply.content.decode()  # in force, and it never fired


@pytest.mark.parametrize("times, listed", [(400, True), (290, False)])
def test_a_rule_that_never_changed_anything_is_a_candidate(times, listed):
    """G9: 400 hits and no change in 90 days."""
    at = timezone.now() - timedelta(minutes=5)
    north = worlds.build(at).north
    work(north, at, count=1, changed=0, straight=0)
    repeat(north, times - 1)

    page = signed_in(north.admin).get(address(north)).context["page"]

    assert [line.code for line in page.candidates] == (["AP-R1"] if listed else [])


def test_what_the_law_requires_is_no_candidate():
    at = timezone.now() - timedelta(minutes=5)
    north = worlds.build(at).north
    made.locked(north, at)
    locked = worlds.payload(north, ai_output={"decision": "deny", "amount": "1200.00"})
    made.worked(north, at, locked)
    repeat(north, 400)

    page = signed_in(north.admin).get(address(north)).context["page"]

    [law] = [line for line in page.lines if line.code == "AP-LAW"]
    assert (law.hits, law.changed, law.locked, law.candidate) == ("401", "0", True, False)


def test_a_candidate_goes_into_an_ordinary_draft(busy):
    """Tuning takes the way of every change: a draft, and somebody else's approval."""
    north = busy.north
    reply = signed_in(north.admin).post(address(north, "rule_costs_draft"), {"rule": "AP-R2"})

    draft = RuleSet.objects.get(process=north.process, state=RuleSetState.DRAFT)
    assert reply.url == made.address("version", north, draft.version)
    assert sorted(draft.rules.values_list("code", flat=True)) == ["AP-R1", "AP-R3", "AP-R4"]
    assert north.process.rulesets.get(state=RuleSetState.ACTIVE).rules.filter(code="AP-R2").exists()


def test_a_second_candidate_goes_into_the_same_draft(busy):
    north, client = busy.north, signed_in(busy.north.admin)
    for code in ("AP-R2", "AP-R3"):
        client.post(address(north, "rule_costs_draft"), {"rule": code})

    draft = RuleSet.objects.get(process=north.process, state=RuleSetState.DRAFT)
    assert sorted(draft.rules.values_list("code", flat=True)) == ["AP-R1", "AP-R4"]


@pytest.mark.parametrize(
    "who, rule, status", [("lead", "AP-R2", 403), ("admin", "AP-LAW", 403), ("admin", "AP-NO", 404)]
)
def test_a_draft_without_a_rule_is_refused(who, rule, status):
    at = timezone.now() - timedelta(minutes=5)
    north = worlds.build(at).north
    made.locked(north, at)
    before = RuleSet.objects.count()

    reply = signed_in(getattr(north, who)).post(address(north, "rule_costs_draft"), {"rule": rule})

    assert (reply.status_code, RuleSet.objects.count()) == (status, before)


def test_another_client_s_panel_is_not_there(busy):
    assert signed_in(busy.north.admin).get(address(busy.south)).status_code == 404


def test_the_panel_by_api_is_the_page_s(busy):
    north = busy.north
    door = reverse("governance:api_rule_costs", args=[north.process.code])

    body = signed_in(north.viewer).get(door, {"days": 7}).json()

    [large] = [one for one in body["triggers"] if one["code"] == "AP-R1"]
    assert (body["days"], large["hits"], large["changed"], large["candidate"]) == (7, 3, 1, False)
    assert signed_in(north.viewer).get(door, {"days": "x"}).json()["errors"][0]["pointer"] == "/days"
    with_key = Client().get(door, headers={"Authorization": f"Bearer {north.secret}"})
    assert with_key.status_code == 401


def test_its_queries_do_not_grow(busy):
    client = signed_in(busy.north.admin)
    first = counting.queries(client, address(busy.north))
    work(busy.north, timezone.now() - timedelta(minutes=1), count=3, changed=1, straight=2)
    made.replaced(busy.north, timezone.now())
    catch_up()

    assert counting.queries(client, address(busy.north)) == first == counting.written("governance:rule_costs")
