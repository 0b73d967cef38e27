"""The events of what follows when something that went out was wrong: recalls, corrective actions, findings (D4, F11)."""

from contracts.domain.event_specs import spec as _spec

_RECALL = {
    "recall",
    "cause",
    "evaluation",
    "severity",
    "reason_code",
    "remedy",
    "authority",
    "output_digest",
    "decision",
    "route",
    "released_at",
}

CONSEQUENCES = [
    _spec(
        "release.recalled",
        _RECALL,
        "Recalled what went out (severity {severity})",
        personal={"explanation"},
    ),
    _spec(
        "release.recall_corrected",
        _RECALL,
        "Said what takes the place of the recalled output: {remedy}",
        personal={"explanation"},
    ),
    _spec("release.recall_acknowledged", {"recall", "seconds"}, "The client’s system knows of the recall"),
    _spec(
        "release.recall_notice",
        {"recall", "notify"},
        "Decided whether the customer is told of the recall: {notify}",
        personal={"why"},
    ),
    _spec(
        "release.recall_confirmed",
        {"recall", "seconds"},
        "Confirmed that what was recalled is mended",
        personal={"fix"},
    ),
    _spec(
        "release.recall_proposed",
        {"proposal", "flag", "engine", "calibration"},
        "{engine} flagged what went out ({flag}): its recall is proposed",
    ),
    _spec(
        "release.recall_proposal_followed",
        {"proposal", "flag", "recall"},
        "What automatic QA proposed to recall ({flag}) is recalled",
    ),
    _spec(
        "release.recall_proposal_dismissed",
        {"proposal", "flag"},
        "Said why what automatic QA flagged ({flag}) may stand",
        personal={"why"},
    ),
    _spec(
        "action.opened",
        {"action", "evaluation", "recall", "items", "owner", "due_at"},
        "A corrective action was opened",
    ),
    _spec(
        "action.overdue",
        {"action", "owner", "due_at", "step", "told"},
        "Reminded of a corrective action that is overdue",
    ),
    _spec("action.assigned", {"action", "owner"}, "Handed the corrective action over"),
    _spec("action.done", {"action", "in_time"}, "Said what was done", personal={"done"}),
    _spec("action.returned", {"action"}, "Gave the corrective action back", personal={"why"}),
    _spec("action.verified", {"action", "seconds"}, "Verified that the corrective action helps"),
    _spec(
        "qa.recalibration_found",
        {"item", "failures", "evaluations", "since", "until"},
        "The line {item} failed {failures} times within 30 days: a recalibration finding",
    ),
    _spec(
        "qa.recalibration_closed",
        {"item", "seconds"},
        "Closed the recalibration finding on {item}",
        personal={"changed"},
    ),
]
