"""Adding to rollups: what a projection counted is added to the rows there are, in one statement."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Model


def add(
    model: type[Model], log: str, key: Sequence[str], added: Mapping[Any, Counter[str]], counts: Sequence[str]
) -> None:
    """Add to the rows there are and make those there are not; a cell of `added` is a tuple of the fields of `key`.

    The cursor's lock keeps everybody else away from the log's rows: what was read a moment ago still stands.
    """
    if not added:
        return
    rows = model._default_manager
    near = rows.filter(
        log=log, process__in={cell.process for cell in added}, day__in={cell.day for cell in added}
    )
    before = {row[: len(key)]: row[len(key) :] for row in near.values_list(*key, *counts)}
    nothing = (0,) * len(counts)
    made = [
        model(
            log=log,
            **cell._asdict(),
            **{
                name: was + counted[name]
                for name, was in zip(counts, before.get(tuple(cell), nothing), strict=True)
            },
        )
        for cell, counted in added.items()
    ]
    rows.bulk_create(made, update_conflicts=True, unique_fields=["log", *key], update_fields=list(counts))
