"""M6: policies within their bounds, holds that win, and personal values that go when their period is over."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.utils import timezone

from audit.domain.envelope import Actor
from audit.domain.ids import new_id
from audit.domain.retention import HoldScope, RecordClass
from audit.enums import ActorType
from audit.errors import Conflict, Invalid, NotAllowed, NotVisible
from audit.models import Event, LegalHold, PrivateValue, RetentionPolicy, SubjectKey
from audit.selectors import retention as selector
from audit.services import erasure, fsck, logs, recording, retention, sequencing, vault
from tests.audit.conftest import AT, sealed, signed

DPO = Actor(ActorType.HUMAN, "01980000-0000-7000-8000-00000000000a", "client-1", "client_dpo")
COUNSEL = Actor(ActorType.HUMAN, "01980000-0000-7000-8000-00000000000b", "client-1", "client_legal")
WHY = "Proceedings before the court in Essen"


def set_policy(days=31, record_class=RecordClass.PERSONAL, jurisdiction="EU"):
    return retention.set_policy(
        log="client-1", record_class=record_class, jurisdiction=jurisdiction, keep_days=days, by=DPO, at=AT
    )


def hold(scope=HoldScope.SUBJECT, key="subject-1", at=AT):
    return retention.place_hold(log="client-1", scope=scope, key=key, reason=WHY, by=DPO, at=at)


def lift(placed, by=COUNSEL, reason="The court has decided", at=AT):
    return retention.lift_hold(log="client-1", hold_id=placed.pk, reason=reason, by=by, at=at)


def purge(days=32, **more):
    return retention.purge_personal(log="client-1", at=timezone.now() + timedelta(days=days), **more)


def state():
    return (
        sorted(PrivateValue.objects.values_list("event_uid", "field")),
        sorted(SubjectKey.objects.values_list("subject", "destroyed_at")),
        list(RetentionPolicy.objects.order_by("pk").values()),
        list(LegalHold.objects.order_by("pk").values()),
        Event.objects.count(),
    )


# ── Policies ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_m6_set_policy_is_an_event(log):
    policy = set_policy(60)

    event = Event.objects.get(action="retention.policy_set")
    assert (policy.version, policy.keep_days, policy.set_by) == (1, 60, DPO.id)
    assert event.facts["keep_days"] == 60
    assert event.facts["was_days"] is None
    assert (event.facts["floor_days"], event.facts["ceiling_days"]) == (31, 1_096)
    assert "GDPR" in event.facts["basis"]


@pytest.mark.parametrize(
    ("_case", "record_class", "jurisdiction", "days"),
    [
        ("below the floor", RecordClass.TRAIL, "EU", 183),
        ("above the ceiling", RecordClass.PERSONAL, "EU", 1_097),
        ("below the floor of another law that is set", RecordClass.TRAIL, "JP", 731),
        ("an unknown law", RecordClass.PERSONAL, "XX", 100),
    ],
)
def test_m6_set_policy_outside_the_bounds_is_refused_and_nothing_changes(
    log, _case, record_class, jurisdiction, days
):
    set_policy(3_000, RecordClass.TRAIL, "DE")
    before = state()

    with pytest.raises(Invalid) as refusal:
        set_policy(days, record_class, jurisdiction)

    assert state() == before
    assert refusal.value.code in {"outside_bounds", "unknown_jurisdiction"}
    # The same set-up takes what is within them.
    assert set_policy(3_000, RecordClass.TRAIL, "JP").keep_days == 3_000


def test_set_policy_again_is_a_new_version_and_the_newest_counts(log):
    set_policy(60)
    set_policy(90)

    assert [one.version for one in RetentionPolicy.objects.order_by("version")] == [1, 2]
    assert [one.keep_days for one in selector.policies("client-1")] == [90]
    assert selector.keep_days("client-1", RecordClass.PERSONAL) == 90


def test_set_policy_to_what_it_is_changes_nothing(log):
    set_policy(60)
    before = state()

    assert set_policy(60).version == 1

    assert state() == before


def test_several_jurisdictions_keep_as_long_as_the_longest_may(log):
    set_policy(60, jurisdiction="EU")
    set_policy(400, jurisdiction="JP")

    assert selector.keep_days("client-1", RecordClass.PERSONAL) == 400


# ── Purging ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_m6_purge_takes_values_past_their_period_and_the_keys_of_whom_nothing_is_left(log):
    gone = recording.record(**sealed())
    recording.record(**sealed(subject="subject-2", personal={"comment": "a", "author.email": "b"}))
    set_policy()

    done = purge()

    assert (done.values, done.keys) == (3, 2)
    assert not PrivateValue.objects.exists()
    assert all(bytes(key.wrapped_key) == b"" for key in SubjectKey.objects.all())
    event = Event.objects.get(action="retention.purged")
    assert (event.facts["count"], event.facts["keys"], event.facts["keep_days"]) == (3, 2, 31)
    assert event.facts["jurisdictions"] == ["EU"]
    with pytest.raises(NotVisible, match=r"was removed on .* \(its period of 31 days was over") as told:
        vault.reveal(event_uid=gone.uid, field="comment")
    assert told.value.code == "erased"


def test_purge_leaves_what_is_within_its_period_and_who_has_something_left_keeps_his_key(log):
    recording.record(**sealed())
    set_policy()
    before = state()

    assert purge(days=30) == retention.Purged()
    assert state() == before


def test_purge_without_a_policy_takes_nothing(log):
    recording.record(**sealed())
    before = state()

    assert purge(days=9_000) == retention.Purged()
    assert state() == before


def test_purge_names_the_last_index_and_the_trail_is_as_it_was(log):
    recording.record(**sealed())
    sequencing.sweep(clock=timezone.now)
    set_policy()

    purge()

    sequencing.sweep(clock=timezone.now)
    event = Event.objects.get(action="retention.purged")
    assert (event.facts["last_index"], event.facts["tree_size"]) == (1, None)
    assert fsck.check(log="client-1", at=timezone.now()).findings == []


def test_purge_twice_is_purge_once(log):
    recording.record(**sealed())
    set_policy()
    purge()
    before = state()

    assert purge() == retention.Purged()
    assert state() == before


def test_purge_goes_in_batches_each_with_its_event(log):
    for number in range(5):
        recording.record(**sealed(subject=f"subject-{number}"))
    set_policy()

    done = purge(batch=2)

    assert (done.values, done.keys) == (5, 5)
    counts = Event.objects.filter(action="retention.purged").order_by("id")
    assert [event.facts["count"] for event in counts] == [2, 2, 1]


def test_purge_leaves_other_logs(log):
    logs.open_log(key="client-2", at=AT)
    kept = recording.record(**sealed(log="client-2"))
    recording.record(**sealed())
    set_policy()

    assert purge().values == 1
    assert vault.reveal(event_uid=kept.uid, field="comment") == "Ada wrote this"


def test_purge_all_goes_through_every_log(log):
    recording.record(**sealed())
    set_policy()

    done = retention.purge_all(clock=lambda: timezone.now() + timedelta(days=32))

    assert done == retention.Purged(1, 1)


# ── Holds ────────────────────────────────────────────────────────────────────────────────────────────────────


def _held_cases():
    matter = UUID("01980000-0000-7000-8000-0000000000aa")
    yield "the whole log", HoldScope.LOG, "", matter
    yield "the subject", HoldScope.SUBJECT, "subject-1", matter
    yield "the matter", HoldScope.MATTER, str(matter), matter


@pytest.mark.parametrize(("_case", "scope", "key", "matter"), list(_held_cases()))
def test_m6_held_values_survive_purge_and_erasure_until_the_hold_is_lifted(log, _case, scope, key, matter):
    held = recording.record(**sealed(correlation_id=matter))
    recording.record(**sealed(subject="subject-2"))
    set_policy()
    placed = hold(scope, key)

    done = purge()
    with pytest.raises(Conflict) as refusal:
        erasure.erase_subject(log="client-1", subject="subject-1", by=DPO, at=AT, legal_basis="gdpr_17_1_a")

    # The other subject's value; the reason of the hold stays with the hold.
    assert done.values == (0 if scope is HoldScope.LOG else 1)
    placing = Event.objects.get(action="hold.placed")
    assert vault.reveal(event_uid=placing.uid, field="why") == WHY
    assert refusal.value.code == "on_hold"
    assert WHY in refusal.value.sentence
    assert vault.reveal(event_uid=held.uid, field="comment") == "Ada wrote this"
    lift(placed)
    assert purge().values >= 1
    for uid, field in ((held.uid, "comment"), (placing.uid, "why")):
        with pytest.raises(NotVisible):
            vault.reveal(event_uid=uid, field=field)


def test_hold_on_somebody_else_does_not_stop_an_erasure(log):
    recording.record(**sealed())
    hold(key="subject-2")

    assert (
        erasure.erase_subject(log="client-1", subject="subject-1", by=DPO, at=AT, legal_basis="gdpr_17_1_a")
        == 1
    )


def test_hold_and_its_lifting_are_events_with_sealed_reasons(log):
    placed = hold()
    lift(placed)

    placing, lifting = Event.objects.filter(action__startswith="hold.").order_by("id")
    assert (placing.action, lifting.action) == ("hold.placed", "hold.lifted")
    assert lifting.facts == {"scope": "subject", "key": "subject-1", "placed_by": DPO.id}
    assert WHY.encode() not in bytes(placing.body)
    assert vault.reveal(event_uid=placing.uid, field="why") == WHY


@pytest.mark.parametrize(
    ("_case", "who", "reason", "error"),
    [
        ("by the one who placed it", DPO, "The court has decided", NotAllowed),
        ("without a reason", COUNSEL, " too  short ", Invalid),
        ("with a novel", COUNSEL, "x" * 501, Invalid),
    ],
)
def test_lift_hold_is_refused_and_the_hold_stays(log, _case, who, reason, error):
    placed = hold()
    before = state()

    with pytest.raises(error):
        lift(placed, by=who, reason=reason)

    assert state() == before
    assert lift(placed).lifted_by == COUNSEL.id


def test_lift_hold_twice_is_refused(log):
    placed = hold()
    lift(placed)
    before = state()

    with pytest.raises(Conflict, match="lifted already"):
        lift(placed)

    assert state() == before


def test_lift_hold_of_another_log_is_not_visible(log):
    placed = hold()

    with pytest.raises(NotVisible):
        retention.lift_hold(log="platform", hold_id=placed.pk, reason=WHY, by=COUNSEL, at=AT)

    assert LegalHold.objects.get().lifted_at is None


@pytest.mark.parametrize(
    ("_case", "scope", "key"),
    [("a matter that is none", HoldScope.MATTER, "x"), ("a name", HoldScope.SUBJECT, "Ada Lovelace")],
)
def test_place_hold_on_nothing_is_refused(log, _case, scope, key):
    before = state()

    with pytest.raises(Invalid):
        hold(scope, key)

    assert state() == before


# ── Why it is gone ───────────────────────────────────────────────────────────────────────────────────────────


def test_gone_says_when_and_on_which_basis(log):
    erased = recording.record(**sealed())
    there = recording.record(**sealed(subject="subject-2"))
    erasure.erase_subject(log="client-1", subject="subject-1", by=DPO, at=AT, legal_basis="gdpr_17_1_b")
    events = list(Event.objects.filter(uid__in=[erased.uid, there.uid]))

    found = selector.gone(events)

    assert {key: gone.sentence for key, gone in found.items()} == {
        (erased.uid, "comment"): "erased on 4 Mar 2026 (GDPR, Article 17(1)(b): consent withdrawn)"
    }


def test_gone_of_who_came_back_is_what_was_there_before(log):
    recording.record(**sealed())
    erasure.erase_subject(log="client-1", subject="subject-1", by=DPO, at=AT, legal_basis="gdpr_17_1_b")
    recording.record(**sealed())
    plain = recording.record(**signed(correlation_id=new_id()))

    first, again, nothing = [
        Event.objects.filter(action="paper.signed").order_by("id")[number] for number in range(3)
    ]

    assert set(selector.gone([first, again, nothing])) == {(first.uid, "comment")}
    assert plain.uid == nothing.uid


@pytest.mark.parametrize(("_case", "scope", "key", "matter"), list(_held_cases()))
def test_gone_does_not_name_a_purge_that_a_hold_kept_it_from(log, _case, scope, key, matter):
    held = recording.record(**sealed(correlation_id=matter))
    other = recording.record(**sealed(subject="subject-2"))
    set_policy()
    now = timezone.now()
    placed = hold(scope, key, at=now)
    purge(days=32)
    lift(placed, at=now + timedelta(days=40))
    purge(days=50)

    found = selector.gone(list(Event.objects.filter(uid__in=[held.uid, other.uid])))

    assert {uid: (gone.at - now).days for (uid, _), gone in found.items()} == {
        held.uid: 50,
        other.uid: 50 if scope is HoldScope.LOG else 32,
    }


def test_gone_does_not_name_a_purge_that_took_only_keys(log):
    event = recording.record(**sealed())
    set_policy()
    now = timezone.now()
    placed = hold(HoldScope.MATTER, str(event.correlation_id), at=now)
    # A key under which nothing is sealed: all that the first purge takes.
    vault.Keys({("client-1", "subject-9")})
    purge(days=32)
    lift(placed, at=now)
    purge(days=33)

    kinds = [one.facts["count"] for one in Event.objects.filter(action="retention.purged").order_by("id")]
    assert kinds[0] == 0
    found = selector.gone([Event.objects.get(uid=event.uid)])
    assert (found[event.uid, "comment"].at - now).days == 33


def test_due_counts_what_would_go_and_what_is_held(log):
    recording.record(**sealed())
    recording.record(**sealed(subject="subject-2"))
    set_policy()
    placed = hold()
    later = timezone.now() + timedelta(days=32)

    found = selector.due("client-1", later)

    # The reason of the hold is a personal value itself, and stays with it.
    assert (found.days, found.values, found.held) == (31, 1, 2)
    lift(placed)
    # So is the reason of its lifting.
    assert selector.due("client-1", later).values == 4
