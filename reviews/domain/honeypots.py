"""How often control items come, what counts as caught, and how the envelope of one is made to look like its neighbours (E4).

Pure functions; whoever calls them brings the dice.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID, uuid4

from reviews.enums import ControlKind, Verdict

LOWEST, HIGHEST, USUAL = Decimal("0.010"), Decimal("0.020"), Decimal("0.015")
# Whoever decides fewer in a week gets none; whoever decides more gets two at least.
ENOUGH, LEAST = 10, 2
CAP = Decimal("0.05")
WEEK = timedelta(days=7)
# How events about control items are marked: they stand in the portal's own log, and no figure of a client counts them.
ORIGIN = "control"
# What a reviewer did who asked somebody instead of deciding.
ASKED = "asked"
# What was taken from a file, or decided once more to compare, came before no reviewer.
NOT_MET = ("import", "replay")
# A field that nearly all neighbours have, or nearly none, must be there, or not, in a control item as well.
NEARLY_ALL, NEIGHBOURS = 0.95, 20
_DIGITS = re.compile(r"[0-9]+")
_NUMBER = re.compile(r"([0-9]+)(?=[^0-9]*\Z)")
_HASHED = re.compile(r"h-[0-9a-f]{32}\Z")


def wanted(load: int, share: Decimal, *, doubled: bool) -> int:
    """How many a reviewer gets who decides `load` cases a week: 1–2 %, twice as many where his band asks for it, two at
    least, and 5 % at most. Where two are more than 5 %, two win."""
    if load < ENOUGH:
        return 0
    times = 2 if doubled else 1
    asked = max(LEAST, round(load * share)) * times
    return min(asked, max(LEAST, int(load * CAP)))


def is_due(*, since_last: int, load: int, number: int, draw: float) -> bool:
    """Whether the next one comes now: after so many decisions as lie between two on average, half as many more or fewer.

    `draw` from 0 to 1 is drawn once for each gap, so that a sweep may ask again and again.
    """
    return number > 0 and since_last >= (load / number) * (0.5 + draw)


def is_caught(kind: ControlKind, answer: str, *, material: bool) -> bool:
    """Whether a control item was decided as it should be. What is wrong must not go out as it is: rejected, replaced, or
    changed where it matters. What is right goes out. Asking somebody is never a fault (D9)."""
    if answer == ASKED:
        return True
    stopped = answer in {Verdict.REJECT, Verdict.OVERRIDE} or (answer == Verdict.EDIT and material)
    return stopped if kind == ControlKind.KNOWN_BAD else not stopped


def unlike(fields: Mapping[str, bool], neighbours: Sequence[Mapping[str, bool]]) -> list[str]:
    """The fields by whose presence an item would stand out among its neighbours; none where these are too few."""
    if len(neighbours) < NEIGHBOURS:
        return []
    found = []
    for name, there in fields.items():
        share = sum(one[name] for one in neighbours) / len(neighbours)
        if (not there and share >= NEARLY_ALL) or (there and share <= 1 - NEARLY_ALL):
            found.append(name)
    return found


def external_id(recent: Sequence[str], dice: Random) -> str:
    """A name as the last ones were given, the newest first: none, a UUID, a keyed hash, or a number that goes on as theirs
    do and that none of them has."""
    if not recent or not recent[0]:
        return ""
    like = recent[0]
    try:
        UUID(like)
    except ValueError:
        pass
    else:
        return str(uuid4())
    if _HASHED.match(like):
        return f"h-{dice.getrandbits(128):032x}"
    return _numbered(like, recent, dice)


def _numbered(like: str, recent: Sequence[str], dice: Random) -> str:
    place = _NUMBER.search(like)
    if place is None:
        return f"{like[:-1]}{dice.choice('abcdefghijklmnopqrstuvwxyz')}" if like[-1].isalpha() else like
    head, tail, width = like[: place.start()], like[place.end() :], len(place[1])
    numbers = [
        int(found[1])
        for one in recent
        if one.startswith(head) and (found := _NUMBER.search(one)) and len(found[1]) == width
    ]
    rising = all(newer > older for newer, older in zip(numbers, numbers[1:], strict=False))
    spread = max(numbers) - min(numbers)
    known = set(recent)
    for _ in range(100):
        if rising and len(numbers) > 1:
            # It goes on from the last one, by a step as they take it.
            step = round(spread / (len(numbers) - 1))
            low, high = numbers[0] + 1, numbers[0] + max(1, 2 * step - 1)
        else:
            low, high = min(numbers), max(numbers) if spread > 1 else min(numbers) + 9
        made = f"{head}{dice.randint(low, high):0{width}d}{tail}"
        if made not in known:
            return made
    return f"{head}{max(numbers) + 1:0{width}d}{tail}"


def varied(value: Any, dice: Random) -> Any:
    """The same with other numbers in the texts: where the data of a neighbour came from, told of another record."""
    if isinstance(value, Mapping):
        return {name: varied(one, dice) for name, one in value.items()}
    if isinstance(value, list):
        return [varied(one, dice) for one in value]
    if isinstance(value, str):
        return _DIGITS.sub(lambda found: _another(found[0], dice), value)
    return value


def _another(digits: str, dice: Random) -> str:
    # Short ones are versions and counts: they stay.
    if len(digits) < 3:
        return digits
    first = digits[0] if digits[0] == "0" else dice.choice("123456789")
    return first + "".join(dice.choice("0123456789") for _ in digits[1:])
