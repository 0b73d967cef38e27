"""`manage.py seed_demo` from the outside: what it prints, the files it leaves, and that a second run adds nothing."""

import io
import json
import stat
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from audit.models import Event
from contracts.models import Process, User
from governance.demo.people import AGENTS, PEOPLE
from reviews.models import Interaction
from tests import worlds


@pytest.fixture
def var(tmp_path: Path, settings) -> Path:
    settings.VAR = tmp_path
    return tmp_path


def run(**options: object) -> str:
    out = io.StringIO()
    call_command("seed_demo", stdout=out, stderr=io.StringIO(), **options)
    return out.getvalue()


@pytest.mark.django_db
def test_seed_demo_makes_the_world_once(var: Path) -> None:
    told = run(days=3, scale=0.05)

    logins = (var / "demo-logins.txt").read_text(encoding="utf-8")
    assert logins in told
    assert all(person.login in logins for person in PEOPLE)
    assert all(f"{agent.login} " in logins for agent in AGENTS)
    assert logins.count("cs_") == len(AGENTS)
    assert stat.S_IMODE((var / "demo-logins.txt").stat().st_mode) == 0o600
    password = logins.splitlines()[0].rsplit(" ", 1)[1]
    assert User.objects.get(username="ana.reyes").check_password(password)
    progress = json.loads((var / "demo-progress.json").read_text(encoding="utf-8"))
    assert progress["done"] == progress["total"] > 0
    assert progress["what"] == "complete"
    before = Interaction.objects.count(), Event.objects.count()

    again = run(days=3, scale=0.05)

    assert password not in again
    assert (Interaction.objects.count(), Event.objects.count()) == before


@pytest.mark.django_db
def test_seed_demo_leaves_a_database_in_use_alone(var: Path, at) -> None:
    worlds.build(at)
    before = User.objects.count()

    with pytest.raises(CommandError, match="empty database"):
        run(today=True)

    assert User.objects.count() == before
    assert not (var / "demo-logins.txt").exists()


@pytest.mark.django_db
def test_seed_demo_makes_an_empty_bank(var: Path) -> None:
    told = run(banking77=True)

    assert "BANK-77" in told
    assert Process.objects.get(code="BANK-77").evidence_required is False
    assert not Interaction.objects.exists()
    assert "was there already" in run(banking77=True)


@pytest.mark.parametrize(
    ("_case", "options"),
    [("too few days", {"days": 1}), ("too many days", {"days": 4000}), ("no scale", {"scale": 0.0})],
)
def test_seed_demo_refuses_options(_case: str, options: dict) -> None:
    with pytest.raises(CommandError) as refusal:
        run(**options)

    assert refusal.value.returncode == 2
