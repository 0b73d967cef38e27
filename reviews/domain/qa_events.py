"""The events of sampling plans (F1), second scores and calibrations, of auditors (F6) and of engines of automatic QA (F5)."""

from contracts.domain.event_specs import spec as _spec

QA_EVENTS = [
    _spec(
        "sample.enlarged", {"size"}, "{size} more interactions come to auditors with the next targeted draw"
    ),
    _spec(
        "sample.planned",
        {"fraction", "reviewer_floor", "stratum_floor", "cut_by"},
        "The sample is {fraction} of all interactions",
        version=2,
    ),
    _spec(
        "autoqa.flags_set",
        {"flags", "before"},
        "Said which flags of automatic QA bring a person",
    ),
    _spec(
        "autoqa.calibrated",
        {
            "calibration",
            "engine",
            "compared",
            "kappa",
            "sensitivity",
            "missed",
            "trusted",
            "languages",
            "lines",
        },
        "{engine} was calibrated against {compared} interactions that auditors scored",
    ),
    _spec(
        "sample.enhanced",
        {"fraction", "since", "until"},
        "The sample is {fraction} of all interactions until {until}",
        personal={"reason"},
    ),
    _spec("sample.enhanced_ended", {"until"}, "The sample is that of the plan again after {until}"),
    _spec(
        "qa.second_drawn",
        {"draw", "of", "month_evaluations", "month_chosen", "items"},
        "Of {of} evaluations {month_chosen} this month are scored twice",
    ),
    _spec(
        "qa.second_submitted",
        {
            "evaluation",
            "second",
            "scorecard_version",
            "answers",
            "score",
            "passed",
            "critical_fail",
            "judged_wrong",
            "output_wrong",
        },
        "A second auditor scored it: {score} of 100",
        personal={"notes"},
    ),
    _spec(
        "calibration.opened",
        {"session", "cause", "line", "kappa", "pairs", "marks"},
        "A calibration of the auditors was opened",
    ),
    _spec(
        "calibration.held",
        {"session", "participants", "marks", "variance", "agreed"},
        "The auditors agreed what the lines mean",
        personal={"decision"},
    ),
]
