"""`manage.py score_autoqa` as an operator runs it: again and again, with honest exit codes."""

from datetime import datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from reviews.models import AutoQa
from reviews.services import autoqa
from tests import worlds
from tests.factories import qa as make
from tests.worlds import Desk


@pytest.fixture
def at() -> datetime:
    """The command reads the clock itself."""
    return timezone.now()


@pytest.fixture
def world(db: None, at: datetime) -> worlds.World:
    return worlds.build(at)


@pytest.fixture
def desk(world: worlds.World, at: datetime) -> Desk:
    make.straight_through(world.north, at, 3)
    make.straight_through(world.south, at, 2)
    return world.north


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("score_autoqa", *arguments, stdout=out, stderr=StringIO())
    return out.getvalue().strip()


def test_score_autoqa_scores_all_and_then_nothing(desk: Desk) -> None:
    assert run() == "5 interactions scored"
    assert run() == "0 interactions scored"
    assert AutoQa.objects.count() == 5


def test_score_autoqa_scores_the_named_process_alone(desk: Desk) -> None:
    assert run("--process", desk.process.code) == "3 interactions scored"
    assert set(AutoQa.objects.values_list("process", flat=True)) == {desk.process.pk}


def test_score_autoqa_says_what_is_left(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(autoqa, "CHUNK", 2)

    with pytest.raises(CommandError, match="3 have no score yet") as told:
        run("--limit", "1")

    assert told.value.returncode == 3
    assert AutoQa.objects.count() == 2


@pytest.mark.parametrize(
    ("arguments", "code"), [(["--process", "NONE"], 1), (["--limit", "0"], 2)], ids=["unknown", "no limit"]
)
def test_score_autoqa_refuses_what_makes_no_sense(desk: Desk, arguments: list[str], code: int) -> None:
    with pytest.raises(CommandError) as told:
        run(*arguments)

    assert told.value.returncode == code
    assert not AutoQa.objects.exists()
