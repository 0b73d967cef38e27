"""Worlds that were built once are put back row by row: most tests begin with the same two desks, which take hundreds of
services to build.

Each process builds a world once for each moment and keeps its rows and its objects. They are good for the database they
were made in, with the permissions and the platform's log of its beginning: a flush puts these back as they were.
"""

import pickle
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from django.apps import apps
from django.contrib.auth.models import Permission
from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone

from audit.models import Log, Pending
from audit.services.logs import PLATFORM

Made = TypeVar("Made")
# What a table gave: the bytes of a COPY on PostgreSQL, rows on SQLite.
Rows = bytes | list[tuple]

# A trigger fills it.
_LEFT_OUT = {Pending._meta.db_table}


@dataclass(frozen=True)
class Kept:
    """The objects of a world, and its rows by table."""

    objects: bytes
    rows: dict[str, Rows]


_kept: dict[tuple, Kept] = {}
# What the database of this process began with.
_ground: dict[str, Rows] = {}


def keep_ground() -> None:
    """Remember what the database holds after its migrations, before the first test."""
    _ground.update({table: _taken(table, column, []) for table, column in _tables().items()})


def lay_ground() -> None:
    """Put it back into a database that was emptied, with the same keys, so that worlds of before fit again."""
    with transaction.atomic():
        for table, rows in _ground.items():
            if rows:
                _put(table, rows)


def kept(build: Callable[[datetime], Made], at: datetime) -> Made:
    """What `build` makes as of a moment. A moment that was read off the machine's clock, or lies some days before it, is
    taken for the hour before: whoever tests by that clock shares a world with everybody of the same hour."""
    if at.microsecond and abs(timezone.now() - at) < timedelta(days=30):
        at = at.replace(minute=0, second=0, microsecond=0) - timedelta(hours=1)
    permissions, platform = Permission.objects.aggregate(last=Max("pk")), Log.objects.get(key=PLATFORM)
    key = (build, at, permissions["last"], platform.pk)
    if (found := _kept.get(key)) is None:
        before = {table: _keys(table, column) for table, column in _tables().items()}
        made = build(at)
        rows = {table: _taken(table, column, before[table]) for table, column in _tables().items()}
        _kept[key] = Kept(pickle.dumps(made), {table: taken for table, taken in rows.items() if taken})
        return made
    with transaction.atomic():
        for table, rows in found.rows.items():
            _put(table, rows)
    _count_on()
    return pickle.loads(found.objects)  # noqa: S301 -- our own bytes


def _count_on() -> None:
    """Tests of partitions set back which number the next event has: it comes after those that are there."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT setval('audit_event_id_seq', greatest(last_value, (SELECT max(id) FROM audit_event))) "
                "FROM audit_event_id_seq"
            )


def _tables() -> dict[str, str]:
    """The tables of all models, with the columns of their keys; a world has no rows in those whose key is composite."""
    options = [model._meta for model in apps.get_models(include_auto_created=True)]
    return {
        one.db_table: one.pk.column
        for one in options
        if one.pk.column and not one.proxy and one.db_table not in _LEFT_OUT
    }


def _keys(table: str, column: str) -> list:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT "{column}" FROM "{table}"')  # noqa: S608 -- the names of our own tables
        return [key for (key,) in cursor.fetchall()]


def _taken(table: str, column: str, before: list) -> Rows:
    """The rows of a table but for those that were there before, as the database keeps them."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            names = ", ".join(
                f'"{one.name}"' for one in connection.introspection.get_table_description(cursor, table)
            )
            sql = f'SELECT {names} FROM "{table}" WHERE "{column}" <> ALL(%s)'  # noqa: S608
            cursor.execute(f"SELECT EXISTS ({sql})", [before])  # noqa: S608
            if not cursor.fetchone()[0]:
                return b""
            with cursor.copy(f"COPY ({sql}) TO STDOUT (FORMAT binary)", [before]) as copy:
                return b"".join(bytes(part) for part in copy)
        # A sum has no declared type, so that nothing is made of what is stored.
        names = ", ".join(
            f'+"{one.name}"' for one in connection.introspection.get_table_description(cursor, table)
        )
        cursor.execute(f'SELECT +"{column}", {names} FROM "{table}"')  # noqa: S608
        there = set(before)
        return [tuple(row[1:]) for row in cursor.fetchall() if row[0] not in there]


def _put(table: str, rows: Rows) -> None:
    with connection.cursor() as cursor:
        if isinstance(rows, bytes):
            with cursor.copy(f'COPY "{table}" FROM STDIN (FORMAT binary)') as copy:
                copy.write(rows)
        else:
            places = ", ".join(["%s"] * len(rows[0]))
            cursor.executemany(f'INSERT INTO "{table}" VALUES ({places})', rows)  # noqa: S608
