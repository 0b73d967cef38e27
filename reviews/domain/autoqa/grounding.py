"""Figures, dates and names in an output that nothing that came in knows.

A figure can be read in more than one way (1.200 is a thousand and more, or one and a bit; 03/04 is spring, or earlier
spring): it is grounded where any reading of it is a reading of something given. Numbers up to twelve are words of
everyday language and need no ground.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from reviews.domain.autoqa.engine import Finding
from reviews.domain.redaction.reading import fold
from reviews.enums import AutoFlag

EVERYDAY = 12
MOST_NAMED = 5

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar jänner",
            "february feb februar",
            "march mar märz",
            "april apr",
            "may mai",
            "june jun juni",
            "july jul juli",
            "august aug",
            "september sep sept",
            "october oct oktober okt",
            "november nov",
            "december dec dezember dez",
        ),
        1,
    )
    for name in names.split()
}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_DATES = re.compile(
    r"(?<!\d)(?P<iy>\d{4})[-/.](?P<im>\d{1,2})[-/.](?P<id>\d{1,2})(?!\d)"
    r"|(?<!\d)(?P<a>\d{1,2})[./-](?P<b>\d{1,2})[./-](?P<y>\d{4})(?!\d)"
    r"|(?<!\d)(?P<jy>\d{4}) ?年 ?(?P<jm>\d{1,2}) ?月 ?(?P<jd>\d{1,2}) ?日"
    rf"|(?<!\d)(?P<d>\d{{1,2}})(?:st|nd|rd|th|\.)? {{0,2}}(?:of )?(?P<m>{_MONTH})\b\.?,? {{0,2}}(?P<dy>\d{{4}})?(?!\d)"
    rf"|\b(?P<m2>{_MONTH})\.? {{0,2}}(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?(?:,? {{0,2}}(?P<y2>\d{{4}}))?(?!\d)",
    re.IGNORECASE,
)
# A blank parts thousands and nothing else.
_FIGURE = re.compile(r"\d(?:[.,'’]?\d|[ \u00a0\u202f]\d{3}(?!\d)){0,24}")
_GROUPED = re.compile(r"\d{1,3}(?:[.,'’ \u00a0\u202f]\d{3})+")
_PARTS = re.compile(r"\D")

Day = tuple[int, int, int]


def findings(output: str, ground: str, languages: tuple[str, ...]) -> Iterator[Finding]:
    """What the output says and the ground does not; both without tokens."""
    if not output:
        return
    said, given = fold(output), fold(ground)
    said_dates, said_rest = _dates(said)
    given_dates, given_rest = _dates(given)
    known_days = {day for days in given_dates.values() for day in days}
    calendar = _Known(known_days)
    yield from _named(
        AutoFlag.DATE,
        "date",
        (text for text, days in said_dates.items() if not any(day in calendar for day in days)),
    )
    # What the output writes as a number may stand in a date that was given, and the other way round.
    said_figures = _figures(said_rest)
    if said_figures:
        known = {reading for readings in _figures(given_rest).values() for reading in readings}
        known |= {str(part) for day in known_days for part in day}
        yield from _named(
            AutoFlag.FIGURE,
            "figure",
            (text for text, readings in said_figures.items() if readings.isdisjoint(known)),
        )
    yield from _named(AutoFlag.NAME, "name", _names(output, ground, languages))


def _named(flag: AutoFlag, what: str, found: Iterable[str]) -> Iterator[Finding]:
    texts = list(dict.fromkeys(found))
    if texts:
        more = f" and {len(texts) - MOST_NAMED} more" if len(texts) > MOST_NAMED else ""
        listed = ", ".join(texts[:MOST_NAMED])
        plural = what if len(texts) == 1 else f"{what}s"
        yield Finding(flag, f"Nothing that came in has the {plural} {listed}{more}")


# ── Dates ────────────────────────────────────────────────────────────────────────────────────────────────────


def _dates(text: str) -> tuple[dict[str, list[Day]], str]:
    """The dates of a text with the days each may mean (year 0 where none is named), and the text without them."""
    found: dict[str, list[Day]] = {}

    def take(match: re.Match[str]) -> str:
        days = [day for day in _days(match.groupdict()) if _exists(day)]
        if not days:
            return match.group()
        found[match.group().strip()] = days
        return " "

    return found, _DATES.sub(take, text)


def _days(parts: dict[str, str | None]) -> list[Day]:
    def number(name: str) -> int:
        return int(parts[name] or 0)

    if parts["iy"]:
        return [(number("iy"), number("im"), number("id"))]
    if parts["jy"]:
        return [(number("jy"), number("jm"), number("jd"))]
    if parts["y"]:
        return [(number("y"), number("b"), number("a")), (number("y"), number("a"), number("b"))]
    if parts["m"]:
        return [(number("dy"), _MONTHS[parts["m"].lower()], number("d"))]
    return [(number("y2"), _MONTHS[(parts["m2"] or "").lower()], number("d2"))]


def _exists(day: Day) -> bool:
    return 1 <= day[1] <= 12 and 1 <= day[2] <= 31


class _Known:
    """The days that were given; a date without a year, on either side, is that of any year."""

    def __init__(self, days: set[Day]) -> None:
        self._days = days
        self._of_any_year = {day[1:] for day in days if not day[0]}
        self._of_some_year = {day[1:] for day in days}

    def __contains__(self, day: Day) -> bool:
        same = self._of_any_year if day[0] else self._of_some_year
        return day in self._days or day[1:] in same


# ── Figures ──────────────────────────────────────────────────────────────────────────────────────────────────


def _figures(text: str) -> dict[str, frozenset[str]]:
    """The figures of a text that need a ground, with the ways in which each can be read."""
    return {
        figure: readings
        for figure in dict.fromkeys(_FIGURE.findall(text))
        if not _everyday(readings := _readings(figure))
    }


@lru_cache(maxsize=8192)
def _readings(figure: str) -> frozenset[str]:
    """A figure as digits with a point: all it may be, without idle zeros."""
    parts = _PARTS.split(figure)
    if len(parts) == 1:
        return frozenset({_trimmed(figure, "")})
    # Nobody writes five as 5.000: where it may be five thousand, it is.
    found = set() if parts[-1] == "000" else {_trimmed("".join(parts[:-1]), parts[-1])}
    if _GROUPED.fullmatch(figure):
        found.add(_trimmed("".join(parts), ""))
    # What a blank parts may be two figures as well.
    if " " in figure:
        found |= {_trimmed(part, "") for part in figure.split(" ") if part.isdigit()}
    return frozenset(found)


def _trimmed(whole: str, fraction: str) -> str:
    whole, fraction = whole.lstrip("0") or "0", fraction.rstrip("0")
    return f"{whole}.{fraction}" if fraction else whole


def _everyday(readings: frozenset[str]) -> bool:
    return all(len(reading) <= 2 and int(reading) <= EVERYDAY for reading in readings)


# ── Names ────────────────────────────────────────────────────────────────────────────────────────────────────

_TITLED = re.compile(
    r"\b(?:Mrs?|Ms|Miss|Dr|Prof|Herrn?|Frau)\.? (?P<name>[A-ZÄÖÜ][\w'’-]{1,30}(?: [A-ZÄÖÜ][\w'’-]{1,30})?)"
)
_PAIR = re.compile(r"(?<=[a-z,] )(?P<name>[A-Z][a-z]{1,20}(?: [A-Z][a-z]{1,20}){1,2})(?![\w])")
_HONOURED = re.compile(r"(?P<name>[一-龯々ァ-ヶー]{1,8})(?:様|さん|氏|殿)")
# Words before an honorific that name nobody.
_NOBODY = frozenset(
    ("客", "皆", "お客", "奥", "神", "業者", "担当者", "会社", "取引先", "店員", "ユーザー", "メーカー")
)
_NO_NAMES = frozenset(
    [
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "dear",
        "best",
        "kind",
        "yours",
        "customer",
        "service",
        "support",
        "team",
        "terms",
        "conditions",
        "privacy",
        "policy",
    ]
) | set(_MONTHS)


def _names(output: str, ground: str, languages: tuple[str, ...]) -> Iterator[str]:
    known = ground.casefold()
    patterns = [_HONOURED] if "ja" in languages else [_TITLED]
    # In German every noun begins with a capital, so two of them are no name.
    if "en" in languages:
        patterns.append(_PAIR)
    for pattern in patterns:
        for match in pattern.finditer(output):
            name = match.group("name")
            words = [word for word in name.casefold().split() if word not in _NO_NAMES]
            if name not in _NOBODY and any(word not in known for word in words):
                yield name
