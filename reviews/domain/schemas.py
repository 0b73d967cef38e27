"""The fields rules of a process may speak of: what every interaction has, and what the process adds."""

from collections.abc import Iterable, Mapping

from reviews.domain.fields import Field, schema_of


def of_process(fields: Iterable[Mapping], currency: str) -> dict[str, Field]:
    """The schema of a process: built-in facts first, then its own. Raises ValueError for a name given twice."""
    built_in = [
        Field("amount", "amount", "money", currency, optional=True),
        Field("confidence", "confidence", "number"),
        Field("language", "language", "text", optional=True),
        Field("source", "source", "text", optional=True),
        Field("data_classes", "data classes", "set"),
        Field("citations", "number of citations", "number"),
        Field("adverse", "the outcome is adverse", "boolean"),
        Field("subject_total", "the subject’s total", "money", currency, optional=True, cumulative=True),
        Field(
            "subject_count", "the subject’s number of interactions", "number", optional=True, cumulative=True
        ),
    ]
    own = [
        Field(
            name=field["name"],
            label=field.get("label", field["name"].replace("_", " ")),
            type=field["type"],
            unit=field.get("unit", currency if field["type"] in {"money", "variance"} else ""),
            choices=tuple(field.get("choices", ())),
            optional=bool(field.get("optional", True)),
        )
        for field in fields
    ]
    return schema_of([*built_in, *own])
