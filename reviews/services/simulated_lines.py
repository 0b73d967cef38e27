"""Simulating a file: each line goes the way of a submission up to its route, and nothing of it is stored.

A line may say when it happened (`received_at`, with a time zone); what subjects add up to is counted over the file alone.
"""

from collections.abc import Collection, Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from audit.errors import Invalid, Refused
from reviews.domain import row_mapping, submission
from reviews.domain import simulation as domain
from reviews.domain.simulated_figures import Figures
from reviews.domain.simulation import Held, Judged, Trial
from reviews.selectors.row_files import CSV, Row
from reviews.selectors.snapshots import Snapshot
from reviews.services import gathering, preparing, simulated_period, simulation_files
from reviews.services.preparing import Prepared
from reviews.services.simulated_period import Beat
from reviews.services.simulations import LONGEST

EXPLAINED = 20
_PAGE = 500
_AT = "received_at"
_NAMED = frozenset({"process", "step", "external_id", _AT})
# What is wrong in words of ours: what stands in the file is not repeated.
_SENTENCES = {
    "unknown_step": "The process has no such step.",
    "other_process": "The line is of another process.",
    "received_at": "This is no moment with a time zone, such as 2026-11-21T09:30:00Z.",
    "too_far": f"This lies more than {LONGEST.days} days from another line.",
    "unreadable": "The line cannot be read: it is no JSON object, too long, or has not the columns of the header.",
}


def count(
    snapshot: Snapshot, trial: Trial, figures: Figures, name: str, at: datetime, beat: Beat
) -> dict[str, Any]:
    """Count every line of a file; returns how many were wrong, and of the first of them what."""
    running = simulated_period.running(snapshot, trial)
    currencies: set[str] = set()
    since, until = datetime.max.replace(tzinfo=UTC), datetime.min.replace(tzinfo=UTC)
    refused = 0
    told: list[dict[str, Any]] = []
    # Where the counting ends early, the reading ends before the file is closed.
    with simulation_files.opened(name) as file, closing(file.rows()) as read:
        beat(0, file.size)
        rows = _payloads(read, file.kind, snapshot.code)
        while page := list(islice(rows, _PAGE)):
            items: list[tuple[int, Prepared]] = []
            for number, payload in page:
                try:
                    item = _prepared(payload, snapshot, at)
                    since, until = _span(since, until, item.at)
                    items.append((number, item))
                except Refused as refusal:
                    refused += 1
                    if len(told) < EXPLAINED:
                        told.append({"line": number, **_explained(refusal)})
            if items:
                currencies |= {item.submission.currency for _, item in items}
                moments = [item.at for _, item in items]
                simulated_period.use_rates(snapshot, running, currencies, min(moments), max(moments))
            for number, item in items:
                judged = _judged(snapshot, trial, item, running, number)
                figures.count(judged)
                if judged.kind:
                    figures.change(judged)
            beat(file.position, file.size)
    return {"refused": refused, "explained": told}


def _span(since: datetime, until: datetime, at: datetime) -> tuple[datetime, datetime]:
    """The period of a file with one more line. Raises Invalid where it becomes longer than one may ask for."""
    since, until = min(since, at), max(until, at)
    if until - since > LONGEST:
        raise Invalid("too_far", _SENTENCES["too_far"], f"/{_AT}")
    return since, until


def _judged(snapshot: Snapshot, trial: Trial, item: Prepared, running: Any, number: int) -> Judged:
    held = Held.QUARANTINED if item.quarantine else Held.TO_PERSON if item.review else Held.NOT
    facts = gathering.facts(snapshot, item, running)
    return domain.judge_new(trial, facts, step=item.step.terms, at=item.at, held=held, line=number)


def _payloads(rows: Iterator[Row], kind: str, code: str) -> Iterator[tuple[int, object]]:
    """Each line as it would be posted, or the refusal that says what is wrong with it. Of a table the header names the fields."""
    mapping: row_mapping.RowMap | None = None
    for row in rows:
        if row.problem:
            yield row.number, Invalid("unreadable", row.problem, "")
        elif kind != CSV:
            yield row.number, {"process": code, **row.values}
        else:
            if mapping is None:
                mapping = _mapping(row.values)
            yield row.number, _from_table(mapping, row.values, code)


def _mapping(header: Collection[str]) -> row_mapping.RowMap:
    """How the columns of a table are called. What stands in a header may be somebody's: it is not repeated."""
    for number, name in enumerate(header, start=1):
        if name in _NAMED:
            continue
        try:
            row_mapping.read([f"{name}={name}"], [])
        except Invalid:
            sentence = f"The header of column {number} is no field of an interaction."
            raise Invalid("unknown_column", sentence, "file") from None
    return row_mapping.read([f"{name}={name}" for name in header if name not in _NAMED], [])


def _from_table(mapping: row_mapping.RowMap, values: Mapping[str, Any], code: str) -> object:
    try:
        payload = mapping.payload(
            values,
            process=values.get("process") or code,
            step=values.get("step", ""),
            external_id=values.get("external_id", ""),
        )
    except Invalid as refusal:
        return refusal
    return {**payload, **({_AT: values[_AT]} if values.get(_AT) else {})}


def _prepared(payload: object, snapshot: Snapshot, at: datetime) -> Prepared:
    if isinstance(payload, Refused):
        raise payload
    if isinstance(payload, dict) and _AT in payload:
        at = _moment(payload[_AT])
        payload = {name: value for name, value in payload.items() if name != _AT}
    parsed = submission.parse(payload)
    if parsed.process != snapshot.code:
        raise Invalid("other_process", _SENTENCES["other_process"], "/process")
    return preparing.prepare(parsed, snapshot, at)


def _moment(text: object) -> datetime:
    try:
        moment = datetime.fromisoformat(str(text)[:40])
    except ValueError:
        moment = None  # type: ignore[assignment]
    if moment is None or moment.tzinfo is None or not 2000 <= moment.year <= 2100:
        raise Invalid("received_at", _SENTENCES["received_at"], f"/{_AT}")
    return moment.astimezone(UTC)


def _explained(refusal: Refused) -> dict[str, str]:
    """What is wrong, without a word of the file: the field is named where interactions have it."""
    first = refusal.details[0] if refusal.code == "invalid_fields" and refusal.details else None
    sentence = first["detail"] if first else _SENTENCES.get(refusal.code, "The line cannot be used.")
    pointer = (first["pointer"] if first else refusal.field) or ""
    field = pointer.strip("/").split("/")[0]
    return {"field": field if field in submission.FIELDS | {_AT} else "", "sentence": sentence}
