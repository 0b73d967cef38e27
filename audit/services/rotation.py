"""Changing the key that signs the logs: in good order, or because somebody else may have it.

In good order both keys sign for a while, and each log says so in an event that stands in a tree the old key signed. A
revoked key signs nothing any more from that moment; its old signatures count only where a witness or a timestamp shows
that they were made before.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction

from audit.domain import canonical, events
from audit.domain.catalogue import EventSpec
from audit.domain.envelope import Actor, Entry, Target
from audit.models import Log
from audit.selectors import tree
from audit.services import recording, signing_keys
from audit.services.signing_keys import Generation

OVERLAP = timedelta(days=7)
KEEPER = Actor.system("key-keeper")


def rotate(*, at: datetime, overlap: timedelta = OVERLAP) -> list[str]:
    """Sign with a new key from now on, and with the old one beside it until the overlap ends; returns the new vkeys."""
    before = signing_keys.read()
    until = at + overlap
    kept = [
        one if one.until is not None and one.until < until else replace(one, until=until)
        for one in before
        if one.until is None or one.until > at
    ]
    new = signing_keys.new()
    return _change(
        events.KEY_ROTATED, before[-1], new, [*kept, new], {"overlap_until": canonical.instant(until)}, at
    )


def revoke(*, at: datetime) -> list[str]:
    """Sign with a new key alone: whatever signed before is not to be believed any more; returns the new vkeys."""
    new = signing_keys.new()
    return _change(events.KEY_REVOKED, signing_keys.read()[-1], new, [new], {}, at)


def _change(
    spec: EventSpec,
    old: Generation,
    new: Generation,
    generations: Sequence[Generation],
    facts: dict[str, str],
    at: datetime,
) -> list[str]:
    """Every log says it in an event of its own; the file is changed last, and changed back where that is not committed."""
    before = signing_keys.read()
    vkeys = []
    entries = []
    for log in Log.objects.order_by("id").values_list("key", flat=True):
        old_vkey, new_vkey = (str(signing_keys.derive(log, [one])[0].verifier) for one in (old, new))
        vkeys.append(new_vkey)
        entries.append(
            Entry(
                log=log,
                action=spec.action,
                actor=KEEPER,
                target=Target("log", log),
                facts={
                    "old_vkey": old_vkey,
                    "new_vkey": new_vkey,
                    "not_before_size": tree.size(log),
                    **facts,
                },
                at=at,
            )
        )
    try:
        with transaction.atomic():
            recording.record_many(entries)
            signing_keys.replace(generations)
    except BaseException:
        if signing_keys.read() != before:
            signing_keys.replace(before)
        raise
    return vkeys
