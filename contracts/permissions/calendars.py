"""Who defines business calendars: whoever may write service levels, on every process that goes by them."""

from collections.abc import Iterable

from audit.errors import NotAllowed
from contracts import access
from contracts.domain.roles import DRAFT_CONTRACTS
from contracts.models import BusinessCalendar, Process, User

_DEFINERS = (
    "Business calendars are defined by whoever writes service levels: the client’s counsel or the "
    "provider’s governance lead."
)


def check_can_define_calendar(user: User, process: Process) -> None:
    access.check(user, DRAFT_CONTRACTS, process, _DEFINERS)


def check_can_redefine_calendar(
    user: User, calendar: BusinessCalendar, process: Process, used_by: Iterable[Process]
) -> None:
    """`used_by`: every process that goes by it; the hours of others are not changed from here."""
    check_can_define_calendar(user, process)
    owner = calendar.organisation
    if owner is not None and owner.pk != user.organisation_id:
        raise NotAllowed("not_yours", f"This calendar is {owner.name}’s: its people define it.")
    if any(DRAFT_CONTRACTS not in access.codenames(user, one) for one in used_by):
        raise NotAllowed(
            "used_elsewhere", "Other processes go by this calendar whose service levels you do not write."
        )
