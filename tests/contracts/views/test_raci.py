"""The RACI in the browser: drafted by forms without scripts, compared with what is in force, signed by two (K1–K3)."""

import pytest
from django.urls import reverse

from contracts.domain.raci import RaciState
from contracts.models import RaciMatrix, RaciRow
from tests import counting
from tests.factories import raci as factory


def url(desk, name="raci", *more):
    return reverse(f"contracts:{name}", args=[desk.process.code, *more])


def text(response):
    return response.content.decode()


@pytest.fixture
def desk(world):
    """A desk that has not signed anything yet."""
    factory.forget()
    return world.north


@pytest.fixture
def governance(client, desk):
    client.force_login(desk.governance)
    return client


def test_without_one_the_page_says_so(governance, desk):
    shown = text(governance.get(url(desk)))

    assert "Nothing is signed yet" in shown
    assert "Change the RACI" in shown


def test_a_draft_is_begun_once(governance, desk):
    first = governance.post(url(desk, "raci_draft"))
    again = governance.post(url(desk, "raci_draft"))

    assert first.status_code == again.status_code == 303
    assert first["Location"] == again["Location"] == url(desk, "raci_version", 1)
    shown = text(governance.get(first["Location"]))
    assert "Guarantee model behaviour, fix defects" in shown
    assert "Propose" in shown


class TestRow:
    def form(self, desk, **changes):
        sent = {
            "client_A": "on",
            "client_person": str(desk.owner.pk),
            "provider_R": "on",
            "provider_role": "Night shift",
            "edits": "0",
        }
        return {name: value for name, value in (sent | changes).items() if value is not None}

    @pytest.fixture
    def address(self, governance, desk):
        governance.post(url(desk, "raci_draft"))
        return url(desk, "raci_row", 1, "review")

    def test_a_row_is_shown_as_it_stands_and_changed(self, governance, desk, address):
        shown = text(governance.get(address))
        assert 'name="client_A" id="id_client_A" checked' in shown

        done = governance.post(address, self.form(desk))

        assert done.status_code == 303
        assert RaciRow.objects.get(task="review").parts.get().role == "Night shift"
        assert "Night shift" in text(governance.get(done["Location"]))

    @pytest.mark.parametrize(
        "changes, sentence",
        [
            ({"provider_A": "on"}, "Accountable: exactly one party is accountable"),
            ({"client_A": None}, "Accountable: exactly one party is accountable"),
            ({"provider_R": None}, "Responsible: at least one party"),
        ],
    )
    def test_k1_a_refusal_names_the_field_and_loses_nothing(
        self, governance, desk, address, changes, sentence
    ):
        refused = governance.post(address, self.form(desk, **changes))

        assert refused.status_code == 400
        assert sentence in text(refused)
        assert "Night shift" in text(refused)

    def test_somebody_elses_edit_is_told(self, governance, desk, address):
        governance.post(address, self.form(desk))

        late = governance.post(address, self.form(desk, provider_role="Day shift"))

        assert late.status_code == 409
        assert "Somebody else has edited this draft" in text(late)
        assert 'name="edits" value="1"' in text(late)
        assert "Day shift" in text(late)

    def test_there_is_no_other_row(self, governance, desk, address):
        assert governance.get(url(desk, "raci_row", 1, "lunch")).status_code == 404


def test_k1_the_whole_life(client, desk, at):
    factory.authorise(desk, at)
    client.force_login(desk.governance)
    client.post(url(desk, "raci_draft"))
    client.post(
        url(desk, "raci_describe", 1), {"effect": "ai_proposes", "note": "The first one", "edits": "0"}
    )
    assert client.post(url(desk, "raci_propose", 1), {"edits": "0"}).status_code == 409
    assert client.post(url(desk, "raci_propose", 1), {"edits": "1"}).status_code == 303
    digest = RaciMatrix.objects.get().digest

    for who in ("ops", "owner"):
        client.force_login(desk.cast[who])
        assert digest in text(client.get(url(desk, "raci_version", 1)))
        assert client.post(url(desk, "raci_sign", 1), {"digest": digest}).status_code == 303
        assert (
            "Your party has signed it already" in text(client.get(url(desk, "raci_version", 1)))
            or RaciMatrix.objects.get().state == RaciState.IN_FORCE
        )

    shown = text(client.get(url(desk)))
    assert "In force" in shown
    assert "The first one" in shown
    assert desk.ops.name in shown


def test_a_version_is_compared_with_what_is_in_force(client, desk, at):
    signed = factory.in_force(desk, at)
    client.force_login(desk.governance)
    client.post(url(desk, "raci_draft"))
    assert "Nothing differs" in text(client.get(url(desk, "raci_version", 2)))

    client.post(
        url(desk, "raci_row", 2, "halt"),
        {
            "client_A": "on",
            "client_R": "on",
            "client_person": str(desk.admin.pk),
            "edits": "0",
        },
    )

    shown = text(client.get(url(desk, "raci_version", 2)))
    assert f"Compared with v{signed.version} in force" in shown
    assert f"<ins>Client: R {desk.admin.name}, A {desk.admin.name}</ins>" in shown


def test_it_is_sent_back_with_a_reason(client, desk, at):
    factory.authorise(desk, at)
    factory.proposed(desk, at)
    client.force_login(desk.owner)

    assert client.post(url(desk, "raci_send_back", 1), {"reason": ""}).status_code == 400
    assert client.post(url(desk, "raci_send_back", 1), {"reason": "QA is not ours"}).status_code == 303

    assert "QA is not ours" in text(client.get(url(desk, "raci_version", 1)))


def test_the_page_asks_the_same_number_of_times(client, desk, at):
    factory.in_force(desk, at)
    client.force_login(desk.governance)

    assert counting.steady(client, url(desk), lambda: factory.in_force(desk, at)) == counting.written(
        "contracts:raci"
    )
