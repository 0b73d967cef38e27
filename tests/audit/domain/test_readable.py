import csv
import io
import json
from uuid import UUID

from audit.domain import readable, sheets

UID = UUID("0192f0c1-0000-7000-8000-000000000001")
CONTENT = {
    "actor": {"type": "human", "id": "p-1", "org": "provider", "role": "reviewer"},
    "object": {"type": "interaction", "id": "i-1", "label": "=1+1"},
    "action": "review.decided",
    "recorded_at": "2026-03-04T09:30:00.000000Z",
    "client": "north",
    "facts": {"verdict": "reject", "waited_seconds": -3},
    "reason": "+cmd",
    "pii": {"note": "c29tZXRoaW5n"},
}


def told():
    return readable.row(index=7, uid=UID, content=CONTENT, sentence="@Decided: reject")


def test_m8_a_row_says_who_did_what_to_what():
    row = told()

    assert tuple(row) == readable.COLUMNS
    assert (row["index"], row["uid"], row["actor"], row["role"]) == (7, str(UID), "p-1", "reviewer")
    assert (row["object_type"], row["object"], row["facts"]) == ("interaction", "i-1", CONTENT["facts"])
    assert (row["process"], row["correlation_id"]) == ("", ""), "what an event does not say is empty"
    assert "c29tZXRoaW5n" not in readable.json_line(row).decode()


def test_m8_json_and_csv_say_the_same_and_the_csv_holds_no_formula():
    row = told()

    (cells,) = csv.reader(io.StringIO(readable.csv_line(row).decode(), newline=""))

    assert readable.csv_header().decode().strip().split(",") == list(readable.COLUMNS)
    assert json.loads(readable.json_line(row)) == row
    assert not any(cell.startswith(tuple("=+-@")) for cell in cells)
    back = {name: sheets.original(cell) for name, cell in zip(readable.COLUMNS, cells, strict=True)}
    assert json.loads(back.pop("facts")) == CONTENT["facts"]
    assert back == {name: str(value) for name, value in row.items() if name != "facts"}


def test_an_event_without_its_parts_is_still_a_row():
    row = readable.row(index=0, uid=UID, content={}, sentence="")

    assert readable.csv_line(row).startswith(f"0,{UID},".encode())
