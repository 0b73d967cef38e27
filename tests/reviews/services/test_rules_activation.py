"""Activation and intake side by side, on real connections: nobody routes by rules that have been replaced."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection, transaction

from contracts.services import scopes
from reviews.models import RuleSet
from reviews.services import intake, rules
from reviews.services.rules import RuleInput
from tests import worlds

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
PATIENCE = 20  # seconds


@pytest.fixture
def desk(at):
    return worlds.build(at).north


@pytest.fixture
def proposed(desk, at):
    """A proposal that lifts the first threshold from €5,000 to €15,000."""
    ruleset = rules.draft(process=desk.process, by=desk.admin, at=at)
    condition = {"field": "amount", "op": ">=", "value": "15000"}
    lifted = RuleInput("AP-R1", "Large amount", condition, "human_review", 3, "amount")
    rules.put_rule(ruleset_id=ruleset.pk, rule=lifted, by=desk.admin, at=at)
    return rules.propose(ruleset_id=ruleset.pk, by=desk.admin, at=at)


@pytest.fixture
def beside():
    """Run something on a connection of its own; what it raised is raised when it is joined."""
    running: list[threading.Thread] = []

    def start(work: Callable[[], object]) -> Callable[[], object]:
        outcome: dict[str, object] = {}

        def run() -> None:
            try:
                outcome["result"] = work()
            except Exception as error:
                outcome["error"] = error
            finally:
                connection.close()

        thread = threading.Thread(target=run)
        thread.start()
        running.append(thread)

        def join() -> object:
            thread.join(PATIENCE)
            assert not thread.is_alive()
            if "error" in outcome:
                raise outcome["error"]  # type: ignore[misc]
            return outcome["result"]

        return join

    yield start
    for thread in running:
        thread.join(PATIENCE)


def post(desk, at):
    payload = worlds.payload(desk, amount="6000.00")
    return intake.accept(payloads=[payload], agent=desk.agent, key=desk.key, at=at)[0].disposition


def waiting() -> int:
    """How many sessions wait for an advisory lock of this database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted "
            "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        return cursor.fetchone()[0]


def until(count: int) -> None:
    done = threading.Event()
    for _ in range(PATIENCE * 50):
        if waiting() == count:
            return
        done.wait(0.02)
    pytest.fail(f"{waiting()} sessions wait, not {count}")


def test_approve_waits_for_an_intake_that_is_still_routing(desk, proposed, at, beside):
    with transaction.atomic():
        scopes.share(desk.process)
        activation = beside(lambda: rules.approve(ruleset_id=proposed.pk, by=desk.owner, at=at))
        until(1)
        meanwhile = RuleSet.objects.get(pk=proposed.pk).state

    activation()

    assert meanwhile == "proposed"
    assert RuleSet.objects.get(pk=proposed.pk).state == "active"


def test_intake_that_begins_after_the_activation_waits_for_it_and_follows_the_new_rules(
    desk, proposed, at, beside
):
    before = post(desk, at)
    with transaction.atomic():
        rules.approve(ruleset_id=proposed.pk, by=desk.owner, at=at)
        posted = beside(lambda: post(desk, at))
        until(1)

    assert (before, posted()) == ("review", "auto_released")


def test_intakes_do_not_wait_for_each_other(desk, at, beside):
    with transaction.atomic():
        scopes.share(desk.process)
        posted = beside(lambda: post(desk, at))

        assert posted() == "review"


def test_of_two_approvals_at_once_the_second_is_told_that_the_rules_moved(desk, proposed, at, beside):
    other = rules.draft(process=desk.process, by=desk.owner, at=at)
    rules.propose(ruleset_id=other.pk, by=desk.owner, at=at)
    with transaction.atomic():
        rules.approve(ruleset_id=proposed.pk, by=desk.owner, at=at, against=1)
        second = beside(lambda: rules.approve(ruleset_id=other.pk, by=desk.admin, at=at, against=1))
        until(1)

    with pytest.raises(Exception, match="Other rules have come into force"):
        second()
    assert RuleSet.objects.get(process=desk.process, state="active").pk == proposed.pk
