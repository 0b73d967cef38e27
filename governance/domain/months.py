"""Calendar months (UTC), by which service levels are accounted."""

from datetime import UTC, date, datetime, time, timedelta

from audit.errors import Invalid


def of(at: datetime) -> date:
    """The first day of the month of a moment."""
    return at.astimezone(UTC).date().replace(day=1)


def before(month: date) -> date:
    return (month - timedelta(days=1)).replace(day=1)


def after(month: date) -> date:
    return (month + timedelta(days=32)).replace(day=1)


def span(month: date) -> tuple[datetime, datetime]:
    """From the first instant of a month to the first of the next."""
    begins, ends = (datetime.combine(day, time(0), UTC) for day in (month, after(month)))
    return begins, ends


def read(text: str, at: datetime) -> date:
    """A month as an address names it, "2026-11"; this one where nothing is named. Raises Invalid for anything else."""
    if not text:
        return of(at)
    try:
        month = datetime.strptime(text, "%Y-%m").replace(tzinfo=UTC).date()
    except ValueError:
        raise Invalid("month", "Name a month as 2026-11.", "month") from None
    if not date(2000, 1, 1) <= month <= of(at):
        raise Invalid("month", "Name a month that has begun.", "month")
    return month


def page(text: str) -> int:
    """The number of a page as an address names it, from 1 on. Raises Invalid for anything else."""
    if text.isascii() and text.isdigit() and len(text) <= 5 and int(text) >= 1:
        return int(text)
    raise Invalid("page", "Name a page by its number.", "page")
