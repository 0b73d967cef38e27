"""Emptying a test database although its trail refuses to be emptied.

Tests that commit (transactional_db, live_server) end with Django's `flush`, which runs into the triggers of the trail.
This takes the triggers away, flushes and puts them back, all in one transaction, and does so only in a database whose
name says that it is one of a test run.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import wraps
from pathlib import PurePath

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.operations import BaseDatabaseOperations

_LARGE = 8 * 2**20
_NAMES = re.compile(r'"(\w+)"')


def install(after: Callable[[], None]) -> None:
    """Make every flush of this process use `without_guards`, and `after` follow it; installing twice does nothing more."""
    original = BaseDatabaseOperations.execute_sql_flush
    if hasattr(original, "guarded"):
        return

    @wraps(original)
    def execute_sql_flush(operations: BaseDatabaseOperations, sql_list: Iterable[str]) -> None:
        connection = operations.connection
        if connection.vendor == "postgresql" and not _swollen(connection):
            with without_every_guard(connection):
                _delete(connection, [table for sql in sql_list for table in _NAMES.findall(sql)])
        else:
            with without_guards(connection):
                original(operations, [_without_restart(sql) for sql in sql_list])
        after()

    execute_sql_flush.guarded = True  # type: ignore[attr-defined]
    BaseDatabaseOperations.execute_sql_flush = execute_sql_flush  # type: ignore[assignment, method-assign]


def _without_restart(sql: str) -> str:
    """Keys go on where they were: what is put back afterwards has those of before."""
    return "SELECT 1" if "sqlite_sequence" in sql else sql.replace(" RESTART IDENTITY", "")


def _swollen(connection: BaseDatabaseWrapper) -> bool:
    """Whether a table is large: for the most part rows that no longer count, of tests that were rolled back."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_class WHERE relkind = 'r' AND pg_relation_size(oid) > %s "
            "AND relnamespace = 'public'::regnamespace)",
            [_LARGE],
        )
        return cursor.fetchone()[0]


def _delete(connection: BaseDatabaseWrapper, tables: Sequence[str]) -> None:
    """Take the rows out of the tables that have any: TRUNCATE makes new files for every table and index there is, which takes
    seconds, and is worth it only where the old ones are large."""
    filled = " UNION ALL ".join(
        f"SELECT '{table}' WHERE EXISTS (SELECT FROM \"{table}\")"  # noqa: S608 -- the names of our own tables
        for table in tables
    )
    with connection.cursor() as cursor:
        cursor.execute(filled)
        found = [table for (table,) in cursor.fetchall()]
    # As a replica: what a row refers to goes in the same transaction.
    statements = [f'DELETE FROM "{table}"' for table in found]  # noqa: S608
    _run(connection, ["SET LOCAL session_replication_role = replica", *statements])


@contextmanager
def without_guards(connection: BaseDatabaseWrapper, guards: str = "audit\\_no\\_truncate") -> Iterator[None]:
    """A transaction in which the trail can be emptied; RuntimeError outside a test database.

    `guards` is the pattern of the names of triggers on PostgreSQL; on SQLite, where TRUNCATE is DELETE, all are away.
    """
    refuse_elsewhere(connection)
    with transaction.atomic(using=connection.alias):
        if connection.vendor == "postgresql":
            found = _postgresql_guards(connection, guards)
            _run(connection, [f"ALTER TABLE {table} DISABLE TRIGGER {guard}" for table, guard in found])
            yield
            _run(connection, [f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {guard}" for table, guard in found])
        else:
            triggers = _sqlite_triggers(connection)
            _run(connection, [f"DROP TRIGGER {name}" for name in triggers])
            yield
            _run(connection, list(triggers.values()))


def without_every_guard(connection: BaseDatabaseWrapper) -> AbstractContextManager[None]:
    """A transaction in which the tables of the trail can be changed as their owner can: for drills in tampering."""
    return without_guards(connection, "audit\\_%")


def refuse_elsewhere(connection: BaseDatabaseWrapper) -> None:
    """RuntimeError unless the database's own name begins with `test_`.

    SQLite in memory belongs to nobody but this process; Django names it `file:memorydb_<alias>…`.
    """
    name = str(connection.settings_dict["NAME"])
    if PurePath(name).name.startswith("test_"):
        return
    if connection.vendor == "sqlite" and name.startswith("file:memorydb_"):
        return
    raise RuntimeError(f"{name} is not a test database: its trail stays as it is")


def _run(connection: BaseDatabaseWrapper, statements: Sequence[str]) -> None:
    if not statements:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("; ".join(statements))
            return
        for statement in statements:
            cursor.execute(statement)


def _postgresql_guards(connection: BaseDatabaseWrapper, pattern: str) -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, quote_ident(tgname) FROM pg_trigger "
            "WHERE NOT tgisinternal AND tgname LIKE %s ORDER BY 1",
            [pattern],
        )
        return cursor.fetchall()


def _sqlite_triggers(connection: BaseDatabaseWrapper) -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'audit\\_%' ESCAPE '\\'"
        )
        return dict(cursor.fetchall())
