"""Automatic QA beside auditors, reached by the services: compared, and calibrated by the governance lead."""

from datetime import datetime

from reviews.enums import DrawKind
from reviews.models import EngineCalibration
from reviews.services import autoqa, engine_calibrations, evaluations
from tests.factories import consequences, qa
from tests.worlds import Desk

ODD = {"decision": "pay", "amount": "1200.00", "comment": "Pay 98765 to the supplier."}


def compared(
    desk: Desk, at: datetime, *, hits: int = 0, alarms: int = 0, misses: int = 0, passes: int = 0
) -> None:
    """So many that the engine flagged and the auditor called wrong, that it flagged for nothing, that it missed, and that
    both found right."""
    odd = qa.straight_through(desk, at, hits + alarms, ai_output=ODD) if hits + alarms else []
    plain = qa.straight_through(desk, at, misses + passes) if misses + passes else []
    autoqa.score_due(at=at)
    wrong = {one.pk for one in [*odd[:hits], *plain[:misses]]}
    for interaction in [*odd, *plain]:
        evaluation = consequences.drawn(desk, interaction, at, DrawKind.RANDOM)
        evaluations.submit(
            evaluation_id=evaluation.pk,
            by=desk.auditor,
            answers=qa.answers(evaluation),
            judged_wrong=interaction.pk in wrong,
            at=at,
        )


def calibrated(desk: Desk, at: datetime, *, trusted: bool = True) -> EngineCalibration:
    """Trusted: it agreed with people thirty times of thirty. Otherwise it missed half."""
    compared(desk, at, **({"hits": 15, "passes": 15} if trusted else {"misses": 15, "passes": 15}))
    made = engine_calibrations.calibrate(code=desk.process.code, by=desk.governance, at=at)
    assert made.trusted == trusted
    return made
