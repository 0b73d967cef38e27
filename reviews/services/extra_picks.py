"""Asking auditors to look at more (R2): the next targeted draw of the process takes it along, without a word why."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from audit.domain.envelope import Actor, Target
from audit.services import recording
from contracts.models import Process
from reviews.models import ExtraPick

_SAMPLING = Actor.system("sampling")


@transaction.atomic
def ask(*, process: Process, interactions: Collection[UUID], at: datetime) -> int:
    """Put these beside what automatic QA flagged; returns how many. What was asked for before is asked for once.

    The event tells how many and not which: these stand in the draw, among everything else that it picks.
    """
    known = set(ExtraPick.objects.filter(interaction__in=interactions).values_list("interaction", flat=True))
    fresh = [pk for pk in interactions if pk not in known]
    if not fresh:
        return 0
    # By their keys, so that their order tells nothing of whoever chose them.
    ExtraPick.objects.bulk_create(
        ExtraPick(interaction_id=pk, process=process, created_at=at) for pk in sorted(fresh)
    )
    recording.record(
        log=process.client.log_key,
        action="sample.enlarged",
        actor=_SAMPLING,
        target=Target("process", str(process.pk), process.code),
        facts={"size": len(fresh)},
        at=at,
        client=process.client.slug,
        process=process.code,
    )
    return len(fresh)
