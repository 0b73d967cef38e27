"""The door: when it installs, and when it leaves the environment alone. Nothing here is installed."""

import subprocess
import sys
from pathlib import Path

import pytest

import manage


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project folder with a lock and the skeleton of an environment."""
    monkeypatch.setattr(manage, "ROOT", tmp_path)
    monkeypatch.setattr(manage, "VENV", tmp_path / ".venv")
    (tmp_path / manage.RUNTIME).write_text("django==5.2\n", encoding="utf-8")
    python = manage.python()
    python.parent.mkdir(parents=True)
    python.touch()
    return tmp_path


def stamp() -> None:
    manage.stamp(manage.RUNTIME).write_text(manage.digest(manage.RUNTIME), encoding="ascii")


def test_installed_is_false_without_a_stamp(home: Path) -> None:
    assert manage.installed(manage.RUNTIME) is False


def test_installed_is_true_for_the_lock_that_was_stamped(home: Path) -> None:
    stamp()

    assert manage.installed(manage.RUNTIME) is True


def test_installed_is_false_once_the_lock_changed(home: Path) -> None:
    stamp()
    (home / manage.RUNTIME).write_text("django==5.3\n", encoding="utf-8")

    assert manage.installed(manage.RUNTIME) is False


def test_installed_is_false_when_its_python_is_gone(home: Path) -> None:
    stamp()
    manage.python().unlink()

    assert manage.installed(manage.RUNTIME) is False


def test_install_names_the_package_where_no_environment_can_be_made(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    manage.python().unlink()
    monkeypatch.setattr(manage, "importable", lambda module: False)

    assert "python3-venv" in manage.install(manage.RUNTIME)


def test_main_refuses_an_old_python(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(manage, "OLDEST", (99, 0))

    assert manage.main() == 2
    assert "needs Python 99.0" in capsys.readouterr().err


def test_the_door_needs_the_standard_library_only() -> None:
    code = "import sys, manage; print([name for name in ('django', 'celery', 'governance') if name in sys.modules])"

    printed = subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(manage.__file__).parent,
        check=True,
        capture_output=True,
        text=True,
    )

    assert printed.stdout.strip() == "[]"
