"""When what is shown of a change is enough to approve it (§3.10)."""

from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

from contracts.domain import change_lead
from contracts.domain.change_kinds import Proof
from contracts.domain.sla_clock import Calendar

GOLDEN_SET = 300
MARGIN = Decimal(1)  # percentage points of ADR
SHARES = (Decimal(5), Decimal(10))  # percent of what comes in
CANARY_DAYS = 5


@dataclass(frozen=True)
class Shown:
    """What somebody says was found. Shares and rates are in percent."""

    proof: Proof
    cases: int | None = None
    before: Decimal | None = None
    after: Decimal | None = None
    share: Decimal | None = None
    since: date | None = None
    until: date | None = None
    all_reviewed: bool = False
    summary: str = ""


@dataclass(frozen=True)
class Finding:
    """What is wrong with something shown, at its field: `broken` where it cannot be true, otherwise it is not enough."""

    field: str
    sentence: str
    broken: bool = False


def findings(shown: Shown, *, today: date, calendar: Calendar, zone: str) -> list[Finding]:
    """What keeps this from being enough; nothing where it is."""
    found = list(_impossible(shown, today))
    if found:
        return found
    return {
        Proof.REGRESSION: _regression,
        Proof.SHADOW: _shadow,
        Proof.CANARY: lambda one: _canary(one, calendar, zone),
        Proof.ROLLBACK: _rollback,
    }[shown.proof](shown)


def _impossible(shown: Shown, today: date) -> list[Finding]:
    found = []
    if not 10 <= len(shown.summary.strip()) <= 2_000:
        found.append(Finding("summary", "Say in 10 to 2,000 characters what was found and where.", True))
    if shown.cases is not None and shown.cases < 0:
        found.append(Finding("cases", "A number of cases is not negative.", True))
    for name in ("before", "after", "share"):
        value: Decimal | None = getattr(shown, name)
        if value is not None and not (value.is_finite() and 0 <= value <= 100):
            found.append(Finding(name, "A percentage lies between 0 and 100.", True))
    if shown.since and shown.until and shown.until < shown.since:
        found.append(Finding("until", "It ends before it begins.", True))
    if shown.until and shown.until > today:
        found.append(Finding("until", "What is shown is over: this day is still to come.", True))
    return found


def _regression(shown: Shown) -> list[Finding]:
    found = _enough_cases(shown)
    if shown.before is None or shown.after is None:
        return [*found, Finding("after", "Both rates are needed: before the change and after it.")]
    if shown.after - shown.before > MARGIN:
        worse = shown.after - shown.before
        found.append(
            Finding("after", f"The deviation rate rises by {worse} points; at most {MARGIN} is tolerated.")
        )
    return found


def _enough_cases(shown: Shown) -> list[Finding]:
    if shown.cases is None or shown.cases < GOLDEN_SET:
        return [Finding("cases", f"At least {GOLDEN_SET} cases are needed.")]
    return []


def _shadow(shown: Shown) -> list[Finding]:
    return [] if shown.cases else [Finding("cases", "Say how many cases ran in shadow.")]


def _canary(shown: Shown, calendar: Calendar, zone: str) -> list[Finding]:
    found = []
    low, high = SHARES
    if shown.share is None or not low <= shown.share <= high:
        found.append(Finding("share", f"A canary takes {low} to {high} % of what comes in."))
    if shown.since is None or shown.until is None:
        found.append(Finding("until", "Say from which day to which day it ran."))
    elif shown.until < _last_day(shown.since, calendar, zone):
        found.append(Finding("until", f"A canary runs for {CANARY_DAYS} business days at least."))
    if not shown.all_reviewed:
        found.append(Finding("all_reviewed", "People review everything a canary puts out."))
    return found


def _last_day(since: date, calendar: Calendar, zone: str) -> date:
    """The last of five working days, where the first day is the first of them."""
    working = change_lead.business(calendar, zone)
    eve = datetime.combine(since, time(0), change_lead.local(zone)) - change_lead.MOMENT
    return change_lead.business_day_after(eve, CANARY_DAYS, working, zone)


def _rollback(shown: Shown) -> list[Finding]:
    return [] if shown.until else [Finding("until", "Say on which day the rollback was tried.")]
