"""The RACI that acts: who decides, who halts and who is told follows from the one that both parties signed (K1)."""

import pytest

from audit.errors import NotAllowed
from contracts.domain.raci import Letter, Task
from contracts.enums import Degree, HaltCause, HaltScope, Party
from contracts.models import Halt, Notification, RaciPart, RaciRow
from contracts.selectors import halt_rights, halt_scopes, raci_duties
from contracts.selectors import raci as selector
from contracts.services import halts, raci_notices
from tests.factories import raci as factory


def row(matrix, task):
    return RaciRow.objects.get(matrix=matrix, task=task)


def halt(desk, by, at):
    what = halt_scopes.What(HaltScope.PROCESS, process=desk.process)
    return halts.engage(
        what=what, degree=Degree.HOLD, cause=HaltCause.MODEL, reason="It answers wrongly", by=by, at=at
    )


@pytest.fixture
def signed(desk, at):
    factory.authorise(desk, at)
    return selector.in_force(desk.process)


def test_where_nothing_is_signed_nothing_follows(desk, at):
    factory.forget()
    for who in ("owner", "ops", "vendor"):
        raci_duties.check_accountable(desk.cast[who], desk.process, Task.EDIT_RULES)
        raci_duties.check_takes_part(desk.cast[who], [desk.process], Task.HALT)
    assert raci_duties.informed(desk.process, Task.INCIDENT) == []


def test_only_the_accountable_party_decides(desk, at, signed):
    raci_duties.check_accountable(desk.admin, desk.process, Task.EDIT_RULES)

    with pytest.raises(NotAllowed, match="row “Edit HITL rules, thresholds”: the Client is accountable"):
        raci_duties.check_accountable(desk.ops, desk.process, Task.EDIT_RULES)


def test_halting_is_for_those_whom_the_raci_names(desk, at, signed):
    assert desk.ops in halt_rights.holders([desk.process], at)
    RaciPart.objects.filter(row=row(signed, Task.HALT), party=Party.PROVIDER).delete()

    with pytest.raises(NotAllowed, match="row “Halt / resume”: it is for the Client"):
        halt(desk, desk.ops, at)
    assert not Halt.objects.exists()
    assert desk.ops not in halt_rights.holders([desk.process], at)

    assert halt(desk, desk.owner, at).engaged_by == desk.owner


def test_who_is_informed_is_told_of_a_halt_without_a_word_on_cases(desk, at, signed):
    RaciPart.objects.create(
        row=row(signed, Task.HALT), letter=Letter.I, party=Party.AI_VENDOR, role="Representative"
    )

    halt(desk, desk.owner, at)

    told = Notification.objects.filter(subject="NORTH-AP: the AI is halted")
    assert {one.user for one in told} == {desk.vendor}
    assert "Halt / resume" in told[0].body
    assert "answers wrongly" not in told[0].body


def test_a_named_person_is_told_instead_of_the_representative(desk, at, signed):
    RaciPart.objects.create(
        row=row(signed, Task.HALT), letter=Letter.I, party=Party.PROVIDER, person=desk.lead
    )

    told = raci_notices.notify_informed(
        process=desk.process, task=Task.HALT, sentence="the AI is halted", at=at
    )

    assert told == [desk.lead]
    assert (
        raci_notices.notify_informed(
            process=desk.process, task=Task.HALT, sentence="the AI is halted", at=at, but=[desk.lead]
        )
        == []
    )


def test_who_may_not_see_the_process_is_not_told(desk, world, at, signed):
    RaciPart.objects.create(
        row=row(signed, Task.HALT), letter=Letter.I, party=Party.PROVIDER, person=world.stranger
    )

    assert raci_duties.informed(desk.process, Task.HALT) == []


def test_the_ai_vendor_is_told_of_incidents(desk, at, signed):
    """K2."""
    assert raci_duties.informed(desk.process, Task.INCIDENT) == [desk.vendor]
