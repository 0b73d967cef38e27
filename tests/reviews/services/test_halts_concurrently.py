"""Halts, intake and releases side by side, on real connections: after the reply to a halt nothing goes out by itself."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from audit.errors import Conflict
from contracts.enums import Degree
from contracts.models import Halt
from contracts.services import halts as service
from contracts.services import scopes
from reviews.models import Interaction
from reviews.services import intake, release
from tests import threads, worlds
from tests.beside import beside, until
from tests.factories import halts
from tests.factories import reviews as made

__all__ = ["beside"]
pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def desk(at):
    return worlds.build(at).north


def post(desk, at):
    payload = worlds.payload(desk)
    return intake.accept(payloads=[payload], agent=desk.agent, key=desk.key, at=at)[0].disposition


def released() -> int:
    return Interaction.objects.filter(state="auto_released").count()


def shared(desk) -> list[scopes.Scope]:
    return scopes.covering(
        client=desk.client.pk,
        process=desk.process.pk,
        steps=[desk.steps["approve"].pk],
        models=[desk.model.pk],
    )


@pytest.mark.parametrize("scope", [{}, {"step": "approve"}, {"model": True}, {"client": True}])
def test_the_reply_to_a_halt_waits_for_an_intake_between_reading_and_committing(desk, at, beside, scope):
    order = []

    def engage() -> Halt:
        halt = halts.engaged(desk, at, **scope)
        order.append("replied")
        return halt

    with transaction.atomic():
        assert post(desk, at) == "auto_released"
        reply = beside(engage)
        until(1)
        # The halt stands already: it cannot be lost, and whoever begins now follows it.
        stands = Halt.objects.get().state
        order.append("committing")

    halt = reply()
    assert stands == "engaged"
    assert order == ["committing", "replied"]
    assert halt.effective_at is not None
    assert post(desk, at) == "review"


def test_the_reply_to_a_halt_waits_for_a_release_under_way(desk, at, beside):
    decision = made.decided_case(desk, at)
    with transaction.atomic():
        assert release.release(interaction_id=decision.interaction_id, at=at + timedelta(minutes=1))
        reply = beside(lambda: halts.engaged(desk, at, Degree.STOP))
        until(1)

    assert reply().effective_at is not None


def test_where_somebody_takes_too_long_the_halt_stands_and_the_sweep_says_when_it_takes_effect(
    desk, at, beside
):
    with transaction.atomic():
        scopes.share(shared(desk))
        halt = beside(lambda: _engaged_below(desk, at))()
        tried = beside(lambda: service.take_effect(halt_id=halt.pk, clock=lambda: at, milliseconds=50))()
        posted = beside(lambda: post(desk, at))()

    assert (halt.state, halt.effective_at, tried, posted) == ("engaged", None, False, "review")
    assert service.take_effect_due(clock=lambda: at) == 1
    assert Halt.objects.get().effective_at == at


def test_whoever_comes_in_while_a_halt_waits_gets_through_between_two_tries_and_follows_it(desk, at, beside):
    """One that hangs delays nobody for longer than a try, and the reply does not say that the halt has taken effect."""
    with transaction.atomic():
        scopes.share(shared(desk))
        reply = beside(lambda: halts.engaged(desk, at))
        until(1)
        posted = beside(lambda: post(desk, at))()
        halt = reply()

    assert (posted, halt.state, halt.effective_at) == ("review", "engaged", None)


def _engaged_below(desk, at) -> Halt:
    return service.engage(
        what=halts.what(desk), degree="hold", cause="model", reason="It hangs.", by=desk.owner, at=at
    )


def test_under_load_nothing_is_released_after_the_reply(desk, at):
    """W1: four agents post without a pause while somebody halts."""
    stop = threading.Event()
    problems: list[Exception] = []

    def agent() -> None:
        try:
            while not stop.is_set():
                post(desk, timezone.now())
        except Exception as error:
            problems.append(error)
        finally:
            connection.close()

    running = [threading.Thread(target=agent) for _ in range(4)]
    for one in running:
        one.start()
    try:
        _until_released(10)
        halt = halts.engaged(desk, timezone.now())
        at_the_reply = released()
        taken_in = Interaction.objects.count()
        _until_more_than(taken_in + 20)
    finally:
        stop.set()
        for one in running:
            one.join(threads.PATIENCE)

    assert problems == []
    assert halt.effective_at is not None
    assert at_the_reply >= 10
    assert released() == at_the_reply


def _until_released(number: int) -> None:
    pause = threading.Event()
    for _ in range(1000):
        if released() >= number:
            return
        pause.wait(0.02)
    pytest.fail("Nothing was taken in")


def _until_more_than(number: int) -> None:
    pause = threading.Event()
    for _ in range(1000):
        if Interaction.objects.count() > number:
            return
        pause.wait(0.02)
    pytest.fail("Nothing was taken in after the halt")


def test_of_two_who_halt_the_same_at_once_one_does(desk, at):
    calls = [lambda who=who: halts.engaged(desk, at, by=who) for who in (desk.owner, desk.admin)]

    results = threads.together(calls)

    assert sorted(type(result).__name__ for result in results) == ["Conflict", "Halt"]
    assert Halt.objects.count() == 1


def test_of_two_who_release_at_once_one_does(desk, at):
    halt = halts.engaged(desk, at)
    calls = [lambda who=who: halts.released(halt, who, at) for who in (desk.ops, desk.admin)]

    results = threads.together(calls)

    assert [type(result) for result in results].count(Conflict) == 1
    assert Halt.objects.get().state == "released"
