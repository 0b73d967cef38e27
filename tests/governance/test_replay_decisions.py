"""`manage.py replay_decisions` on a generated file: the ADR of the board equals a plain count over the file."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from audit.models import Event
from contracts.models import User
from governance.selectors import board
from reviews.enums import InteractionState, Verdict
from reviews.models import Case, Claim, Decision, Interaction
from reviews.services import claims
from tests.caught_up import catch_up
from tests.governance import bank

ROWS = 70


@pytest.fixture(scope="module")
def imported(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    path = tmp_path_factory.mktemp("bank") / "questions.csv.gz"
    with django_db_blocker.unblock(), bank.process():
        bank.import_rows(bank.write(path, list(bank.rows(ROWS))))
        yield


@pytest.fixture
def made() -> list[dict[str, str]]:
    return list(bank.rows(ROWS))


@pytest.fixture
def path(imported: None, db: None, made: list[dict[str, str]], tmp_path: Path, settings: Any) -> Path:
    settings.UNDO_SECONDS = 0
    return bank.write(tmp_path / "questions.csv.gz", made)


def replay(path: Path, **options: Any) -> str:
    out = io.StringIO()
    given = {"process": "BANK-77", "user": "ana.reyes", "gold": path, "map": ["intent=gold_intent"]}
    call_command("replay_decisions", stdout=out, stderr=io.StringIO(), **{**given, **options})
    return out.getvalue()


def test_replay_changes_exactly_what_the_file_says(path: Path, made: list[dict[str, str]]) -> None:
    told = replay(path)

    unsure = [row for row in made if float(row["ai_confidence"]) < 0.9]
    wrong = sum(row["ai_intent"] != row["gold_intent"] for row in unsure)
    assert 0 < wrong < len(unsure)
    decisions = Decision.objects.all()
    assert (decisions.count(), decisions.filter(material=True).count()) == (len(unsure), wrong)
    assert decisions.filter(replayed=True).count() == len(unsure)
    assert set(decisions.filter(material=True).values_list("verdict", "reason_code")) == {
        (Verdict.OVERRIDE, "WRONG_FACT")
    }
    assert f"{len(unsure)} released" in told
    catch_up()
    [figures] = board.figures(User.objects.get(username="liza.santos"), timezone.now(), "BANK-77")
    assert (figures.decided, figures.changed) == (len(unsure), wrong)
    for number, row in enumerate(made, start=1):
        stored = Interaction.objects.select_related("final_decision").get(external_id=f"questions:{number}")
        if row in unsure:
            assert stored.state == InteractionState.RELEASED
            assert stored.final_decision.output == {"intent": row["gold_intent"]}
    assert not Claim.objects.filter(ended_at__isnull=True).exists()


def test_replay_says_so_in_every_event(path: Path) -> None:
    replay(path, limit=5)

    events = Event.objects.filter(action="review.decided")
    assert events.count() == 5
    assert {event.origin for event in events} == {"replay"}
    assert {event.facts["replayed"] for event in events} == {True}


def test_replay_leaves_to_others_what_they_hold(path: Path) -> None:
    lead = User.objects.get(username="liza.santos")
    held = Case.objects.order_by("pk").first()
    claims.claim(case_id=held.pk, user=lead, at=timezone.now())

    replay(path)

    assert list(Case.objects.filter(state="in_review").values_list("pk", "owner")) == [(held.pk, lead.pk)]


def test_replay_leaves_what_it_does_not_know(path: Path, made: list[dict[str, str]]) -> None:
    unsure = [number for number, row in enumerate(made) if float(row["ai_confidence"]) < 0.9]
    made[unsure[0]]["gold_intent"] = ""
    bank.write(path, made)

    told = replay(path)

    assert "1 without gold" in told
    assert Case.objects.get(state="waiting").interaction.external_id == f"questions:{unsure[0] + 1}"


def test_replay_with_nothing_waiting_says_so(path: Path) -> None:
    replay(path)

    assert "nothing waits" in replay(path)


@pytest.mark.parametrize(
    ("_case", "options", "sentence"),
    [
        ("no such process", {"process": "BANK-78"}, "no process"),
        ("nobody of that login", {"user": "nobody"}, "nobody with the login"),
        ("no such output field", {"map": ["topic=gold_intent"]}, "no output field topic"),
        ("no such column", {"map": ["intent=gold"]}, "no right values"),
        ("no limit", {"limit": 0}, "above zero"),
    ],
)
def test_replay_refuses_to_begin(path: Path, _case: str, options: dict, sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence) as refusal:
        replay(path, **options)

    assert refusal.value.returncode == 2
    assert not Decision.objects.exists()


def test_replay_by_somebody_who_does_not_work_there_decides_nothing(path: Path) -> None:
    with pytest.raises(CommandError):
        replay(path, user="kenji.sato", limit=2)

    assert not Decision.objects.exists()
