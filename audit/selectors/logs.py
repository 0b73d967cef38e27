"""Looking up logs by their keys."""

from collections.abc import Collection

from django.db import connection


def ids(keys: Collection[str]) -> dict[str, int]:
    """The ids of these logs by key; keys of no log are left out.

    Asked for every event and never remembered (a remembered id could come from a transaction that was rolled back
    since), so it is spelled out: the ORM takes three times as long.
    """
    if not keys:
        return {}
    marks = ", ".join(["%s"] * len(keys))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT key, id FROM audit_log WHERE key IN ({marks})", list(keys))  # noqa: S608
        return dict(cursor.fetchall())
