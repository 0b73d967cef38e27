"""What halts do to what comes in (W1, W3): refused, sent to a person, or kept for the record until the halt ends."""

from audit.errors import Locked
from contracts.domain import halting
from contracts.domain.halting import HaltTerms
from contracts.enums import Degree, HaltCause
from reviews.selectors.snapshots import Snapshot
from reviews.services.preparing import Prepared

# Why something waits; a drill by a code of its own, so that what waited for practice can be left out of service levels (W4).
HALTED, DRILL, WATCH = "HALTED", "HALT_DRILL", "HALT_WATCH"


def judge(item: Prepared, snapshot: Snapshot) -> Locked | None:
    """Mark a submission with what the halts in force ask for; the refusal where it may not be taken in at all.

    Called under the locks of its scopes, so that the halts are those of this very moment.
    """
    item.halt, item.halted = None, []
    if not snapshot.halts:
        return None
    place = snapshot.place(item.step.id, item.model_version_id)
    halt = halting.governing(snapshot.halts, place)
    if halt is None:
        if watch := halting.watching(snapshot.halts, place, item.at):
            sentence = f"A person decides everything for a while after the halt of {watch.name}"
            item.halted = [(WATCH, sentence)]
        return None
    if halt.degree == Degree.STOP:
        return Locked("halted", f"{told(halt)} Nothing was stored: send it again when the halt is over.")
    item.halt, item.halted = halt, [(DRILL if halt.drill else HALTED, told(halt))]
    return None


def told(halt: HaltTerms) -> str:
    """A halt as agents and people read it: what, why as a class, since when."""
    cause = HaltCause(halt.cause).label.lower()
    what = "A drill halts" if halt.drill else "Somebody halted"
    return f"{what} {halt.name} ({cause}) since {halt.since:%Y-%m-%d %H:%M:%S} UTC."
