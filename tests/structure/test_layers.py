"""The floors of the house and the layers inside each app, as pyproject.toml draws them."""

import pytest
from importlinter.cli import lint_imports

from tests.structure.tree import ROOT


def test_imports_go_downward_only(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)

    status = lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True, no_logo=True)

    assert status == 0, capsys.readouterr().out
