"""L1: a gap is put on the record, and filled with one click."""

import pytest

from audit.errors import Conflict, Invalid, NotAllowed
from audit.models import Event
from contracts.domain.clause_gaps import Standing
from contracts.domain.clause_templates import BY_ID
from contracts.models import Clause
from contracts.selectors import clause_texts
from contracts.services import contract_drafts, contract_gaps
from tests.factories import contracts as factory


@pytest.fixture
def draft(desk, at):
    return factory.drafted(desk, at)


def standing(version, template):
    return next(one.standing for one in clause_texts.gaps(version) if one.template.id == template)


def test_assess_puts_on_the_record_what_is_missing(desk, at, draft):
    findings = contract_gaps.assess(version_id=draft.pk, by=desk.legal, at=at)

    facts = Event.objects.get(action="contract.assessed").facts
    assert len(facts["missing"]) == sum(one.standing == Standing.MISSING for one in findings) >= 5
    assert {"change_notice", "data_training"} <= set(facts["missing"])


def test_assess_is_for_those_who_draft(desk, at, draft):
    with pytest.raises(NotAllowed):
        contract_gaps.assess(version_id=draft.pk, by=desk.owner, at=at)

    assert not Event.objects.filter(action="contract.assessed").exists()


def test_adopt_puts_the_suggested_wording_under_the_next_number(desk, at, draft):
    assert standing(draft, "change_notice") == Standing.MISSING

    wording = contract_gaps.adopt(version_id=draft.pk, template="change_notice", by=desk.legal, at=at)

    assert (wording.clause.number, wording.text) == ("3", BY_ID["change_notice"].wording)
    assert standing(draft, "change_notice") == Standing.PRESENT


def test_adopt_refuses_what_is_no_template(desk, at, draft):
    with pytest.raises(Invalid) as refusal:
        contract_gaps.adopt(version_id=draft.pk, template="weather", by=desk.legal, at=at)

    assert refusal.value.field == "template"


def test_adopt_does_not_touch_what_is_proposed(desk, at):
    proposed = factory.proposed(desk, at)

    with pytest.raises(Conflict):
        contract_gaps.adopt(version_id=proposed.pk, template="halt", by=desk.legal, at=at)

    assert Clause.objects.count() == 3


def test_a_gap_comes_back_when_its_clause_goes(desk, at, draft):
    wording = contract_gaps.adopt(version_id=draft.pk, template="halt", by=desk.legal, at=at)

    contract_drafts.remove_clause(version_id=draft.pk, clause_id=wording.clause_id, by=desk.legal, at=at)

    assert standing(draft, "halt") == Standing.MISSING
