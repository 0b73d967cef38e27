"""Contracts in the browser without scripts: written, checked for gaps, signed; what was typed is never lost (L1)."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from contracts.domain.contracting import ContractState
from contracts.models import ContractVersion
from contracts.services import contract_drafts, contracts
from tests import counting
from tests.factories import contracts as factory


@pytest.fixture
def draft(desk, at):
    return factory.drafted(desk, at)


def url(name, version):
    return reverse(f"contracts:contract_{name}", args=[version.contract_id, version.number])


def test_a_contract_is_opened_and_leads_to_its_draft(desk, log_in):
    client = log_in(desk.legal)
    sent = {"code": "CT-0", "title": "Services", "processes": [str(desk.process.pk)], "risks": ["lock_in"]}

    made = client.post(reverse("contracts:contract_new"), sent, follow=True)

    assert made.status_code == 200
    assert made.context["page"].editable
    assert made.context["page"].missing == 15


@pytest.mark.parametrize(("changes", "field"), [({"code": ""}, "code"), ({"processes": []}, "processes")])
def test_a_refused_contract_keeps_what_was_typed(desk, log_in, changes, field):
    sent = {"code": "CT-0", "title": "Very long words", "processes": [str(desk.process.pk)]} | changes

    page = log_in(desk.legal).post(reverse("contracts:contract_new"), sent)

    assert page.status_code == 400
    assert field in page.context["form"].errors
    assert "Very long words" in page.content.decode()


def test_a_refused_clause_keeps_what_was_typed(desk, log_in, draft):
    sent = {"number": "2.3", "title": "Another", "text": "Words of an hour", "owner": "client_legal"}

    page = log_in(desk.legal).post(url("clause", draft), sent)

    assert page.status_code == 409
    assert "This draft has a clause 2.3 already." in page.content.decode()
    assert "Words of an hour" in page.content.decode()


def test_words_meant_for_an_older_draft_come_back_and_can_be_sent_again(desk, at, log_in, draft):
    contract_drafts.add_clause(
        version_id=draft.pk, number="4", title="Four", text="Four", by=desk.governance, at=at
    )
    sent = {"number": "5", "title": "Five", "text": "Fivefold", "owner": "client_legal", "edits": draft.edits}
    client = log_in(desk.legal)

    page = client.post(url("clause", draft), sent)

    assert page.status_code == 409
    form = page.context["forms"]["clause"]
    again = client.post(url("clause", draft), {**sent, "edits": form["edits"].value()})
    assert again.status_code == 303


def test_a_gap_is_filled_with_one_click(desk, log_in, draft):
    client = log_in(desk.legal)
    before = client.get(url("version", draft)).context["page"].missing

    client.post(url("adopt", draft), {"template": "change_notice", "edits": draft.edits})

    assert client.get(url("version", draft)).context["page"].missing == before - 1


def test_two_people_of_two_parties_put_it_in_force(desk, at, log_in, draft):
    factory.signers(desk, at)
    log_in(desk.legal).post(url("propose", draft), {"edits": draft.edits})
    for person in (desk.owner, desk.ops):
        client = log_in(person)
        page = client.get(url("version", draft)).context["page"]
        assert page.sign.allowed
        assert client.post(url("sign", draft), {"digest": page.digest}).status_code == 303

    assert ContractVersion.objects.get(pk=draft.pk).state == ContractState.IN_FORCE
    page = log_in(desk.viewer).get(reverse("contracts:contract", args=[draft.contract_id])).context["page"]
    assert [line.who for line in page.signatures] == ["North Owner", "North Ops"]


def test_a_version_is_compared_with_the_one_before(desk, at, log_in):
    first = factory.in_force(desk, at)
    second = contract_drafts.draft(contract_id=first.contract_id, by=desk.legal, at=at)
    contract_drafts.reword(
        version_id=second.pk, clause_id=factory.clause(first, "1").pk, text="Other", by=desk.legal, at=at
    )

    page = log_in(desk.legal).get(url("changes", second)).context["page"]

    assert ([one.number for one in page.changes], page.unchanged, page.against) == (["1"], 2, 1)


def test_the_pages_ask_the_database_as_often_however_much_there_is(desk, at, log_in, draft):
    client = log_in(desk.viewer)
    contracts.propose(version_id=draft.pk, by=desk.legal, at=at)
    listing = reverse("contracts:contracts")

    once = counting.steady(client, listing, lambda: factory.proposed(desk, at, code="CT-7"))
    assert once == counting.written("contracts:contracts")


def test_a_long_contract_asks_as_often_as_a_short_one(desk, at, log_in, draft):
    client = log_in(desk.legal)

    def more():
        contract_drafts.add_clause(
            version_id=draft.pk, number="4", title="Four", text="4", by=desk.legal, at=at
        )

    counting.steady(client, url("version", draft), more)


@pytest.mark.parametrize(
    ("ends", "days", "words"),
    [
        (90, 30, "Last day to say so:"),
        (10, 10, "Last day to say so:"),
        (9, 10, "The last day to say so was"),
        (None, 10, "No end is agreed: at any time."),
        (90, None, "No notice of termination is agreed."),
    ],
)
def test_a_contract_says_until_when_it_can_be_ended(desk, log_in, ends, days, words):
    now = timezone.now()
    version = factory.drafted(desk, now - timedelta(days=60), valid_from=(now - timedelta(days=60)).date())
    legal = log_in(desk.legal)
    until = (now + timedelta(days=ends)).date().isoformat() if ends is not None else ""
    sent = {"valid_from": version.valid_from.isoformat(), "valid_until": until, "notice_days": days or ""}

    done = legal.post(url("describe", version), {**sent, "edits": version.edits})

    assert done.status_code == 303
    assert words in legal.get(url("version", version)).content.decode()


def test_a_notice_that_nobody_can_give_is_refused(desk, at, log_in):
    version = factory.drafted(desk, at)
    sent = {
        "valid_from": "2026-03-04",
        "valid_until": "2026-04-04",
        "notice_days": "99",
        "edits": version.edits,
    }

    refused = log_in(desk.legal).post(url("describe", version), sent)

    assert refused.status_code == 400
    assert "before the contract begins" in refused.content.decode()
    version.refresh_from_db()
    assert (version.notice_days, version.valid_until) == (None, None)


def test_a_contract_whose_last_day_is_over_has_run_out(desk, log_in):
    """Whatever its state: nobody reads “in force” of a paper that holds no more."""
    at = timezone.now() - timedelta(days=70)
    version = factory.in_force(desk, at, valid_from=at.date(), valid_until=at.date() + timedelta(days=60))
    client = log_in(desk.legal)

    page = client.get(reverse("contracts:contract", args=[version.contract_id])).context["page"]
    listed = client.get(reverse("contracts:contracts")).context["rows"]

    assert page.state.label == page.versions[0].state.label == "Ran out"
    assert [row.state.label for row in listed] == ["Ran out"]
