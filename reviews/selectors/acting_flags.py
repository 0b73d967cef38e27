"""Which flags of automatic QA bring a person on a process, and whether its engine is trusted with that (F4, F5)."""

from audit.errors import Invalid
from contracts.enums import ModelStatus
from contracts.models import Process
from reviews.domain import autoqa
from reviews.domain.autoqa.watch import Watch
from reviews.domain.targeting import Calibration
from reviews.enums import AutoFlag
from reviews.models import ActingFlags
from reviews.selectors import calibration, engines


def of(process: Process) -> ActingFlags | None:
    return ActingFlags.objects.select_related("set_by").filter(process=process).first()


def watch(process: Process) -> Watch | None:
    """What automatic QA does by itself on a process; None where it brings nobody, or is advisory only."""
    named = of(process)
    if named is None or not named.flags:
        return None
    engine = engines.configured()
    version = engines.listed(engine)
    recorded = calibration.recorded(process, version)
    if version is None or version.status == ModelStatus.RETIRED or recorded is None or not recorded.trusted:
        return None
    try:
        terms = autoqa.read(process.intake.get("autoqa", {}))
    except Invalid:
        # Each score says so itself, and is picked by the targeted draw for that.
        return None
    return Watch(
        engine=engine,
        terms=terms,
        flags=frozenset(AutoFlag(flag) for flag in named.flags),
        calibration=Calibration.read(recorded.lines),
        version=version.pk,
        recorded=recorded.pk,
    )
