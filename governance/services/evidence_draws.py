"""What a QA draw is proven with (F9): its frame as it was hashed, what it drew, and the scores its events tell."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from decimal import Decimal
from typing import Any

from audit.domain import note
from audit.domain.notation import base64_text
from audit.models import Event
from audit.selectors import tree
from reviews.domain import fixed_frames, sampling, windows
from reviews.domain.fixed_frames import NoFrame
from reviews.enums import SeedKind
from reviews.models import Draw, Evaluation, FixedFrame, Scorecard
from reviews.selectors import draws

CHANGED = (
    "The frame is not what was hashed any more, so it is left out: see frame_hash in the event sample.drawn."
)
NOT_HERE = "Disputes, second scores and what followed are events of the log: the evidence of a period counts them and κ."


def frame(draw: Draw) -> Iterable[bytes]:
    """The lines whose SHA-256 is the hash of the frame, as they were fixed; of an old draw, the lines the window gives
    today, and none where that is another frame."""
    if draw.seed_kind != SeedKind.HMAC:
        kept = FixedFrame.objects.filter(draw=draw).first()
        return _readable(bytes(kept.packed)) if kept else []
    zone = draw.process.time_zone
    window = windows.of_day(windows.local_day(draw.window_start, zone), zone)
    items = draws.frame(draw.process, window).items
    if sampling.frame_hash(items) != draw.frame_hash:
        return []
    return list(sampling.frame_lines(items))


def _readable(packed: bytes) -> Iterator[bytes]:
    """The lines of a kept frame as far as they can be read: whoever checks them sees that some are missing."""
    with suppress(NoFrame):
        yield from fixed_frames.lines(packed)


def proof(draw: Draw, log: str) -> dict[str, Any] | None:
    """What, with the frame and the events of the draw, it takes to draw again: where these events stand, the checkpoint
    that gave the seed with the line of its witness alone, and the proof that it covers the frame. None for an old draw."""
    if draw.checkpoint_size is None or draw.frame_event is None:
        return None
    drawn = Event.objects.get(
        log_id=tree.log_id(log), object_type="draw", object_id=str(draw.pk), action="sample.drawn"
    )
    places = tree.leaves_of_events([draw.frame_event, drawn.uid])
    signed = bytes(tree.checkpoints(log).get(size=draw.checkpoint_size).note)
    if draw.cosignature:
        signed = note.with_signatures(signed, [note.parse_line(draw.cosignature)])
    fixed = places[draw.frame_event].index
    return {
        "format": "countersign-draw",
        "version": 1,
        "fixed_index": fixed,
        "drawn_index": places[drawn.uid].index,
        "checkpoint": signed.decode(),
        "inclusion": [
            base64_text(hashed) for hashed in tree.inclusion(log=log, index=fixed, size=draw.checkpoint_size)
        ],
    }


def summary(draw: Draw, scored: Sequence[tuple[int, Event]], *, has_frame: bool) -> dict[str, Any]:
    """The draw in short. The scores are those of the events that the bundle shows, each with its place."""
    scores = [_score(index, event) for index, event in scored]
    locked = Evaluation.objects.filter(draw=draw).values("scorecard")
    cards = Scorecard.objects.filter(pk__in=locked).order_by("version")
    return {
        "id": str(draw.pk),
        "process": draw.process.code,
        "window": [draw.window_start.isoformat(), draw.window_end.isoformat()],
        "frame_size": draw.frame_size,
        "frame_hash": draw.frame_hash,
        "frame": "frame.txt: its SHA-256 is frame_hash" if has_frame else CHANGED,
        "drawn": draw.size,
        "fraction": str(draw.fraction),
        "seed": draw.seed,
        "seed_kind": draw.seed_kind,
        "seed_reason": draw.seed_reason,
        "checkpoint_size": draw.checkpoint_size,
        "checkpoint_hash": draw.checkpoint_hash,
        "witness": draw.witness,
        "strata": draw.strata,
        "scored": len(scores),
        "passed": sum(score["passed"] is True for score in scores),
        "critical_failures": sum(score["critical_fail"] is True for score in scores),
        "output_wrong": sum(score["output_wrong"] is True for score in scores),
        "mean_score": _mean([score["score"] for score in scores]),
        "scores": scores,
        "scorecards": [
            {"version": card.version, "pass_mark": card.pass_mark, "items": card.items} for card in cards
        ],
        "not_here": NOT_HERE,
    }


_FACTS = (
    "evaluation",
    "stratum",
    "pi",
    "scorecard_version",
    "answers",
    "score",
    "passed",
    "critical_fail",
    "judged_wrong",
    "output_wrong",
)


def _score(index: int, event: Event) -> dict[str, Any]:
    parent = event.content.get("object", {}).get("parent_id", "")
    facts = {name: event.facts.get(name) for name in _FACTS}
    return {"index": index, "uid": str(event.uid), "interaction": parent, **facts}


def _mean(scores: Sequence[Any]) -> str:
    given = [Decimal(score) for score in scores if score is not None]
    return f"{sum(given) / len(given):.2f}" if given else ""
