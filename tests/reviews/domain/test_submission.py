"""What an agent posts is read field by field; every mistake has its pointer, and no input makes it crash."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.errors import Invalid
from reviews.domain import submission

LEAST: dict[str, Any] = {
    "process": "NORTH-AP",
    "step": "approve",
    "input": "x",
    "ai_output": {"decision": "pay"},
}
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec=None), max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(codec=None), max_size=6), inner, max_size=4)
    ),
    max_leaves=12,
)


def wrong(payload: object) -> list[str]:
    with pytest.raises(Invalid) as refused:
        submission.parse(payload)
    return [detail["pointer"] for detail in refused.value.details]


def test_parse_needs_four_fields_only() -> None:
    parsed = submission.parse(LEAST)

    assert (parsed.process, parsed.step, parsed.input, parsed.output) == (
        "NORTH-AP",
        "approve",
        "x",
        {"decision": "pay"},
    )
    assert (parsed.confidence, parsed.amount, parsed.attestation) == (None, None, None)


def test_parse_takes_the_names_of_opentelemetry() -> None:
    parsed = submission.parse(LEAST | {"gen_ai.request.model": "north-1.0", "gen_ai.usage.output_tokens": 7})

    assert parsed.model_version == "north-1.0"
    assert parsed.telemetry == {"gen_ai.request.model": "north-1.0", "gen_ai.usage.output_tokens": 7}


def test_parse_prefers_the_own_name_of_the_model() -> None:
    parsed = submission.parse(LEAST | {"gen_ai.request.model": "other", "model_version": "north-1.0"})

    assert parsed.model_version == "north-1.0"


@pytest.mark.parametrize(
    "_case, value, expected",
    [
        ("a text", "4999.99", Decimal("4999.99")),
        ("a float", 4999.99, Decimal("4999.99")),
        ("a whole number", 5000, Decimal(5000)),
        ("with an exponent", "5e3", Decimal(5000)),
        ("with blanks around it", " 12.50 ", Decimal("12.50")),
        ("too many digits after the point", "1.005", Decimal("1.00")),
        ("a negative amount", "-3.10", Decimal("-3.10")),
    ],
)
def test_parse_reads_amounts_exactly(_case: str, value: object, expected: Decimal) -> None:
    assert submission.parse(LEAST | {"amount": value, "currency": "EUR"}).amount == expected


@pytest.mark.parametrize(
    "value", ["", "x", "NaN", "Infinity", "1e999", "1e16", True, [1], {}, "9" * 50, "1,000"]
)
def test_parse_refuses_what_is_no_amount(value: object) -> None:
    assert wrong(LEAST | {"amount": value, "currency": "EUR"}) == ["/amount"]


def test_parse_names_every_mistake_with_its_pointer() -> None:
    payload = {
        "process": 7,
        "step": "",
        "ai_output": [],
        "a/b~c": 1,
        "factors": [{"name": "x"}, {"weight": 1}],
    }

    assert set(wrong(payload)) == {"/process", "/step", "/input", "/ai_output", "/a~1b~0c", "/factors/1"}


@pytest.mark.parametrize("payload", [None, [], "x", 7, True])
def test_parse_wants_an_object(payload: object) -> None:
    assert wrong(payload) == [""]


def test_parse_refuses_more_than_32_levels() -> None:
    assert submission.parse(LEAST | {"input": json.loads("[" * 31 + "]" * 31)})
    assert wrong(LEAST | {"input": json.loads("[" * 33 + "]" * 33)}) == [""]


@pytest.mark.parametrize("text", ["a\x00b", "a\ud800b"])
def test_parse_refuses_texts_no_database_can_hold(text: str) -> None:
    assert wrong(LEAST | {"input": {"deep": [text]}}) == [""]


def test_parse_takes_a_text_that_only_writes_of_a_nul() -> None:
    assert submission.parse(LEAST | {"input": "\\u0000"}).input == "\\u0000"


def test_digest_does_not_depend_on_the_order_of_fields() -> None:
    backwards = dict(reversed(list(LEAST.items())))

    assert submission.parse(LEAST).digest == submission.parse(backwards).digest
    assert submission.parse(LEAST).digest != submission.parse(LEAST | {"input": "y"}).digest


@given(st.dictionaries(st.sampled_from(sorted(submission.FIELDS)) | st.text(max_size=5), ANYTHING))
def test_parse_answers_or_refuses_whatever_comes(payload: dict[str, Any]) -> None:
    found = tried(LEAST | payload)

    if isinstance(found, Invalid):
        assert found.details
        assert json.dumps(found.details, ensure_ascii=False).encode()
    else:
        assert json.dumps(found.input, allow_nan=False)
        assert found.confidence is None or 0 <= found.confidence <= 1


def tried(payload: object) -> submission.Submission | Invalid:
    try:
        return submission.parse(payload)
    except Invalid as refused:
        return refused


@pytest.mark.parametrize(
    "value, kind, expected",
    [
        ("12.5", "number", Decimal("12.5")),
        (0.1, "money", Decimal("0.1")),
        (7, "days", 7),
        ("soon", "days", "soon"),
        (True, "number", True),
        ("x" * 50, "number", "x" * 50),
        (
            {"percent": 1.9, "absolute": "240"},
            "variance",
            {"percent": Decimal("1.9"), "absolute": Decimal(240)},
        ),
        ("text", "text", "text"),
        (["a"], "set", ["a"]),
    ],
)
def test_fact_becomes_what_the_field_asks_for(value: object, kind: str, expected: object) -> None:
    assert submission.fact(value, kind) == expected
