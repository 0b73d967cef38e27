"""What the READMEs draw is what the code does."""

import importlib
import re

import pytest
import yaml

from tests.structure.tree import APPS, ROOT

_DRAWING = re.compile(r"```mermaid\n(.*?)```", re.DOTALL)
# env.str("NAME"…), and _secret("NAME") for what is made on first start.
_VARIABLE = re.compile(r"""(?:env\.\w+|_secret)\(\s*"([A-Z_]+)\"""")
_EXPLAINED = re.compile(r"^\| `([A-Z_]+)` \|", re.MULTILINE)
WITH_MACHINES = [app for app in APPS if (ROOT / app / "domain" / "transitions.py").exists()]


@pytest.mark.parametrize("app", WITH_MACHINES)
def test_the_readme_draws_every_state_machine_as_it_is(app: str) -> None:
    transitions = importlib.import_module(f"{app}.domain.transitions")
    drawn = drawings(app)

    missing = {name: transitions.mermaid(machine) for name, machine in transitions.MACHINES.items()}
    missing = {name: text for name, text in missing.items() if text not in drawn}
    assert missing == {}, f"{app}/README.md must hold these drawings"


@pytest.mark.parametrize("app", APPS)
def test_the_readme_draws_no_other_machine(app: str) -> None:
    known = set()
    if app in WITH_MACHINES:
        transitions = importlib.import_module(f"{app}.domain.transitions")
        known = {transitions.mermaid(machine) for machine in transitions.MACHINES.values()}

    outdated = [text for text in drawings(app) if text.startswith("stateDiagram") and text not in known]
    assert outdated == []


@pytest.mark.parametrize("app", APPS)
def test_every_app_says_what_it_owns(app: str) -> None:
    assert (ROOT / app / "README.md").exists()


def drawings(app: str) -> list[str]:
    readme = ROOT / app / "README.md"
    return _DRAWING.findall(readme.read_text(encoding="utf-8")) if readme.exists() else []


def test_the_readme_explains_every_variable_of_the_environment() -> None:
    read = set(_VARIABLE.findall((ROOT / "governance" / "settings.py").read_text(encoding="utf-8")))
    explained = set(_EXPLAINED.findall((ROOT / "README.md").read_text(encoding="utf-8")))

    assert read - explained == set(), "README.md does not explain these"
    assert explained - read == set(), "nobody reads these"


def test_compose_sets_no_variable_that_nobody_reads() -> None:
    services = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))["services"]
    read = set(_VARIABLE.findall((ROOT / "governance" / "settings.py").read_text(encoding="utf-8")))

    assert set(services) == {
        *("postgres", "redis", "migrate", "web", "worker", "writer", "simulator", "beat")
    }
    for name in ("migrate", "web", "worker", "writer", "beat"):
        assert set(services[name]["environment"]) - read == set()
