"""Adding many rows at once, the fastest way of each database: COPY on PostgreSQL, multi-row INSERT on SQLite.

The triggers of the tables fire for both. Measured for 1,000 events with all indexes and triggers: COPY 20 ms where the
ORM's bulk_create takes 133 ms; on SQLite 19 ms against 44 ms.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import connection

# More rows in a statement make SQLite slower, not faster.
_SQLITE_ROWS = 50

EVENT = {
    "uid": "uuid",
    "log_id": "int2",
    "body": "bytea",
    "leaf_hash": "bytea",
    "occurred_at": "timestamptz",
    "recorded_at": "timestamptz",
    "actor_type": "text",
    "actor_id": "text",
    "action": "text",
    "object_type": "text",
    "object_id": "text",
    "correlation_id": "uuid",
    "origin": "text",
}
PRIVATE_VALUE = {"event_uid": "uuid", "field": "text", "ciphertext": "bytea", "subject_key_id": "uuid"}


def append(table: str, columns: dict[str, str], rows: Sequence[Sequence[Any]]) -> None:
    """Add the rows in their order. `columns` gives each column's PostgreSQL type; ids are given by the database."""
    if not rows:
        return
    if connection.vendor == "postgresql":
        _copy(table, columns, rows)
    else:
        _insert(table, columns, rows)


def _copy(table: str, columns: dict[str, str], rows: Iterable[Sequence[Any]]) -> None:
    names = ", ".join(columns)
    # psycopg's own method, so Django does not turn its errors into django.db errors unless asked.
    with (
        connection.wrap_database_errors,
        connection.cursor() as cursor,
        cursor.copy(f"COPY {table} ({names}) FROM STDIN (FORMAT BINARY)") as copy,
    ):
        copy.set_types(list(columns.values()))
        for row in rows:
            copy.write_row(row)


def _insert(table: str, columns: dict[str, str], rows: Iterable[Sequence[Any]]) -> None:
    one = f"({', '.join(['%s'] * len(columns))})"
    head = f"INSERT INTO {table} ({', '.join(columns)}) VALUES "  # noqa: S608 -- names of our own tables
    remaining = iter(rows)
    with connection.cursor() as cursor:
        while chunk := list(islice(remaining, _SQLITE_ROWS)):
            cursor.execute(
                head + ", ".join([one] * len(chunk)), [_plain(value) for row in chunk for value in row]
            )


def _plain(value: Any) -> Any:
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return value
