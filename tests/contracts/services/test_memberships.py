"""Roles and authority: granted, taken back, run out; and exactly what they open."""

from datetime import timedelta

import pytest

from audit.errors import Conflict, Invalid
from audit.models import Event
from contracts import access
from contracts.domain import roles
from contracts.enums import Authority, Role
from contracts.models import AuthorityGrant, Membership, Process
from contracts.selectors import authority
from contracts.services import memberships, processes


def membership(user, process):
    return Membership.objects.get(user=user, process=process, revoked_at__isnull=True)


def test_the_grants_of_a_process_are_the_table_of_roles_and_nothing_else(desk):
    wanted = {role.value: set(names) for role, names in roles.PROCESS_ROLES.items() if names}

    assert access.snapshot(desk.process) == wanted


def test_grant_opens_what_the_role_holds_on_the_process_and_nothing_on_others(world, at):
    desk, user = world.north, world.stranger

    memberships.grant(
        user=user, organisation=world.provider, role=Role.QA_AUDITOR, process=desk.process, by=desk.ops, at=at
    )

    assert access.codenames(user, desk.process) == roles.PROCESS_ROLES[Role.QA_AUDITOR]
    assert access.codenames(user, world.south.process) == frozenset()
    event = Event.objects.filter(action="access.granted").order_by("pk").last()
    assert event.facts["scope"] == desk.process.code
    assert event.actor_id == str(desk.ops.pk)


def test_grant_of_an_organisation_reaches_every_process_it_is_a_party_to(world, at):
    memberships.grant(user=world.stranger, organisation=world.provider, role=Role.TEAM_LEAD, by=None, at=at)

    assert set(access.processes(world.stranger)) == {world.north.process, world.south.process}


def test_grant_of_an_organisation_reaches_processes_defined_later(world, at):
    desk = world.north
    memberships.grant(user=world.stranger, organisation=world.provider, role=Role.TEAM_LEAD, by=None, at=at)

    later = processes.define(
        code="NORTH-2", name="Later", client=desk.client, provider=world.provider, by=None, at=at
    )

    assert access.codenames(world.stranger, later) == roles.PROCESS_ROLES[Role.TEAM_LEAD]


@pytest.mark.parametrize(
    "organisation, role",
    [
        ("provider", Role.CLIENT_ADMIN),
        ("vendor", Role.REVIEWER),
        ("client", Role.QA_AUDITOR),
        ("client", Role.PLATFORM_ADMIN),
    ],
)
def test_grant_refuses_a_role_that_kind_of_organisation_does_not_have(world, at, organisation, role):
    found = {"provider": world.provider, "vendor": world.vendor, "client": world.north.client}[organisation]
    before = Membership.objects.count()

    with pytest.raises(Invalid) as refused:
        memberships.grant(user=world.stranger, organisation=found, role=role, by=None, at=at)

    assert refused.value.field == "role"
    assert Membership.objects.count() == before


def test_grant_twice_is_a_conflict(world, at):
    desk = world.north

    with pytest.raises(Conflict) as refused:
        memberships.grant(
            user=desk.lead,
            organisation=world.provider,
            role=Role.TEAM_LEAD,
            process=desk.process,
            by=None,
            at=at,
        )

    assert refused.value.code == "membership_exists"


def test_revoke_closes_at_once_and_leaves_the_others_alone(desk, at):
    before = access.snapshot(desk.process)

    memberships.revoke(membership=membership(desk.reviewer, desk.process), by=desk.ops, at=at)
    memberships.revoke(membership=Membership.objects.get(user=desk.reviewer), by=desk.ops, at=at)

    assert access.codenames(desk.reviewer, desk.process) == frozenset()
    assert access.codenames(desk.second, desk.process) == roles.PROCESS_ROLES[Role.REVIEWER]
    assert access.snapshot(desk.process) == before
    assert Event.objects.filter(action="access.revoked").count() == 1


def test_revoke_keeps_what_another_role_still_opens(world, at):
    desk = world.north
    memberships.grant(
        user=desk.reviewer,
        organisation=world.provider,
        role=Role.SENIOR_REVIEWER,
        process=desk.process,
        by=None,
        at=at,
    )

    held = Membership.objects.get(user=desk.reviewer, role=Role.REVIEWER)
    memberships.revoke(membership=held, by=None, at=at)

    assert access.codenames(desk.reviewer, desk.process) == roles.PROCESS_ROLES[Role.SENIOR_REVIEWER]


def test_expire_revokes_what_has_run_out_once(world, at):
    desk = world.north
    until = at + timedelta(hours=1)
    memberships.grant(
        user=world.stranger,
        organisation=world.provider,
        role=Role.TEAM_LEAD,
        process=desk.process,
        until=until,
        by=None,
        at=at,
    )

    early = memberships.expire(at=until - timedelta(seconds=1))
    seen_before = access.can(world.stranger, roles.VIEW_PROCESS, desk.process)
    expired, again = memberships.expire(at=until), memberships.expire(at=until)

    assert (early, expired, again) == (0, 1, 0)
    assert seen_before
    assert not access.can(world.stranger, roles.VIEW_PROCESS, desk.process)
    assert Event.objects.filter(action="access.revoked").get().actor_type == "system"


def test_grant_authority_holds_from_its_beginning_to_its_end(world, at):
    desk = world.north
    until = at + timedelta(days=1)

    memberships.grant_authority(
        user=desk.lead,
        process=desk.process,
        kind=Authority.DECISION,
        evidence="Letter of 1 March",
        valid_until=until,
        by=desk.owner,
        at=at,
    )

    def held(user, process, kind, when):
        return authority.grant(user, process, kind, when) is not None

    assert held(desk.lead, desk.process, Authority.DECISION, at)
    assert not held(desk.lead, desk.process, Authority.DECISION, at - timedelta(seconds=1))
    assert not held(desk.lead, desk.process, Authority.DECISION, until)
    assert not held(desk.lead, desk.process, Authority.MONITORING, at)
    assert not held(desk.lead, world.south.process, Authority.DECISION, at)
    assert not held(desk.reviewer, desk.process, Authority.DECISION, at)


def test_revoke_authority_takes_it_back_once(desk, at):
    grant = AuthorityGrant.objects.get(user=desk.owner)

    memberships.revoke_authority(authority=grant, by=None, at=at)
    memberships.revoke_authority(authority=grant, by=None, at=at)

    assert authority.grant(desk.owner, desk.process, Authority.DECISION, at) is None
    assert Event.objects.filter(action="authority.revoked").count() == 1


def test_covered_lists_each_process_of_the_organisation_once(world, at):
    held = memberships.grant(
        user=world.stranger, organisation=world.vendor, role=Role.AI_VENDOR_REP, by=None, at=at
    )

    assert sorted(process.code for process in memberships.covered(held)) == ["NORTH-AP", "SOUTH-AP"]
    assert Process.objects.count() == 2
