"""Whether an outcome hurts the person concerned, by what the step says of it (B6)."""

from collections.abc import Collection, Mapping
from typing import Any


def adversity(
    outcomes: Mapping[str, Collection[str]], choices: Mapping[str, Collection[str]], output: Mapping[str, Any]
) -> bool | None:
    """True where `output` says one of the adverse `outcomes` (field → values); None where it does not say, or says what
    is none of the `choices` of its field, so that nobody knows."""
    unknown = False
    for name, values in outcomes.items():
        said = _plain(output.get(name))
        if said in {_plain(value) for value in values}:
            return True
        known = {_plain(value) for value in choices.get(name, ())}
        unknown = unknown or not said or bool(known and said not in known)
    return None if unknown else False


def _plain(value: Any) -> str:
    return "" if value is None else str(value).strip().casefold()
