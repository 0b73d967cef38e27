"""Second scores (F6): chosen by the draw's seed, given blind by another auditor, and compared; they enter no estimate."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from audit.domain.envelope import Actor, Target
from audit.errors import Conflict
from audit.services import recording
from contracts.domain import sla_clock
from contracts.models import Process, User
from contracts.selectors import authority, calendars
from reviews import permissions
from reviews.domain import double_scoring
from reviews.enums import SCORED
from reviews.models import Draw, Evaluation, SecondScore
from reviews.selectors import evaluations as evaluation_selector
from reviews.selectors import second_scores as selector
from reviews.services import calibrations, scoring, trail
from reviews.services.evaluations import target
from reviews.services.scoring import Answer

_SAMPLING = Actor.system("sampling")
# The first score has five business days; the second as many after it.
DUE_DAYS = 10


def choose_due(*, at: datetime) -> int:
    """Choose what is scored twice, in every draw of this and the last month where that was not done; returns how many.

    A sweep: it may run twice and beside itself, for what is chosen follows from the draws.
    """
    return sum(choose(process=process, at=at) for process in selector.sampled())


def choose(*, process: Process, at: datetime, origin: str = "") -> int:
    """The same for one process."""
    chosen = 0
    for month in selector.months(process, at):
        drawn = taken = 0
        for draw, evaluations, marked in month:
            drawn, taken = drawn + evaluations, taken + marked
            count = double_scoring.wanted(drawn, taken)
            if count:
                made = _choose(process, draw, count, drawn, taken, at, origin)
                taken, chosen = taken + made, chosen + made
    return chosen


def _choose(
    process: Process, draw: Draw, count: int, drawn: int, taken: int, at: datetime, origin: str
) -> int:
    free = {
        str(interaction): pk
        for interaction, pk in Evaluation.objects.filter(draw=draw, second__isnull=True).values_list(
            "interaction", "pk"
        )
    }
    picked = double_scoring.choose(selector.seed_of(draw), list(free), count)
    if not picked:
        return 0
    due_at = sla_clock.add_days(draw.drawn_at or at, DUE_DAYS, calendars.terms(process.calendar))
    try:
        with transaction.atomic():
            SecondScore.objects.bulk_create(
                [
                    SecondScore(
                        evaluation_id=free[interaction], process=process, digest=digest, due_at=due_at
                    )
                    for digest, interaction in picked
                ]
            )
            recording.record(
                log=process.client.log_key,
                action="qa.second_drawn",
                actor=_SAMPLING,
                target=Target("draw", str(draw.pk), "", "process", str(process.pk)),
                facts={
                    "draw": draw.pk,
                    "of": drawn,
                    "month_evaluations": drawn,
                    "month_chosen": taken + len(picked),
                    "items": [{"id": interaction, "digest": digest} for digest, interaction in picked],
                },
                at=at,
                client=process.client.slug,
                process=process.code,
                origin=origin,
            )
    except IntegrityError:
        # Another worker was faster, and chose the same.
        return 0
    return len(picked)


@transaction.atomic
def submit(
    *, evaluation_id: UUID, by: User, answers: Mapping[str, Answer], judged_wrong: bool, at: datetime
) -> SecondScore:
    """Give the second score, without having seen the first. Where the auditors no longer agree, a calibration is opened.

    Raises NotAllowed for who gave the first score or is not independent of the interaction, Conflict where it was given
    already, none was asked for or the first is missing, Invalid as for a first score.
    """
    evaluation = evaluation_selector.load(evaluation_id)
    permissions.check_can_score_second(by, evaluation)
    second: SecondScore | None = getattr(evaluation, "second", None)
    if second is None or second.submitted_at is not None:
        raise _scored()
    if evaluation.state not in SCORED:
        raise Conflict("first_missing", "The first score is not given yet: the second comes after it.")
    given = scoring.give(evaluation, answers, judged_wrong=judged_wrong)
    won = SecondScore.objects.filter(pk=second.pk, submitted_at__isnull=True).update(
        answers=given.kept, submitted_at=at, submitted_by=by, **given.outcome
    )
    if not won:
        raise _scored()
    recording.record_many(
        [
            trail.entry(
                interaction=evaluation.interaction,
                action="qa.second_submitted",
                by=by,
                role=authority.role_on(by, evaluation.process),
                facts={
                    "evaluation": evaluation.pk,
                    "second": second.pk,
                    "scorecard_version": evaluation.scorecard.version,
                    "answers": given.marks,
                    **given.outcome,
                },
                at=at,
                personal={"notes": given.notes},
                target=target(evaluation),
            )
        ]
    )
    calibrations.open_where_low(process=evaluation.process, at=at)
    second.refresh_from_db()
    return second


def _scored() -> Conflict:
    return Conflict("scored", "This evaluation has been scored already; a score is given once.")
