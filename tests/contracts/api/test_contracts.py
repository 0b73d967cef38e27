"""Contracts by program (L1, L5, L6)."""

import pytest
from django.urls import reverse

from tests.factories import contracts as factory


@pytest.fixture
def version(desk, at):
    return factory.with_terms(desk, at)


def get(client, name, *args, **query):
    return client.get(reverse(f"contracts:api_{name}", args=args), query)


def test_contracts_tells_what_one_may_read(world, desk, log_in, version):
    told = get(log_in(desk.viewer), "contracts").json()["contracts"]

    assert [(one["code"], one["version"], one["state"]) for one in told] == [("CT-T", 1, "in_force")]
    assert get(log_in(world.south.viewer), "contracts").json() == {"contracts": []}


def test_contract_tells_its_clauses_and_signatures(desk, log_in, version):
    told = get(log_in(desk.viewer), "contract", version.contract_id).json()

    assert [one["number"] for one in told["clauses"]] == ["1", "2.3", "2.10", "8", "9"]
    assert [one["party"] for one in told["signatures"]] == ["north", "provider"]
    assert {one["digest"] for one in told["signatures"]} == {told["digest"]}


@pytest.mark.parametrize(("wanted", "status"), [("1", 200), ("2", 404), ("x", 400), ("9999999", 400)])
def test_contract_tells_another_version(desk, log_in, version, wanted, status):
    assert get(log_in(desk.viewer), "contract", version.contract_id, version=wanted).status_code == status


def test_gaps_tell_what_is_missing_with_a_wording(desk, log_in, version):
    told = get(log_in(desk.legal), "contract_gaps", version.contract_id).json()["gaps"]

    assert len(told) == 15
    notice = next(one for one in told if one["template"] == "change_notice")
    assert notice["standing"] == "missing"
    assert "30 days" in notice["suggested_wording"]


def test_liability_answers_who_pays(desk, log_in, version):
    client, code = log_in(desk.admin), desk.process.code

    (told,) = get(client, "liability", code, layer="client_instruction").json()["liability"]

    assert (told["responsible"], told["contract"], told["clause"]) == ("client", "CT-T", "9")
    assert told["shares"][0] == {"party": "client", "percent": "100.00"}
    assert get(client, "liability", code, layer="weather").status_code == 400
    assert get(client, "liability", code, layer="mixed").status_code == 404
    assert len(get(client, "liability", code).json()["liability"]) == 1


def test_data_use_answers_whether_our_data_trains_a_model(world, desk, log_in, version):
    told = get(log_in(desk.dpo), "data_use", desk.process.code).json()

    assert (told["training"], told["terms"][0]["clause"]) == ("no", "8")
    assert "attested nothing" in told["mismatches"][0]
    silent = get(log_in(world.south.dpo), "data_use", world.south.process.code).json()
    assert (silent["training"], silent["mismatches"]) == (None, [])
