"""M6: what an operator sees and may do."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from audit.models import Event, Pruning
from audit.services import pruning
from tests.audit import growing, pruned


@pytest.fixture
def old(log, monkeypatch):
    growing.events(5)
    for key in ("platform", "client-1"):
        pruned.keep(key)
    pruned.settle()
    pruned.turn_the_page()
    return log


@pytest.fixture
def half_a_year_later(old, monkeypatch):
    at = pruned.later()
    monkeypatch.setattr("audit.management.commands.audit_prune.timezone.now", lambda: at)
    return old


def run(*words: str) -> str:
    out = io.StringIO()
    call_command("audit_prune", *words, stdout=out)
    return out.getvalue()


def test_dry_run_says_what_would_go_and_changes_nothing(half_a_year_later):
    before = list(Event.objects.values_list("uid", flat=True))

    told = run("--dry-run")

    assert "may go" in told
    assert "client-1: 7 entries, 0 to 6, kept for 184 days (EU)" in told
    assert list(Event.objects.values_list("uid", flat=True)) == before
    assert not Pruning.objects.exists()


def test_dry_run_says_what_stays_and_why(old):
    told = run("--dry-run")

    assert "stays" in told
    assert "client-1: its texts are kept for 184 days" in told


def test_nothing_goes_where_everything_must_stay(old):
    assert "Nothing goes." in run("--no-export", "The client wants none of it kept")

    assert not Pruning.objects.exists()


@pytest.mark.parametrize("way", ["archive", "exported", "no-export"])
def test_prune_tells_of_every_tombstone(half_a_year_later, tmp_path, way):
    if way == "exported":
        at = timezone.now()
        for plan in pruning.removable(pruning.plans(at=pruned.later())):
            pruning.archive(plan, folder=tmp_path, at=at)
        words = [word for path in sorted(tmp_path.iterdir()) for word in ("--exported", str(path))]
    else:
        words = [f"--{way}", str(tmp_path) if way == "archive" else "The client wants none of it kept"]

    told = run(*words)

    assert "client-1: the texts of 7 entries, 0 to 6, are gone; tombstone" in told
    assert Pruning.objects.count() == 2
    if way == "archive":
        assert sorted(path.name.split("-")[0] for path in tmp_path.iterdir()) == ["client", "platform"]


def test_an_archive_that_is_there_already_is_not_overwritten(half_a_year_later, tmp_path):
    (tmp_path / "client-1-0-7.zip").write_text("mine")

    with pytest.raises(CommandError, match="File exists") as refusal:
        run("--archive", str(tmp_path))

    assert refusal.value.returncode == 3
    assert (tmp_path / "client-1-0-7.zip").read_text() == "mine"
    assert not Pruning.objects.exists()


def test_a_bundle_of_something_else_is_refused(half_a_year_later, tmp_path):
    (tmp_path / "other.zip").write_bytes(b"PK")

    with pytest.raises(CommandError, match="None of these bundles") as refusal:
        run("--exported", str(tmp_path / "other.zip"))

    assert refusal.value.returncode == 2
    assert not Pruning.objects.exists()


@pytest.mark.postgresql
def test_m6_a_login_that_does_not_own_the_tables_is_told_so(half_a_year_later):
    before = list(Event.objects.values_list("uid", flat=True))
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE keep_reader")
        cursor.execute("GRANT ALL ON ALL TABLES IN SCHEMA public TO keep_reader")
        cursor.execute("GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO keep_reader")
        cursor.execute("SET ROLE keep_reader")

    with pytest.raises(CommandError, match="The login keep_reader may not remove texts") as refusal:
        run("--no-export", "The client wants none of it kept")

    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
    assert refusal.value.returncode == 3
    assert list(Event.objects.values_list("uid", flat=True)) == before
