"""Erasing personal data: the values and their key go, the trail and all its hashes stay as they are."""

from datetime import datetime

from django.db import transaction

from audit.domain import envelope, events
from audit.domain.envelope import Actor, Target
from audit.models import PrivateValue, SubjectKey
from audit.selectors import retention, tree
from audit.services import holding, recording


@transaction.atomic
def erase_subject(
    *, log: str, subject: str, by: Actor, at: datetime, legal_basis: str, ticket: str = "", client: str = ""
) -> int:
    """Erase every personal value of one subject in one log, and the key that could still open a copy in some backup.

    Returns how many values went; erasing what was never there or is gone already is recorded with the count 0. Who
    comes back later starts with a new key. Raises Conflict while a legal hold covers any of it, and then nothing goes.
    ValueError for a subject that is not an opaque key, or no legal basis.
    """
    envelope.opaque(subject, "A subject")
    if not legal_basis:
        raise ValueError("An erasure has a legal basis")
    holding.take_turn(tree.log_id(log))
    holding.refuse(retention.holds_on_subject(log, subject))
    # The lock makes a rival erasure wait, and then find nothing left.
    keys = list(SubjectKey.objects.select_for_update().filter(log=log, subject=subject, destroyed_at=None))
    count, _ = PrivateValue.objects.filter(subject_key__in=keys).delete()
    SubjectKey.objects.filter(pk__in=[key.pk for key in keys]).update(wrapped_key=b"", destroyed_at=at)
    facts = {"subject_ref": subject, "count": count, "legal_basis": legal_basis}
    if ticket:
        facts["ticket"] = ticket
    recording.record(
        log=log,
        action=events.PII_ERASED.action,
        actor=by,
        target=Target("subject", subject),
        facts=facts,
        at=at,
        client=client,
        subject=subject,
    )
    return count
