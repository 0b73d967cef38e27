"""Terms in the browser: written into a draft, and answered on one screen (L5, L6, L10, A7)."""

import pytest
from django.urls import reverse

from contracts.models import Citation, LiabilityTerm
from tests import counting
from tests.factories import contracts as factory


@pytest.fixture
def draft(desk, at):
    return factory.drafted(desk, at, clauses=factory.TERMS)


def url(name, version):
    return reverse(f"contracts:contract_{name}", args=[version.contract_id, version.number])


def of(name, desk):
    return reverse(f"contracts:{name}", args=[desk.process.code])


def liability(draft, **changes):
    return {
        "layer": "mixed",
        "clause": str(factory.clause(draft, "9").pk),
        "responsible": "provider",
        "residual": "client",
        "share_client": "20",
        "share_provider": "30",
        "share_ai_vendor": "50",
        "edits": draft.edits,
        **changes,
    }


def test_liability_is_written_into_a_draft(desk, log_in, draft):
    client = log_in(desk.legal)

    assert client.post(url("liability", draft), liability(draft)).status_code == 303

    assert LiabilityTerm.objects.get().share_ai_vendor == 5000
    shown = client.get(url("version", draft)).context["terms"].liability
    assert shown[0].shares == [("Client", "20 %"), ("Provider", "30 %"), ("AI vendor", "50 %")]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"share_client": "21"}, "shares"),
        ({"share_client": "-20", "share_ai_vendor": "90"}, "share_client"),
        ({"share_provider": "x"}, "share_provider"),
        ({"clause": ""}, "clause"),
    ],
)
def test_a_refused_liability_names_the_field_and_keeps_what_was_typed(desk, log_in, draft, changes, field):
    page = log_in(desk.legal).post(
        url("liability", draft), liability(draft, indemnity="To the letter", **changes)
    )

    assert page.status_code == 400
    assert field in page.context["forms"]["liability"].errors
    assert "To the letter" in page.content.decode()
    assert not LiabilityTerm.objects.exists()


def test_use_of_data_and_figures_are_written_and_dropped(desk, log_in, draft):
    client = log_in(desk.legal)
    clause = str(factory.clause(draft, "8").pk)
    sent = {"data_type": "logs", "clause": clause, "owner": "client", "training": "no", "exit_days": "30"}
    assert client.post(url("data_use", draft), sent).status_code == 303
    term = {"process": desk.process.code, "kind": "regions", "value": "EU, JP", "clause": clause}
    assert client.post(url("agree", draft), term).status_code == 303

    shown = client.get(url("version", draft)).context["terms"]
    assert (shown.data[0].label, shown.agreed[0].value) == ("Logs", "EU, JP")
    gone = {"what": "agreed", "chosen": shown.agreed[0].id}
    assert client.post(url("drop_term", draft), gone).status_code == 303
    assert client.get(url("version", draft)).context["terms"].agreed == []


def test_one_screen_answers_who_pays(desk, at, log_in):
    """L5: a threshold set wrongly by the client's admin."""
    factory.with_terms(desk, at)

    page = log_in(desk.viewer).get(of("answers", desk) + "?layer=client_instruction").context["page"]

    assert (page.chosen.responsible, page.chosen.where) == ("Client", "CT-T clause 9")
    assert "Who wrote and who approved the rule in force" in page.chosen.evidence
    assert page.chosen.cap == "€50,000"


def test_one_screen_answers_whether_our_data_is_used_for_training(desk, at, log_in):
    """L6."""
    factory.with_terms(desk, at)

    page = log_in(desk.dpo).get(of("answers", desk)).context["page"]

    assert (page.training.label, page.training_where) == ("No", "CT-T clause 8")


def test_without_a_contract_the_page_says_so(desk, log_in):
    page = log_in(desk.viewer).get(of("answers", desk))

    assert page.context["page"].training is None
    assert "No contract in force says who answers for what." in page.content.decode()


def test_an_unknown_layer_is_the_first_one(desk, at, log_in):
    factory.with_terms(desk, at)

    page = log_in(desk.viewer).get(of("answers", desk) + "?layer=weather").context["page"]

    assert page.chosen.layer == "client_instruction"


def test_the_answers_lead_to_what_each_vendor_attests_and_are_not_the_vendors(world, desk, at, log_in):
    factory.with_terms(desk, at)
    own = reverse("contracts:attestation", args=[desk.process.code, world.vendor.slug])

    assert own in log_in(desk.viewer).get(of("answers", desk)).content.decode()
    assert log_in(desk.viewer).get(own).status_code == 200
    assert log_in(desk.vendor).get(of("answers", desk)).status_code == 403


def test_things_are_linked_to_clauses(desk, at, log_in):
    version = factory.in_force(desk, at)
    client = log_in(desk.governance)
    sent = {"kind": "escalation", "reference": "*/any", "clause": str(factory.clause(version, "1").pk)}

    client.post(of("clause_cite", desk), sent)

    part = next(
        one for one in client.get(of("process_contracts", desk)).context["parts"] if "escal" in one.label
    )
    assert (part.informal, part.items[0].where) == (0, "CT-1 clause 1")
    client.post(of("clause_cite", desk), {**sent, "clause": ""})
    assert not Citation.objects.exists()
    client.post(of("clause_cite", desk), {**sent, "clause": "nonsense"})
    client.post(of("clause_cite", desk), {**sent, "reference": "nowhere"})
    assert not Citation.objects.exists()


def test_the_pages_ask_the_database_as_often_as_written_down(desk, at, log_in):
    version = factory.with_terms(desk, at)
    client = log_in(desk.viewer)

    asked = {
        "contracts:answers": counting.queries(client, of("answers", desk)),
        "contracts:process_contracts": counting.queries(client, of("process_contracts", desk)),
        "contracts:contract_version": counting.queries(client, url("version", version)),
    }

    assert asked == {route: counting.written(route) for route in asked}
