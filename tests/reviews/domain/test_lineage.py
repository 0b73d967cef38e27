import pytest

from reviews.domain.lineage import FIELDS, missing

COMPLETE = {
    "source_system": "sap",
    "source_record_id": "INV-1",
    "extracted_at": "2026-11-20T12:00:00Z",
    "content_hash": "ab" * 32,
    "legal_basis": "contract",
    "jurisdiction": "DE",
    "retention_class": "voucher",
    "transform": "ocr 4.2",
}


def test_missing_finds_nothing_in_complete_lineage():
    assert missing([COMPLETE, COMPLETE]) == []


@pytest.mark.parametrize("name", FIELDS)
def test_missing_finds_each_mandatory_field(name):
    left_out = {key: value for key, value in COMPLETE.items() if key != name}

    assert missing([left_out]) == [name.replace("_", " ")]
    assert missing([COMPLETE, COMPLETE | {name: " "}]) == [f"{name.replace('_', ' ')} (edge 2)"]


def test_missing_asks_only_for_what_is_required():
    assert missing([{"source_system": "sap"}], ["source_system"]) == []
    assert missing([{"source_system": "sap"}], ["batch", "source_record_id"]) == ["source record id", "batch"]


def test_missing_finds_that_there_is_no_lineage():
    assert missing([], ["source_record_id", "source_system"]) == ["source system", "source record id"]
    assert missing([], []) == []


WRONG = [
    ("_case a hash too short", {"content_hash": "ab" * 31}, ["content hash in SHA-256"]),
    ("_case a hash of other letters", {"content_hash": "xy" * 32}, ["content hash in SHA-256"]),
    ("_case a hash with its name", {"content_hash": "sha256:" + "AB" * 32}, []),
    (
        "_case a time without zone",
        {"extracted_at": "2026-11-20T12:00:00"},
        ["extracted at with its time zone"],
    ),
    ("_case no time at all", {"extracted_at": "yesterday"}, ["extracted at with its time zone"]),
]


@pytest.mark.parametrize(("_case", "changed", "gaps"), WRONG, ids=[row[0] for row in WRONG])
def test_missing_finds_what_is_wrong(_case, changed, gaps):
    assert missing([COMPLETE | changed], []) == gaps
