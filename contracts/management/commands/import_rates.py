"""Import dated exchange rates from a CSV file with the columns base, quote, day and rate."""

import csv
import sys
from collections.abc import Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import IO, Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from contracts.services import rates

COLUMNS = ("base", "quote", "day", "rate")
Row = tuple[str, str, date, Decimal]
# What the table can hold: ten digits before the point and eight after it.
_MOST = Decimal(10) ** 10
_STEP = 500


class Command(BaseCommand):
    help = (
        "Import dated exchange rates from a CSV file (columns base, quote, day as YYYY-MM-DD, rate). One unit of base "
        "buys rate units of quote. A rate that exists for the day is replaced. Nothing is stored while a row is wrong."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="the CSV file, or - for standard input")
        parser.add_argument("--dry-run", action="store_true", help="check every row and store nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        name = options["file"]
        try:
            if name == "-":
                rows, mistakes = self._read(sys.stdin)
            else:
                with Path(name).open(encoding="utf-8-sig", newline="") as file:
                    rows, mistakes = self._read(file)
        except OSError as error:
            raise CommandError(f"{name} cannot be read: {error.strerror or error}", returncode=2) from None
        except (UnicodeDecodeError, csv.Error) as error:
            raise CommandError(f"{name} is not a CSV file in UTF-8: {error}", returncode=2) from None
        for mistake in mistakes:
            self.stderr.write(mistake)
        if mistakes:
            raise CommandError(
                f"{len(mistakes)} of {len(rows) + len(mistakes)} rows are wrong: nothing was stored."
            )
        if options["dry_run"]:
            self.stdout.write(f"{len(rows)} rates are fine; nothing was stored.")
            return
        source = "standard input" if name == "-" else Path(name).name
        stored = rates.import_rates(rows=rows, source=source, by=None, at=timezone.now())
        self.stdout.write(f"{stored} rates stored.")

    def _read(self, file: IO[str]) -> tuple[list[Row], list[str]]:
        """The rates of the file, and a sentence for each row that is none."""
        reader = csv.DictReader(file)
        missing = [column for column in COLUMNS if column not in (reader.fieldnames or [])]
        if missing:
            raise CommandError(f"The file has no column {', '.join(missing)}.", returncode=2)
        rows: list[Row] = []
        mistakes: list[str] = []
        seen: dict[tuple[str, str, date], int] = {}
        for number, given in self._counted(reader):
            try:
                row = _row(given)
            except ValueError as mistake:
                mistakes.append(f"Row {number}: {mistake}")
                continue
            if (first := seen.setdefault(row[:3], number)) != number:
                mistakes.append(f"Row {number}: the same pair and day stand in row {first}.")
            else:
                rows.append(row)
        return rows, mistakes

    def _counted(self, reader: "csv.DictReader[str]") -> Iterator[tuple[int, dict[str, Any]]]:
        """The rows with their numbers, as a spreadsheet counts them, and a sign of life on a terminal."""
        for number, given in enumerate(reader, start=2):
            yield number, given
            if number % _STEP == 0 and self.stderr.isatty():
                self.stderr.write(f"\r{number} rows read", ending="")
        if self.stderr.isatty():
            self.stderr.write("")


def _row(given: dict[str, Any]) -> Row:
    """One rate. ValueError with a sentence where it is none."""
    base, quote = (str(given.get(column) or "").strip().upper() for column in ("base", "quote"))
    for currency in (base, quote):
        if not (len(currency) == 3 and currency.isascii() and currency.isalpha()):
            raise ValueError(f"“{currency[:20]}” is not the code of a currency.")
    if base == quote:
        raise ValueError(f"{base} against itself needs no rate.")
    written = str(given.get("day") or "").strip()
    try:
        day = date.fromisoformat(written)
    except ValueError:
        raise ValueError(f"“{written[:20]}” is not a day such as 2026-03-04.") from None
    written = str(given.get("rate") or "").strip()
    try:
        rate = Decimal(written)
    except InvalidOperation:
        raise ValueError(f"“{written[:20]}” is not a number.") from None
    if not (rate.is_finite() and 0 < rate < _MOST):
        raise ValueError("a rate is a positive number below 10,000,000,000.")
    rounded = round(rate, 8)
    if not rounded:
        raise ValueError("a rate has at most eight digits after the point.")
    return base, quote, day, rounded
