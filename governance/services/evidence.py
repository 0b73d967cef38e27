"""Evidence of one interaction, for whoever may read its story, in a file that he can check without us (M8)."""

import tempfile
from datetime import datetime
from typing import IO
from uuid import UUID

from audit.errors import Invalid
from audit.selectors import evidence
from audit.services import exporting
from contracts.models import User
from contracts.selectors import authority
from contracts.services.acting import actor
from governance.selectors import bodies, stories

# A stretch in which one matter's first event lies further from its last is written by `manage.py audit_export`.
LONGEST = 50_000
IN_MEMORY = 4 * 1024 * 1024


def of_interaction(*, interaction_id: UUID, user: User, at: datetime) -> IO[bytes]:
    """The bundle of an interaction, ready to be read from its beginning.

    It holds the bodies the user may read, and of everything between only that it is there. Raises NotVisible and
    NotAllowed as the story does, Conflict while the newest line is not signed, Invalid for a stretch that is too long
    to be written while somebody waits.
    """
    found = stories.interaction(user, interaction_id)
    process = found.process
    log = process.client.log_key
    events = [event for event in stories.events(user, found) if event.content["log"] == log]
    withheld = bodies.withheld(user, log, events)
    selection = evidence.of_events(
        log=log, uids=[event.uid for event in events], shown=[e.uid for e in events if e.uid not in withheld]
    )
    if selection.end - selection.begin > LONGEST:
        raise Invalid(
            "too_long",
            f"Between its first line and its last the log has more than {LONGEST:,} entries: "
            "ask the operator for this evidence.",
        )
    out = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 — the reply closes it
    try:
        exporting.export(
            out,
            selection,
            policy=exporting.suggested_policy(log),
            purpose=f"Interaction {interaction_id}",
            by=actor(user, authority.role_on(user, process)),
            at=at,
            client=process.client.slug,
        )
    except BaseException:
        out.close()
        raise
    out.seek(0)
    return out
