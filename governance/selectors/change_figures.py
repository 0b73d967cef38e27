"""How much people changed of what models put out: around a change, and by version, in sums alone."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, Sum

from contracts import access
from contracts.domain.change_kinds import ChangeState
from contracts.domain.roles import FILE_CHANGES, VIEW_BOARD, VIEW_PROCESS
from contracts.models import ModelChange, ModelVersion, Process, User
from contracts.permissions import changes as permissions
from contracts.services.change_deployments import Deviation
from governance.domain import telemetry
from governance.models import DayRollup
from reviews.domain import windows
from reviews.enums import DrawKind
from reviews.models import Decision, Evaluation, Interaction
from reviews.models.interaction import RELEASED

BASELINE = timedelta(days=28)
_REFUSAL = "How much of its output people change is read by those who read the board, and by the vendor of the model."


@dataclass(frozen=True)
class VersionFigures:
    """So much of a version was decided by people in the last 90 days, so much of it changed."""

    reference: str
    model: str
    decided: int
    changed: int


def of(change: ModelChange, at: datetime) -> tuple[Deviation, Deviation]:
    """The deviation of the steps of a change: in the 28 days before it was deployed, and since."""
    assert change.deployed_at is not None  # noqa: S101 — only deployed changes are watched
    day = telemetry.day_of(change.deployed_at)
    return _sum(change, day - BASELINE, day), _sum(change, day, telemetry.day_of(at) + timedelta(days=1))


def _sum(change: ModelChange, since: date, before: date) -> Deviation:
    rows = DayRollup.objects.filter(
        log=change.process.client.log_key,
        process=change.process.code,
        step__in=change.steps,
        day__gte=since,
        day__lt=before,
    ).aggregate(decided=Sum("decided"), changed=Sum("changed"))
    return Deviation(rows["decided"] or 0, rows["changed"] or 0)


def by_version(user: User, code: str, at: datetime) -> tuple[Process, list[VersionFigures]]:
    """Sums by version of a process, for those who read its board; an AI vendor reads those of its own models."""
    process = access.process(user, code, VIEW_PROCESS, _REFUSAL)
    codename = FILE_CHANGES if permissions.is_vendor(user) else VIEW_BOARD
    access.check(user, codename, process, _REFUSAL)
    known = ModelVersion.objects.filter(steps__process=process) | ModelVersion.objects.filter(
        changes__process=process
    )
    if permissions.is_vendor(user):
        known = known.filter(model__vendor=user.organisation_id)
    names = dict(known.distinct().values_list("reference", "model__name"))
    rows = (
        Decision.objects.filter(
            is_final=True,
            withdrawn_at__isnull=True,
            interaction__process=process,
            interaction__is_honeypot=False,
            interaction__model_reference__in=list(names),
            decided_at__gte=at - timedelta(days=90),
        )
        .order_by()
        .values_list("interaction__model_reference")
        .annotate(decided=Count("pk"), changed=Count("pk", filter=Q(material=True)))
    )
    found = [VersionFigures(name, names[name], decided, changed) for name, decided, changed in rows]
    return process, sorted(found, key=lambda one: one.reference)


def watched(process: Process) -> list[ModelChange]:
    rows = ModelChange.objects.filter(process=process, state=ChangeState.WATCH)
    return list(
        rows.select_related("process__client", "process__provider", "model__vendor").order_by("number")
    )


def drawn(process: Process, day: date) -> int:
    """How many interactions of a day chance drew for QA."""
    window = windows.of_day(day, process.time_zone)
    rows = Evaluation.objects.filter(process=process, kind=DrawKind.RANDOM)
    return rows.filter(draw__window_start=window.start).count()


def released(process: Process, steps: Collection[str], day: date) -> list[UUID]:
    """What went out on a day at these steps and chance did not draw."""
    window = windows.of_day(day, process.time_zone)
    seen = Evaluation.objects.filter(interaction=OuterRef("pk"), kind=DrawKind.RANDOM)
    rows = Interaction.objects.filter(
        ~Exists(seen),
        process=process,
        step__code__in=list(steps),
        state__in=RELEASED,
        is_honeypot=False,
        released_at__gte=window.start,
        released_at__lt=window.end,
    )
    return list(rows.order_by().values_list("pk", flat=True))
