"""Texts and JSON values: masked once, numbered once, restored exactly."""

import json

import pytest
from hypothesis import given, settings

from audit.errors import Invalid
from reviews.domain.redaction import (
    VERSION,
    Numbering,
    redact_json,
    redact_text,
    restore_json,
    restore_text,
    scan_json,
)
from tests.reviews.domain.redaction import corpus, texts


@settings(max_examples=600, deadline=None)
@given(text=texts.texts, names=texts.names, region=texts.regions)
def test_redact_text_restores_to_the_exact_text(text, names, region):
    redacted = redact_text(text, names=names, region=region)

    assert restore_text(redacted.text, redacted.originals) == text


@settings(max_examples=1000, deadline=None)
@given(text=texts.texts, names=texts.names, region=texts.regions)
def test_redact_text_changes_nothing_the_second_time(text, names, region):
    once = redact_text(text, names=names, region=region)

    twice = redact_text(once.text, names=names, region=region)

    assert twice.text == once.text
    assert twice.originals == {}
    assert twice.report["counts"] == {}


@settings(max_examples=300, deadline=None)
@given(value=texts.values, names=texts.names, region=texts.regions)
def test_redact_json_restores_and_is_idempotent(value, names, region):
    redacted = redact_json(value, names=names, region=region)

    assert restore_json(redacted.value, redacted.originals) == value
    assert redact_json(redacted.value, names=names, region=region).value == redacted.value
    assert sum(redacted.report["counts"].values()) >= len(redacted.originals)


@settings(max_examples=300, deadline=None)
@given(text=texts.texts, other=texts.texts, names=texts.names, region=texts.regions)
def test_redact_json_reads_each_text_on_its_own(text, other, names, region):
    alone = redact_text(text, names=names, region=region)

    together = redact_json([text, other], names=names, region=region)

    assert restore_text(together.value[0], together.originals) == text
    assert _kinds(together.value[0]) == _kinds(alone.text)


def _kinds(text: str) -> str:
    return "".join(char for char in text if not char.isdigit())


def test_redact_text_reports_counts_and_never_values():
    redacted = redact_text("Pay DE89370400440532013000, write to jo@example.com or jo@example.com.")

    assert redacted.text == "Pay «IBAN_1», write to «EMAIL_1» or «EMAIL_1»."
    assert redacted.originals == {"«IBAN_1»": "DE89370400440532013000", "«EMAIL_1»": "jo@example.com"}
    assert redacted.report == {"detector_version": VERSION, "counts": {"EMAIL": 2, "IBAN": 1}}


def test_redact_text_leaves_foreign_tokens_and_their_numbers_alone():
    redacted = redact_text("From «EMAIL_1» and «EMAIL_3», to a@example.com, b@example.com and c@example.com")

    assert redacted.text == "From «EMAIL_1» and «EMAIL_3», to «EMAIL_2», «EMAIL_4» and «EMAIL_5»"
    assert restore_text(redacted.text, redacted.originals).startswith("From «EMAIL_1» and «EMAIL_3», to a@")


def test_redact_json_numbers_once_through_the_whole_value():
    value = {
        "input": {"text": "I am jo@example.com"},
        "output": ["Dear jo@example.com", "not mo@example.com"],
    }

    redacted = redact_json(value)

    assert redacted.value == {
        "input": {"text": "I am «EMAIL_1»"},
        "output": ["Dear «EMAIL_1»", "not «EMAIL_2»"],
    }


def test_redact_json_reserves_tokens_that_come_later_in_the_value():
    redacted = redact_json(["jo@example.com", "a joker writes «EMAIL_1»"])

    assert redacted.value == ["«EMAIL_2»", "a joker writes «EMAIL_1»"]


def test_redact_json_shares_a_numbering_between_values():
    numbering = Numbering()
    numbering.reserve("the second value holds «EMAIL_1»")

    first = redact_json({"mail": "jo@example.com"}, numbering=numbering)
    second = redact_json({"text": "jo@example.com, mo@example.com"}, numbering=numbering)

    assert first.value == {"mail": "«EMAIL_2»"}
    assert second.value == {"text": "«EMAIL_2», «EMAIL_3»"}
    assert second.originals == {"«EMAIL_2»": "jo@example.com", "«EMAIL_3»": "mo@example.com"}


def test_redact_json_masks_keys_and_long_numbers():
    value = {"jo@example.com": 4111111111111111, "count": 4111111111111112, "when": 1735689600000, "ok": True}

    redacted = redact_json(value)

    assert redacted.value == {
        "«EMAIL_1»": "«CARD_1»",
        "count": 4111111111111112,
        "when": 1735689600000,
        "ok": True,
    }


def test_redact_json_reads_a_key_as_the_word_before_its_value():
    value = {
        "passportNo": "C01X00T47",
        "date_of_birth": "1985-03-12",
        "api_key": "abcdefgh",
        "tin": ["123-456-789"],
        "invoice_no": "0301234567",
        "phone": 2025550143,
        "note": "1985-03-12",
    }

    redacted = redact_json(value, region="DE")

    assert redacted.value == {
        "passportNo": "«PASSPORT_1»",
        "date_of_birth": "«DOB_1»",
        "api_key": "«SECRET_1»",
        "tin": ["«PH_TIN_1»"],
        "invoice_no": "0301234567",
        "phone": "«PHONE_1»",
        "note": "1985-03-12",
    }


def test_redact_json_keeps_field_names_that_are_also_names_of_customers():
    redacted = redact_json({"price": 5, "Mr Price": "Price"}, names=("Price",))

    assert redacted.value == {"price": 5, "Mr «NAME_1»": "«NAME_1»"}
    assert redact_json({"line2": "Line2"}, names=("Line2",)).value == {"line2": "«ADDRESS_1»"}


def test_redact_json_masks_nothing_of_what_a_key_says():
    redacted = redact_json({"passport": "unknown"}, names=("Passport",))

    assert redacted.value == {"passport": "unknown"}


def test_redact_json_looks_again_where_a_mask_lays_something_bare():
    redacted = redact_text("Case 0171 3920010", names=("Case",), region="DE")

    assert redacted.text == "«NAME_1» «PHONE_1»"


@pytest.mark.parametrize("deep", [65, 100_000])
def test_redact_json_refuses_what_is_nested_too_deep(deep):
    value: list = []
    for _ in range(deep - 1):
        value = [value]

    with pytest.raises(Invalid) as refused:
        redact_json(value)

    assert refused.value.code == "too_deep"
    with pytest.raises(Invalid):
        scan_json(value)


def test_redact_json_takes_64_levels():
    value: object = "jo@example.com"
    for level in range(64):
        value = [value] if level % 2 else {"k": value}

    assert "example.com" not in json.dumps(redact_json(value).value)


def test_scan_json_counts_what_is_left_and_changes_nothing():
    value = {"text": "«EMAIL_1» wrote, cc jo@example.com", "dob": "12.03.1985"}

    counts = scan_json(value)

    assert counts == {"DOB": 1, "EMAIL": 1}
    assert value["dob"] == "12.03.1985"
    assert scan_json(redact_json(value).value) == {}


def test_redact_json_leaves_no_card_and_no_account_of_the_corpus_readable():
    cases = corpus.build()

    values = [redact_json({"t": c.text}, names=c.names, region=c.region).value for c in cases]
    dump = json.dumps(values, ensure_ascii=False)

    seeded = [c.text[low:high] for c in cases for low, high, kind in c.expected if kind in {"CARD", "IBAN"}]
    assert len(seeded) > 25
    assert [value for value in seeded if value in dump] == []
