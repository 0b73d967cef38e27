"""From a row of a file to an interaction as an agent would post it: which column, or which constant, goes where (A1)."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from audit.errors import Invalid

# Objects may be filled member by member ("input.text"); everything else is one value.
_OBJECTS = frozenset({"input", "ai_output", "attributes", "customer", "attestation"})
_SINGLE = frozenset(
    {
        *(
            "external_id",
            "source",
            "subject_ref",
            "language",
            "confidence",
            "amount",
            "currency",
            "data_classes",
        ),
        *(
            "model_version",
            "model_fingerprint",
            "endpoint",
            "correlation_id",
            "factors",
            "citations",
            "lineage",
            "input",
        ),
    }
)
_JSON = frozenset({"factors", "citations", "lineage"})
_BOOLEANS = {"true": True, "false": False}

Path = tuple[str, ...]


@dataclass(frozen=True)
class RowMap:
    """Where each value of an interaction comes from: `columns` by target, `constants` by target."""

    columns: Mapping[Path, str]
    constants: Mapping[Path, str]

    def payload(self, row: Mapping[str, Any], *, process: str, step: str, external_id: str) -> dict[str, Any]:
        """The interaction of one row. An empty cell is an absent value. Raises Invalid naming the target."""
        built: dict[str, Any] = {"process": process, "step": step, "external_id": external_id}
        for path, text in self.constants.items():
            _put(built, path, _value(path, text))
        for path, column in self.columns.items():
            cell = _cell(row, column)
            if cell is not None and cell != "":
                _put(built, path, _value(path, cell))
        return built


def read(maps: Iterable[str], constants: Iterable[str]) -> RowMap:
    """The mapping in `target=column` and `target=value`. Raises Invalid for a target that interactions do not have."""
    columns = dict(_pair(text) for text in maps)
    fixed = dict(_pair(text) for text in constants)
    if twice := columns.keys() & fixed.keys():
        raise Invalid("target_twice", f"{'.'.join(min(twice))} is mapped and constant at once.", "map")
    return RowMap(columns, fixed)


def split(text: str) -> tuple[str, str]:
    """The two sides of `name=value`. Raises Invalid where there are none."""
    name, found, value = text.partition("=")
    if not found or not name.strip() or not value:
        raise Invalid("mapping", f"{text!r} is not written as name=value.", "map")
    return name.strip(), value


def _pair(text: str) -> tuple[Path, str]:
    target, value = split(text)
    path = tuple(target.split("."))
    known = path[0] in _SINGLE if len(path) == 1 else path[0] in _OBJECTS and all(path)
    if not known:
        raise Invalid("unknown_target", f"An interaction has no field {target!r}.", "map")
    return path, value


def _cell(row: Mapping[str, Any], column: str) -> Any:
    """A column of a table, or a member within a JSON object ("meta.model")."""
    if column in row:
        return row[column]
    found: Any = row
    for part in column.split("."):
        if not isinstance(found, Mapping) or part not in found:
            return None
        found = found[part]
    return found


def _value(path: Path, cell: Any) -> Any:
    """Tables hold only text: lists are written in JSON or, for data classes, with semicolons; yes and no in words."""
    if not isinstance(cell, str):
        return str(cell) if path == ("external_id",) else cell
    if path[0] in _JSON:
        try:
            return json.loads(cell)
        except ValueError:
            raise Invalid("not_json", "A list in JSON is required.", f"/{path[0]}") from None
    if path[0] == "data_classes":
        return [part.strip() for part in re.split(r"[;,]", cell) if part.strip()]
    if path[0] == "attributes":
        return _BOOLEANS.get(cell.lower(), cell)
    return cell


def _put(built: dict[str, Any], path: Path, value: Any) -> None:
    for part in path[:-1]:
        built = built.setdefault(part, {})
        if not isinstance(built, dict):
            raise Invalid("target_twice", f"{'.'.join(path)} lies inside a value.", f"/{path[0]}")
    built[path[-1]] = value
