"""L5: the shares of the parties make the whole, whatever is sent."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.errors import Invalid
from contracts.domain import liability
from contracts.domain.liability import EVIDENCE, PRIMARY, Layer
from contracts.enums import Party


def shares(client, provider, ai_vendor):
    return {"client": Decimal(client), "provider": Decimal(provider), "ai_vendor": Decimal(ai_vendor)}


@pytest.mark.parametrize("given", [("0", "0", "100"), ("33.33", "33.33", "33.34"), ("50", "50", "0")])
def test_shares_that_make_the_whole_are_kept(given) -> None:
    kept = liability.checked_shares(shares(*given))

    assert [kept[party] for party in liability.BEARERS] == [Decimal(one) for one in given]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (("50", "49", "0"), "shares"),
        (("50", "50", "0.01"), "shares"),
        (("-10", "60", "50"), "share_client"),
        (("0", "101", "0"), "share_provider"),
        (("0", "0", "NaN"), "share_ai_vendor"),
        (("0", "0", "Infinity"), "share_ai_vendor"),
        (("33.333", "33.333", "33.334"), "share_client"),
    ],
)
def test_what_is_wrong_with_shares_is_named(given, field) -> None:
    with pytest.raises(Invalid) as refusal:
        liability.checked_shares(shares(*given))

    assert refusal.value.field == field


@given(st.decimals(0, 100, places=2), st.decimals(0, 100, places=2))
def test_any_two_shares_and_what_is_left_make_the_whole(one, two) -> None:
    rest = 100 - one - two

    if rest < 0:
        with pytest.raises(Invalid):
            liability.checked_shares(shares(one, two, rest))
    else:
        assert sum(liability.checked_shares(shares(one, two, rest)).values()) == 100


def test_every_layer_has_its_party_and_its_evidence() -> None:
    assert set(PRIMARY) == set(EVIDENCE) == set(Layer)
    assert PRIMARY[Layer.MODEL_DEFECT] == Party.AI_VENDOR
    assert PRIMARY[Layer.CLIENT_INSTRUCTION] == Party.CLIENT
    assert PRIMARY[Layer.OPERATION] == Party.PROVIDER
