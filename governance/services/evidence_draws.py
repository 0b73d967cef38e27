"""What a QA draw is proven with (F9): its frame as it was hashed, what it drew, and the scores its events tell."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from audit.models import Event
from reviews.domain import sampling, windows
from reviews.models import Draw, Evaluation, Scorecard
from reviews.selectors import draws

CHANGED = (
    "The frame is not what was hashed any more, so it is left out: see frame_hash in the event sample.drawn."
)
NOT_RECORDED = (
    "This release records no disputes, no corrective actions and no second scores, so there is no κ."
)


def frame(draw: Draw) -> list[bytes]:
    """The lines whose SHA-256 is the hash of the frame; none where the window would give another frame today."""
    zone = draw.process.time_zone
    window = windows.of_day(windows.local_day(draw.window_start, zone), zone)
    items = draws.frame(draw.process, window).items
    if sampling.frame_hash(items) != draw.frame_hash:
        return []
    return list(sampling.frame_lines(items))


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
        "not_recorded": NOT_RECORDED,
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
