"""Several people at one escalation matrix at the same moment, on real connections: one wins, and nothing is lost (C1)."""

import pytest
from django.db import transaction

from audit.errors import Conflict
from audit.models import Event
from contracts.enums import MatrixState, Role
from contracts.models import EscalationMatrix, EscalationPath
from contracts.services import matrix_drafts
from contracts.services.matrix_drafts import Level
from reviews.services import matrices, rules
from tests import threads, worlds
from tests.beside import beside, until
from tests.factories.rules import simulated, state

__all__ = ["beside"]
pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def desk(at):
    return worlds.build(at).north


@pytest.fixture
def draft(desk, at):
    return matrix_drafts.draft(process=desk.process, by=desk.admin, at=at)


def put(desk, draft, at, by, minutes):
    level = Level("L1", Role.TEAM_LEAD, desk.lead, desk.senior, desk.process.calendar, minutes, 60)
    return matrix_drafts.put_path(
        matrix_id=draft.pk, levels=[level], trigger_class="fraud", edits=0, by=by, at=at
    )


def test_of_two_who_write_in_one_draft_at_once_one_is_told(desk, at, draft):
    answers = threads.together(
        [lambda: put(desk, draft, at, desk.admin, 10), lambda: put(desk, draft, at, desk.owner, 20)]
    )

    (refused,) = [answer for answer in answers if isinstance(answer, Conflict)]
    (kept,) = [answer for answer in answers if isinstance(answer, EscalationPath)]
    assert refused.code == "edited_meanwhile"
    assert draft.paths.get(trigger_class="fraud").pk == kept.pk
    assert kept.levels.count() == 1
    assert EscalationMatrix.objects.get(pk=draft.pk).edits == 1
    assert Event.objects.filter(action="matrix.edited", object_id=str(draft.pk)).count() == 1


def test_of_two_approvals_at_once_one_wins(desk, at, draft):
    matrices.propose(matrix_id=draft.pk, by=desk.admin, at=at)

    def approve():
        return matrices.approve(matrix_id=draft.pk, by=desk.owner, at=at, against=1)

    answers = threads.together([approve, approve])

    assert sorted(isinstance(answer, Conflict) for answer in answers) == [False, True]
    active = EscalationMatrix.objects.get(process=desk.process, state=MatrixState.ACTIVE)
    assert active.version == draft.version
    assert Event.objects.filter(action="matrix.activated", object_id=str(draft.pk)).count() == 1


def test_an_approval_waits_for_the_approval_of_rules_and_both_hold(desk, at, draft, beside):
    """Both take the process alone and nothing before it: neither waits for the other in a circle."""
    matrices.propose(matrix_id=draft.pk, by=desk.admin, at=at)
    ruleset = simulated(desk, at)

    with transaction.atomic():
        rules.approve(ruleset_id=ruleset.pk, by=desk.owner, at=at, against=1)
        reply = beside(lambda: matrices.approve(matrix_id=draft.pk, by=desk.owner, at=at, against=1))
        until(1)
        assert EscalationMatrix.objects.get(pk=draft.pk).state == MatrixState.PROPOSED

    reply()
    assert state(ruleset) == "active"
    assert EscalationMatrix.objects.get(pk=draft.pk).state == MatrixState.ACTIVE


def test_approvals_of_the_matrix_and_of_rules_at_once_both_hold(desk, at, draft):
    matrices.propose(matrix_id=draft.pk, by=desk.admin, at=at)
    ruleset = simulated(desk, at)

    answers = threads.together(
        [
            lambda: matrices.approve(matrix_id=draft.pk, by=desk.owner, at=at, against=1),
            lambda: rules.approve(ruleset_id=ruleset.pk, by=desk.owner, at=at, against=1),
        ]
    )

    assert not [answer for answer in answers if isinstance(answer, Conflict)]
    assert state(ruleset) == "active"
    assert EscalationMatrix.objects.get(pk=draft.pk).state == MatrixState.ACTIVE
