"""Strata of the QA frame: by tier and route always, by language where a language has enough of it (§5.3)."""

import re
from collections.abc import Mapping
from fractions import Fraction

from reviews.domain.sampling import TIER_WEIGHTS
from reviews.enums import Route

# A language is a stratum of its own where a day holds at least this many of it at one tier and route.
LANGUAGE_CELL = 50
OTHER = "other"
# Where an interaction stands that was picked for what was found in it.
TARGETED = "targeted"

Cell = tuple[str, str, str]
"""Tier, route, language."""

_PLAIN = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,4})?")


def name(counts: Mapping[Cell, int]) -> dict[Cell, str]:
    """The stratum of each cell: `high/reviewed/de`; small languages together are `high/reviewed/other`.

    Where no language of a tier and route is large enough, or there is only one, the stratum is `high/reviewed`.
    """
    found: dict[tuple[str, str], set[str]] = {}
    own: dict[Cell, str] = {}
    for cell, count in counts.items():
        tier, route, language = cell
        large = count >= LANGUAGE_CELL and _PLAIN.fullmatch(language) is not None
        own[cell] = language.lower() if large else OTHER
        found.setdefault((tier, route), set()).add(own[cell])
    return {
        cell: "/".join((*cell[:2], own[cell])) if len(found[cell[:2]]) > 1 else "/".join(cell[:2])
        for cell in counts
    }


def weight(stratum: str) -> Fraction:
    """What an error costs at the tier of the stratum: critical 4, high 2, medium 1, low ½."""
    return TIER_WEIGHTS.get(tier(stratum), Fraction(1))


def tier(stratum: str) -> str:
    return stratum.split("/", 1)[0]


def route(stratum: str) -> str:
    return stratum.split("/")[1]


def without_language(stratum: str) -> str:
    return "/".join(stratum.split("/")[:2])


def words(stratum: str) -> str:
    """The stratum as a person reads it: `High · reviewed · de`; a targeted pick has none, and is said to be one."""
    parts = stratum.split("/")
    routes = {
        route.value: route.label.lower().replace("straight through", "straight-through") for route in Route
    }
    read = [parts[0].capitalize(), *(routes.get(part, part) for part in parts[1:2])]
    if len(parts) > 2:
        read.append("other languages" if parts[2] == OTHER else parts[2])
    return " · ".join(read)


def language(tag: str) -> str:
    """The language of an interaction without its region, in small letters; "other" for what is no language."""
    return tag.split("-", 1)[0].lower() if _PLAIN.fullmatch(tag) else OTHER
