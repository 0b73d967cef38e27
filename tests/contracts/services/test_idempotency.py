"""The same key and body get the same answer; another body under the key is a conflict."""

from datetime import timedelta

import pytest

from audit.errors import Conflict, Invalid
from contracts.models import IdempotentReply
from contracts.services import idempotency


def remember(desk, at, **more):
    values = {
        "user": desk.agent,
        "key": "k1",
        "request_digest": "d1",
        "status": 201,
        "reply": {"id": 7},
    } | more
    idempotency.remember(at=at, **values)


def test_replay_gives_the_same_answer_to_the_same_request(desk, at):
    remember(desk, at)

    reply = idempotency.replay(user=desk.agent, key="k1", request_digest="d1")

    assert (reply.status, reply.reply) == (201, {"id": 7})


def test_replay_knows_nothing_of_other_keys_and_other_agents(world, at):
    remember(world.north, at)

    assert idempotency.replay(user=world.north.agent, key="k2", request_digest="d1") is None
    assert idempotency.replay(user=world.south.agent, key="k1", request_digest="d2") is None


def test_replay_refuses_another_request_under_the_same_key(desk, at):
    remember(desk, at)

    with pytest.raises(Conflict) as refused:
        idempotency.replay(user=desk.agent, key="k1", request_digest="d2")

    assert refused.value.code == "idempotency_key_reused"


def test_replay_refuses_a_key_that_is_too_long(desk):
    with pytest.raises(Invalid):
        idempotency.replay(user=desk.agent, key="k" * 256, request_digest="d")


def test_remember_twice_tells_the_slower_twin(desk, at):
    remember(desk, at)

    with pytest.raises(Conflict) as refused:
        remember(desk, at, status=500)

    assert refused.value.code == "idempotency_race"
    assert IdempotentReply.objects.get().status == 201


def test_forget_drops_answers_after_a_week(desk, at):
    remember(desk, at)

    kept = idempotency.forget(at=at + timedelta(days=7))
    dropped = idempotency.forget(at=at + timedelta(days=7, seconds=1))

    assert (kept, dropped, IdempotentReply.objects.count()) == (0, 1, 0)


def test_digest_keeps_the_parts_apart():
    assert idempotency.digest(b"a", b"bc") != idempotency.digest(b"ab", b"c")
