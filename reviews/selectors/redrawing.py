"""Drawing again: whether frame, seed and items of a draw are what the trail and the checkpoint make of them."""

import hmac
from dataclasses import dataclass

from django.conf import settings

from audit.models import Event
from audit.selectors import covering
from reviews.domain import fixed_frames, planning, sampling, windows
from reviews.domain.fixed_frames import NoFrame
from reviews.domain.item_columns import ItemColumns
from reviews.domain.windows import Window
from reviews.enums import SeedKind
from reviews.models import Draw, FixedFrame
from reviews.selectors import draw_seeds
from reviews.selectors import draws as selector

NOT_FIXED = "The frame is not what was fixed."


@dataclass(frozen=True, slots=True)
class Verification:
    """What drawing again showed: the frame that was fixed, the items and π, the seed of that checkpoint.

    `unchanged`: whether what the window holds by now is still what was fixed; where it is not, something was changed
    afterwards, and the draw stands all the same.
    """

    frame_equal: bool
    items_equal: bool
    seed_equal: bool
    unchanged: bool
    kind: SeedKind

    @property
    def equal(self) -> bool:
        # Who has not the operator's key cannot make the seed of an old draw.
        return self.frame_equal and self.items_equal and (self.seed_equal or self.kind == SeedKind.HMAC)


def verify(*, draw: Draw) -> Verification:
    """Draw again from the stored seed and plan, and compare; a frame that cannot be read is not what was fixed.

    What was drawn by the operator's key (before frames were fixed) is drawn again over the window as it is now.
    """
    process = draw.process
    window = windows.of_day(windows.local_day(draw.window_start, process.time_zone), process.time_zone)
    now = selector.frame(process, window, planning.cut_by(draw.plan)).items
    unchanged = sampling.frame_hash(now) == draw.frame_hash
    kind = SeedKind(draw.seed_kind)
    kept = now if kind == SeedKind.HMAC else _kept(draw)
    frame_equal = unchanged if kind == SeedKind.HMAC else _is_fixed(draw, kept)
    return Verification(
        frame_equal=frame_equal,
        items_equal=_items_equal(draw, kept),
        seed_equal=_hmac_equal(draw, window) if kind == SeedKind.HMAC else _seed_equal(draw),
        unchanged=unchanged,
        kind=kind,
    )


def _kept(draw: Draw) -> ItemColumns:
    frame = FixedFrame.objects.filter(draw=draw).first()
    try:
        return ItemColumns(fixed_frames.unpack(bytes(frame.packed)) if frame else ())
    except NoFrame:
        return ItemColumns()


def _is_fixed(draw: Draw, kept: ItemColumns) -> bool:
    """Whether the kept frame is the one whose hash was told to the trail before the checkpoint was signed."""
    event = Event.objects.filter(uid=draw.frame_event).first() if draw.frame_event else None
    index = draw_seeds.place(draw)
    covered = index is not None and draw.checkpoint_size is not None and index < draw.checkpoint_size
    told = event.facts.get("frame_hash") if event else None
    plan = event.facts.get("plan") if event else None
    return covered and sampling.frame_hash(kept) == draw.frame_hash == told and plan == draw.plan


def _items_equal(draw: Draw, kept: ItemColumns) -> bool:
    try:
        again = sampling.draw(kept, bytes.fromhex(draw.seed), planning.load(draw.plan))
    except ValueError:
        return False
    stored = set(draw.evaluations.values_list("interaction", "stratum", "pi"))
    return {(str(pk), stratum, pi) for pk, stratum, pi in stored} == {
        (item.id, item.stratum, item.pi) for item in again.items
    }


def _seed_equal(draw: Draw) -> bool:
    """Whether the seed is that of the first checkpoint that covers the frame, confirmed by that witness where it names one."""
    log, index = draw.process.client.log_key, draw_seeds.place(draw)
    if index is None:
        return False
    if draw.witness:
        found = covering.first_confirmed(log=log, index=index, witnesses=[draw.witness])
    else:
        found = covering.first(log=log, index=index)
    return (
        found is not None
        and (found.size, found.line) == (draw.checkpoint_size, draw.cosignature)
        and draw_seeds.digest(found) == draw.checkpoint_hash
        and hmac.compare_digest(draw_seeds.of(found).hex(), draw.seed)
    )


def _hmac_equal(draw: Draw, window: Window) -> bool:
    seed = sampling.seed(
        settings.SECRET_KEY.encode(),
        process=str(draw.process_id),
        window=window.start.isoformat(),
        number=draw.number,
    )
    return hmac.compare_digest(seed.hex(), draw.seed)
