"""Which events tell that personal data was read or evidence taken away, and what they say of it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from governance.domain.trail_marks import interaction_of

REVEALED, EXPORTED = "pii.revealed", "evidence.exported"
ACTIONS = frozenset({REVEALED, EXPORTED})
_LONGEST = 500
# Under what the personal values of somebody are sealed: a keyed hash, or the id of an interaction that named nobody.
SUBJECT_KEY = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Read:
    """What one event says: who read, in which role, of whom, and what."""

    person: str
    role: str
    process: str
    interaction: str
    subject: str
    what: str


def read(content: Mapping[str, Any]) -> Read | None:
    """What an event says of a reading; None for one that is about something else."""
    action = content["action"]
    if action not in ACTIONS:
        return None
    facts, actor = content.get("facts", {}), content["actor"]
    if action == REVEALED:
        what = ", ".join(map(str, facts.get("fields") or ())) or "nothing was sealed"
    else:
        shown = len(facts.get("disclosed") or ())
        what = (
            f"entries {facts['first_index']} to {facts['end_index'] - 1}, {facts['bodies']} with their texts, "
            f"{shown} personal {'value' if shown == 1 else 'values'} shown: {facts['purpose']}"
        )
    return Read(
        person=str(actor.get("id", "")),
        role=str(actor.get("role", "")),
        process=str(content.get("process", "")),
        interaction=interaction_of(content),
        subject=str(content.get("subject", "")),
        what=what[:_LONGEST],
    )
