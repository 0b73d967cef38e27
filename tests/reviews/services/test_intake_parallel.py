"""Requests at the same moment, on real connections: one effect, and the one that crosses the sum is held."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client

from contracts.models import IdempotentReply
from reviews.enums import Disposition
from reviews.models import Interaction
from reviews.services import intake
from tests import worlds
from tests.reviews.services.test_intake import SPLIT, activate

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


def at_once(works: list[Callable[[], Any]]) -> list[Any]:
    """What each returns, when all of them start together on connections of their own."""
    gate = threading.Barrier(len(works))

    def run(work: Callable[[], Any]) -> Any:
        try:
            gate.wait(timeout=20)
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def test_parallel_parts_of_one_sum_are_held_from_the_crossing_on(at) -> None:
    desk = worlds.build(at).north
    activate(desk, at, SPLIT)
    split = worlds.payload(desk, amount="2000.00", subject_ref="supplier-88")

    def post() -> str:
        [receipt] = intake.accept(payloads=[split], agent=desk.agent, key=desk.key, at=at)
        return receipt.disposition

    found = at_once([post] * 6)

    assert sorted(found) == [Disposition.AUTO_RELEASED] * 2 + [Disposition.REVIEW] * 4


def test_parallel_batches_of_the_same_subjects_do_not_block_each_other(at) -> None:
    desk = worlds.build(at).north
    activate(desk, at, SPLIT)
    names = [f"s-{number}" for number in range(20)]

    def post(order: list[str]) -> Callable[[], int]:
        payloads = [
            worlds.payload(desk, amount="10.00", subject_ref=name, external_id=f"{order[0]}{name}")
            for name in order
        ]
        return lambda: len(intake.accept(payloads=payloads, agent=desk.agent, key=desk.key, at=at))

    assert at_once([post(names), post(names[::-1]), post(names[5:] + names[:5])]) == [20, 20, 20]
    assert Interaction.objects.count() == 60


def test_parallel_posts_of_one_external_id_are_one(at) -> None:
    desk = worlds.build(at).north
    posted = [worlds.payload(desk, external_id=str(number)) for number in range(10)]

    def post(payloads: list[dict]) -> Callable[[], list]:
        return lambda: intake.accept(payloads=payloads, agent=desk.agent, key=desk.key, at=at)

    first, second = at_once([post(posted), post(posted[::-1])])

    assert [receipt.error for receipt in (*first, *second)] == [None] * 20
    assert {receipt.id for receipt in first} == {receipt.id for receipt in second}
    assert Interaction.objects.count() == 10


@pytest.mark.parametrize("as_array", [False, True])
def test_parallel_requests_under_one_idempotency_key_have_one_effect(at, as_array: bool) -> None:
    with time_machine.travel(at, tick=True):
        desk = worlds.build(at).north
        one = worlds.payload(desk)
        body: Any = [one, one] if as_array else one

        def post() -> Any:
            return Client().post(
                "/api/v1/interactions",
                body,
                content_type="application/json",
                headers={"Authorization": f"Bearer {desk.secret}", "Idempotency-Key": "k1"},
            )

        replies = at_once([post] * 4)

    assert {reply.status_code for reply in replies} <= {200, 201}
    assert sum(reply.get("Idempotency-Replayed") == "true" for reply in replies) == 3
    assert all(reply.json() == replies[0].json() for reply in replies)
    assert Interaction.objects.count() == (2 if as_array else 1)
    assert IdempotentReply.objects.count() == 1
