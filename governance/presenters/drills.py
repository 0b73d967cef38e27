"""The page of the drills: what each one does, and what the tools said the last time, in plain words."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from audit.domain import drills as domain
from audit.domain.drills import Outcome, Report
from governance.models import DrillRun
from governance.selectors.drill_runs import DrillLog

WITHOUT = "By itself, without anything kept outside, the same check said that all is well."
NOT_CLEAN = (
    "The copy that nobody touched is not clean, so no drill was done and nothing counts as caught. "
    "Have the log itself checked with audit_fsck."
)


@dataclass(frozen=True, slots=True)
class Found:
    """What became of one drill, or of the copy nobody touched."""

    label: str
    hue: str
    touched: str
    index: str
    tool: str
    status: int
    said: str
    alone: str = ""


@dataclass(frozen=True, slots=True)
class Way:
    """One drill as it is explained, with what came of it the last time, or why it was left out then."""

    title: str
    done: str
    who: str
    found_by: str
    found: Found | None = None
    left_out: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """The last run that ended. `sentence` is its outcome in one line; `problem` is why there is none."""

    at: datetime
    by: str
    sentence: str
    hue: str
    entries: str
    control: Found | None


@dataclass(frozen=True, slots=True)
class Under:
    """The run that is under way."""

    percent: int
    doing: str
    since: datetime


def ways(log: DrillLog | None) -> list[Way]:
    """Every drill; what was found stands beside it only where the copy nobody touched was clean."""
    report = report_of(log.last) if log and log.last else None
    found = {one.key: _found(one) for one in report.outcomes} if report and report.control_clean else {}
    left_out = dict(report.left_out) if report else {}
    return [
        Way(one.title, one.done, one.who, one.found_by, found.get(one.key), left_out.get(one.key, ""))
        for one in domain.DRILLS
    ]


def under_way(log: DrillLog) -> Under | None:
    run = log.running
    if run is None:
        return None
    percent = 100 * run.done // run.total if run.total else 0
    doing = run.doing or "Waiting for a worker"
    return Under(percent, doing, timezone.localtime(run.requested_at))


def result(log: DrillLog) -> Result | None:
    run = log.last
    if run is None or run.ended_at is None:
        return None
    report = report_of(run)
    sentence, hue = _sentence(run, report)
    return Result(
        at=timezone.localtime(run.ended_at),
        by=run.requested_by.name if run.requested_by else "an operator, by a command",
        sentence=sentence,
        hue=hue,
        entries=_entries(report) if report else "",
        control=_control(report.control) if report else None,
    )


def report_of(run: DrillRun) -> Report | None:
    """What a run found, as it was kept; None for one that could not be done."""
    if run.control is None:
        return None
    return Report(
        run.log,
        run.first,
        run.entries,
        _outcome(run.control),
        tuple(_outcome(one) for one in run.outcomes),
        tuple((key, why) for key, why in run.left_out),
    )


def _outcome(kept: dict[str, Any]) -> Outcome:
    return Outcome(**kept)


def _entries(report: Report) -> str:
    last = report.first + report.entries - 1
    return f"{report.entries:,}, from entry {report.first:,} to {last:,} of the log"


def _sentence(run: DrillRun, report: Report | None) -> tuple[str, str]:
    if report is None:
        return run.problem, "warn"
    if not report.control_clean:
        return NOT_CLEAN, "bad"
    done = len(report.outcomes)
    if report.passed:
        return f"All {done} ways to cheat were caught, and the copy that nobody touched was clean.", "good"
    return f"Of {done} ways to cheat {report.caught} were caught and {done - report.caught} were not.", "bad"


def _control(one: Outcome) -> Found:
    clean = one.status == 0
    return Found(
        label="Clean" if clean else "Not clean",
        hue="good" if clean else "bad",
        touched="",
        index=_number(one.index),
        tool=one.tool,
        status=one.status,
        said=one.said,
    )


def _found(one: Outcome) -> Found:
    return Found(
        label="Caught" if one.caught else "Not caught",
        hue="good" if one.caught else "bad",
        touched=_number(one.touched),
        index=_number(one.index),
        tool=one.tool,
        status=one.status,
        said=one.said,
        alone=WITHOUT if one.alone == 0 else "",
    )


def _number(index: int | None) -> str:
    return "–" if index is None else f"{index:,}"
