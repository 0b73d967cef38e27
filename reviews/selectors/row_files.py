"""Rows of a file, one at a time: CSV or one JSON object per line, also compressed; nothing is held in memory."""

import csv
import gzip
import io
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings

from audit.errors import Invalid
from contracts.api import strict_json

CSV, NDJSON = "csv", "ndjson"
_SUFFIXES = {".csv": CSV, ".ndjson": NDJSON, ".jsonl": NDJSON}


@dataclass(frozen=True)
class Row:
    """One row by its number (the first below the header is 1), or what is wrong with it, in a sentence."""

    number: int
    values: Mapping[str, Any]
    problem: str = ""


class RowFile:
    """An open file: its rows, and how many of its bytes were read so far."""

    def __init__(self, raw: BinaryIO, path: Path, kind: str) -> None:
        self._raw, self._path, self.kind = raw, path, kind
        self.size = path.stat().st_size

    @property
    def position(self) -> int:
        return self._raw.tell()

    def rows(self) -> Generator[Row, None, None]:
        """Every row in order. Raises Invalid where the file cannot be read on: it is cut off, or it is no text."""
        plain: Any = gzip.GzipFile(fileobj=self._raw) if self._path.suffix == ".gz" else self._raw
        try:
            yield from _table(plain) if self.kind == CSV else _lines(plain)
        except (EOFError, OSError, UnicodeDecodeError) as problem:
            raise Invalid("unreadable", f"{self._path.name} cannot be read on: {problem}", "file") from None
        finally:
            if plain is not self._raw:
                plain.close()


@contextmanager
def opened(path: Path, kind: str = "") -> Iterator[RowFile]:
    """Open a file; its kind is told by its name unless it is given. Raises Invalid for a file of no known kind."""
    kind = kind or _SUFFIXES.get(Path(path.name.removesuffix(".gz")).suffix.lower(), "")
    if kind not in (CSV, NDJSON):
        raise Invalid("unknown_format", f"{path.name}: say --format csv or --format ndjson.", "format")
    try:
        raw = path.open("rb")
    except OSError as problem:
        raise Invalid("unreadable", f"{path.name} cannot be opened: {problem.strerror}", "file") from None
    with raw:
        yield RowFile(raw, path, kind)


def stem(path: Path) -> str:
    """The name of a file without its endings: by it and the number, rows without an id of their own are known."""
    return path.name.split(".", 1)[0][:100]


def identity(row: Row, column: str, path: Path) -> str:
    """The `external_id` of a row: what stands in its column, or the file and its number."""
    return str(row.values.get(column) or "") if column else f"{stem(path)}:{row.number}"


def _table(plain: Any) -> Iterator[Row]:
    text = io.TextIOWrapper(plain, encoding="utf-8-sig", newline="")
    reader = csv.DictReader(text, restkey="", strict=True)
    previous = csv.field_size_limit(settings.IMPORT_LINE_BYTES)
    number = 0
    try:
        while True:
            number += 1
            try:
                values = next(reader)
            except StopIteration:
                return
            except csv.Error as problem:
                if reader.fieldnames is None:
                    raise Invalid("unreadable", f"The header cannot be read: {problem}", "file") from None
                yield Row(number, {}, f"The row cannot be read: {problem}")
                continue
            if "" in values or None in values.values():
                yield Row(
                    number,
                    {},
                    f"The row does not have the {len(reader.fieldnames or ())} columns of the header.",
                )
            else:
                yield Row(number, values)
    finally:
        csv.field_size_limit(previous)
        # The file belongs to whoever opened it.
        text.detach()


def _lines(plain: Any) -> Iterator[Row]:
    longest, number = settings.IMPORT_LINE_BYTES, 0
    while raw := plain.readline(longest + 2):
        number += 1
        if len(raw) > longest and not raw.endswith(b"\n"):
            while (more := plain.readline(65_536)) and not more.endswith(b"\n"):
                pass
            yield Row(number, {}, f"A line has {longest // 1024} kB at most.")
            continue
        if not raw.strip():
            continue
        try:
            values = strict_json.loads(raw)
        except ValueError as problem:
            yield Row(number, {}, f"The line is not valid JSON: {problem}")
            continue
        if isinstance(values, dict):
            yield Row(number, values)
        else:
            yield Row(number, {}, "The line is not a JSON object.")
