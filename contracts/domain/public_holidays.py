"""Public holidays of a country, as the `holidays` library knows them: asked once, when somebody writes them down.

What counts is what was written down with a calendar; nothing asks the library for a due time, so that another version of it
moves none.
"""

import re
from collections.abc import Iterable
from datetime import date
from functools import cache

import holidays
from holidays.registry import COUNTRIES

_WORDS = re.compile(r"(?<=[a-z])(?=[A-Z])")
_LOWER = re.compile(r"\b(And|Of|The)\b")
LONGEST_NAME = 80


@cache
def countries() -> dict[str, str]:
    """The countries that are known, by their code: names as people say them, in their order."""
    known = set(holidays.list_supported_countries(include_aliases=False))
    named = {code: _said(name) for name, code, *_ in COUNTRIES.values() if code in known}
    return dict(sorted(named.items(), key=lambda one: one[1]))


@cache
def subdivisions(country: str) -> dict[str, str]:
    """The parts of a country that have holidays of their own, by their code."""
    if country not in countries():
        return {}
    known = holidays.list_supported_countries(include_aliases=False)[country]
    aliases = holidays.country_holidays(country).get_subdivision_aliases()
    return {code: f"{code} {aliases[code][0]}" if aliases.get(code) else code for code in known}


def days(country: str, subdivision: str, years: Iterable[int]) -> dict[date, str]:
    """The public holidays of these years with what they are called, in English where the library says it.

    Raises LookupError for a country or part of it that is not known, or a year of which nothing is.
    """
    if country not in countries():
        raise LookupError(f"The public holidays of “{country}” are not known.")
    if subdivision and subdivision not in subdivisions(country):
        raise LookupError(f"{countries()[country]} has no part “{subdivision}” with holidays of its own.")
    found: dict[date, str] = {}
    for year in years:
        of_year = _of(country, subdivision, year)
        if not of_year:
            raise LookupError(f"Nothing is known of the public holidays of {countries()[country]} in {year}.")
        found |= of_year
    return found


def _of(country: str, subdivision: str, year: int) -> dict[date, str]:
    languages = [
        one for one in holidays.country_holidays(country).supported_languages if one.startswith("en")
    ]
    known = holidays.country_holidays(
        country,
        subdiv=subdivision or None,
        years=year,
        expand=False,
        language="en_US" if "en_US" in languages else next(iter(languages), None),
    )
    return {day: name[:LONGEST_NAME] for day, name in known.items() if day.year == year}


def _said(name: str) -> str:
    """ "BosniaAndHerzegovina" is "Bosnia and Herzegovina"."""
    return _LOWER.sub(lambda found: found[0].lower(), _WORDS.sub(" ", name))
