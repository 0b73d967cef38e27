"""W2, K6: a process goes live once it is clear what happens in a halt, who halts it at every hour, and what governs it."""

import pytest

from audit.errors import Conflict, NotAllowed
from contracts.enums import Authority, Role, SafeState
from contracts.models import AuthorityGrant, Process
from contracts.services import agreements, going_live, memberships, processes
from reviews.services import intake
from tests import worlds


@pytest.fixture
def bare(desk, at):
    """A process of the north that has nothing yet."""
    return processes.define(
        code="BARE", name="Bare", client=desk.client, provider=desk.process.provider, by=None, at=at
    )


def gaps(process: Process, at, *, rules: bool = True, by=None) -> set[str]:
    with pytest.raises(Conflict) as refused:
        going_live.go_live(process=process, rules_in_force=rules, by=by, at=at)
    return {detail["pointer"] for detail in refused.value.details}


def test_every_gap_is_named(bare, at):
    assert gaps(bare, at, rules=False) == {
        "/safe_state",
        "/escalation_path",
        "/halt_holders",
        "/halt_coverage",
        "/scope_texts",
        "/rules_in_force",
        "/raci_signed",
        "/stakeholders",
    }
    assert Process.objects.get(pk=bare.pk).went_live_at is None


def test_a_process_that_has_it_all_is_live_once(desk, at):
    assert desk.process.went_live_at is not None

    with pytest.raises(Conflict, match="live already"):
        going_live.go_live(process=desk.process, rules_in_force=True, by=desk.owner, at=at)


def test_one_holder_is_not_enough(desk, at):
    """K6: the gate fails with one."""
    for grant in AuthorityGrant.objects.filter(user__in=[desk.admin, desk.ops], process=desk.process):
        memberships.revoke_authority(authority=grant, by=None, at=at)

    assert gaps(desk.process, at) == {"/halt_holders"}


def test_two_who_work_by_day_leave_the_night_open(desk, at):
    office = agreements.define_calendar(
        name="office",
        time_zone="UTC",
        hours={str(day): [["09:00", "17:00"]] for day in range(5)},
        by=None,
        at=at,
    )
    for grant in AuthorityGrant.objects.filter(process=desk.process):
        memberships.revoke_authority(authority=grant, by=None, at=at)
    for user in (desk.owner, desk.admin):
        memberships.grant_authority(
            user=user,
            process=desk.process,
            kind=Authority.DECISION,
            evidence="Rota",
            calendar=office,
            by=None,
            at=at,
        )

    assert gaps(desk.process, at) == {"/halt_coverage"}


@pytest.mark.parametrize("who", ["admin", "ops", "reviewer"])
def test_only_the_owner_says_the_safe_state(desk, at, who):
    with pytest.raises(NotAllowed):
        going_live.say_safe_state(process=desk.process, safe_state=SafeState.STOP, by=desk.cast[who], at=at)

    assert Process.objects.get(pk=desk.process.pk).safe_state == "hold"


def test_a_process_that_is_not_live_takes_nothing_in(desk, bare, at):
    agent = desk.agent
    memberships.grant(
        user=agent, organisation=agent.organisation, role=Role.AI_AGENT, process=bare, by=None, at=at
    )

    [receipt] = intake.accept(payloads=[worlds.payload(desk, process="BARE")], agent=agent, key=None, at=at)

    assert (receipt.error.code, type(receipt.error)) == ("not_live", Conflict)
