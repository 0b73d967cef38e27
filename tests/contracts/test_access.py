"""Who sees what, and what they are told: 404 for strangers, 403 with a sentence for whoever sees but may not."""

import pytest
from django.db import IntegrityError, transaction

from audit.errors import NotAllowed, NotVisible
from contracts import access
from contracts.domain import roles
from contracts.enums import UserKind
from contracts.models import Process, ProcessGroupGrant, ProcessUserGrant, User
from contracts.services import people
from reviews.models import Queue

SENTENCE = "Only administrators."


def cast(world):
    """Who may draft rules on the northern process, and what the others hear."""
    north = world.north
    return {
        "admin": (north.admin, None),
        "owner": (north.owner, None),
        "viewer": (north.viewer, NotAllowed),
        "reviewer": (north.reviewer, NotAllowed),
        "agent": (north.agent, NotAllowed),
        "overseer": (world.overseer, NotAllowed),
        "twin": (world.south.admin, NotVisible),
        "stranger": (world.stranger, NotVisible),
        "nobody": (None, NotVisible),
    }


@pytest.mark.parametrize(
    "who", ["admin", "owner", "viewer", "reviewer", "agent", "overseer", "twin", "stranger", "nobody"]
)
def test_check_refuses_by_what_the_person_sees(world, who):
    user, refusal = cast(world)[who]

    if refusal is None:
        access.check(user, roles.PROPOSE_RULES, world.north.process, SENTENCE)
        return
    with pytest.raises(refusal) as refused:
        access.check(user, roles.PROPOSE_RULES, world.north.process, SENTENCE)

    assert (refused.value.sentence == SENTENCE) is (refusal is NotAllowed)


def test_check_says_nothing_about_what_is_not_seen(world):
    with pytest.raises(NotVisible) as foreign:
        access.process(world.stranger, world.north.process.code, roles.VIEW_PROCESS, SENTENCE)
    with pytest.raises(NotVisible) as missing:
        access.process(world.stranger, "NOWHERE", roles.VIEW_PROCESS, SENTENCE)

    shape = foreign.value.sentence.replace(world.north.process.code, "NOWHERE")
    assert (shape, foreign.value.code) == (missing.value.sentence, missing.value.code)


def test_process_of_ones_own_organisation_is_refused_with_the_sentence(world, at):
    """The client's people and the vendor's agents know that it exists; a provider's people learn of no other client."""
    desk = world.north

    def added(name, organisation, kind=UserKind.PERSON):
        return people.add(username=name, name=name, organisation=organisation, kind=kind, by=None, at=at)

    for user in (added("colleague", desk.client), added("robot", world.vendor, UserKind.AGENT)):
        with pytest.raises(NotAllowed) as refused:
            access.process(user, desk.process.code, roles.VIEW_PROCESS, SENTENCE)
        assert refused.value.sentence == SENTENCE
        people.deactivate(user=user, by=None, at=at)
        with pytest.raises(NotVisible):
            access.process(user, desk.process.code, roles.VIEW_PROCESS, SENTENCE)
    for user in (added("temp", world.provider), added("rep", world.vendor)):
        with pytest.raises(NotVisible):
            access.process(user, desk.process.code, roles.VIEW_PROCESS, SENTENCE)


def test_whoever_is_inactive_holds_nothing(world, at):
    admin = world.north.admin
    people.deactivate(user=admin, by=None, at=at)

    assert access.codenames(admin, world.north.process) == frozenset()
    assert not access.processes(admin).exists()
    assert admin not in access.holders(world.north.process, roles.PROPOSE_RULES)


def test_nobody_is_a_superuser(world):
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=world.stranger.pk).update(is_superuser=True)

    world.stranger.is_superuser = True
    assert access.codenames(world.stranger, world.north.process) == frozenset()


def test_visible_lists_exactly_what_is_held(world):
    assert set(access.processes(world.north.reviewer)) == {world.north.process}
    assert set(access.processes(world.overseer)) == {world.north.process, world.south.process}
    assert set(access.processes(world.north.viewer, roles.PROPOSE_RULES)) == set()
    assert set(access.processes(world.stranger)) == set()
    assert set(access.processes(None)) == set()
    assert set(access.visible(Queue.objects.all(), world.north.reviewer)) <= set(world.north.queues.values())


def test_holders_are_exactly_those_who_hold(world):
    desk = world.north

    assert set(access.holders(desk.process, roles.APPROVE_RULES)) == {desk.admin, desk.owner}
    assert set(access.holders(desk.process, roles.POST_INTERACTION)) == {desk.agent}


def test_log_keys_are_those_of_the_clients_whose_stories_may_be_read(world):
    assert access.log_keys(world.north.lead) == {"north"}
    assert access.log_keys(world.overseer) == {"north", "south"}
    assert access.log_keys(world.north.reviewer) == frozenset()


def test_a_grant_to_a_person_is_refused(world):
    with pytest.raises(ValueError, match="never to people"):
        ProcessUserGrant(user=world.stranger, content_object=world.north.process).save()


def test_a_grant_table_holds_its_own_codenames_only(world):
    grant = ProcessGroupGrant.objects.filter(content_object=world.north.process).first()
    foreign = type(grant.permission).objects.get(codename="add_process")

    with pytest.raises(ValueError, match="does not hold"):
        ProcessGroupGrant(content_object=world.north.process, group=grant.group, permission=foreign).save()


def test_check_key_opens_its_own_processes_and_actions_only(world):
    north, south = world.north, world.south

    access.check_key(north.key, north.process, roles.POST_INTERACTION)
    access.check_key(None, north.process, roles.POST_INTERACTION)
    for process, action in [(south.process, roles.POST_INTERACTION), (north.process, "delete")]:
        with pytest.raises(NotAllowed) as refused:
            access.check_key(north.key, process, action)
        assert refused.value.code == "key_scope"


def test_opening_an_object_twice_changes_nothing(world):
    before = access.snapshot(world.north.process)

    access.open_object(world.north.process)

    assert access.snapshot(Process.objects.get(pk=world.north.process.pk)) == before
