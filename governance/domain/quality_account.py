"""The account of QA over a period, made of the events that evidence shows and of nothing else (F9).

Whoever has the bundle can add up the same figures from `events.jsonl`: each draw and each score stands with its index.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from reviews.domain import estimates

_DRAW = ("frame_hash", "frame_size", "size", "seed_kind", "window_start", "window_end")
_OUTCOME = ("score", "passed", "critical_fail", "output_wrong")
_COUNTED = (
    "action.done",
    "action.opened",
    "action.verified",
    "bias.audited",
    "calibration.held",
    "calibration.opened",
    "qa.closed",
    "qa.recalibration_closed",
    "qa.recalibration_found",
    "release.recall_confirmed",
    "release.recalled",
    "sample.planned",
    "sample.targeted",
    "scorecard.published",
)


class QualityAccount:
    """What a stretch of a log tells of QA. Events are taken in the order of the log."""

    def __init__(self) -> None:
        self._draws: dict[str, dict[str, Any]] = {}
        self._scores: dict[str, dict[str, Any]] = {}
        self._outcomes: Counter[str] = Counter()
        self._twice: dict[str, list[bool]] = {}
        self._disputed = 0
        self._others: Counter[str] = Counter()

    def take(self, index: int, action: str, target: str, facts: Mapping[str, Any]) -> None:
        """Take one event into account; what is not about QA changes nothing."""
        match action:
            case "sample.frame_fixed":
                told = {name: facts.get(name) for name in ("frame_hash", "frame_size")}
                self._draws[target] = {"fixed_index": index, **told}
            case "sample.drawn":
                known = self._draws.setdefault(target, {})
                known |= {"drawn_index": index, **{name: facts.get(name) for name in _DRAW}}
            case "qa.submitted":
                told = {name: facts.get(name) for name in _OUTCOME}
                self._scores[str(facts["evaluation"])] = {"index": index, "pi": facts.get("pi"), **told}
                self._twice.setdefault(str(facts["evaluation"]), []).append(facts.get("passed") is True)
            case "qa.second_submitted":
                self._twice.setdefault(str(facts["evaluation"]), []).append(facts.get("passed") is True)
            case "qa.disputed":
                self._disputed += 1
            case "qa.adjudicated":
                self._outcomes[str(facts["outcome"])] += 1
                told = {name: facts.get(name) for name in _OUTCOME}
                self._scores.setdefault(str(facts["evaluation"]), {"pi": facts.get("pi")}).update(
                    {"adjudicated_index": index, **told}
                )
            case _ if action in _COUNTED:
                self._others[action] += 1

    def told(self) -> dict[str, Any]:
        """The account as plain data; empty where nothing was about QA. A score that was adjudicated counts as that."""
        if not (self._draws or self._twice or self._disputed or self._outcomes or self._others):
            return {}
        chosen = [score for score in self._scores.values() if score["pi"] is not None]
        return {
            "draws": [{"draw": pk, **told} for pk, told in sorted(self._draws.items())],
            "drawn": sum(draw.get("size") or 0 for draw in self._draws.values()),
            "scored": len(chosen),
            "scored_of_targeted_picks": len(self._scores) - len(chosen),
            "passed": sum(score["passed"] is True for score in chosen),
            "critical_failures": sum(score["critical_fail"] is True for score in chosen),
            "output_wrong": sum(score["output_wrong"] is True for score in chosen),
            "scores": [{"evaluation": pk, **told} for pk, told in sorted(self._scores.items())],
            "scored_twice": self._agreement(),
            "disputed": self._disputed,
            "adjudicated": dict(sorted(self._outcomes.items())),
            "others": dict(sorted(self._others.items())),
        }

    def _agreement(self) -> dict[str, Any]:
        """Of what the stretch holds both scores of: how many, the table passed/failed by the two auditors in the order in
        which they scored, and Cohen's κ where there is any."""
        pairs = [marks for marks in self._twice.values() if len(marks) == 2]
        table = [
            [sum(pair == [one, other] for pair in pairs) for other in (True, False)] for one in (True, False)
        ]
        kappa = estimates.kappa(table).kappa if pairs else None
        return {"evaluations": len(pairs), "table": table, "kappa": None if kappa is None else f"{kappa:.3f}"}
