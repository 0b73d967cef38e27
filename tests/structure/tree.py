"""The files of the project as a commit would see them, and the code of the product in parsed form."""

import ast
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
APPS = ("audit", "contracts", "reviews", "governance")
_GIT = shutil.which("git")


@cache
def committed() -> tuple[Path, ...]:
    """Every file that is in git, or would be: what git ignores is left out."""
    if _GIT is None or not (ROOT / ".git").exists():
        return tuple(path for path in sorted(ROOT.rglob("*")) if path.is_file() and not _hidden(path))
    listed = subprocess.run(
        [_GIT, "-C", ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return tuple(path for name in listed.split("\0") if name and (path := ROOT / name).is_file())


def _hidden(path: Path) -> bool:
    parts = path.relative_to(ROOT).parts
    return any(part in {"var", "__pycache__", "node_modules"} for part in parts) or parts[0].startswith(".")


def modules(*folders: str) -> Iterator[Path]:
    """The Python modules in these folders, migrations left out: those are made, not written."""
    for path in committed():
        inside = path.relative_to(ROOT)
        if path.suffix == ".py" and inside.parts[0] in folders and "migrations" not in inside.parts:
            yield path


def dotted(path: Path) -> str:
    inside = path.relative_to(ROOT).with_suffix("")
    return ".".join(part for part in inside.parts if part != "__init__")


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))
