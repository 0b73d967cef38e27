"""Several people at one RACI at the same moment, on real connections: one is in force, and nobody signs twice (K1)."""

from datetime import datetime

import pytest

from audit.errors import Conflict
from audit.models import Event
from contracts.domain.raci import RaciState
from contracts.models import RaciMatrix, RaciSignature
from contracts.services import raci, raci_drafts
from tests import threads, worlds
from tests.factories import raci as made
from tests.worlds import Desk

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def desk(at: datetime) -> Desk:
    desk = worlds.build(at).north
    made.authorise(desk, at)
    return desk


def sign(matrix, person, at):
    return lambda: raci.sign(matrix_id=matrix.pk, digest=matrix.digest, by=person, at=at)


def refusals(found) -> list[str]:
    return [one.code for one in found if isinstance(one, Conflict)]


def told(action: str, matrix) -> int:
    return Event.objects.filter(action=action, object_id=str(matrix.pk)).count()


def test_two_parties_that_sign_at_once_bring_it_into_force(desk, at):
    matrix = made.proposed(desk, at)

    found = threads.together([sign(matrix, desk.owner, at), sign(matrix, desk.ops, at)])

    assert refusals(found) == []
    matrix.refresh_from_db()
    assert (matrix.state, matrix.signed) == (RaciState.IN_FORCE, 2)
    assert RaciMatrix.objects.filter(process=desk.process, state=RaciState.IN_FORCE).count() == 1
    assert (told("raci.signed", matrix), told("raci.in_force", matrix)) == (2, 1)


def test_a_party_signs_once_however_often_it_is_sent(desk, at):
    matrix = made.proposed(desk, at)

    found = threads.together([sign(matrix, desk.owner, at) for _ in range(3)])

    assert refusals(found) == ["signed_already"] * 2
    matrix.refresh_from_db()
    assert (matrix.state, matrix.signed, told("raci.signed", matrix)) == (RaciState.PROPOSED, 1, 1)


def test_of_two_versions_signed_by_the_last_party_at_once_one_comes_into_force(desk, at):
    first, second = made.proposed(desk, at), made.proposed(desk, at)
    for matrix in (first, second):
        sign(matrix, desk.ops, at)()

    found = threads.together([sign(first, desk.owner, at), sign(second, desk.owner, at)])

    assert refusals(found) == ["outdated"]
    (stands,) = RaciMatrix.objects.filter(process=desk.process, state=RaciState.IN_FORCE)
    (waits,) = RaciMatrix.objects.filter(process=desk.process, state=RaciState.PROPOSED)
    assert {stands.pk, waits.pk} == {first.pk, second.pk}
    assert (waits.signed, waits.signatures.count(), told("raci.signed", waits)) == (1, 1, 1)


def test_a_signature_and_a_new_draft_at_once_both_hold_and_what_is_outdated_never_comes_into_force(desk, at):
    matrix = made.proposed(desk, at)
    sign(matrix, desk.ops, at)()

    found = threads.together(
        [
            sign(matrix, desk.owner, at),
            lambda: raci_drafts.draft(process=desk.process, by=desk.legal, at=at),
        ]
    )

    assert refusals(found) == []
    draft = found[1]
    matrix.refresh_from_db()
    assert matrix.state == RaciState.IN_FORCE
    late = raci.propose(matrix_id=draft.pk, by=desk.legal, at=at)
    if draft.based_on_id == matrix.pk:
        made.sign(desk, late, at)
        assert late.state == RaciState.IN_FORCE
    else:
        with pytest.raises(Conflict, match="drafted"):
            made.sign(desk, late, at)
        assert RaciSignature.objects.filter(matrix=late).count() == 0


def test_of_the_last_signature_and_sending_back_at_once_one_wins(desk, at):
    matrix = made.proposed(desk, at)
    sign(matrix, desk.ops, at)()

    found = threads.together(
        [
            sign(matrix, desk.owner, at),
            lambda: raci.send_back(matrix_id=matrix.pk, reason="QA is not ours", by=desk.ops, at=at),
        ]
    )

    assert refusals(found) == ["moved"]
    matrix.refresh_from_db()
    signed = not isinstance(found[0], Conflict)
    assert matrix.state == (RaciState.IN_FORCE if signed else RaciState.SENT_BACK)
    assert told("raci.in_force", matrix) == signed
    assert told("raci.sent_back", matrix) != signed
