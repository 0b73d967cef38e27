"""Strata of the QA frame: by tier and route always, by language, shift and reviewer where the plan says so (§5.3)."""

import re
from collections import Counter
from collections.abc import Collection, Mapping
from fractions import Fraction
from typing import NamedTuple

from reviews.domain.qa_kinds import Cut, Shift
from reviews.domain.sampling import TIER_WEIGHTS
from reviews.enums import Route

# A language, shift or reviewer is a stratum of its own where a day holds at least this many of it in one cell.
LANGUAGE_CELL = 50
OTHER = "other"
# Where an interaction stands that was picked for what was found in it.
TARGETED = "targeted"
# What a reviewer is called where neither his name nor a pseudonym is needed.
ONE_REVIEWER = "one reviewer"
_REVIEWER = f"/{Cut.REVIEWER}="

# By what a plan cuts that says nothing else.
USUAL = frozenset({Cut.LANGUAGE})


class Cell(NamedTuple):
    """What an interaction may be told apart by; empty where the plan does not ask, or there is none."""

    tier: str
    route: str
    language: str = ""
    shift: str = ""
    reviewer: str = ""


_PLAIN = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,4})?")


def name(counts: Mapping[Cell, int], by: Collection[Cut] = USUAL) -> dict[Cell, str]:
    """The stratum of each cell: `high/reviewed/de/shift=late`; small languages together are `high/reviewed/other`.

    Each tier and route is cut by language, each part of it by shift, and each part of that by reviewer, as far as `by` says;
    what is too small stands together as "other". Where nothing is large enough, or there is only one, it is not cut.
    """
    names = {cell: f"{cell.tier}/{cell.route}" for cell in counts}
    for cut in Cut:
        if cut in by:
            names = _cut(names, counts, cut)
    return names


def _cut(names: Mapping[Cell, str], counts: Mapping[Cell, int], cut: Cut) -> dict[Cell, str]:
    sizes: dict[str, Counter[str]] = {}
    for cell, count in counts.items():
        sizes.setdefault(names[cell], Counter())[getattr(cell, cut)] += count
    parts = {stratum: _parts(cut, found) for stratum, found in sizes.items()}
    return {
        cell: "/".join((stratum, *filter(None, [parts[stratum][getattr(cell, cut)]])))
        for cell, stratum in names.items()
    }


def _parts(cut: Cut, sizes: Mapping[str, int]) -> dict[str, str]:
    """What each value is called within its stratum, all empty where they are one.

    The rest of the languages may be small, as it always was. The rest of shifts and reviewers never is: the smallest of the
    large ones join it until it is large, too.
    """
    own = {value for value, size in sizes.items() if size >= LANGUAGE_CELL and _named(cut, value)}
    rest = sum(size for value, size in sizes.items() if value not in own)
    while own and cut != Cut.LANGUAGE and 0 < rest < LANGUAGE_CELL:
        least = min(own, key=lambda value: (sizes[value], value))
        own.remove(least)
        rest += sizes[least]
    parts = {value: _part(cut, value if value in own else OTHER) for value in sizes}
    return parts if len(set(parts.values())) > 1 else dict.fromkeys(sizes, "")


def _named(cut: Cut, value: str) -> bool:
    return _PLAIN.fullmatch(value) is not None if cut == Cut.LANGUAGE else bool(value)


def _part(cut: Cut, value: str) -> str:
    return value.lower() if cut == Cut.LANGUAGE else f"{cut}={value}"


def weight(stratum: str) -> Fraction:
    """What an error costs at the tier of the stratum: critical 4, high 2, medium 1, low ½."""
    return TIER_WEIGHTS.get(tier(stratum), Fraction(1))


def tier(stratum: str) -> str:
    return stratum.split("/", 1)[0]


def route(stratum: str) -> str:
    return stratum.split("/")[1]


def coarsest(stratum: str) -> str:
    """Its tier and route, whatever it is cut by beyond them."""
    return "/".join(stratum.split("/")[:2])


def coarser(stratum: str) -> list[str]:
    """The stratum itself and those it is a part of, the finest first: down to its tier and route."""
    parts = stratum.split("/")
    return ["/".join(parts[:length]) for length in range(len(parts), 1, -1)] or [stratum]


def reviewer(stratum: str) -> str:
    """The id of the reviewer whose work alone it holds; empty where it is not one reviewer's."""
    found = stratum.partition(_REVIEWER)[2]
    return "" if found == OTHER else found


def told(stratum: str, reviewers: Mapping[str, str]) -> str:
    """The stratum without the id of a reviewer, but what `reviewers` calls him."""
    who = reviewer(stratum)
    return stratum.replace(who, reviewers.get(who, ONE_REVIEWER)) if who else stratum


def words(stratum: str, reviewers: Mapping[str, str] | None = None) -> str:
    """The stratum as a person reads it: `High · reviewed · de`; a targeted pick has none, and is said to be one.

    `reviewers` says what a reviewer is called by his id; whoever is not in it stays "one reviewer".
    """
    parts = stratum.split("/")
    routes = {
        route.value: route.label.lower().replace("straight through", "straight-through") for route in Route
    }
    read = [parts[0].capitalize(), *(routes.get(part, part) for part in parts[1:2])]
    return " · ".join([*read, *(_word(part, reviewers or {}) for part in parts[2:])])


def _word(part: str, reviewers: Mapping[str, str]) -> str:
    cut, _, value = part.rpartition("=")
    if value == OTHER:
        return {"": "other languages", Cut.SHIFT: "other shifts", Cut.REVIEWER: "other reviewers"}[cut]
    if cut == Cut.SHIFT:
        return Shift(value).label
    return reviewers.get(value, ONE_REVIEWER) if cut == Cut.REVIEWER else value


def language(tag: str) -> str:
    """The language of an interaction without its region, in small letters; "other" for what is no language."""
    return tag.split("-", 1)[0].lower() if _PLAIN.fullmatch(tag) else OTHER
