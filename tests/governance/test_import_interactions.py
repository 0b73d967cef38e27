"""`manage.py import_interactions` on a generated file: exact counts, faults by row, and nothing twice."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management.base import CommandError

from audit.models import Event
from contracts.enums import Role
from contracts.models import Process, User
from contracts.services import memberships
from governance.demo import banking
from reviews.enums import Disposition
from reviews.models import Interaction
from tests.governance import bank
from tests.governance.demo.conftest import NOW


@pytest.fixture(scope="module")
def process(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock(), bank.process():
        yield


@pytest.fixture
def made() -> list[dict[str, str]]:
    return list(bank.rows())


@pytest.fixture
def path(process: None, db: None, made: list[dict[str, str]], tmp_path: Path) -> Path:
    return bank.write(tmp_path / "questions.csv.gz", made)


def test_import_stores_every_row_and_releases_the_sure_ones(path: Path, made: list[dict[str, str]]) -> None:
    told = bank.import_rows(path, chunk=30)

    sure = sum(float(row["ai_confidence"]) >= 0.9 for row in made)
    stored = Interaction.objects.filter(process__code="BANK-77")
    assert stored.count() == len(made)
    assert stored.filter(disposition=Disposition.AUTO_RELEASED).count() == sure
    assert stored.filter(disposition=Disposition.REVIEW).count() == len(made) - sure
    assert f"{sure} auto released, {len(made) - sure} review" in told
    assert set(stored.values_list("origin", flat=True)) == {"import"}
    assert set(Event.objects.filter(action="intake.received").values_list("origin", flat=True)) == {"import"}
    first = stored.get(external_id="questions:1")
    assert first.output == {"intent": made[0]["ai_intent"]}
    assert first.attributes == {"second_intent": made[0]["ai_second_intent"]}


def test_import_again_adds_nothing(path: Path, made: list[dict[str, str]]) -> None:
    bank.import_rows(path)
    before = Event.objects.count()

    told = bank.import_rows(path)

    assert f"0 stored, {len(made)} known before, 0 refused" in told
    assert (Interaction.objects.count(), Event.objects.count()) == (len(made), before)


def test_import_reads_no_more_than_the_limit(path: Path) -> None:
    bank.import_rows(path, limit=7)

    assert Interaction.objects.count() == 7


def test_import_as_a_dry_run_says_the_same_and_stores_nothing(path: Path) -> None:
    before = Event.objects.count()

    dry = bank.import_rows(path, dry_run=True)

    assert (Interaction.objects.count(), Event.objects.count()) == (0, before)
    assert dry.replace("would be stored", "stored") == bank.import_rows(path)


def test_import_names_what_is_wrong_by_row_and_takes_the_rest(
    path: Path, made: list[dict[str, str]], tmp_path: Path
) -> None:
    made[3]["ai_confidence"] = "very"
    made[5]["ai_intent"] = ""
    bank.write(path, made)

    with pytest.raises(CommandError) as refusal:
        bank.import_rows(path, errors=tmp_path / "errors.csv", chunk=4)

    assert refusal.value.returncode == 1
    with (tmp_path / "errors.csv").open(encoding="utf-8", newline="") as handle:
        faults = list(csv.DictReader(handle))
    assert [(fault["row"], fault["field"]) for fault in faults] == [("4", "/confidence"), ("6", "/ai_output")]
    assert all(fault["sentence"] for fault in faults)
    assert Interaction.objects.count() == len(made) - 2


def test_import_takes_json_lines_with_an_id_of_their_own(
    path: Path, made: list[dict[str, str]], tmp_path: Path
) -> None:
    lines = [{"id": f"q{number}", "question": row} for number, row in enumerate(made[:9])]
    lines.append({"question": made[9]})
    (tmp_path / "questions.ndjson").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    maps = [
        "input.text=question.text",
        "ai_output.intent=question.ai_intent",
        "confidence=question.ai_confidence",
    ]

    with pytest.raises(CommandError, match="1 rows were refused"):
        bank.import_rows(tmp_path / "questions.ndjson", id="id", map=maps)

    assert set(Interaction.objects.values_list("external_id", flat=True)) == {
        f"q{number}" for number in range(9)
    }


@pytest.mark.parametrize(
    ("_case", "options", "sentence"),
    [
        ("no such process", {"process": "BANK-78"}, "no process"),
        ("no such step", {"step": "intents"}, "it has: intent"),
        ("no such agent", {"agent": "ana.reyes"}, "no agent"),
        ("an unknown target", {"map": ["inputs.text=text"]}, "no field"),
        ("no chunk", {"chunk": 0}, "above zero"),
        ("no limit", {"limit": 0}, "above zero"),
    ],
)
def test_import_refuses_to_begin(path: Path, _case: str, options: dict, sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence) as refusal:
        bank.import_rows(path, **options)

    assert refusal.value.returncode == 2
    assert not Interaction.objects.exists()


def test_import_asks_which_of_several_agents(path: Path) -> None:
    bank_process = Process.objects.get(code=banking.CODE)
    other = User.objects.get(username="svc-ledgerline")
    memberships.grant(
        user=other, organisation=other.organisation, role=Role.AI_AGENT, process=bank_process, by=None, at=NOW
    )

    with pytest.raises(CommandError, match="svc-intents, svc-ledgerline") as refusal:
        bank.import_rows(path)

    assert refusal.value.returncode == 2
    bank.import_rows(path, agent="svc-ledgerline", limit=1)
    assert Interaction.objects.get().agent == other
