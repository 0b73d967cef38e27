"""Evidence of one interaction, for whoever may read its story, in a file that he can check without us (M8)."""

import tempfile
from datetime import datetime
from typing import IO
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from audit import presenters
from audit.domain.bundle_layout import Watermark
from audit.domain.ids import new_id
from audit.errors import Invalid
from audit.selectors.evidence import Reading
from audit.services import exporting
from contracts.models import User
from contracts.selectors import authority
from contracts.services.acting import actor
from governance.selectors import evidence_scope
from governance.services.evidence_contents import Chosen

# A stretch in which one matter's first event lies further from its last is written in the background.
LONGEST = 50_000
IN_MEMORY = 4 * 1024 * 1024
TOO_LONG = "too_long"


def of_interaction(*, interaction_id: UUID, user: User, at: datetime) -> IO[bytes]:
    """The bundle of an interaction, ready to be read from its beginning.

    It holds the bodies the user may read, and of everything between only that it is there. Raises NotVisible and
    NotAllowed as the story does, Conflict while the newest line is not signed, Invalid with the code `too_long` for a
    stretch that is too long to be written while somebody waits.
    """
    scope = evidence_scope.of_interaction(user, interaction_id)
    selection = scope.selection()
    if selection.end - selection.begin > LONGEST:
        raise Invalid(
            TOO_LONG, f"Between its first line and its last the log has more than {LONGEST:,} entries."
        )
    export, purpose = new_id(), f"Interaction {interaction_id}"
    mark = watermark(export=export, user=user, at=at, purpose=purpose)
    out = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 — the reply closes it
    try:
        bundle = exporting.write(
            out,
            selection,
            seal=exporting.covering(scope.log, selection.end),
            policy=exporting.suggested_policy(scope.log),
            contents=Chosen(user, scope, (), mark),
            reading=Reading(presenters.sentence, mark),
        )
        with transaction.atomic():
            exporting.handed_out(
                log=scope.log,
                bundle=bundle,
                purpose=purpose,
                by=actor(user, authority.role_on(user, scope.process)),
                at=at,
                client=scope.client,
                process=scope.process.code,
                correlation_id=export,
            )
    except BaseException:
        out.close()
        raise
    out.seek(0)
    return out


def watermark(*, export: UUID, user: User, at: datetime, purpose: str) -> Watermark:
    """For whom a bundle is made, in the words that stand in it; the moment in UTC, wherever its reader is."""
    organisation = f", {user.organisation.name}" if user.organisation_id and user.organisation else ""
    moment = at.astimezone(timezone.get_default_timezone())
    return Watermark(
        export=str(export),
        asked_by=f"{user.name}{organisation}",
        asked_at=f"{moment:%Y-%m-%d %H:%M:%S} UTC",
        purpose=purpose,
    )
