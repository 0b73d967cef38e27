"""Importing rows through the same intake as any agent's post: nothing is easier for a file than for an agent (A1)."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path

from django.db import DatabaseError, OperationalError, transaction

from audit.errors import Invalid, Refused
from contracts.models import User
from reviews.domain.row_mapping import RowMap
from reviews.selectors import row_files
from reviews.selectors.row_files import Row
from reviews.services import intake
from reviews.services.intake import Receipt

ORIGIN = "import"


@dataclass(frozen=True)
class Fault:
    """What is wrong with one row: its number, the field, and a sentence."""

    row: int
    field: str
    sentence: str


@dataclass(frozen=True)
class Job:
    """What to import: rows of a file into a step, as one agent, in chunks."""

    path: Path
    mapping: RowMap
    process: str
    step: str
    agent: User
    id_column: str = ""
    chunk: int = 500
    dry_run: bool = False


@dataclass
class Outcome:
    """What became of the rows: how many were stored as what, known before, or refused."""

    rows: int = 0
    stored: Counter[str] = field(default_factory=Counter)
    known: int = 0
    refused: int = 0


def run(
    *, job: Job, rows: Iterable[Row], clock: Callable[[], datetime], told: Callable[[int, list[Fault]], None]
) -> Outcome:
    """Take in rows chunk by chunk; `told` hears how many rows were read and what was wrong with them.

    A row that is wrong does not stop the others; the same row again is known by its id. A dry run does all of it and
    takes it back, so what it says is what would happen.
    """
    outcome = Outcome()
    waiting = iter(rows)
    while chunk := list(islice(waiting, job.chunk)):
        faults: list[Fault] = []
        payloads: list[tuple[Row, object]] = []
        for row in chunk:
            try:
                payloads.append((row, _payload(job, row)))
            except Refused as refusal:
                faults += _faults(row, refusal)
                outcome.refused += 1
        for row, receipt in _taken_in(job, payloads, clock()):
            if receipt.error is not None:
                faults += _faults(row, receipt.error)
                outcome.refused += 1
            elif receipt.duplicate:
                outcome.known += 1
            else:
                outcome.stored[str(receipt.disposition)] += 1
        outcome.rows += len(chunk)
        told(len(chunk), sorted(faults, key=lambda fault: fault.row))
    return outcome


def _payload(job: Job, row: Row) -> dict:
    if row.problem:
        raise Invalid("unreadable", row.problem, "")
    external_id = row_files.identity(row, job.id_column, job.path)
    if not external_id:
        raise Invalid("external_id_required", f"The column {job.id_column} is empty.", "/external_id")
    return job.mapping.payload(row.values, process=job.process, step=job.step, external_id=external_id)


def _taken_in(job: Job, payloads: list[tuple[Row, object]], at: datetime) -> Iterator[tuple[Row, Receipt]]:
    try:
        receipts = _accept(job, [payload for _, payload in payloads], at)
    except OperationalError:
        # The database is away or busy: nothing is wrong with the rows.
        raise
    except DatabaseError:
        # One row that the database refuses must not take the others with it.
        receipts = [_alone(job, payload, at) for _, payload in payloads]
    return zip((row for row, _ in payloads), receipts, strict=True)


def _alone(job: Job, payload: object, at: datetime) -> Receipt:
    try:
        return _accept(job, [payload], at)[0]
    except OperationalError:
        raise
    except DatabaseError:
        return Receipt(0, error=Invalid("not_storable", "The database cannot hold this row.", ""))


def _accept(job: Job, payloads: list[object], at: datetime) -> list[Receipt]:
    if not payloads:
        return []
    with transaction.atomic():
        receipts = intake.accept(payloads=payloads, agent=job.agent, key=None, at=at, origin=ORIGIN)
        transaction.set_rollback(job.dry_run)
    return receipts


def _faults(row: Row, refusal: Refused) -> list[Fault]:
    details = [detail for detail in refusal.details or () if isinstance(detail, dict) and "detail" in detail]
    if not details:
        return [Fault(row.number, refusal.field or "", refusal.sentence)]
    return [Fault(row.number, str(detail.get("pointer", "")), str(detail["detail"])) for detail in details]
