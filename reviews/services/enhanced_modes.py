"""Drawing more than 10 % of a process for a time: set with a reason and an end, and ended early by a person (F1)."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction

from audit.domain.envelope import Target
from audit.errors import Conflict
from audit.services import recording
from contracts import access
from contracts.domain.roles import MANAGE_SAMPLE
from contracts.models import Process, User
from contracts.selectors import authority
from contracts.services.acting import actor
from reviews.domain import enhanced_modes, texts, windows
from reviews.models import EnhancedMode, SamplingPlan
from reviews.selectors import sampling_plans
from reviews.selectors.draws import MANAGES


@transaction.atomic
def begin(
    *, process: Process, fraction: Decimal, reason: str, until: date, by: User, at: datetime
) -> EnhancedMode:
    """Draw this share of today and of every day up to `until`; then the plan holds again without anybody's doing.

    Raises Invalid for a share up to 10 %, a reason of less than 20 characters, or an end that is not within 92 days from now;
    Conflict where the process has no sampling plan or is in enhanced mode already; NotAllowed for whoever may not manage
    samples.
    """
    access.check(by, MANAGE_SAMPLE, process, MANAGES)
    reason = texts.clean(reason, "reason", longest=enhanced_modes.LONGEST_REASON)
    today = windows.local_day(at, process.time_zone)
    enhanced_modes.check(fraction=fraction, reason=reason, until=until, today=today)
    _lock(process)
    if current := sampling_plans.enhanced_on(process, today):
        raise Conflict(
            "enhanced_already",
            f"{process.code} is in enhanced mode until {current.until:%-d %b %Y}: end that first.",
            "fraction",
        )
    mode = EnhancedMode.objects.create(
        process=process, fraction=fraction, reason=reason, since=today, until=until, set_at=at, set_by=by
    )
    terms = {"fraction": fraction, "since": today.isoformat(), "until": until.isoformat()}
    _record(mode, "sample.enhanced", terms, by, at, {"reason": reason})
    return mode


@transaction.atomic
def end(*, process: Process, by: User, at: datetime) -> EnhancedMode:
    """End enhanced mode today: today is drawn by the plan, what went out before is drawn as it was said.

    Raises Conflict where the process is not in enhanced mode; NotAllowed for whoever may not manage samples.
    """
    access.check(by, MANAGE_SAMPLE, process, MANAGES)
    _lock(process)
    today = windows.local_day(at, process.time_zone)
    mode = sampling_plans.enhanced_on(process, today)
    if mode is None:
        raise Conflict("not_enhanced", f"{process.code} is not in enhanced mode.")
    mode.until, mode.ended_at, mode.ended_by = today - timedelta(days=1), at, by
    mode.save(update_fields=["until", "ended_at", "ended_by"])
    _record(mode, "sample.enhanced_ended", {"until": mode.until.isoformat()}, by, at, {})
    return mode


def _lock(process: Process) -> None:
    """One at a time for each process: whoever comes second sees what the first did."""
    if SamplingPlan.objects.select_for_update().filter(process=process).first() is None:
        raise Conflict("no_plan", f"{process.code} has no sampling plan: set one first.", "process")


def _record(
    mode: EnhancedMode, action: str, facts: dict[str, Any], by: User, at: datetime, personal: dict[str, str]
) -> None:
    process = mode.process
    recording.record(
        log=process.client.log_key,
        action=action,
        actor=actor(by, authority.role_on(by, process)),
        target=Target("enhanced_mode", str(mode.pk), process.code, "process", str(process.pk)),
        facts=facts,
        at=at,
        client=process.client.slug,
        process=process.code,
        personal=personal,
        subject=str(process.pk) if personal else "",
    )
