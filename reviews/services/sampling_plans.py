"""The sampling plan of a process: which share of all that goes out an auditor sees (F1)."""

from collections.abc import Collection
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from audit.domain.envelope import Target
from audit.errors import Invalid
from audit.services import recording
from contracts import access
from contracts.domain.roles import MANAGE_SAMPLE
from contracts.models import Process, User
from contracts.selectors import authority
from contracts.services.acting import actor
from reviews.domain import sampling, strata
from reviews.domain.qa_kinds import Cut
from reviews.models import SamplingPlan
from reviews.selectors.draws import MANAGES
from reviews.services import scorecards

HIGHEST_FLOOR = 20
_STEP = Decimal("0.001")


@transaction.atomic
def set_plan(
    *,
    process: Process,
    fraction: Decimal,
    by: User,
    at: datetime,
    reviewer_floor: int = sampling.PER_REVIEWER,
    stratum_floor: int = 1,
    cut_by: Collection[str] = strata.USUAL,
) -> SamplingPlan:
    """Set the share sampled of a process, the looks each reviewer and each stratum is owed a week, and what strata are cut
    by beside tier and route.

    The first plan also publishes the template scorecard where the process has none. Raises Invalid for a share
    outside of 5–10 % or finer than a tenth of a percent, a floor outside of 0–20, or a cut that nobody knows; NotAllowed
    for whoever may not manage samples.
    """
    access.check(by, MANAGE_SAMPLE, process, MANAGES)
    sampling.in_band(fraction)
    if fraction != fraction.quantize(_STEP):
        raise Invalid("fraction_too_fine", "A share has at most one decimal of a percent.", "fraction")
    for name, floor in (("reviewer_floor", reviewer_floor), ("stratum_floor", stratum_floor)):
        if not 0 <= floor <= HIGHEST_FLOOR:
            raise Invalid("floor_out_of_range", f"A floor lies between 0 and {HIGHEST_FLOOR} a week.", name)
    if unknown := set(cut_by) - set(Cut):
        known = ", ".join(Cut)
        raise Invalid("cut_unknown", f"{min(unknown)!r} is none of the cuts: {known}.", "cut_by")
    terms = {
        "fraction": fraction.quantize(_STEP),
        "reviewer_floor": reviewer_floor,
        "stratum_floor": stratum_floor,
    }
    stored = {**terms, **{f"by_{cut}": cut in cut_by for cut in Cut}, "set_at": at, "set_by": by}
    plan, _ = SamplingPlan.objects.update_or_create(
        process=process, defaults=stored, create_defaults={**stored, "created_at": at}
    )
    scorecards.ensure(process=process, by=by, at=at)
    recording.record(
        log=process.client.log_key,
        action="sample.planned",
        actor=actor(by, authority.role_on(by, process)),
        target=Target("sampling_plan", str(plan.pk), process.code, "process", str(process.pk)),
        facts={**terms, "cut_by": [cut.value for cut in plan.cut_by]},
        at=at,
        client=process.client.slug,
        process=process.code,
    )
    return plan
