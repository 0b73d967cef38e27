"""Agreed terms against live settings: each kind, kept and not kept."""

from dataclasses import replace
from decimal import Decimal

import pytest

from audit.errors import Invalid
from contracts.domain import agreed_terms
from contracts.domain.agreed_terms import Agreed, Live, LiveEndpoint, TermKind

LIVE = Live(
    fraction=Decimal("0.06"),
    review_minutes=60,
    halt_parties=frozenset({"client", "provider"}),
    regions=("EU",),
    endpoints=[LiveEndpoint("eu-1", "EU-DE", "none")],
)


def drifts(kind, value, live=LIVE):
    return agreed_terms.compare([Agreed(kind, agreed_terms.checked(kind, value), "CT-1 clause 4")], live)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("sample_fraction", "0.06"),
        ("sample_fraction", "0.05"),
        ("review_minutes", 60),
        ("halt_parties", ["provider", "client"]),
        ("training_use", "no"),
        ("regions", "EU, JP"),
    ],
)
def test_what_is_kept_is_no_drift(kind, value) -> None:
    assert drifts(kind, value) == []


@pytest.mark.parametrize(
    ("kind", "value", "changes", "agreed", "live"),
    [
        ("sample_fraction", "0.1", {}, "10 %", "6 %"),
        ("sample_fraction", "0.05", {"fraction": None}, "5 %", "no sampling plan"),
        ("review_minutes", 30, {}, "30 min", "60 min"),
        (
            "halt_parties",
            "client provider",
            {"halt_parties": frozenset({"client"})},
            "client, provider",
            "client",
        ),
        ("halt_parties", "client", {}, "client", "client, provider"),
        (
            "training_use",
            "no",
            {"endpoints": [LiveEndpoint("eu-1", "EU", "opt_in")]},
            "no",
            "only after opting in",
        ),
        ("regions", "EU", {"regions": ("EU", "US")}, "EU", "US"),
        ("regions", "EU", {"regions": ()}, "EU", "every region"),
        ("regions", "EU", {"endpoints": [LiveEndpoint("us-1", "US-EAST", "none")]}, "EU", "US-EAST"),
    ],
)
def test_what_is_not_kept_says_both_figures(kind, value, changes, agreed, live) -> None:
    (drift,) = drifts(kind, value, replace(LIVE, **changes))

    assert (drift.agreed, drift.live) == (agreed, live)
    assert "CT-1 clause 4" in drift.sentence


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("weather", "1"),
        ("review_minutes", "²"),
        ("sample_fraction", "0"),
        ("sample_fraction", "1.1"),
        ("sample_fraction", "ten"),
        ("sample_fraction", "NaN"),
        ("review_minutes", "0"),
        ("review_minutes", "-5"),
        ("review_minutes", "1.5"),
        ("halt_parties", "ai_vendor"),
        ("halt_parties", ""),
        ("training_use", "maybe"),
        ("regions", " , "),
        ("regions", "X" * 21),
    ],
)
def test_a_value_that_is_none_is_refused(kind, value) -> None:
    with pytest.raises(Invalid) as refusal:
        agreed_terms.checked(kind, value)

    assert refusal.value.field in {"value", "kind"}


def test_every_kind_is_compared() -> None:
    values = {"sample_fraction": "0.05", "review_minutes": 60, "training_use": "no", "regions": ["EU"]}
    for kind in TermKind:
        assert drifts(kind, values.get(kind, ["client", "provider"])) == []
