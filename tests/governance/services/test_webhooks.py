"""Setting webhooks up and changing them: by whom, with what, and each time in the client's log (design §7, A6)."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from audit.errors import Conflict, Invalid, NotAllowed, NotVisible, Refused
from audit.models import Event
from audit.selectors import retention, tree
from contracts.enums import Role
from contracts.models import Membership, User
from contracts.services import memberships
from governance.domain.webhooks import MessageType
from governance.models import Delivery, Subscription
from governance.presenters import webhooks as presenter
from governance.selectors import webhooks as selector
from governance.services import webhooks
from tests import worlds
from tests.audit import pruned
from tests.factories import webhooks as hooked
from tests.governance import trails
from tests.permissions import fingerprint
from tests.worlds import Desk, World

pytestmark = pytest.mark.django_db
Act = Callable[[Subscription, User], Any]


@pytest.fixture
def now() -> datetime:
    return timezone.now()


@pytest.fixture
def world(db: None, now: datetime) -> World:
    return worlds.build(now)


@pytest.fixture
def desk(world: World) -> Desk:
    return world.north


def act(name: str, at: datetime, desk: Desk) -> Act:
    acts: dict[str, Act] = {
        "change": lambda one, by: webhooks.change(
            subscription_id=one.pk, terms=hooked.terms(desk, name="Warehouse"), by=by, at=at
        ),
        "rotate": lambda one, by: webhooks.rotate(subscription_id=one.pk, by=by, at=at),
        "disable": lambda one, by: webhooks.disable(subscription_id=one.pk, by=by, at=at),
        "replay": lambda one, by: webhooks.replay(subscription_id=one.pk, from_index=0, by=by, at=at),
        "test": lambda one, by: webhooks.send_test(subscription_id=one.pk, by=by, at=at),
        "look": lambda one, by: selector.seen(by, one.pk),
    }
    return acts[name]


ACTS = ["change", "rotate", "disable", "replay", "test", "look"]


# ── By whom ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("person", ["admin", "owner", "ops"])
def test_whoever_runs_or_administers_the_process_sets_up_webhooks(
    desk: Desk, now: datetime, person: str
) -> None:
    by = desk.cast[person]

    made = webhooks.subscribe(terms=hooked.terms(desk), by=by, at=now)

    assert (made.client, made.created_by, list(made.processes.all())) == (desk.client, by, [desk.process])
    assert [listed.subscription for listed in selector.listed(by)] == [made]


@pytest.mark.parametrize(
    ("person", "refusal"),
    [
        ("reviewer", NotAllowed),
        ("lead", NotAllowed),
        ("viewer", NotAllowed),
        ("dpo", NotAllowed),
        ("agent", NotAllowed),
        ("stranger", NotVisible),
        ("south_admin", NotVisible),
    ],
)
def test_nobody_else_does(world: World, now: datetime, person: str, refusal: type[Refused]) -> None:
    desk = world.north
    others = {"stranger": world.stranger, "south_admin": world.south.admin}
    by = others.get(person) or desk.cast[person]
    before = fingerprint.of_database()

    with pytest.raises(refusal):
        webhooks.subscribe(terms=hooked.terms(desk), by=by, at=now)
    assert fingerprint.of_database() == before
    assert webhooks.subscribe(terms=hooked.terms(desk), by=desk.admin, at=now).pk


@pytest.mark.parametrize("name", ACTS)
def test_every_act_is_for_those_who_manage_all_its_processes(world: World, now: datetime, name: str) -> None:
    """Somebody of both clients' provider who runs one of two processes may not touch what tells of both."""
    desk = world.north
    one = hooked.endpoint(desk, now)
    do = act(name, now, desk)
    before = fingerprint.of_database()

    for by, refusal in (
        (world.stranger, NotVisible),
        (world.south.admin, NotVisible),
        (world.south.ops, NotVisible),
        (desk.lead, NotAllowed),
        (desk.viewer, NotAllowed),
    ):
        with pytest.raises(refusal):
            do(one, by)
        assert selector.listed(by) == []
    assert fingerprint.of_database() == before
    assert do(one, desk.owner)


@pytest.mark.parametrize("name", ACTS)
def test_a_right_taken_back_ends_at_once(desk: Desk, now: datetime, name: str) -> None:
    one = hooked.endpoint(desk, now)
    held = Membership.objects.get(user=desk.ops, role=Role.OPS_MANAGER)
    memberships.revoke(membership=held, by=None, at=now)

    with pytest.raises(Refused):
        act(name, now, desk)(one, desk.ops)


# ── With what ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"url": "http://hooks.example.org"}, "url"),
        ({"url": "https://127.0.0.1/"}, "url"),
        ({"url": "https://me:pw@hooks.example.org"}, "url"),
        ({"types": frozenset()}, "types"),
        ({"types": frozenset({"webhook.test"})}, "types"),
        ({"types": frozenset({"review.decided"})}, "types"),
        ({"processes": frozenset()}, "processes"),
    ],
)
def test_terms_that_cannot_be_are_refused_at_their_field(
    desk: Desk, now: datetime, changes: dict[str, Any], field: str
) -> None:
    one = hooked.endpoint(desk, now)
    before = fingerprint.of_database()

    with pytest.raises(Invalid) as refused:
        webhooks.subscribe(terms=hooked.terms(desk, **changes), by=desk.admin, at=now)
    assert refused.value.field == field
    with pytest.raises(Invalid):
        webhooks.change(subscription_id=one.pk, terms=hooked.terms(desk, **changes), by=desk.admin, at=now)
    assert fingerprint.of_database() == before


def test_a_webhook_tells_of_one_client(world: World, now: datetime) -> None:
    both = world.north.ops
    memberships.grant(
        user=both,
        organisation=world.provider,
        role=Role.OPS_MANAGER,
        process=world.south.process,
        by=None,
        at=now,
    )
    processes = frozenset({world.north.process.pk, world.south.process.pk})

    with pytest.raises(Invalid) as refused:
        webhooks.subscribe(terms=hooked.terms(world.north, processes=processes), by=both, at=now)
    assert refused.value.code == "several_clients"
    one = hooked.endpoint(world.north, now)
    with pytest.raises(Invalid) as refused:
        webhooks.change(subscription_id=one.pk, terms=hooked.terms(world.south), by=both, at=now)
    assert refused.value.code == "another_client"
    assert Subscription.objects.count() == 1


def test_a_client_has_no_endless_number_of_them(
    desk: Desk, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhooks, "MOST", 2)
    for _ in range(2):
        hooked.endpoint(desk, now)

    with pytest.raises(Conflict):
        hooked.endpoint(desk, now)
    assert Subscription.objects.count() == 2


# ── What is changed, and its event ───────────────────────────────────────────────────────────────────────────


def event(action: str) -> Event:
    return Event.objects.get(action=action)


def test_setting_one_up_is_told_without_its_address(desk: Desk, now: datetime) -> None:
    one = hooked.endpoint(desk, now, url="https://hooks.example.org/services/T0/B0/very-secret")

    told = event("webhook.subscribed")
    assert told.facts["host"] == "hooks.example.org"
    assert (told.facts["types"], told.facts["processes"]) == (one.types, ["NORTH-AP"])
    assert told.facts["from_index"] == one.position
    assert (told.content["log"], told.content["process"], told.actor_id) == (
        "north",
        "NORTH-AP",
        str(desk.admin.pk),
    )
    assert b"very-secret" not in bytes(told.body)


def test_changing_it_forgets_what_was_counted_against_it(desk: Desk, now: datetime) -> None:
    one = hooked.endpoint(desk, now)
    later = now + timedelta(hours=3)
    Subscription.objects.update(failing_since=now, failures=7, retry_after=later)

    terms = hooked.terms(
        desk, name="Warehouse", url="https://w.example.org/", types=frozenset({MessageType.REJECTED})
    )
    webhooks.change(subscription_id=one.pk, terms=terms, by=desk.owner, at=now)

    one.refresh_from_db()
    assert (one.name, one.url, one.types) == ("Warehouse", "https://w.example.org/", ["interaction.rejected"])
    assert (one.failing_since, one.failures, one.retry_after) == (None, 0, None)
    assert event("webhook.changed").facts["host"] == "w.example.org"


def test_another_secret_is_told_by_its_number(desk: Desk, now: datetime) -> None:
    one = hooked.endpoint(desk, now)

    webhooks.rotate(subscription_id=one.pk, by=desk.owner, at=now)

    one.refresh_from_db()
    assert (one.generation, one.rotated_by, one.rotated_at) == (2, desk.owner, now)
    assert event("webhook.rotated").facts == {"generation": 2}


def test_disabling_and_enabling_leave_the_line_as_it_is(desk: Desk, now: datetime) -> None:
    one = hooked.endpoint(desk, now)
    hooked.released(desk, now)
    hooked.catch_up()
    stood = Subscription.objects.get().position

    webhooks.disable(subscription_id=one.pk, by=desk.owner, at=now)
    with pytest.raises(Conflict):
        webhooks.disable(subscription_id=one.pk, by=desk.owner, at=now)
    with pytest.raises(Conflict):
        webhooks.send_test(subscription_id=one.pk, by=desk.owner, at=now)
    one.refresh_from_db()
    assert (one.disabled_by, one.disabled_at, one.disabled_why) == (desk.owner, now, webhooks.BY_HAND)
    webhooks.resume(subscription_id=one.pk, by=desk.admin, at=now)
    with pytest.raises(Conflict):
        webhooks.resume(subscription_id=one.pk, by=desk.admin, at=now)

    one.refresh_from_db()
    assert (one.disabled_by, one.disabled_at, one.disabled_why) == (None, None, "")
    assert event("webhook.disabled").facts == {"cause": "by hand", "waiting": 1}
    assert event("webhook.resumed").facts == {"from_index": stood, "waiting": 1}
    assert [delivery.state for delivery in hooked.line(one)] == ["waiting"]


def test_what_was_pruned_while_it_was_disabled_is_not_left_out_in_silence(desk: Desk, now: datetime) -> None:
    one = hooked.endpoint(desk, now)
    webhooks.disable(subscription_id=one.pk, by=desk.owner, at=now)
    hooked.released(desk, now)
    # What people wrote while the world was made is sealed, and goes first.
    pruned.purge()
    for log in ("platform", "north", "south"):
        pruned.keep(log)
    pruned.settle()
    pruned.turn_the_page()
    pruned.prune()
    pruned.settle()
    first = retention.minimum_index(tree.log_id("north"))
    assert one.position < first
    before = fingerprint.of_database()

    with pytest.raises(Conflict) as refused:
        webhooks.resume(subscription_id=one.pk, by=desk.owner, at=now)
    assert f"the entries before {first:,} were pruned" in refused.value.sentence
    assert fingerprint.of_database() == before
    assert f"send it again from {first:,}" in presenter.card(selector.seen(desk.owner, one.pk), now).problem

    webhooks.replay(subscription_id=one.pk, from_index=first, by=desk.owner, at=now)
    webhooks.resume(subscription_id=one.pk, by=desk.owner, at=now)
    later = hooked.rejected(desk, now)
    hooked.catch_up()
    assert hooked.line(one)[-1].interaction == later


@pytest.mark.parametrize("past", [-1, 1])
def test_a_replay_begins_where_the_log_is(desk: Desk, now: datetime, past: int) -> None:
    one = hooked.endpoint(desk, now)
    begin = -1 if past < 0 else one.position + 1
    before = fingerprint.of_database()

    with pytest.raises(Invalid) as refused:
        webhooks.replay(subscription_id=one.pk, from_index=begin, by=desk.admin, at=now)
    assert refused.value.field == "from_index"
    assert fingerprint.of_database() == before


def test_going_on_from_now_passes_over_what_waits_and_says_so(desk: Desk, now: datetime) -> None:
    one = hooked.endpoint(desk, now)
    hooked.released(desk, now)
    hooked.catch_up()
    one.refresh_from_db()
    stood = one.position

    webhooks.replay(subscription_id=one.pk, from_index=None, by=desk.admin, at=now)
    later = hooked.rejected(desk, now)
    hooked.catch_up()

    first, second = hooked.line(one)
    assert (first.state, first.error, first.ended_at) == ("passed_over", webhooks.PASSED_OVER, now)
    assert (second.state, second.interaction) == ("waiting", later)
    assert event("webhook.replayed").facts == {"from_index": stood, "stood_at": stood, "passed_over": 1}


def test_going_on_from_now_tells_no_checkpoint_from_before(desk: Desk, now: datetime) -> None:
    one = hooked.endpoint(desk, now, types=frozenset({MessageType.CHECKPOINT}))
    hooked.released(desk, now)
    trails.publish("north")

    webhooks.replay(subscription_id=one.pk, from_index=None, by=desk.admin, at=now)
    assert hooked.catch_up() == 0
    newest = trails.publish("north")
    hooked.catch_up()

    assert [delivery.index for delivery in hooked.line(one)] == [newest]


def test_a_second_test_message_waits_for_the_first(desk: Desk, now: datetime) -> None:
    one = hooked.endpoint(desk, now)
    Subscription.objects.update(retry_after=now + timedelta(hours=1))
    webhooks.send_test(subscription_id=one.pk, by=desk.admin, at=now)

    with pytest.raises(Conflict):
        webhooks.send_test(subscription_id=one.pk, by=desk.admin, at=now)
    assert Delivery.objects.count() == 1
    assert Subscription.objects.get().retry_after is None
