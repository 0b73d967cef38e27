"""The gate by the API of people: the same list, the same owner and the same refusals as on its page (W2, K6)."""

import pytest
from django.utils import timezone

from audit.models import Event
from contracts.models import AuthorityGrant, Process
from contracts.services import memberships
from tests import worlds

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return worlds.build(timezone.now())


@pytest.fixture
def desk(world):
    """A desk that has everything and has not gone live yet."""
    desk = world.north
    Process.objects.filter(pk=desk.process.pk).update(went_live_at=None, went_live_by=None)
    return desk


@pytest.fixture
def ask(desk, log_in):
    """Ask as somebody: method, path below the gate of the process, body."""

    def asked(person, method, path="", body=None, **headers):
        return log_in(person).generic(
            method,
            f"/api/v1/gates/{desk.process.code}{path}",
            b"" if body is None else body,
            content_type="application/json",
            headers=headers,
        )

    return asked


def live(desk):
    return Process.objects.get(pk=desk.process.pk).went_live_at is not None


def told(action):
    return Event.objects.filter(action=action).count()


def test_the_gate_lists_what_is_asked_and_what_stands(desk, ask):
    gate = ask(desk.viewer, "GET").json()

    assert (gate["process"], gate["safe_state"], gate["live_at"]) == (desk.process.code, "hold", None)
    assert {one["code"]: one["met"] for one in gate["checks"]} == dict.fromkeys(
        [
            "safe_state",
            "escalation_path",
            "halt_holders",
            "halt_coverage",
            "scope_texts",
            "raci_signed",
            "stakeholders",
            "ai_use_decided",
            "rules_in_force",
        ],
        True,
    )


def test_the_owner_says_the_safe_state_and_nobody_else(desk, ask):
    before = told("process.safe_state_said")

    refused = ask(desk.admin, "PUT", "/safe-state", '{"safe_state": "stop"}')
    between = Process.objects.get(pk=desk.process.pk).safe_state, told("process.safe_state_said")
    said = ask(desk.owner, "PUT", "/safe-state", '{"safe_state": "stop"}')

    assert (refused.status_code, between) == (403, ("hold", before))
    assert (said.status_code, said.json()["safe_state"]) == (200, "stop")
    assert told("process.safe_state_said") == before + 1


@pytest.mark.parametrize(
    "body, pointer",
    [
        ("{}", "/safe_state"),
        ('{"safe_state": "sleep"}', "/safe_state"),
        ('{"safe_state": ["hold"]}', "/safe_state"),
        ('{"safe_state": "stop", "why": "x"}', "/why"),
    ],
)
def test_a_safe_state_nobody_knows_is_pointed_at(desk, ask, body, pointer):
    refused = ask(desk.owner, "PUT", "/safe-state", body)

    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (400, pointer)
    assert Process.objects.get(pk=desk.process.pk).safe_state == "hold"


def test_the_owner_takes_it_live_once(desk, ask):
    key = {"Idempotency-Key": "live"}
    before = told("process.went_live")

    refused = ask(desk.admin, "POST", "/go-live", "{}")
    between = live(desk)
    gone = ask(desk.owner, "POST", "/go-live", "{}", **key)
    again = ask(desk.owner, "POST", "/go-live", "{}", **key)
    late = ask(desk.owner, "POST", "/go-live")

    assert (refused.status_code, between) == (403, False)
    assert (gone.status_code, gone.json()["live_at"] is not None, live(desk)) == (200, True, True)
    assert (again.status_code, again.json()) == (200, gone.json())
    assert (late.status_code, late.json()["code"], told("process.went_live")) == (
        409,
        "live_already",
        before + 1,
    )


def test_what_is_missing_is_named_and_nothing_goes_live(desk, ask):
    """K6: with one holder it fails."""
    for grant in AuthorityGrant.objects.filter(user__in=[desk.admin, desk.ops], process=desk.process):
        memberships.revoke_authority(authority=grant, by=None, at=timezone.now())

    refused = ask(desk.owner, "POST", "/go-live", "{}")

    assert (refused.status_code, refused.json()["code"]) == (409, "not_ready")
    assert [error["pointer"] for error in refused.json()["errors"]] == ["/halt_holders"]
    assert not live(desk)


def test_the_gate_of_another_client_is_not_there(world, desk, ask):
    asked = [
        ask(world.south.owner, "GET"),
        ask(world.south.owner, "PUT", "/safe-state", '{"safe_state": "stop"}'),
        ask(world.south.owner, "POST", "/go-live", "{}"),
    ]

    assert [reply.status_code for reply in asked] == [404] * 3
    assert (Process.objects.get(pk=desk.process.pk).safe_state, live(desk)) == ("hold", False)
