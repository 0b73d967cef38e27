"""W1, W3, W4, K4: halting needs role and authority on all it touches, letting go on a second person."""

from datetime import timedelta

import pytest

from audit.errors import Conflict, Invalid, NotAllowed, NotVisible
from audit.models import Event, Log
from contracts.enums import Authority, HaltScope
from contracts.models import AuthorityGrant, Halt, Notification, Process
from contracts.selectors import halt_scopes, halts
from contracts.selectors.halt_scopes import What
from contracts.services import ai_models, memberships, processes
from contracts.services import halts as service
from tests.factories import halts as made


def events(action: str) -> list[Event]:
    return list(Event.objects.filter(action=action).order_by("id"))


def log_of(event: Event) -> str:
    return Log.objects.get(pk=event.log_id).key


def test_a_halt_is_engaged_with_its_events_and_another_stamp(desk, at):
    stamp = Process.objects.get(pk=desk.process.pk).stamp

    halt = made.engaged(desk, at)

    assert (halt.state, halt.degree, halt.engaged_by, halt.effective_at) == (
        "engaged",
        "hold",
        desk.owner,
        at,
    )
    assert Process.objects.get(pk=desk.process.pk).stamp != stamp
    assert [event.facts["processes"] for event in events("halt.engaged")] == [[desk.process.code]]
    assert [event.facts["seconds"] for event in events("halt.effective")] == ["0.0"]
    assert [log_of(event) for event in events("halt.engaged")] == ["north"]


@pytest.mark.parametrize("who", ["reviewer", "lead", "governance", "viewer", "dpo"])
def test_without_role_or_authority_nothing_is_halted(desk, at, who):
    """K4: the governance lead has the role, and nobody gave him the authority."""
    with pytest.raises(NotAllowed, match="authority to decide"):
        made.engaged(desk, at, by=desk.cast[who])

    assert not Halt.objects.exists()


def test_with_the_authority_the_governance_lead_halts(desk, at):
    memberships.grant_authority(
        user=desk.governance, process=desk.process, kind=Authority.DECISION, evidence="Annex", by=None, at=at
    )

    assert made.engaged(desk, at, by=desk.governance).state == "engaged"


def test_an_authority_taken_back_halts_nothing(desk, at):
    grant = AuthorityGrant.objects.get(user=desk.owner, process=desk.process)
    memberships.revoke_authority(authority=grant, by=None, at=at)

    with pytest.raises(NotAllowed):
        made.engaged(desk, at)


def test_a_scope_that_touches_processes_of_others_needs_authority_on_all_of_them(world, at):
    with pytest.raises(NotAllowed, match="every process that this touches") as refused:
        made.engaged(world.north, at, what=What(HaltScope.ALL))

    assert world.south.process.code not in str(refused.value)


def test_a_halt_of_everything_is_told_in_each_log_and_in_that_of_the_platform(world, at):
    north, south = world.north, world.south
    memberships.grant(
        user=north.owner,
        organisation=south.client,
        role="client_owner",
        process=south.process,
        by=None,
        at=at,
    )
    memberships.grant_authority(
        user=north.owner, process=south.process, kind=Authority.DECISION, evidence="Annex", by=None, at=at
    )

    halt = made.engaged(north, at, what=What(HaltScope.ALL))

    told = {log_of(event): event for event in events("halt.engaged")}
    assert set(told) == {"north", "south", "platform"}
    assert {event.correlation_id for event in told.values()} == {halt.pk}
    assert told["north"].facts["processes"] == [north.process.code]
    assert sorted(told["platform"].facts["processes"]) == [north.process.code, south.process.code]


@pytest.mark.parametrize(
    "named",
    [
        {"scope": "process", "process": "SOUTH-AP"},
        {"scope": "process", "process": "NOWHERE"},
        {"scope": "step", "process": "SOUTH-AP", "step": "approve"},
        {"scope": "step", "process": "NORTH-AP", "step": "nothing"},
        {"scope": "client", "client": "south"},
        {"scope": "model", "model": "south-1.0"},
        {"scope": "model", "model": "north-1.0", "client": "south"},
    ],
)
def test_what_somebody_does_not_see_is_not_there(desk, named):
    with pytest.raises(NotVisible):
        halt_scopes.resolve(desk.owner, named)


@pytest.mark.parametrize("who", ["owner", "ops", "reviewer"])
def test_every_choice_a_form_offers_can_be_resolved(desk, at, who):
    """A reference may hold what separates it from the client."""
    version = ai_models.register(
        vendor=desk.model.model.vendor,
        name="North reader",
        version="2026-03",
        reference="vendor/model@2026-03",
        purpose="Reads invoices",
        procured_by=desk.model.model.procured_by,
        by=None,
        at=at,
    )
    ai_models.approve(version=version, by=desk.owner, at=at)
    processes.allow_models(
        step=desk.steps["approve"], versions=[desk.model, version], endpoints=[], by=None, at=at
    )
    user = desk.cast[who]

    offered = halt_scopes.choices(user)
    for choice in offered:
        what = halt_scopes.resolve(user, halt_scopes.parsed(choice.value))

        assert halt_scopes.written(Halt(**what.fields())) == choice.value
    assert [one.value for one in offered if "2026-03" in one.value][0] == "model:north@vendor/model@2026-03"


@pytest.mark.parametrize(
    "named", [{"scope": "all"}, {"scope": "model", "model": "north-1.0"}], ids=["all", "model"]
)
def test_what_reaches_beyond_ones_client_is_named_by_those_who_may_halt(desk, named):
    """Its reason is read by everybody it concerns."""
    written = {"all": "all", "model": "model:@north-1.0"}[named["scope"]]

    assert halt_scopes.resolve(desk.owner, named).scope == named["scope"]
    assert written in [choice.value for choice in halt_scopes.choices(desk.owner)]
    with pytest.raises(NotAllowed):
        halt_scopes.resolve(desk.reviewer, named)
    assert written not in [choice.value for choice in halt_scopes.choices(desk.reviewer)]


def test_a_stranger_can_name_nothing(world):
    assert halt_scopes.choices(world.stranger) == []
    with pytest.raises(NotVisible):
        halt_scopes.resolve(world.stranger, {"scope": "all"})


def test_halting_the_same_again_is_the_same_halt_and_that_of_another_is_a_conflict(desk, at):
    first = made.engaged(desk, at)

    assert made.engaged(desk, at).pk == first.pk
    with pytest.raises(Conflict, match="halted like that already"):
        made.engaged(desk, at, by=desk.admin)
    assert Halt.objects.count() == 1


def test_a_stricter_halt_and_a_drill_stand_beside_a_hold(desk, at):
    made.engaged(desk, at)
    made.engaged(desk, at, degree="stop", by=desk.admin)
    made.engaged(desk, at, drill=True)

    assert Halt.objects.filter(state="engaged").count() == 3


def test_who_engaged_asks_for_the_release_and_somebody_else_releases(desk, at):
    halt = made.engaged(desk, at)
    later = at + timedelta(minutes=5)
    with pytest.raises(NotAllowed, match="somebody else"):
        made.released(halt, desk.owner, later)

    asked = service.request_release(halt=halt, checks=made.ALL_CHECKS, by=desk.owner, at=later)
    freed = service.release(halt=asked, by=desk.admin, at=later)

    assert (freed.state, freed.released_by, freed.release_requested_by) == (
        "released",
        desk.admin,
        desk.owner,
    )
    assert freed.watch_until == later + timedelta(hours=24)


def test_who_engages_in_between_cannot_release_by_what_was_read_before(desk, at):
    """W3: what counts is who engaged it by the time of the release, not when it was looked at."""
    before = made.asked(desk, at)
    halt = made.engaged(desk, at, request=before)
    service.request_release(halt=halt, checks=made.ALL_CHECKS, by=desk.owner, at=at)

    with pytest.raises(NotAllowed, match="somebody else"):
        service.release(halt=before, by=desk.owner, at=at)

    assert halts.loaded().get().state == "release_requested"


def test_a_release_needs_every_check(desk, at):
    halt = made.engaged(desk, at)

    with pytest.raises(Invalid, match="The cause is found"):
        service.release(halt=halt, checks=["mended_and_tested"], by=desk.admin, at=at)

    assert halts.loaded().get().state == "engaged"


def test_a_reviewer_releases_nothing(desk, at):
    halt = made.engaged(desk, at)

    with pytest.raises(NotAllowed):
        made.released(halt, desk.reviewer, at)


def test_releasing_twice_is_a_conflict(desk, at):
    halt = made.engaged(desk, at)
    made.released(halt, desk.admin, at)

    with pytest.raises(Conflict):
        made.released(halt, desk.admin, at)


def test_a_halt_engaged_on_a_request_counts_from_the_request(desk, at):
    asked = made.asked(desk, at)

    halt = made.engaged(desk, at + timedelta(seconds=41), request=asked)

    assert (halt.pk, halt.requested_at, halt.requested_by) == (asked.pk, at, desk.reviewer)
    assert [event.facts["seconds"] for event in events("halt.effective")] == ["41.0"]


def test_a_request_is_engaged_as_it_was_asked_for(desk, at):
    """Whoever may halt a part does not take over a request for the whole, nor make a drill of it."""
    asked = made.asked(desk, at)

    for other in ({"step": "approve"}, {"drill": True}):
        with pytest.raises(Conflict, match="something else"):
            made.engaged(desk, at, request=asked, **other)

    assert halts.loaded().get().state == "requested"


def test_asking_twice_is_one_request_with_the_earlier_time(desk, at):
    first = made.asked(desk, at)

    assert made.asked(desk, at + timedelta(minutes=1)) == first


def test_a_request_is_declined_once(desk, at):
    asked = made.asked(desk, at)
    with pytest.raises(NotAllowed):
        service.decline(halt=asked, by=desk.reviewer, at=at)

    service.decline(halt=asked, by=desk.admin, at=at)

    with pytest.raises(Conflict):
        made.engaged(desk, at, request=asked)


def test_a_drill_records_how_long_it_took_and_leaves_no_watch(desk, at):
    asked = made.asked(desk, at, drill=True)
    halt = made.engaged(desk, at + timedelta(seconds=41), request=asked, drill=True)

    freed = made.released(halt, desk.admin, at + timedelta(minutes=5))

    assert freed.watch_until is None
    assert [event.facts["seconds"] for event in events("halt.drilled")] == ["41.0"]


def test_holders_and_whoever_has_a_case_in_hand_are_told(desk, at):
    from_before = set(Notification.objects.values_list("pk", flat=True))
    made.engaged(desk, at)

    told = Notification.objects.exclude(pk__in=from_before)
    assert {one.user for one in told} == {desk.admin, desk.ops}
    assert all("is halted" in one.subject for one in told)
