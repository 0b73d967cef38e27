"""Whether control items are allowed where a process is worked on: closed until somebody opens it, on a ground (E4)."""

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
from reviews.domain import honeypots, texts
from reviews.models import HoneypotPlan
from reviews.selectors.draws import MANAGES

BASIS_LENGTH, SHORTEST = 300, 10


@transaction.atomic
def set_plan(
    *, process: Process, allowed: bool, share: Decimal, basis: str, by: User, at: datetime
) -> HoneypotPlan:
    """Allow control items on a process, or end them: which share of what each reviewer decides, and on what ground, such as
    the agreement with the works council of the site.

    What is before a reviewer already is judged all the same. Raises Invalid for a share outside of 1–2 %, or where no ground
    is named; NotAllowed for whoever may not manage samples.
    """
    access.check(by, MANAGE_SAMPLE, process, MANAGES)
    if not honeypots.LOWEST <= share <= honeypots.HIGHEST or share != share.quantize(honeypots.LOWEST):
        raise Invalid("share_out_of_band", "Between 1 and 2 %, with one decimal of a percent.", "share")
    basis = texts.clean(basis, "basis", longest=BASIS_LENGTH)
    if allowed and len(basis) < SHORTEST:
        raise Invalid(
            "basis_required", "Say on what ground the site allows control items, and who agreed.", "basis"
        )
    terms = {"allowed": allowed, "share": share, "basis": basis, "set_at": at, "set_by": by}
    plan, _ = HoneypotPlan.objects.update_or_create(process=process, defaults=terms)
    recording.record(
        log=process.client.log_key,
        action="honeypots.planned",
        actor=actor(by, authority.role_on(by, process)),
        target=Target("honeypot_plan", str(process.pk), process.code, "process", str(process.pk)),
        facts={"allowed": allowed, "share": share},
        at=at,
        client=process.client.slug,
        process=process.code,
        personal={"basis": basis} if basis else {},
        subject=str(process.pk) if basis else "",
    )
    return plan
