"""Both parties at the service levels at the same moment, on real connections: one version is in force (U1)."""

from datetime import datetime

import pytest
from django.db import transaction

from audit.errors import Conflict, NotVisible
from audit.models import Event
from contracts import access
from contracts.domain.roles import SIGN_CONTRACTS
from contracts.domain.sla_kinds import SlaState
from contracts.models import Membership, ServiceAgreement
from contracts.services import memberships, service_levels
from tests import threads, worlds
from tests.beside import beside, until
from tests.factories import raci
from tests.factories import service_levels as made
from tests.worlds import Desk

__all__ = ["beside"]
pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def desk(at: datetime) -> Desk:
    desk = worlds.build(at).north
    raci.authorise(desk, at)
    return desk


def accept(agreement, person, at):
    said = service_levels.digest(agreement)
    return lambda: service_levels.accept(agreement_id=agreement.pk, by=person, said=said, at=at)


def refusals(found) -> list[str]:
    return [one.code for one in found if isinstance(one, Conflict)]


def states(desk) -> list[str]:
    rows = ServiceAgreement.objects.filter(process=desk.process).order_by("version")
    return list(rows.values_list("state", flat=True))


def told(action, agreement) -> int:
    return Event.objects.filter(action=action, object_id=str(agreement.pk)).count()


def test_two_parties_that_accept_at_once_bring_it_into_force(desk, at):
    agreement = made.proposed(desk, at)

    found = threads.together([accept(agreement, desk.owner, at), accept(agreement, desk.ops, at)])

    assert refusals(found) == []
    agreement.refresh_from_db()
    assert agreement.state == SlaState.ACTIVE
    assert states(desk).count(SlaState.ACTIVE) == 1
    assert (told("sla.accepted", agreement), told("sla.activated", agreement)) == (2, 1)


def test_a_party_accepts_once_however_often_it_is_sent(desk, at):
    agreement = made.proposed(desk, at)

    found = threads.together([accept(agreement, desk.owner, at) for _ in range(3)])

    assert refusals(found) == ["accepted"] * 2
    agreement.refresh_from_db()
    assert (agreement.state, told("sla.accepted", agreement)) == (SlaState.PROPOSED, 1)


@pytest.mark.parametrize("begun", [True, False])
def test_of_two_versions_accepted_at_once_the_later_stands_or_is_alone(desk, at, begun):
    """Also where nothing was in force before."""
    if not begun:
        ServiceAgreement.objects.filter(process=desk.process).update(state=SlaState.REJECTED)
    earlier, later = made.proposed(desk, at), made.proposed(desk, at)
    for agreement in (earlier, later):
        accept(agreement, desk.ops, at)()

    found = threads.together([accept(earlier, desk.owner, at), accept(later, desk.owner, at)])

    assert refusals(found) in ([], ["outdated"], ["moved"])
    assert states(desk).count(SlaState.ACTIVE) == 1
    earlier.refresh_from_db()
    later.refresh_from_db()
    if not refusals(found):
        assert (earlier.state, later.state) == (SlaState.SUPERSEDED, SlaState.ACTIVE)
    for agreement, answer in zip((earlier, later), found, strict=True):
        assert (told("sla.activated", agreement) == 0) == isinstance(answer, Conflict)


def test_of_the_last_word_and_sending_back_at_once_one_wins(desk, at):
    agreement = made.proposed(desk, at)
    accept(agreement, desk.ops, at)()

    found = threads.together(
        [
            accept(agreement, desk.owner, at),
            lambda: service_levels.reject(agreement_id=agreement.pk, by=desk.ops, why="Too dear", at=at),
        ]
    )

    assert len(refusals(found)) == 1
    agreement.refresh_from_db()
    accepted = not isinstance(found[0], Conflict)
    assert agreement.state == (SlaState.ACTIVE if accepted else SlaState.REJECTED)
    assert told("sla.activated", agreement) == accepted


def test_an_amendment_is_proposed_or_edited_but_what_is_accepted_was_read(desk, at):
    """Whoever proposes beside somebody who writes in the draft proposes all of it or nothing."""
    draft = made.drafted(desk, at)

    found = threads.together(
        [
            lambda: service_levels.propose(agreement_id=draft.pk, by=desk.legal, at=at, edits=draft.edits),
            lambda: service_levels.put(
                agreement_id=draft.pk,
                terms=made.terms("Appeals won", "0.5"),
                by=desk.governance,
                at=at,
                edits=draft.edits,
            ),
        ]
    )

    assert len(refusals(found)) == 1
    draft.refresh_from_db()
    proposed = not isinstance(found[0], Conflict)
    assert draft.state == (SlaState.PROPOSED if proposed else SlaState.DRAFT)
    assert draft.levels.count() == (1 if proposed else 2)


def test_whose_right_is_taken_back_while_he_waits_accepts_nothing(desk, at, beside):
    agreement = made.proposed(desk, at)
    held = Membership.objects.get(user=desk.ops, revoked_at__isnull=True)
    # As a request has it: what he may do was read when it came.
    access.trust_stamp(desk.ops)
    assert access.can(desk.ops, SIGN_CONTRACTS, desk.process)

    with transaction.atomic():
        accept(agreement, desk.owner, at)()
        reply = beside(accept(agreement, desk.ops, at))
        until(1)
        memberships.revoke(membership=held, by=None, at=at)

    with pytest.raises(NotVisible):
        reply()
    agreement.refresh_from_db()
    assert (agreement.state, agreement.provider_accepted_at) == (SlaState.PROPOSED, None)
