"""How many days before its end somebody has to say that a contract ends."""

from datetime import timedelta

import pytest

from audit.errors import Invalid
from contracts.selectors import contracts as reading
from contracts.services import contract_drafts, contracts
from tests.factories import contracts as factory


@pytest.fixture
def draft(desk, at):
    return factory.drafted(desk, at)


@pytest.mark.parametrize(
    ("days", "lasts"),
    [(0, 30), (-1, 30), (3651, 9000), (31, 30)],
    ids=["none", "less", "ten years", "before"],
)
def test_notice_is_given_while_the_contract_holds(desk, at, draft, days, lasts):
    ends = at.date() + timedelta(days=lasts)

    with pytest.raises(Invalid) as refusal:
        contract_drafts.describe(
            version_id=draft.pk,
            note="",
            valid_from=at.date(),
            valid_until=ends,
            notice_days=days,
            by=desk.legal,
            at=at,
        )

    assert refusal.value.field == "notice_days"
    assert reading.found(draft.pk).notice_days is None


def test_notice_is_part_of_what_is_signed_and_of_the_next_draft(desk, at):
    before = factory.drafted(desk, at)
    plain = reading.digest(before)
    given = {"note": "", "valid_from": at.date(), "valid_until": None, "by": desk.legal, "at": at}

    contract_drafts.describe(version_id=before.pk, notice_days=90, **given)
    said = reading.digest(reading.found(before.pk))
    contract_drafts.describe(version_id=before.pk, notice_days=None, **given)

    # What was signed before anybody could agree on notice keeps its fingerprint.
    assert reading.digest(reading.found(before.pk)) == plain != said
    contract_drafts.describe(version_id=before.pk, notice_days=90, **given)
    contracts.reject(
        version_id=contracts.propose(version_id=before.pk, by=desk.legal, at=at).pk,
        by=desk.owner,
        reason="No",
        at=at,
    )
    again = contract_drafts.draft(contract_id=before.contract_id, based_on=1, by=desk.legal, at=at)
    assert again.notice_days == 90
