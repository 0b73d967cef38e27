"""What automatic QA and people said of the same interactions, and what it flagged and nobody looked at."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Exists, OuterRef
from django.db.models.functions import Coalesce

from contracts.models import ModelVersion, Process
from reviews.domain import strata
from reviews.domain.targeting import Calibration, Flagged
from reviews.domain.windows import Window
from reviews.enums import SCORED, AutoFlag, DrawKind, EvaluationState
from reviews.models import AutoQa, Draw, EngineCalibration, Evaluation, ExtraPick
from reviews.selectors import disputes, engines

# The newest so many comparisons count: an engine and the outputs change.
MOST_COMPARED = 5_000
_DRAWN = Evaluation.objects.filter(interaction=OuterRef("interaction")).exclude(state=EvaluationState.VOID)


def of(process: Process, engine: ModelVersion | None) -> Calibration:
    """F5: how a version of an engine does now, by flag and language, over what chance drew. Targeted picks were flagged to
    begin with and would prove it right."""
    found = Calibration()
    rows = (
        Evaluation.objects.filter(
            process=process,
            kind=DrawKind.RANDOM,
            state__in=SCORED,
            interaction__auto_qa__sentiment__isnull=False,
            interaction__auto_qa__engine=engine,
        )
        .order_by("-submitted_at", "-pk")
        .values_list(
            "interaction__auto_qa__findings",
            "interaction__language",
            Coalesce(disputes.stands("judged_wrong"), disputes.stands("output_wrong")),
        )
    )
    for findings, language, wrong in rows[:MOST_COMPARED]:
        found.add(flags=flags_of(findings), language=strata.language(language), wrong=bool(wrong))
    return found


def recorded(process: Process, engine: ModelVersion | None) -> EngineCalibration | None:
    """The calibration of an engine that stands: the newest."""
    found = EngineCalibration.objects.filter(process=process, engine=engine)
    return found.select_related("engine", "calibrated_by").order_by("-calibrated_at", "-pk").first()


def standing(process: Process) -> Calibration:
    """What the configured engine is trusted with, as it was recorded; with nothing before that."""
    found = recorded(process, engines.in_use())
    return Calibration.read(found.lines) if found else Calibration()


def flags_of(findings: list[dict[str, str]]) -> frozenset[AutoFlag]:
    return frozenset(AutoFlag(finding["flag"]) for finding in findings)


def targeted(process: Process, window: Window) -> Draw | None:
    """The targeted draw of a window, if there is one."""
    return Draw.objects.filter(process=process, window_start=window.start, kind=DrawKind.TARGETED).first()


def flagged(process: Process, since: datetime, until: datetime) -> Iterator[tuple[str, Flagged]]:
    """What was flagged, went out in this time, and was drawn for nobody yet: with its language."""
    rows = (
        AutoQa.objects.filter(
            process=process,
            flagged=True,
            interaction__released_at__gte=since,
            interaction__released_at__lt=until,
        )
        .filter(~Exists(_DRAWN))
        .order_by("interaction")
        .values_list("interaction", "interaction__language", "findings")
    )
    for pk, language, findings in rows.iterator(chunk_size=2_000):
        yield strata.language(language), Flagged(str(pk), flags_of(findings))


def besides(process: Process) -> list[Flagged]:
    """What is to be looked at besides, and was drawn for nobody yet; with its flags, if it has any."""
    rows = ExtraPick.objects.filter(~Exists(_DRAWN), process=process).order_by("interaction")
    return [
        Flagged(str(pk), flags_of(findings or []))
        for pk, findings in rows.values_list("interaction", "interaction__auto_qa__findings")
    ]
