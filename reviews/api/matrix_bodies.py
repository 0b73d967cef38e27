"""What programs send for a draft of the escalation matrix, read with the place of every mistake."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from audit.errors import Invalid
from contracts.api import doors
from contracts.enums import Channel
from contracts.models import Process, User
from contracts.selectors import matrices as versions
from contracts.services import matrix_drafts

Body = Mapping[str, Any]

_LEVEL = frozenset(
    {"name", "person", "deputy", "calendar", "ack_minutes", "resolve_minutes", "channel", "authority"}
)


def levels(body: Body, process: Process) -> list[matrix_drafts.Level]:
    """The levels of a row. Raises Invalid with the place of the first mistake."""
    sent = body.get("levels")
    if not isinstance(sent, list):
        raise Invalid("levels", "A list of levels is required.", "/levels")
    known = people(process)
    kept = {calendar.name: calendar for calendar in versions.known_calendars(process)}
    found = []
    for index, given in enumerate(sent):
        place = f"/levels/{index}"
        level = doors.members(given, _LEVEL, place)
        person = named(known, level, "person", place)
        deputy = deputised(known, level, place)
        calendar = kept.get(_text(level, "calendar", "", place))
        if calendar is None:
            raise Invalid("calendar", "The process has not agreed on these hours.", f"{place}/calendar")
        found.append(
            matrix_drafts.Level(
                name=doors.text(level, "name", 40, place),
                role=person.role,
                person=person.user,
                deputy=deputy,
                calendar=calendar,
                ack_minutes=doors.whole_number(level, "ack_minutes", place) or 0,
                resolve_minutes=doors.whole_number(level, "resolve_minutes", place) or 0,
                channel=_text(level, "channel", Channel.INBOX, place),
                authority=_text(level, "authority", "", place),
            )
        )
    return found


def people(process: Process) -> Mapping[str, versions.Candidate]:
    """Everybody who may decide escalations of a process, by login."""
    return {one.user.username: one for one in versions.candidates(process)}


def named(
    known: Mapping[str, versions.Candidate], given: Body, name: str, place: str = ""
) -> versions.Candidate:
    """The person whose login stands there. Raises Invalid for nobody, and for somebody who may not decide here."""
    login = given.get(name)
    found = known.get(login) if isinstance(login, str) else None
    if found is None:
        raise Invalid(name, "Name the login of somebody who may decide escalations here.", f"{place}/{name}")
    return found


def deputised(known: Mapping[str, versions.Candidate], given: Body, place: str = "") -> User | None:
    """The deputy, where one is named."""
    return named(known, given, "deputy", place).user if given.get("deputy") not in (None, "") else None


def _text(given: Body, name: str, missing: str, place: str) -> str:
    value = given.get(name, missing)
    if not isinstance(value, str):
        raise Invalid("text_required", "A text is required.", f"{place}/{name}")
    return value


def seen(given: Body) -> int:
    """The edits of the draft that the caller saw; without them it might be any state, and nothing is changed."""
    sent = given.get("edits")
    if isinstance(sent, str) and sent.isascii() and sent.isdigit() and len(sent) < 10:
        return int(sent)
    edits = doors.whole_number({} if isinstance(sent, str) else given, "edits")
    if edits is None:
        raise Invalid("edits", "Send the edits of the draft as you read it.", "/edits")
    return edits


def note(given: Body, before: str) -> str:
    """What a draft is for; as it was where nothing is said."""
    return _text(given, "note", before, "")


def day(given: Body, before: date | None) -> date | None:
    """When it is gone over again; as it was where nothing is said."""
    value = given.get("review_by", before)
    if value is None or isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise Invalid("review_by", "A day as YYYY-MM-DD is required.", "/review_by") from None


def amount(given: Body) -> Decimal | None:
    """From which value on a final decision-maker decides; None for any."""
    value = given.get("min_value")
    if value is None:
        return None
    try:
        return Decimal(str(value)).quantize(Decimal("0.01"))
    except InvalidOperation:
        raise Invalid("min_value", "An amount is required.", "/min_value") from None


def severity(text: str) -> int | None:
    """The severity in an address; None for any."""
    return None if text == "any" else int(text)
