"""The pages of control items: the library for those who keep it, and what a reviewer is told afterwards (E4)."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from reviews.domain.estimates import wilson
from reviews.domain.honeypots import ASKED
from reviews.enums import ControlKind, HoneypotState, Verdict
from reviews.models import ControlItem, Honeypot


@dataclass(frozen=True)
class ItemRow:
    url: str
    step: str
    process: str
    kind: str
    hue: str
    wrong: str
    by: str
    at: datetime
    served: int
    caught: int
    missed: int
    miss_rate: str
    retired_at: datetime | None


@dataclass(frozen=True)
class ItemPage:
    row: ItemRow
    code: str
    payload: str
    source: str
    retired_by: str
    retire_url: str


@dataclass(frozen=True)
class Debrief:
    """What a reviewer is told of one control item."""

    at: datetime
    process: str
    step: str
    kind: str
    answer: str
    label: str
    hue: str
    icon: str
    wrong: str
    case_url: str


def rows(items: Sequence[ControlItem]) -> list[ItemRow]:
    return [row(item) for item in items]


def row(item: ControlItem) -> ItemRow:
    """A line of the library. Needs the counts of `selectors.honeypots.counted`."""
    served, caught, missed = (getattr(item, name) for name in ("served", "caught", "missed"))
    bad = item.kind == ControlKind.KNOWN_BAD
    return ItemRow(
        url=reverse("reviews:honeypots_item", args=[item.pk]),
        step=item.step.name,
        process=item.process.code,
        kind=ControlKind(item.kind).label,
        hue="bad" if bad else "good",
        wrong=item.wrong,
        by=item.added_by.name,
        at=item.added_at,
        served=served,
        caught=caught,
        missed=missed,
        miss_rate=_share(missed, caught + missed),
        retired_at=item.retired_at,
    )


def page(item: ControlItem) -> ItemPage:
    return ItemPage(
        row=row(item),
        code=item.process.code,
        payload=json.dumps(item.payload, indent=2, ensure_ascii=False),
        source=str(item.source_id or ""),
        retired_by=item.retired_by.name if item.retired_by else "",
        retire_url="" if item.retired_at else reverse("reviews:honeypots_retire", args=[item.pk]),
    )


def debriefs(found: Sequence[Honeypot]) -> list[Debrief]:
    return [_debrief(one) for one in found if one.ended_at is not None]


def _debrief(one: Honeypot) -> Debrief:
    caught = one.state == HoneypotState.CAUGHT
    interaction = one.interaction
    return Debrief(
        at=one.ended_at,  # type: ignore[arg-type]
        process=one.process.code,
        step=one.item.step.name,
        kind=ControlKind(one.item.kind).label,
        answer="Asked somebody" if one.answer == ASKED else Verdict(one.answer).label,
        label="Decided as expected" if caught else "Missed",
        hue="good" if caught else "warn",
        icon="check" if caught else "warn",
        wrong=one.item.wrong,
        case_url=reverse("reviews:case", args=[interaction.case.pk]) if interaction else "",
    )


def _share(missed: int, judged: int) -> str:
    """The miss rate with its Wilson interval."""
    if not judged:
        return "–"
    found = wilson(missed, judged)
    return f"{found.share:.1%} ({found.low:.1%}–{found.high:.1%})"
