"""The sampling plan of a process: which share of all that goes out an auditor sees (F1)."""

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
from reviews.domain import sampling
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
) -> SamplingPlan:
    """Set the share sampled of a process, and the looks each reviewer and each stratum is owed a week.

    The first plan also publishes the template scorecard where the process has none. Raises Invalid for a share
    outside of 5–10 % or finer than a tenth of a percent, or a floor outside of 0–20; NotAllowed for whoever may not
    manage samples.
    """
    access.check(by, MANAGE_SAMPLE, process, MANAGES)
    sampling.in_band(fraction)
    if fraction != fraction.quantize(_STEP):
        raise Invalid("fraction_too_fine", "A share has at most one decimal of a percent.", "fraction")
    for name, floor in (("reviewer_floor", reviewer_floor), ("stratum_floor", stratum_floor)):
        if not 0 <= floor <= HIGHEST_FLOOR:
            raise Invalid("floor_out_of_range", f"A floor lies between 0 and {HIGHEST_FLOOR} a week.", name)
    terms = {
        "fraction": fraction.quantize(_STEP),
        "reviewer_floor": reviewer_floor,
        "stratum_floor": stratum_floor,
    }
    plan, _ = SamplingPlan.objects.update_or_create(
        process=process,
        defaults={**terms, "set_at": at, "set_by": by},
        create_defaults={**terms, "set_at": at, "set_by": by, "created_at": at},
    )
    scorecards.ensure(process=process, by=by, at=at)
    recording.record(
        log=process.client.log_key,
        action="sample.planned",
        actor=actor(by, authority.role_on(by, process)),
        target=Target("sampling_plan", str(plan.pk), process.code, "process", str(process.pk)),
        facts=terms,
        at=at,
        client=process.client.slug,
        process=process.code,
    )
    return plan
