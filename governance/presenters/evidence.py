"""Exports of evidence as their asker sees them: of what, how far, and what he can do now."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from governance.domain.evidence import OPEN, ExportKind, ExportState, name_in_words
from governance.models import EvidenceExport
from reviews.presenters.onward import Link

_STATES: dict[ExportState, tuple[str, str]] = {
    ExportState.WAITING: ("info", "clock"),
    ExportState.WRITING: ("info", "clock"),
    ExportState.READY: ("good", "check"),
    ExportState.FAILED: ("bad", "bad"),
    ExportState.CANCELLED: ("neutral", ""),
    ExportState.EXPIRED: ("neutral", ""),
}


@dataclass(frozen=True, slots=True)
class ExportRow:
    """One export. `percent` is given while it is written; the addresses are empty where there is nothing to do."""

    id: str
    title: str
    url: str
    purpose: str
    shows: list[str]
    asked_at: datetime
    state: str
    hue: str
    icon: str
    sentence: str
    percent: int | None = None
    detail: str = ""
    facts: list[tuple[str, str]] = field(default_factory=list)
    until: datetime | None = None
    fetch_url: str = ""
    cancel_url: str = ""


def row(export: EvidenceExport) -> ExportRow:
    state = ExportState(export.state)
    hue, icon = _STATES[state]
    ready = state is ExportState.READY
    title, url = _title(export)
    return ExportRow(
        id=str(export.pk),
        title=title,
        url=url,
        purpose=export.purpose,
        shows=[name_in_words(name) for name in export.fields],
        asked_at=export.asked_at,
        state=state.label,
        hue=hue,
        icon=icon,
        sentence=_sentence(export, state),
        percent=_percent(export) if state is ExportState.WRITING else None,
        detail=f"{export.done:,} of {export.total:,} entries" if export.total else "Looking for its entries",
        facts=[("Size", filesizeformat(export.bytes)), ("SHA-256", export.sha256)] if ready else [],
        until=export.expires_at if ready else None,
        fetch_url=reverse("governance:evidence_fetch", args=[export.pk]) if ready else "",
        cancel_url=reverse("governance:evidence_cancel", args=[export.pk]) if state in OPEN else "",
    )


def draw_link(draw_id: UUID) -> Link:
    """From the page of a draw to its evidence."""
    return Link("Evidence of this draw", reverse("governance:evidence_draw", args=[draw_id]))


def under_way(rows: list[ExportRow]) -> bool:
    """Whether anything on the page will change by itself."""
    return any(one.cancel_url for one in rows)


def _percent(export: EvidenceExport) -> int:
    return 100 * export.done // export.total if export.total else 0


def _sentence(export: EvidenceExport, state: ExportState) -> str:
    if state is ExportState.WAITING and export.error:
        return f"{export.error} It is tried again by itself."
    if state is ExportState.FAILED:
        return export.error
    return {
        ExportState.WAITING: "It is written as soon as a worker is free.",
        ExportState.CANCELLED: "You took the question back.",
        ExportState.EXPIRED: "The file was removed after 7 days. Ask for it again: that it was handed out stays in the trail.",
    }.get(state, "")


def _title(export: EvidenceExport) -> tuple[str, str]:
    given = export.parameters
    kind = ExportKind(export.kind)
    if kind is ExportKind.INTERACTION:
        pk = given["interaction"]
        return f"Interaction {pk[-8:]}", reverse("governance:story", args=[pk])
    if kind is ExportKind.QA_DRAW:
        day = date_format(date.fromisoformat(given["day"]), "j M Y")
        return f"QA draw of {given['process']}, {day}", reverse("reviews:sample", args=[given["draw"]])
    return f"{given['process'] or given['name']}, {_days(given['since'], given['until'])}", ""


def _days(since: str, until: str) -> str:
    first = timezone.localtime(datetime.fromisoformat(since))
    last = timezone.localtime(datetime.fromisoformat(until)) - timedelta(microseconds=1)
    if first.date() == last.date():
        return date_format(first, "j M Y")
    return f"{date_format(first, 'j M Y')} – {date_format(last, 'j M Y')}"
