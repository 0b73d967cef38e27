"""`manage.py draw_qa` as an operator runs it: the same ids twice, honest exit codes, a comparison that can fail."""

import json
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from audit.models import Event
from audit.services import publishing
from reviews import tasks
from reviews.domain import fixed_frames
from reviews.management.commands import draw_qa
from reviews.models import Draw, FixedFrame, SecondScore
from tests import worlds
from tests.factories import qa as make
from tests.worlds import Desk

DAYS_AGO = timedelta(days=2)


@pytest.fixture
def at() -> datetime:
    """The command reads the clock itself."""
    return timezone.now()


@pytest.fixture
def desk(db: None, at: datetime) -> Desk:
    desk = worlds.build(at).north
    make.planned(desk, at - DAYS_AGO)
    make.straight_through(desk, at - DAYS_AGO, 40)
    return desk


def run(desk: Desk, at: datetime, *more: str) -> str:
    out = StringIO()
    day = (at - DAYS_AGO).date().isoformat()
    call_command("draw_qa", "--process", desk.process.code, "--date", day, *more, stdout=out)
    return out.getvalue()


def told(desk: Desk, at: datetime, *more: str) -> dict[str, Any]:
    return json.loads(run(desk, at, "--json", *more))


def test_draw_qa_twice_prints_the_same_ids(desk: Desk, at: datetime) -> None:
    first = run(desk, at)
    second = run(desk, at)

    draw = Draw.objects.get()
    assert first == second
    assert first.splitlines()[0] == f"NORTH-AP {(at - DAYS_AGO).date()}: n = 2 of 40 (5.0 %)"
    assert draw.frame_hash in first
    drawn = sorted(str(pk) for pk in draw.evaluations.values_list("interaction", flat=True))
    assert first.splitlines()[5:] == drawn
    assert Event.objects.filter(action="sample.drawn").count() == 1


def test_draw_qa_as_json_says_the_same(desk: Desk, at: datetime) -> None:
    drawn = told(desk, at)

    draw = Draw.objects.get()
    assert (drawn["size"], drawn["frame_size"], drawn["fraction"]) == (2, 40, "0.060")
    assert (drawn["frame_hash"], drawn["seed"], drawn["seed_kind"]) == (
        draw.frame_hash,
        draw.seed,
        "re-drawable",
    )
    assert drawn["verified"] is None
    assert len(drawn["items"]) == 2


def test_draw_qa_verify_draws_again_and_compares(desk: Desk, at: datetime) -> None:
    run(desk, at)

    assert told(desk, at, "--verify")["verified"] == dict.fromkeys(["frame", "items", "seed", "today"], True)
    assert "frame      equal" in run(desk, at, "--verify")


def test_draw_qa_verify_stands_by_what_was_fixed_where_something_came_in_late(
    desk: Desk, at: datetime
) -> None:
    run(desk, at)
    make.straight_through(desk, at - DAYS_AGO, 1)

    assert "reads differently now; the frame stands" in run(desk, at, "--verify")


def test_draw_qa_verify_fails_where_the_frame_is_another(desk: Desk, at: datetime) -> None:
    run(desk, at)
    frame = FixedFrame.objects.get()
    FixedFrame.objects.update(packed=fixed_frames.pack(list(fixed_frames.unpack(bytes(frame.packed)))[1:])[0])

    with pytest.raises(CommandError, match="The frame is not what was fixed") as failed:
        run(desk, at, "--verify")

    assert failed.value.returncode == draw_qa.DIFFERENT


def test_draw_qa_says_what_a_fixed_frame_waits_for(desk: Desk, at: datetime) -> None:
    """Check 4 where the log is not signed: nothing is drawn, and a later run draws from the same frame."""
    log = desk.process.client.log_key
    publishing.stop(log=log, problem="somebody has to look", at=at)

    with pytest.raises(CommandError, match="next checkpoint of the log") as waits:
        run(desk, at)
    fixed = Draw.objects.get()
    publishing.resume(log=log, at=at)
    drawn = told(desk, at)

    assert waits.value.returncode == draw_qa.WAITS
    assert (fixed.state, fixed.size, drawn["draw"]) == ("fixed", 0, str(fixed.pk))
    assert drawn["frame_hash"] == fixed.frame_hash


REFUSED = [
    ("_case an unknown process", {"--process": "NOWHERE"}, "no process"),
    ("_case a day that is not over", {"--date": "2999-01-01"}, "01:00"),
    ("_case not drawn yet", {"--verify": None}, "was not drawn"),
]


@pytest.mark.parametrize(("_case", "changes", "words"), REFUSED, ids=[row[0] for row in REFUSED])
def test_draw_qa_refuses(
    _case: str, changes: dict[str, str | None], words: str, desk: Desk, at: datetime
) -> None:
    options = {"--process": desk.process.code, "--date": (at - DAYS_AGO).date().isoformat()} | changes
    line = [part for name, value in options.items() for part in (name, value) if part is not None]

    with pytest.raises(CommandError, match=words) as failed:
        call_command("draw_qa", *line, stdout=StringIO())

    assert failed.value.returncode == draw_qa.REFUSED
    assert not Draw.objects.exists()


def test_draw_qa_refuses_what_is_no_date(desk: Desk) -> None:
    with pytest.raises(CommandError, match="YYYY-MM-DD"):
        call_command("draw_qa", "--process", desk.process.code, "--date", "yesterday", stdout=StringIO())


def test_draw_qa_explains_itself(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        call_command("draw_qa", "--help")

    shown = capsys.readouterr().out
    assert ended.value.code == 0
    assert "--process CODE" in shown
    assert "Exit status" in shown


def test_the_task_draws_what_is_due_and_nothing_twice(desk: Desk, at: datetime) -> None:
    first = tasks.draw_samples()
    second = tasks.draw_samples()

    assert (first, second) == (Draw.objects.count() + SecondScore.objects.count(), 0)
    assert Draw.objects.filter(window_start__date=(at - DAYS_AGO).date()).exists()
