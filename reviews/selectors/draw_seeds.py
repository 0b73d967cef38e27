"""Which checkpoint gives a draw its seed, and what a draw waits for that has none yet."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from audit.selectors import covering, tree
from audit.selectors.covering import Covering
from reviews.domain import draw_seeds
from reviews.enums import SeedKind, SeedReason
from reviews.models import Draw

# A witness that says nothing for so long does not keep QA from its work.
PATIENCE = timedelta(hours=24)
UNPLACED = "The frame is fixed; it waits for its place in the log."
UNSIGNED = "The frame is fixed; it waits for the next checkpoint of the log, which is signed within seconds."
UNCONFIRMED = (
    "The frame is fixed and signed; it waits for a client’s witness to confirm the checkpoint, a day at most."
)


@dataclass(frozen=True, slots=True)
class Seed:
    """A seed, and the checkpoint it is made of."""

    kind: SeedKind
    reason: SeedReason
    value: bytes
    covering: Covering


def find(draw: Draw, *, log: str, witnesses: Collection[str], at: datetime) -> Seed | str:
    """The seed of a fixed draw, or in a sentence what it waits for.

    Of the first checkpoint that covers the frame and that a witness confirmed; of the first that covers it where the log
    has no witness, or none has said anything for a day.
    """
    index = place(draw)
    if index is None:
        return UNPLACED
    if witnesses and (confirmed := covering.first_confirmed(log=log, index=index, witnesses=witnesses)):
        return Seed(SeedKind.WITNESSED, SeedReason.CONFIRMED, of(confirmed), confirmed)
    signed = covering.first(log=log, index=index)
    if signed is None:
        return UNSIGNED
    if witnesses and (draw.fixed_at is None or at < draw.fixed_at + PATIENCE):
        return UNCONFIRMED
    reason = SeedReason.SILENT if witnesses else SeedReason.NO_WITNESS
    return Seed(SeedKind.CHECKPOINT, reason, of(signed), signed)


def of(covering: Covering) -> bytes:
    """The seed that a checkpoint gives, with the line of its witness where it bears one."""
    if covering.line:
        return draw_seeds.of_witnessed(covering.text, covering.line)
    return draw_seeds.of_checkpoint(covering.text)


def place(draw: Draw) -> int | None:
    """Where the event that fixed the frame stands in its log; None while it waits for its place."""
    found = tree.leaf_of_event(draw.frame_event) if draw.frame_event else None
    return None if found is None else found.index


def digest(covering: Covering) -> str:
    """The hash of what was signed, without any signature."""
    return draw_seeds.of_checkpoint(covering.text).hex()
