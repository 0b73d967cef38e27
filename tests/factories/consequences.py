"""What follows from failures in QA, reached by the services."""

from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from audit.domain.ids import new_id
from reviews.domain import scorecard
from reviews.enums import DrawKind
from reviews.models import CorrectiveAction, Draw, Evaluation, Interaction, RecalibrationFinding, Scorecard
from reviews.services import actions, evaluations, scorecards
from tests.factories import qa
from tests.worlds import Desk


def card(desk: Desk, at: datetime) -> Scorecard:
    scorecards.ensure(process=desk.process, by=desk.governance, at=at)
    return Scorecard.objects.filter(process=desk.process).latest("version")


def critical(of: Scorecard) -> str:
    """The code of a critical line that applies."""
    return next(item.code for item in scorecard.load(of.items) if item.critical and item.applies)


def harmless(of: Scorecard) -> str:
    """The code of another line that applies."""
    return next(item.code for item in scorecard.load(of.items) if not item.critical and item.applies)


def drawn(
    desk: Desk, interaction: Interaction, at: datetime, kind: DrawKind = DrawKind.TARGETED
) -> Evaluation:
    """An evaluation of this interaction, in a draw of its own."""
    # Each on a day of its own, long ago, so that none meets another.
    first = Draw.objects.order_by("window_start").values_list("window_start", flat=True).first()
    day = min(first or at, at - timedelta(days=400)) - timedelta(days=1)
    chance = kind == DrawKind.RANDOM
    draw = Draw.objects.create(
        process=desk.process,
        kind=kind,
        window_start=day,
        window_end=day + timedelta(days=1),
        fraction=Decimal("0.1"),
        frame_hash="f" * 64,
        frame_size=1,
        size=1,
        seed=new_id().hex * 2 if chance else "",
        carried_in=Decimal(0),
        carried_out=Decimal(0),
        drawn_at=at,
    )
    return Evaluation.objects.create(
        draw=draw,
        process=desk.process,
        interaction=interaction,
        stratum="one",
        kind=kind,
        pi=Decimal(1) if chance else None,
        scorecard=card(desk, at),
        due_at=at + timedelta(days=5),
    )


def failed(
    desk: Desk,
    at: datetime,
    code: str = "",
    kind: DrawKind = DrawKind.TARGETED,
    interaction: Interaction | None = None,
) -> Evaluation:
    """What went straight through, scored with one line failed: a harmless one unless a code is given."""
    interaction = interaction or qa.straight_through(desk, at)[0]
    evaluation = drawn(desk, interaction, at, kind)
    marks = {code or harmless(evaluation.scorecard): "fail"}
    return evaluations.submit(
        evaluation_id=evaluation.pk,
        by=desk.auditor,
        answers=qa.answers(evaluation, **marks),
        judged_wrong=True,
        at=at,
    )


def action(desk: Desk, at: datetime, *, reviewed: bool = False) -> CorrectiveAction:
    """A critical fail, and what follows from it."""
    interaction = qa.released_case(desk, at) if reviewed else None
    scored = failed(desk, at, critical(card(desk, at)), interaction=interaction)
    return CorrectiveAction.objects.get(evaluation=scored)


def finished(desk: Desk, at: datetime) -> CorrectiveAction:
    """Done by its owner, who runs the operations."""
    made = action(desk, at)
    return actions.finish(action_id=made.pk, by=desk.ops, done="The order was entered again", at=at)


def finding(desk: Desk, at: datetime) -> RecalibrationFinding:
    """One line failed three times."""
    for _ in range(3):
        failed(desk, at)
    return RecalibrationFinding.objects.get(process=desk.process, closed_at__isnull=True)


def ids(finding: RecalibrationFinding) -> set[UUID]:
    return {UUID(one) for one in finding.evaluations}
