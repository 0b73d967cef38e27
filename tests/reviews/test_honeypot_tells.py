"""E4: by nothing that a reviewer can see can control items be told from real cases, and this test would see it if they could.

Two thousand items in one week, every sixth of them a control item, made by the services; what is compared is everything about
them but what they are about. All dice are fixed.
"""

import json
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from django.utils import timezone

from audit.domain import ids
from audit.models import Event
from reviews.domain import submission
from reviews.models import Case, ControlItem
from reviews.services import intake, planting
from tests import worlds
from tests.factories import honeypots as pots
from tests.factories import reviews as made
from tests.reviews import telling_apart
from tests.worlds import Desk

pytestmark = pytest.mark.django_db

REAL, CONTROL = 1_680, 336
WEEK = timedelta(days=7)
# What the ids' own dice say is different each time, so it is looked at by itself and from further away.
DICE = {"bits of the id", "bits of the case"}
_WORDS = ("valves", "pumps", "seals", "hoses", "gauges", "bolts", "plates", "rings")


@pytest.fixture
def desk(at: datetime) -> Desk:
    return worlds.build(at).north


def invoice(dice: Random) -> dict[str, Any]:
    """What an invoice says; the library is written by people who look at real ones."""
    lines = [f"{dice.randint(1, 40)} {dice.choice(_WORDS)}" for _ in range(dice.randint(1, 6))]
    amount = f"{dice.randint(5000, 24000)}.00"
    return {
        "input": {
            "invoice": f"Invoice over {', '.join(lines)}",
            "supplier": f"Supplier {dice.randint(1, 9)}",
        },
        "ai_output": {"decision": "pay", "amount": amount, "comment": "Matches order and receipt."},
        "confidence": f"{dice.uniform(0.91, 0.99):.2f}",
        "amount": amount,
        "factors": [{"name": "three-way match", "weight": 0.9}] * dice.randint(1, 3),
        "citations": [{"source": f"PO {dice.randint(10, 99)}"}] if dice.random() < 0.7 else [],
    }


def post_week(desk: Desk, begins: datetime, dice: Random) -> None:
    """Real invoices at any moment of a week, numbered as they come."""
    moments = sorted(begins + dice.random() * WEEK for _ in range(REAL))
    number, lines = 10_000, []
    for one in range(REAL):
        number += dice.randint(1, 7)
        record = str(dice.randint(1000, 9999))
        posted = worlds.payload(
            desk,
            **invoice(dice),
            external_id=f"INV-{number:06d}",
            lineage=[{"source_system": "erp", "source_record_id": record}],
        )
        lines.append((one, submission.parse(posted)))
    for start in range(0, REAL, intake.CHUNK):
        part = slice(start, start + intake.CHUNK)
        intake.store(
            process=desk.process, lines=lines[part], agent=desk.agent, at=moments[-1], times=moments[part]
        )


def plant_week(desk: Desk, begins: datetime, dice: Random) -> None:
    """Control items at any moment of the same week, each from an item of its own."""
    for _ in range(CONTROL):
        item = ControlItem(
            process=desk.process,
            step=desk.steps["approve"],
            payload={**invoice(dice), "currency": "EUR", "language": "en"},
        )
        moment = begins + (0.02 + 0.98 * dice.random()) * WEEK
        built = planting.build(item=item, reviewer=desk.reviewer.pk, at=moment, dice=dice)
        assert built is not None
        planting.store(built)


def seen(case: Case, events: list[Event], previous: Case | None) -> dict[str, float]:
    """Everything that can be seen of a case and is not what it is about, as numbers."""
    item = case.interaction
    opened = case.opened_at
    fields = ("confidence", "factors", "citations", "attributes", "amount", "language", "source", "subject")
    number = int(item.external_id.rpartition("-")[2])
    before = int(previous.interaction.external_id.rpartition("-")[2]) if previous else number - 4
    return {
        **{f"has {name}": float(bool(getattr(item, name))) for name in fields},
        "second": opened.second + opened.microsecond / 1e6,
        "second of ten": opened.second % 10 + opened.microsecond / 1e6,
        "minute of five": opened.minute % 5 + opened.second / 60,
        "microsecond": float(opened.microsecond),
        "hour": float(opened.hour),
        "weekday": float(opened.weekday()),
        "arrived before opened": (opened - item.received_at).total_seconds(),
        "due after": (case.due_at - opened).total_seconds(),
        "severity": float(case.severity),
        "second review": float(case.needs_second),
        "bits of the id": float((item.pk.int & ((1 << 62) - 1)).bit_count()),
        "bits of the case": float((case.pk.int & ((1 << 62) - 1)).bit_count()),
        "versions": float(item.pk.version or 0) + float(case.pk.version or 0),
        "length of the name": float(len(item.external_id)),
        "step of the name": float(max(-10, min(10, number - before))),
        "size": float(len(json.dumps([item.input, item.output, item.factors, item.citations]))),
        "factors": float(len(item.factors)),
        "citations": float(len(item.citations)),
        "origins": float(len(item.lineage)),
        "record": float(item.lineage[0]["source_record_id"]),
        "redacted": float(len(item.redaction)),
        "telemetry": float(len(item.telemetry)),
        "reasons": float(len(item.reasons)),
        "words of the reasons": float(len(json.dumps(item.reasons))),
        "rules": float(item.routing.ruleset_version or 0),
        "facts of the route": float(len(item.routing.snapshot)),
        "lines of the story": float(len(events)),
        "first line after": (events[0].occurred_at - opened).total_seconds() if events else -1.0,
        "last line after": (events[-1].occurred_at - opened).total_seconds() if events else -1.0,
    }


def rows_of(desk: Desk) -> tuple[list[dict[str, float]], list[bool]]:
    found = list(
        Case.objects.filter(process=desk.process)
        .select_related("interaction__routing")
        .order_by("opened_at", "pk")
    )
    told: dict[str, list[Event]] = {}
    for event in Event.objects.filter(object_type="interaction").order_by("occurred_at", "pk"):
        told.setdefault(event.object_id, []).append(event)
    rows, previous = [], None
    for case in found:
        rows.append(seen(case, told.get(str(case.interaction_id), []), previous))
        previous = None if case.interaction.is_honeypot else case
    return rows, [case.interaction.is_honeypot for case in found]


@pytest.fixture
def week(desk: Desk, at: datetime) -> tuple[list[dict[str, float]], list[bool]]:
    begins, dice = at - WEEK, Random(20_260)
    post_week(desk, begins, dice)
    plant_week(desk, begins, dice)
    rows, marked = rows_of(desk)
    assert (len(rows), sum(marked)) == (REAL + CONTROL, CONTROL)
    return rows, marked


def leaks(rows: list[dict[str, float]], marked: list[bool]) -> dict[str, float]:
    """The features that tell more than chance does; each is allowed what chance gives one of that many."""
    # Bonferroni: 40 features at 5 % together.
    found = {}
    for name in rows[0]:
        values = [row[name] for row in rows]
        area = telling_apart.area(
            [value for value, kind in zip(values, marked, strict=True) if kind],
            [value for value, kind in zip(values, marked, strict=True) if not kind],
            z=4.0 if name in DICE else 3.3,
        )
        if not area.is_chance:
            found[name] = round(area.value, 3)
    return found


def together(rows: list[dict[str, float]], marked: list[bool]) -> telling_apart.Area:
    return telling_apart.together(
        [{name: value for name, value in row.items() if name not in DICE} for row in rows], marked
    )


def test_nothing_tells_them_apart_and_a_tell_would_be_found(
    week: tuple[list[dict[str, float]], list[bool]],
) -> None:
    rows, marked = week

    assert leaks(rows, marked) == {}
    everything = together(rows, marked)
    assert everything.is_chance, everything

    # The same eyes on items that leak: a beat in their times, a field too few, a longer text.
    dice = Random(5)
    tells: dict[str, Callable[[float], float]] = {
        "second of ten": lambda value: value / 2,
        "has citations": lambda _value: 0.0,
        "size": lambda value: value + 40,
    }
    for name, spoil in tells.items():
        spoilt = [
            {**row, name: spoil(row[name]) if kind and dice.random() < 0.8 else row[name]}
            for row, kind in zip(rows, marked, strict=True)
        ]
        assert name in leaks(spoilt, marked)
        assert not together(spoilt, marked).is_chance, name


def test_its_id_is_made_at_the_moment_it_arrives() -> None:
    now = timezone.now()
    desk = worlds.build(now).north
    made.waiting_case(desk, now, external_id="INV-1")
    item = pots.item(desk, now)
    built = planting.build(item=item, reviewer=desk.reviewer.pk, at=now, dice=Random(1))

    assert built is not None
    ages = [ids.made_at(one) - built.interaction.received_at for one in (built.interaction.pk, built.case.pk)]
    assert all(timedelta(milliseconds=-1) <= age < timedelta(minutes=5) for age in ages)
    assert Counter(one.version for one in (built.interaction.pk, built.case.pk)) == {7: 2}
