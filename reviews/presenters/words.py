"""Small words every page of the work shares: short ids, severities, states, roles, counts, spans of time."""

from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone

from contracts.presenters.parts import State
from reviews.enums import CaseState

_SEVERITIES = {
    1: State("Severity 1 · harm or reportable", "bad", "bad"),
    2: State("Severity 2 · money or privacy at risk", "warn", "warn"),
    3: State("Severity 3 · service affected", "info", "flag"),
    4: State("Severity 4 · question", "neutral", "dot"),
}
_CASE_STATES = {
    CaseState.WAITING: ("info", "clock"),
    CaseState.IN_REVIEW: ("info", "person"),
    CaseState.AWAITING_SECOND: ("info", "clock"),
    CaseState.AWAITING_INFORMATION: ("warn", "pause"),
    CaseState.ESCALATED: ("warn", "arrow"),
    CaseState.DECIDED: ("good", "check"),
    CaseState.CLOSED: ("neutral", "lock"),
}


def short_id(pk: UUID) -> str:
    """How a case is called aloud. The end of the id: its beginning is the time, alike for neighbours."""
    return pk.hex[-6:]


def severity(number: int) -> State:
    return _SEVERITIES[number]


def severity_short(number: int) -> State:
    """For lists whose column says what it is."""
    full = _SEVERITIES[number]
    return State(full.label.removeprefix("Severity "), full.hue, full.icon)


def case_state(state: str) -> State:
    hue, icon = _CASE_STATES[CaseState(state)]
    return State(CaseState(state).label, hue, icon)


def role(name: str) -> str:
    """A role in running text: "team lead", "AI agent"."""
    return " ".join(word.upper() if word in {"ai", "qa", "dpo"} else word for word in name.split("_"))


def inside(sentence: str) -> str:
    """A sentence as it goes on within another one."""
    return sentence[:1].lower() + sentence[1:]


def bounded(count: int, limit: int) -> str:
    """A count that stops at a limit: "1,000+"."""
    return f"{limit:,}+" if count > limit else f"{count:,}"


def minutes(number: int) -> str:
    """Minutes as a person says them: "15 min", "2 h", "2 h 30 min"."""
    hours, rest = divmod(number, 60)
    if not hours:
        return f"{rest} min"
    return f"{hours} h {rest} min" if rest else f"{hours} h"


def span(length: timedelta) -> str:
    """A length of time in one or two words, rounded down: "under a minute", "12 min", "3 h 05", "4 days"."""
    whole = int(abs(length).total_seconds()) // 60
    if whole < 1:
        return "under a minute"
    if whole < 60:
        return f"{whole} min"
    if whole < 48 * 60:
        return f"{whole // 60} h {whole % 60:02d}"
    return f"{whole // 1440} days"


def took(seconds: float) -> str:
    """How long something took: seconds, then minutes, then hours."""
    if seconds < 10 and seconds != int(seconds):
        return f"{seconds:.1f} s"
    if seconds < 120:
        return f"{seconds:.0f} s"
    whole = timedelta(seconds=round(seconds))
    hours, rest = divmod(int(whole.total_seconds()), 3600)
    return f"{hours} h {rest // 60} min" if hours else f"{rest // 60} min {rest % 60} s"


def clock(moment: datetime, at: datetime) -> str:
    """A moment in the reader's zone, with the day only where it is not today: "15:10 CET", "5 Mar, 09:00 CET"."""
    local, now = timezone.localtime(moment), timezone.localtime(at)
    if local.date() == now.date():
        return local.strftime("%H:%M %Z")
    return f"{local.day} {local.strftime('%b, %H:%M %Z')}"


def limit(moment: datetime, at: datetime) -> str:
    """A limit in words: "by 15:10 CET, in 12 min", or how long ago it passed."""
    if moment >= at:
        return f"by {clock(moment, at)}, in {span(moment - at)}"
    return f"was due {clock(moment, at)}, {span(at - moment)} ago"


def days_ago(moment: datetime, at: datetime) -> str:
    days = (timezone.localtime(at).date() - timezone.localtime(moment).date()).days
    return "today" if days <= 0 else "yesterday" if days == 1 else f"{days} days ago"
