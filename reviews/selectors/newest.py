"""The newest rows of several parts together, each cut by its own index before they are merged: the ORM's own union
cannot do that on SQLite, and one condition over all parts would sort a million rows to show fifty."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet


def ids(branches: Iterable[QuerySet[Any]], moment: str, limit: int, key: str = "pk") -> list[UUID]:
    """The ids of the newest `limit` rows by the field `moment`, then by id; empty without branches. `key` names the id
    where it is another field than the row's own."""
    selects: list[str] = []
    params: list[Any] = []
    for branch in branches:
        part = branch.order_by(f"-{moment}", f"-{key}").values_list(key, moment)[:limit]
        sql, values = part.query.sql_with_params()
        selects.append(f"SELECT * FROM ({sql}) part{len(selects)}")  # noqa: S608 — the ORM wrote it
        params += values
    if not selects:
        return []
    merged = f"{' UNION '.join(selects)} ORDER BY 2 DESC, 1 DESC LIMIT {int(limit)}"
    with connection.cursor() as cursor:
        cursor.execute(merged, params)
        return [pk if isinstance(pk, UUID) else UUID(pk) for pk, _ in cursor.fetchall()]
