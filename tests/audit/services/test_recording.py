import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.utils import timezone

from audit.domain import canonical, commitment
from audit.domain.envelope import Actor, Target
from audit.models import Event, Log, Pending, PrivateValue, SubjectKey
from audit.services import logs, recording, vault
from tests.audit.conftest import AT, REVIEWER, entry, sealed, signed


def _stored() -> tuple[int, int, int, int]:
    return (
        Event.objects.count(),
        Pending.objects.count(),
        PrivateValue.objects.count(),
        SubjectKey.objects.count(),
    )


def test_record_stores_the_event_its_hash_and_its_place_in_the_queue(log):
    before = timezone.now()
    matter = UUID(int=5)

    recorded = recording.record(**signed(correlation_id=matter, origin="demo"))

    event = Event.objects.get(uid=recorded.uid)
    assert bytes(event.body) == recorded.body
    assert bytes(event.leaf_hash) == canonical.leaf_hash(bytes(event.body))
    assert (event.log_id, event.occurred_at, event.action, event.origin) == (
        log.id,
        AT,
        "paper.signed",
        "demo",
    )
    assert (event.actor_type, event.actor_id) == ("human", REVIEWER.id)
    assert (event.object_type, event.object_id, event.correlation_id) == ("paper", "p-1", matter)
    assert before <= event.recorded_at <= timezone.now()
    assert Pending.objects.get(event_id=event.id).log_id == log.id


def test_record_writes_columns_that_repeat_the_body(log):
    recorded = recording.record(**signed(correlation_id=UUID(int=5), origin="replay"))

    event = Event.objects.get(uid=recorded.uid)
    body = json.loads(bytes(event.body))
    assert body["uid"] == str(event.uid)
    assert body["occurred_at"] == canonical.instant(event.occurred_at)
    assert body["recorded_at"] == canonical.instant(event.recorded_at)
    assert body["actor"]["type"] == event.actor_type
    assert body["actor"]["id"] == event.actor_id
    assert body["action"] == event.action
    assert body["object"]["type"] == event.object_type
    assert body["object"]["id"] == event.object_id
    assert body["correlation_id"] == str(event.correlation_id)
    assert body["origin"] == event.origin


def test_record_keeps_the_hour_of_a_replayed_past_and_the_true_time_of_writing(log):
    long_ago = datetime(2019, 1, 1, tzinfo=UTC)

    recorded = recording.record(**signed(at=long_ago))

    assert recorded.occurred_at == long_ago
    assert timezone.now() - recorded.recorded_at < timedelta(minutes=1)


def test_record_never_repeats_a_nonce(log):
    events = recording.record_many([entry() for _ in range(50)])

    assert len({event.content["nonce"] for event in events}) == 50
    assert len({event.leaf_hash for event in events}) == 50


def test_record_keeps_hostile_text_as_it_is(log):
    hostile = "<script>alert(1)</script>\x00\u2028 %s {0} '); DROP TABLE audit_event; --"

    uid = recording.record(**signed(facts={"verdict": hostile}, reason=hostile)).uid

    content = Event.objects.get(uid=uid).content
    assert content["facts"]["verdict"] == hostile
    assert content["reason"] == hostile


@pytest.mark.parametrize("count", [1, 49, 50, 51, 120])
def test_record_many_keeps_the_order_given(log, count):
    recorded = recording.record_many([entry(facts={"verdict": str(number)}) for number in range(count)])

    stored = list(Event.objects.filter(log_id=log.id, action="paper.signed").order_by("id"))
    assert [event.uid for event in stored] == [event.uid for event in recorded]
    assert [event.facts["verdict"] for event in stored] == [str(number) for number in range(count)]


def test_record_many_of_nothing_is_nothing(log, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert recording.record_many([]) == []


def test_record_many_writes_to_several_logs_and_subjects_at_once(log):
    other = logs.open_log(key="client-2", at=AT)
    wanted = [("client-1", "s-1"), ("client-2", "s-1"), ("client-1", "s-2"), ("client-1", "s-1")]

    recorded = recording.record_many(
        [entry(log=key, subject=subject, personal={"comment": f"{key} {subject}"}) for key, subject in wanted]
    )

    assert [event.log_id for event in recorded] == [log.id, other.id, log.id, log.id]
    assert [vault.reveal(event_uid=event.uid, field="comment") for event in recorded] == [
        f"{key} {subject}" for key, subject in wanted
    ]
    assert SubjectKey.objects.count() == 3


def test_record_many_asks_no_more_questions_for_many_events_than_for_few(log, django_assert_max_num_queries):
    entries = [entry(subject=f"s-{number}", personal={"comment": "x"}) for number in range(40)]

    with django_assert_max_num_queries(10):
        recording.record_many(entries)


@pytest.mark.parametrize(
    ("_case", "error", "changes"),
    [
        ("an action nobody listed", ValueError, {"action": "paper.eaten"}),
        ("a fact missing", ValueError, {"facts": {}}),
        ("a fact too many", ValueError, {"facts": {"verdict": "approve", "mood": "good"}}),
        ("a fact without a canonical form", TypeError, {"facts": {"verdict": 0.5}}),
        ("a fact with half a character", TypeError, {"facts": {"verdict": "\ud800"}}),
        ("a time without a zone", TypeError, {"at": datetime(2026, 1, 1)}),  # noqa: DTZ001
        ("a log nobody opened", ValueError, {"log": "client-9"}),
        ("a sealed field nobody listed", ValueError, {"personal": {"name": "Ada"}, "subject": "s-1"}),
        ("sealed values of nobody", ValueError, {"personal": {"comment": "Ada"}}),
        (
            "a subject that is an address",
            ValueError,
            {"personal": {"comment": "x"}, "subject": "ada@example.org"},
        ),
    ],
)
def test_record_many_stores_nothing_at_all_when_one_entry_is_wrong(log, _case, error, changes):
    before = _stored()

    with pytest.raises(error), transaction.atomic():
        recording.record_many([entry(), entry(**changes)])

    assert _stored() == before


def test_record_leaves_nothing_when_its_transaction_is_rolled_back(log):
    before = _stored()

    with transaction.atomic():
        recording.record(**sealed())
        transaction.set_rollback(True)

    assert _stored() == before


def test_record_ends_the_transaction_it_fails_in(log):
    with transaction.atomic():
        with pytest.raises(ValueError, match="facts missing"):
            recording.record(**signed(facts={}))

        assert connection.needs_rollback
        connection.set_rollback(True)


def test_record_seals_personal_values_out_of_the_body(log):
    recorded = recording.record(**sealed())

    assert b"Ada" not in recorded.body
    assert recorded.content["subject"] == "subject-1"
    salt, value = vault.disclose(event_uid=recorded.uid, field="comment")
    assert value == "Ada wrote this"
    assert recorded.sealed == {"comment": commitment.commit(salt=salt, path="comment", value=value)}


def test_record_takes_system_and_unknown_actors(log):
    system = recording.record(**signed(actor=Actor.system("escalation")))
    unknown = recording.record(**signed(actor=Actor.anonymous(), target=Target("session", "s-1")))

    assert (system.actor_type, system.actor_id) == ("system", "escalation")
    assert (unknown.actor_type, unknown.actor_id) == ("anonymous", "")


@pytest.mark.django_db(transaction=True)
def test_record_by_many_at_once_gives_a_subject_one_key_and_loses_nothing():
    logs.open_log(key="client-1", at=AT)

    def write(number: int) -> UUID:
        try:
            subjects = ["s-1", "s-2", "s-3"]
            subjects = subjects[number % 3 :] + subjects[: number % 3]
            with transaction.atomic():
                return recording.record_many([entry(subject=s, personal={"comment": s}) for s in subjects])[
                    0
                ].uid
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        uids = list(pool.map(write, range(24)))

    assert SubjectKey.objects.count() == 3
    assert (
        Event.objects.filter(log_id=Log.objects.get(key="client-1").id, action="paper.signed").count() == 72
    )
    assert {vault.reveal(event_uid=uid, field="comment") for uid in uids} == {"s-1", "s-2", "s-3"}
