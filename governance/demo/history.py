"""The history: every day of the window before the last one, day by day, each drawn and scored when it is complete."""

from datetime import datetime, timedelta

from governance.demo import controls, days, drilling, halting, mending, quality, undeclared
from governance.demo.clock import Calendar
from governance.demo.progress import Progress
from governance.demo.specs import Draft
from governance.demo.world import CLIENTS, World
from reviews.domain import windows
from reviews.enums import DrawKind, EvaluationState
from reviews.models import Draw, Evaluation

# What QA of the past is worth in the progress bar, in outputs.
_DRAW = 3
_BREATH = timedelta(minutes=30)


def fill(
    *,
    world: World,
    first: int,
    last: int,
    days_in_all: int,
    scale: float,
    seed: int,
    progress: Progress,
    score: bool = True,
) -> None:
    """Fill the days `first` to `last` (day `days_in_all` is the last one that is over). Running it again adds nothing.

    All processes go forward together, so that an interrupted history is a shorter one and not a lopsided one.
    """
    calendars = {code: Calendar(spec, world.now) for code, spec in CLIENTS.items()}
    plan = [(number, code) for number in range(first, last + 1) for code in CLIENTS]
    progress.begin(
        sum(
            calendars[code].volume(calendars[code].day(number, days_in_all).date, scale) + _DRAW
            for number, code in plan
        )
    )
    seen = {code: days.known(world, code) for code in CLIENTS}
    drawn = _drawn(world)
    before: dict[str, list[Draft]] = {code: [] for code in CLIENTS}
    for number, code in plan:
        calendar = calendars[code]
        day = calendar.day(number, days_in_all)
        progress.say(f"{code} {day.date.isoformat()}")
        made = days.drafts(calendar, day, days=days_in_all, scale=scale, seed=seed)
        days.run(
            world=world,
            process=code,
            made=made,
            seen=seen[code],
            seed=seed,
            until=world.now - _BREATH,
            told=progress.step,
        )
        undeclared.settle(world, code, day, days_in_all, made)
        if number in (turns := controls.turns(code, calendar, days_in_all)):
            controls.serve(world, made, turn=turns.index(number), seed=seed)
        if halting.is_due(code, day, days_in_all):
            halting.drill(world, made)
        if drilling.is_due(code, day, days_in_all):
            drilling.try_path(world, code, day)
        window = windows.of_day(day.date, world.processes[code].time_zone)
        if (code, window.start) not in drawn:
            sample = quality.draw(world=world, process=code, day=day)
            if score:
                # What was taken in on one day may have gone out on the next.
                wrong = {draft.external_id: bool(draft.truth) for draft in [*before[code], *made]}
                quality.score(world=world, drawn=sample, wrong=wrong, seed=seed)
        before[code] = [*before[code], *made][-2 * len(made) :]
        progress.step(_DRAW)
    mending.mend(world)


def _drawn(world: World) -> set[tuple[str, datetime]]:
    """The windows that need nothing any more: drawn, and their samples scored."""
    codes = {process.pk: code for code, process in world.processes.items()}
    mine = Draw.objects.filter(process__in=world.processes.values(), kind=DrawKind.RANDOM)
    open_ = set(
        Evaluation.objects.filter(draw__in=mine, state=EvaluationState.DRAWN).values_list("draw", flat=True)
    )
    rows = mine.values_list("pk", "process", "window_start")
    return {(codes[process], start) for pk, process, start in rows if pk not in open_}
