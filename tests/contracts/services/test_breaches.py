"""Breaches: found once, disputed by the party that answers for them, settled by the other side (U3)."""

import pytest

from audit.errors import Conflict, Invalid, NotAllowed, NotVisible
from audit.models import Event
from contracts.domain.sla_kinds import BreachKind, BreachState
from contracts.enums import Party
from contracts.models import Breach, Notification
from contracts.services import breaches
from tests.factories import service_levels as made


def breach(desk, at, responsible=Party.PROVIDER):
    return made.breach(desk, at, responsible=responsible)


def test_record_is_once_for_what_it_was_found_in(desk, at):
    before = Notification.objects.count()
    first = breach(desk, at)
    told = Notification.objects.count()

    again = breach(desk, at)

    assert again == first
    assert Breach.objects.count() == 1
    assert Event.objects.filter(action="sla.breached").count() == 1
    assert Notification.objects.count() == told == before + 2
    facts = Event.objects.get(action="sla.breached").facts
    assert (facts["responsible"], facts["sentence"]) == ("provider", first.sentence)


def test_dispute_and_settle_go_between_the_two_sides(desk, at):
    found = breach(desk, at)

    breaches.dispute(breach_id=found.pk, by=desk.ops, why="It was announced by mail", at=at)
    with pytest.raises(NotAllowed, match="Your own party"):
        breaches.settle(breach_id=found.pk, by=desk.ops, upheld=False, why="Fine", at=at)
    settled = breaches.settle(breach_id=found.pk, by=desk.owner, upheld=False, why="The mail is there", at=at)

    assert (settled.state, settled.settled_by) == (BreachState.WAIVED, desk.owner)
    event = Event.objects.get(action="sla.breach_settled")
    assert event.facts["upheld"] is False
    assert "mail" not in str(event.content)


@pytest.mark.parametrize("who", ["owner", "legal", "viewer", "governance"])
def test_dispute_is_for_the_party_that_answers(desk, at, who):
    found = breach(desk, at)

    with pytest.raises(NotAllowed):
        breaches.dispute(breach_id=found.pk, by=desk.cast[who], why="No", at=at)

    found.refresh_from_db()
    assert found.state == BreachState.RECORDED


def test_dispute_of_the_client_is_settled_by_the_provider(desk, at):
    found = breach(desk, at, Party.CLIENT)

    breaches.dispute(breach_id=found.pk, by=desk.owner, why="You never asked", at=at)
    settled = breaches.settle(breach_id=found.pk, by=desk.ops, upheld=True, why="We asked twice", at=at)

    assert settled.state == BreachState.UPHELD


def test_dispute_needs_words_and_a_breach_that_stands(desk, at):
    found = breach(desk, at)

    with pytest.raises(Invalid) as refused:
        breaches.dispute(breach_id=found.pk, by=desk.ops, why=" ", at=at)
    with pytest.raises(Conflict, match="Nobody disputes"):
        breaches.settle(breach_id=found.pk, by=desk.owner, upheld=True, why="It stands", at=at)

    assert refused.value.field == "why"


def test_found_is_nothing_for_strangers_and_reviewers(world, desk, at):
    found = breach(desk, at)

    for user in (world.stranger, world.south.owner, desk.reviewer, desk.vendor):
        with pytest.raises(NotVisible):
            breaches.found(found.pk, user)
    assert breaches.found(found.pk, desk.viewer) == found


def test_waive_takes_back_what_a_later_fact_disproves_and_only_once(desk, at):
    breach(desk, at)
    said = {
        "process": desk.process,
        "kind": BreachKind.NOTICE_LATE,
        "reference": "change:1",
        "by": None,
        "at": at,
    }

    assert breaches.waive(why="A pause was entered afterwards", **said)
    assert not breaches.waive(why="A pause was entered afterwards", **said)
    assert Event.objects.filter(action="sla.breach_waived").count() == 1
