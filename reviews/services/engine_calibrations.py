"""Calibrations of automatic QA against people (F5): what is recorded decides whether anything follows from a flag by itself."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from audit.domain.envelope import Target
from audit.errors import Conflict
from audit.services import recording
from contracts.models import User
from contracts.selectors import authority
from contracts.services import processes
from contracts.services.acting import actor
from reviews import permissions
from reviews.domain.targeting import ANY
from reviews.models import EngineCalibration
from reviews.selectors import calibration as selector
from reviews.selectors import draws, engines

_FINEST = Decimal("0.0001")


@transaction.atomic
def calibrate(*, code: str, by: User, at: datetime) -> EngineCalibration:
    """Record how the configured engine agrees with the auditors on a process now; from here on it is trusted with that, or
    advisory only, until the next calibration.

    Raises NotVisible and NotAllowed for whoever does not govern the samples, Conflict where nothing was compared yet.
    """
    process = draws.process_of(by, code)
    permissions.check_can_calibrate_engine(by, process)
    engine = engines.in_use()
    found = selector.of(process, engine)
    if engine is None or not found.overall.n:
        raise Conflict(
            "nothing_compared",
            "Auditors have scored nothing yet that the engine scored too: there is nothing to compare.",
        )
    lines = found.lines()
    made = EngineCalibration.objects.create(
        process=process,
        engine=engine,
        lines=lines,
        compared=found.overall.n,
        trusted=found.overall.trusted,
        calibrated_at=at,
        calibrated_by=by,
    )
    agreement = found.overall.agreement
    recording.record(
        log=process.client.log_key,
        action="autoqa.calibrated",
        actor=actor(by, authority.role_on(by, process)),
        target=Target("engine_calibration", str(made.pk), engine.reference, "process", str(process.pk)),
        facts={
            "calibration": made.pk,
            "engine": engine.reference,
            "compared": made.compared,
            "kappa": _number(agreement.kappa if agreement else None),
            "sensitivity": _number(found.overall.sensitivity.share),
            "missed": _number(found.overall.missed.share),
            "trusted": made.trusted,
            "languages": sorted(
                spoken for flag, spoken in found.tallies if flag == ANY and spoken and found.acts_in(spoken)
            ),
            "lines": lines,
        },
        at=at,
        client=process.client.slug,
        process=process.code,
    )
    # Intake holds what a trusted engine flags: it has to hear of it at once.
    processes.touch(process)
    return made


def _number(share: float | None) -> Decimal | None:
    return None if share is None else Decimal(str(share)).quantize(_FINEST)
