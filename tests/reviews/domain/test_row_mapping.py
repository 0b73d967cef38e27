"""Rows of a file as interactions."""

import pytest

from audit.errors import Invalid
from reviews.domain import row_mapping


def payload(maps: list[str], row: dict, constants: list[str] | None = None) -> dict:
    mapping = row_mapping.read(maps, constants or [])
    return mapping.payload(row, process="BANK-77", step="intent", external_id="f:1")


def test_payload_fills_objects_member_by_member() -> None:
    built = payload(
        ["input.text=text", "ai_output.intent=predicted", "confidence=confidence"],
        {"text": "Where is my card?", "predicted": "card_arrival", "confidence": "0.13"},
        ["model_version=m-1"],
    )

    assert built == {
        "process": "BANK-77",
        "step": "intent",
        "external_id": "f:1",
        "model_version": "m-1",
        "input": {"text": "Where is my card?"},
        "ai_output": {"intent": "card_arrival"},
        "confidence": "0.13",
    }


@pytest.mark.parametrize(
    ("_case", "target", "cell", "expected"),
    [
        ("an empty cell is absent", "language", "", None),
        ("a list of data classes", "data_classes", "health; minor", ["health", "minor"]),
        ("a list in JSON", "citations", '[{"source": "KB"}]', [{"source": "KB"}]),
        ("a yes", "attributes.vip", "true", {"vip": True}),
        ("a word that is not yes or no", "attributes.vip", "maybe", {"vip": "maybe"}),
        ("a number of a JSON line stays one", "confidence", 0.5, 0.5),
        ("a whole input", "input", "text", "text"),
        ("an external id is a text", "external_id", 7, "7"),
    ],
)
def test_payload_reads_cells(_case: str, target: str, cell: object, expected: object) -> None:
    built = payload([f"{target}=column"], {"column": cell})

    assert built.get(target.split(".")[0]) == expected or (expected is None and target not in built)


def test_payload_reaches_into_json_objects() -> None:
    assert payload(["model_version=meta.model"], {"meta": {"model": "m-1"}})["model_version"] == "m-1"
    assert "model_version" not in payload(["model_version=meta.model"], {"meta": "text"})


def test_payload_refuses_a_list_that_is_no_json() -> None:
    with pytest.raises(Invalid) as refusal:
        payload(["lineage=column"], {"column": "erp"})

    assert refusal.value.field == "/lineage"


@pytest.mark.parametrize(
    ("_case", "maps", "constants"),
    [
        ("no equals sign", ["input.text"], []),
        ("no column", ["input.text="], []),
        ("an unknown field", ["inputs.text=text"], []),
        ("a member of something that has none", ["confidence.value=c"], []),
        ("an empty member", ["input.=c"], []),
        ("the process comes by option", ["process=c"], []),
        ("both mapped and constant", ["language=l"], ["language=en"]),
    ],
)
def test_read_refuses_a_mapping(_case: str, maps: list[str], constants: list[str]) -> None:
    with pytest.raises(Invalid):
        row_mapping.read(maps, constants)


def test_payload_refuses_a_value_inside_a_value() -> None:
    with pytest.raises(Invalid):
        payload(["input=a", "input.text=b"], {"a": "text", "b": "text"})
