"""Automatic QA beside auditors, reached by the services: compared, and calibrated by the governance lead."""

from datetime import datetime

from reviews.enums import DrawKind
from reviews.models import EngineCalibration, RecallProposal
from reviews.services import acting_flags, autoqa, engine_calibrations, evaluations
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


def acting(desk: Desk, at: datetime, *flags: str, trusted: bool = True) -> EngineCalibration:
    """The client's administrator said which flags bring a person: ungrounded figures unless others are named."""
    made = calibrated(desk, at, trusted=trusted)
    acting_flags.set_flags(code=desk.process.code, flags=flags or ("figure",), by=desk.admin, at=at)
    return made


def proposed(desk: Desk, at: datetime) -> RecallProposal:
    """Went out with a figure that is grounded nowhere before figures brought a person, and was flagged after that."""
    calibrated(desk, at)
    interaction = qa.straight_through(desk, at, ai_output=ODD, external_id="proposed")[0]
    acting_flags.set_flags(code=desk.process.code, flags=["figure"], by=desk.admin, at=at)
    autoqa.score_due(at=at)
    return RecallProposal.objects.get(interaction=interaction)
