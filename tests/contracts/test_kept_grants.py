"""Grants kept between requests: what is kept under a user's stamp is what the database holds, after every change."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from audit.errors import NotVisible
from audit.models import Event
from contracts import access
from contracts.domain import roles
from contracts.enums import Role
from contracts.models import Process, User
from contracts.services import memberships, people, processes
from reviews.domain import roles as queue_roles
from reviews.enums import RuleSetState, Verdict
from reviews.models import Case, Queue, RuleSet
from reviews.selectors import snapshots
from reviews.services import claims, decisions, escalations, information, queues, rules
from reviews.services.decisions import Answer
from tests.factories import reviews as made
from tests.factories import rules as rules_made
from tests.worlds import Desk


def trusted(user: User) -> User:
    """The user as a request has him: read just now, with his stamp."""
    fresh = User.objects.get(pk=user.pk)
    access.trust_stamp(fresh)
    return fresh


def told(user: User) -> dict[str, object]:
    """Everything that is asked of grants about a user."""
    objects = [*Process.objects.order_by("pk"), *Queue.objects.order_by("pk")]
    return {
        "codenames": [access.codenames(user, one) for one in objects],
        "all": access.all_codenames(user),
        "visible": list(access.visible(Process.objects.order_by("pk"), user)),
        "worked": list(access.visible(Queue.objects.order_by("pk"), user, queue_roles.WORK_QUEUE)),
        "keys": access.objects_with(user, Queue, queue_roles.WORK_QUEUE),
    }


def is_true(user: User) -> bool:
    """Whether what is kept of a user is what the database holds; asked twice, so that the second is kept."""
    held, fresh = trusted(user), User.objects.get(pk=user.pk)
    return told(held) == told(held) == told(fresh)


def revoke(desk: Desk, at: datetime, user: User | None = None) -> None:
    memberships.revoke(membership=(user or desk.reviewer).memberships.get(), by=None, at=at)


def let_run_out(desk: Desk, at: datetime) -> None:
    desk.reviewer.memberships.update(until=at - timedelta(seconds=1))
    assert memberships.expire(at=at) == 1


def promote(desk: Desk, at: datetime) -> None:
    memberships.grant(
        user=desk.reviewer,
        organisation=desk.process.provider,
        role=Role.TEAM_LEAD,
        process=desk.process,
        by=None,
        at=at,
    )


def add_process(desk: Desk, at: datetime) -> None:
    processes.define(
        code="NORTH-NEW", name="New", client=desk.client, provider=desk.process.provider, by=None, at=at
    )


def add_queue(desk: Desk, at: datetime) -> None:
    Queue.objects.filter(pk=desk.queues["client"].pk).delete()
    queues.open_queue(process=desk.process, kind="client", name="The client", by=None, at=at)


def deactivate(desk: Desk, at: datetime) -> None:
    people.deactivate(user=desk.reviewer, by=None, at=at)


@pytest.mark.parametrize("change", [revoke, let_run_out, promote, add_process, add_queue, deactivate])
def test_what_is_kept_follows_every_change(world, at, change: Callable[[Desk, datetime], None]):
    everybody = list(User.objects.all())
    assert all(is_true(user) for user in everybody)

    change(world.north, at)

    assert [user.username for user in everybody if not is_true(user)] == []


def test_a_change_concerns_nobody_else(world, at):
    stamps = dict(User.objects.values_list("pk", "grants_stamp"))

    revoke(world.north, at)

    changed = {pk for pk, stamp in User.objects.values_list("pk", "grants_stamp") if stamps[pk] != stamp}
    assert changed == {world.north.reviewer.pk}


def test_a_change_that_was_rolled_back_leaves_nothing(world, at):
    """Two changes that both follow the same state must not share a stamp: the first was read, and never was."""
    desk = world.north
    with transaction.atomic():
        promote(desk, at)
        assert "view_cases" in access.codenames(trusted(desk.reviewer), desk.process)
        transaction.set_rollback(True)

    revoke(desk, at)

    assert is_true(desk.reviewer)
    assert access.codenames(trusted(desk.reviewer), desk.process) == frozenset()


APPROVE = Answer(Verdict.APPROVE)

# Each begins with the case in hand, and waits for its lock.
WAITING = {
    "claim": lambda case, user, at: claims.claim(case_id=case.pk, user=user, at=at),
    "next": lambda case, user, at: claims.next_case(user=user, at=at, queue_id=case.queue_id),
    "extend": lambda case, user, at: claims.extend(case_id=case.pk, user=user, at=at),
    "decide": lambda case, user, at: decisions.decide(case_id=case.pk, user=user, answer=APPROVE, at=at),
    "escalate": lambda case, user, at: escalations.escalate(case_id=case.pk, user=user, question="?", at=at),
    "ask": lambda case, user, at: information.ask(case_id=case.pk, user=user, question="?", at=at),
}


@pytest.mark.parametrize("what", WAITING)
def test_a_right_that_is_taken_back_while_a_service_waits_is_gone(world, at, what: str):
    """The request read the stamp before the change; the service looks again once it has its lock."""
    desk = world.north
    case, reviewer = made.read_case(desk, at), trusted(desk.reviewer)
    assert access.can(reviewer, queue_roles.WORK_QUEUE, case.queue)
    revoke(desk, at)
    before = one_world(case)

    with pytest.raises(NotVisible):
        WAITING[what](case, reviewer, at)

    assert one_world(case) == before


@pytest.mark.parametrize("what", ["approve", "roll_back"])
def test_a_right_over_rules_that_is_taken_back_while_a_service_waits_is_gone(world, at, what: str):
    desk = world.north
    before = RuleSet.objects.get(process=desk.process, state=RuleSetState.ACTIVE)
    now = rules_made.replaced(desk, at)
    proposed = rules_made.proposed(desk, at, "20000")
    owner = trusted(desk.owner)
    assert access.can(owner, roles.APPROVE_RULES, desk.process)
    revoke(desk, at, desk.owner)

    act = {
        "approve": partial(rules.approve, ruleset_id=proposed.pk),
        "roll_back": partial(rules.roll_back, process=desk.process, to=before),
    }[what]

    with pytest.raises(NotVisible):
        act(by=owner, at=at, against=now.version)

    assert RuleSet.objects.get(process=desk.process, state=RuleSetState.ACTIVE) == now


def one_world(case: Case) -> tuple[object, ...]:
    """How a case stands, and how much was told of it."""
    case.refresh_from_db()
    told = Event.objects.filter(object_id=str(case.interaction_id)).count()
    return case.state, case.owner_id, case.claims.filter(ended_at=None).count(), case.decisions.count(), told


def test_whoever_loads_a_user_himself_asks_the_database(world, at):
    desk = world.north
    loaded = User.objects.get(pk=desk.reviewer.pk)
    assert roles.VIEW_PROCESS in access.codenames(loaded, desk.process)

    revoke(desk, at)

    assert access.codenames(loaded, desk.process) == frozenset()


def test_a_page_is_closed_by_the_next_request(world, at, client: Client):
    """Success and denial of the same person on the same page, either side of the change."""
    desk = world.north
    case = made.waiting_case(desk, at)
    client.force_login(desk.reviewer, backend="contracts.backends.People")
    address = reverse("reviews:case", args=[case.pk])
    assert client.get(address).status_code == 200

    revoke(desk, at)

    assert client.get(address).status_code == 404


def test_a_snapshot_of_terms_that_were_rolled_back_is_not_used_again(world, at):
    desk = world.north
    with transaction.atomic():
        Process.objects.filter(pk=desk.process.pk).update(review_minutes=7)
        processes.touch(desk.process)
        assert snapshots.current(desk.process.pk).review_minutes == 7
        transaction.set_rollback(True)

    processes.touch(desk.process)

    assert snapshots.current(desk.process.pk).review_minutes == desk.process.review_minutes != 7
