"""Versions nobody announced (L4): noticed with the first item of each, and from then on people look at everything.

What a version puts out while its change is in test is announced: it goes to people, and surprises nobody.
"""

from collections.abc import Sequence

from contracts.models import Process
from contracts.services import undeclared
from reviews.selectors.snapshots import Snapshot
from reviews.services.preparing import UNAPPROVED, Prepared

CODE = "MODEL_UNDECLARED"
QUARANTINE = "quarantine"


def mark(process: Process, snapshot: Snapshot, items: Sequence[Prepared]) -> None:
    """Take note of versions nobody announced among these, and keep back what follows from that: their own items as the
    process has it, everything else for a person. Part of the transaction that stores them."""
    policy = str(snapshot.policy.get("undeclared_model", "review"))
    strange = {
        item.model_reference: item
        for item in reversed(items)
        if UNAPPROVED in item.problems
        and item.model_reference
        and item.model_reference not in snapshot.announced
    }
    for reference, item in sorted(strange.items()):
        if reference not in snapshot.undeclared:
            undeclared.notice(
                process=process, reference=reference, step=item.step.code, policy=policy, at=item.at
            )
    if not strange and not snapshot.undeclared:
        return
    names = ", ".join(sorted({*snapshot.undeclared, *strange}))
    for item in items:
        # A second attempt to store a chunk finds what the first one marked.
        item.quarantine = [one for one in item.quarantine if one[0] != CODE]
        item.review = [one for one in item.review if one[0] != CODE]
        if item.model_reference in strange and policy == QUARANTINE:
            sentence = f"{item.model_reference} answers without notice of a change"
            item.quarantine.append((CODE, sentence))
        else:
            item.review.append((CODE, f"People look at everything: {names} answered without notice"))
