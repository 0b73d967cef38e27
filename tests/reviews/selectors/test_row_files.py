"""Rows of files: CSV and JSON lines, whole, broken and compressed."""

import gzip
from pathlib import Path

import pytest
from django.conf import settings

from audit.errors import Invalid
from reviews.selectors import row_files
from reviews.selectors.row_files import Row


def rows(path: Path, kind: str = "") -> list[Row]:
    with row_files.opened(path, kind) as source:
        return list(source.rows())


@pytest.mark.parametrize("name", ["rows.csv", "rows.csv.gz"])
def test_rows_of_a_table_are_numbered_below_the_header(tmp_path: Path, name: str) -> None:
    text = b'\xef\xbb\xbfid,text\n1,"two\nlines"\n2,plain\n'
    (tmp_path / name).write_bytes(gzip.compress(text, mtime=0) if name.endswith(".gz") else text)

    found = rows(tmp_path / name)

    assert found == [Row(1, {"id": "1", "text": "two\nlines"}), Row(2, {"id": "2", "text": "plain"})]


def test_rows_say_which_row_of_a_table_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text('id,text\n1,a,b\n2\n3,c\n4,"d"x\n5,e\n', encoding="utf-8")

    found = rows(tmp_path / "rows.csv")

    assert [row.number for row in found if row.problem] == [1, 2, 4]
    assert [row.values for row in found if not row.problem] == [
        {"id": "3", "text": "c"},
        {"id": "5", "text": "e"},
    ]


@pytest.mark.parametrize("name", ["rows.ndjson", "rows.jsonl", "rows.ndjson.gz"])
def test_rows_of_json_lines_are_objects(tmp_path: Path, name: str) -> None:
    text = (
        b'{"a": 1}\n\n[1]\n{"a": NaN}\n{broken\n'
        b'"' + b"x" * (settings.IMPORT_LINE_BYTES + 70_000) + b'"\n{"a": 2}'
    )
    (tmp_path / name).write_bytes(gzip.compress(text, mtime=0) if name.endswith(".gz") else text)

    found = rows(tmp_path / name)

    assert [(row.number, row.values) for row in found if not row.problem] == [(1, {"a": 1}), (7, {"a": 2})]
    assert [row.number for row in found if row.problem] == [3, 4, 5, 6]


def test_opened_refuses_a_kind_nobody_knows(tmp_path: Path) -> None:
    (tmp_path / "rows.txt").write_text("a,b\n1,2\n", encoding="utf-8")

    assert rows(tmp_path / "rows.txt", "csv") == [Row(1, {"a": "1", "b": "2"})]
    with pytest.raises(Invalid, match="--format"):
        rows(tmp_path / "rows.txt")


def test_opened_refuses_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="cannot be opened"):
        rows(tmp_path / "absent.csv")


@pytest.mark.parametrize(
    ("_case", "content"),
    [
        ("cut off", gzip.compress(b"a,b\n" + b"1,2\n" * 5_000, mtime=0)[:60]),
        ("not compressed at all", b"a,b\n1,2\n"),
        ("no text", gzip.compress(b"a,b\n\xff\xfe,2\n", mtime=0)),
    ],
)
def test_rows_refuse_a_file_that_cannot_be_read_on(tmp_path: Path, _case: str, content: bytes) -> None:
    (tmp_path / "rows.csv.gz").write_bytes(content)

    with pytest.raises(Invalid, match="cannot be read on"):
        rows(tmp_path / "rows.csv.gz")


def test_identity_is_the_column_or_the_file_and_number() -> None:
    row = Row(3, {"id": "x7"})

    assert row_files.identity(row, "id", Path("/data/rows.csv.gz")) == "x7"
    assert row_files.identity(row, "", Path("/data/rows.csv.gz")) == "rows:3"
    assert row_files.identity(row, "other", Path("rows.csv")) == ""
