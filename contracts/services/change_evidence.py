"""What is shown of a change before it is approved; whether it is enough is judged by the rules, not by whoever shows it."""

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from audit.errors import Conflict, Invalid
from contracts.domain import change_evidence
from contracts.domain.change_evidence import Shown
from contracts.domain.change_kinds import ChangeState
from contracts.models import ChangeEvidence, User
from contracts.permissions import changes as permissions
from contracts.selectors import calendars
from contracts.selectors import model_changes as selector
from contracts.services import change_moves


@transaction.atomic
def show(*, change_id: UUID, shown: Shown, by: User, at: datetime) -> ChangeEvidence:
    """Put down what was found in a test. What is not enough is kept with what it lacks; what cannot be is refused.

    Raises Invalid at the field; Conflict unless the change is in test.
    """
    change = selector.found(change_id, lock=True)
    permissions.check_can_work_on_change(by, change)
    if change.state != ChangeState.IN_TEST:
        raise Conflict("not_in_test", "Evidence is shown while a change is in test.")
    process = change.process
    today = at.astimezone(ZoneInfo(process.time_zone)).date()
    calendar = calendars.terms(process.calendar)
    found = change_evidence.findings(shown, today=today, calendar=calendar, zone=process.time_zone)
    if broken := next((one for one in found if one.broken), None):
        raise Invalid("evidence", broken.sentence, broken.field)
    made = ChangeEvidence.objects.create(
        change=change,
        proof=shown.proof,
        cases=shown.cases,
        before=shown.before,
        after=shown.after,
        share=shown.share,
        since=shown.since,
        until=shown.until,
        all_reviewed=shown.all_reviewed,
        summary=shown.summary.strip(),
        enough=not found,
        shortfall=" ".join(one.sentence for one in found),
        shown_at=at,
        shown_by=by,
    )
    facts = {
        "proof": shown.proof,
        "enough": made.enough,
        "cases": shown.cases,
        "before": shown.before,
        "after": shown.after,
        "share": shown.share,
        "since": shown.since.isoformat() if shown.since else None,
        "until": shown.until.isoformat() if shown.until else None,
        "all_reviewed": shown.all_reviewed,
    }
    change_moves.tell(
        change, "evidenced", facts, by, at, sealed={"summary": made.summary}, note=f"{shown.proof.label}"
    )
    return made
