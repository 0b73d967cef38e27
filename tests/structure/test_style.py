"""The rules of writing that a machine can read."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.structure.tree import APPS, ROOT, modules, named, parsed

LONGEST = 400  # lines
# Programs that somebody copies away must be one file each, and say themselves all they need.
ONE_FILE = {"audit/verifier/audit_verify.py", "audit/verifier/witness.py"}
PRODUCT = (*APPS, "manage.py")
# Here an import may wait: apps are registered before models exist, and a command pays only for what it needs.
MAY_IMPORT_LATE = ("apps.py", "celery.py", "manage.py")


def test_the_linter_is_content() -> None:
    command = [
        sys.executable,
        "-m",
        "ruff",
        "check",
        "--quiet",
        "--no-cache",
        "--output-format",
        "concise",
        ".",
    ]
    checked = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)

    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_no_module_is_too_long() -> None:
    long = {
        named(path): lines
        for path in modules(*PRODUCT, "tests")
        if named(path) not in ONE_FILE
        and (lines := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST
    }

    assert long == {}


def test_no_import_is_relative() -> None:
    relative = [
        f"{named(path)}:{node.lineno}"
        for path in modules(*PRODUCT, "tests")
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.ImportFrom) and node.level
    ]

    assert relative == []


def test_no_import_of_our_own_hides_in_a_function() -> None:
    hidden = [
        f"{named(path)}:{node.lineno}"
        for path in modules(*PRODUCT)
        if path.name not in MAY_IMPORT_LATE and "commands" not in path.parts
        for node in inner_imports(path)
        if imports_first_party(node)
    ]

    assert hidden == []


def test_every_module_says_what_lives_in_it() -> None:
    silent = [
        named(path)
        for path in modules(*PRODUCT)
        if parsed(path).body
        and path.name not in {"__init__.py", "apps.py"}
        and not ast.get_docstring(parsed(path))
    ]

    assert silent == []


def inner_imports(path: Path) -> Iterator[ast.Import | ast.ImportFrom]:
    for function in ast.walk(parsed(path)):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            for node in ast.walk(function):
                if isinstance(node, ast.Import | ast.ImportFrom):
                    yield node


def imports_first_party(node: ast.Import | ast.ImportFrom) -> bool:
    names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""]
    return any(name.split(".")[0] in APPS for name in names)
