"""Quality of the past: each finished day is drawn by the plan in force, and its sample scored by an independent auditor."""

from datetime import datetime, timedelta
from random import Random

from django.db import transaction

from audit.errors import NotAllowed
from audit.services import origins
from contracts.models import User
from governance.demo.behaviour import AUDITORS
from governance.demo.days import die
from governance.demo.specs import Day
from governance.demo.world import ORIGIN, World
from reviews.domain import scorecard, windows
from reviews.enums import DrawState, EvaluationState, Mark
from reviews.models import Draw, Evaluation
from reviews.selectors import draw_seeds
from reviews.services import draws, evaluations
from reviews.services.evaluations import Answer

# The scorecard's lines that fail now and then, beside the decision itself.
_LAPSES = {"rationale": 0.03, "procedure": 0.02, "delivery": 0.01, "need_to_know": 0.01}
_ONLY_WHERE_REVIEWED = {"authority", "four_eyes", "need_to_know", "rationale", "escalation"}


def draw(*, world: World, process: str, day: Day) -> Draw:
    """Draw a day as the sweep would have, at one in the morning of the next, by a checkpoint that is signed now.

    Nobody asks a witness about the past, so where the log has one it counts as silent: the draw is made a day later.
    """
    found = world.processes[process]
    at = windows.of_day(day.date, found.time_zone).opens_at

    def drawn(at: datetime) -> Draw:
        return draws.draw(process=found, day=day.date, at=at, origin=ORIGIN, signed_at=world.now)

    with origins.writing(origin=ORIGIN, quiet=True):
        made = drawn(at)
        return made if made.state == DrawState.DRAWN else drawn(at + draw_seeds.PATIENCE)


def score(*, world: World, drawn: Draw, wrong: dict[str, bool], seed: int) -> int:
    """Score the whole sample of a draw within two days; `wrong` says of which outputs the AI was wrong. Idempotent."""
    waiting = Evaluation.objects.filter(draw=drawn, state=EvaluationState.DRAWN).select_related(
        "interaction", "scorecard"
    )
    scored = 0
    with transaction.atomic(), origins.writing(origin=ORIGIN, quiet=True):
        for evaluation in waiting.order_by("pk"):
            name = evaluation.interaction.external_id
            dice = die(seed, name, "score")
            at = (drawn.drawn_at or world.now) + timedelta(hours=dice.uniform(1, 40))
            judged_wrong = wrong.get(name, False)
            auditors = [world.people[login] for login in AUDITORS]
            dice.shuffle(auditors)
            scored += _submit(evaluation, auditors, judged_wrong, dice, at)
    return scored


def _submit(
    evaluation: Evaluation, auditors: list[User], judged_wrong: bool, dice: Random, at: datetime
) -> int:
    answers = _answers(evaluation, judged_wrong, dice)
    for auditor in auditors:
        try:
            evaluations.submit(
                evaluation_id=evaluation.pk, by=auditor, answers=answers, judged_wrong=judged_wrong, at=at
            )
        except NotAllowed:
            continue
        return 1
    return 0


def _answers(evaluation: Evaluation, judged_wrong: bool, dice: Random) -> dict[str, Answer]:
    final = evaluation.interaction.final_decision
    slipped = scorecard.went_out_wrong(
        judged_wrong=judged_wrong, departed=final is not None and final.material
    )
    marks = {}
    for item in scorecard.load(evaluation.scorecard.items):
        if not item.applies:
            continue
        if item.code == "correct" and slipped:
            marks[item.code] = Answer(Mark.FAIL, "What went out does not agree with the evidence.")
        elif item.may_be_na and final is None and item.code in _ONLY_WHERE_REVIEWED:
            marks[item.code] = Answer(Mark.NA)
        elif dice.random() < _LAPSES.get(item.code, 0):
            marks[item.code] = Answer(Mark.FAIL, "Seen in the story of the interaction.")
        else:
            marks[item.code] = Answer(Mark.PASS)
    return marks
