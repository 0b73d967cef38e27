"""`manage.py test`: the suite, then the linter, the formatter's check and the type checker.

Arguments go to pytest as they are. Naming files, expressions or markers narrows the run to them, and then the other
checks stay out of the way; `--checks` runs those alone.
"""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CHECKS = {
    "ruff check": ["ruff", "check", "."],
    "ruff format": ["ruff", "format", "--check", "."],
    "mypy": ["mypy", "manage.py", "audit", "contracts", "reviews", "governance"],
}
# How the run looks or how fast it goes; every other argument says which tests to run.
_MANNERS = (
    "-v",
    "-q",
    "-x",
    "-s",
    "-r",
    "-n",
    "-p",
    "--durations",
    "--tb",
    "--color",
    "--cov",
    "--maxfail",
    "--create-db",
)


def run(arguments: Sequence[str]) -> int:
    """Run what was asked for; returns the exit status of the first thing that failed, or 0."""
    if list(arguments) == ["--checks"]:
        return checks()
    wanted = [argument for argument in arguments if argument != "--no-checks"]
    command = [sys.executable, "-m", "pytest", *wanted]
    if not any(argument.startswith("-n") for argument in arguments) and not selects_tests(arguments):
        command += ["-n", "2"]
    failed, closing = _pytest(command)
    if failed or len(wanted) < len(arguments) or narrowed(wanted):
        return failed
    failed = checks()
    _say(closing)
    return failed


def narrowed(arguments: Sequence[str]) -> bool:
    """Whether the arguments ask for less than the whole suite."""
    previous = ""
    for argument in arguments:
        value_of_manner = previous in {"-n", "-p", "-r"}
        if not value_of_manner and not argument.startswith(_MANNERS):
            return True
        previous = argument
    return False


def selects_tests(arguments: Sequence[str]) -> bool:
    """Whether single files or tests are named, or only listed: not worth a second process."""
    return any(
        "::" in name or (ROOT / name).exists() or name in {"--collect-only", "--co"} for name in arguments
    )


def checks() -> int:
    """Run the linter, the formatter's check and the type checker; returns the first exit status that is not 0."""
    first = 0
    for name, command in CHECKS.items():
        status = subprocess.run([sys.executable, "-m", *command], cwd=ROOT, check=False).returncode
        _say(f"{name}: {'ok' if status == 0 else 'FAILED'}")
        first = first or status
    return first


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _pytest(command: list[str]) -> tuple[int, str]:
    """Run pytest from the project's folder, its output passed on untouched; returns its status and its last line."""
    if sys.stdout.isatty():
        command.append("--color=yes")
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    suite = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment
    )
    if suite.stdout is None:
        raise RuntimeError("pytest has no output")
    end = b""
    try:
        while chunk := os.read(suite.stdout.fileno(), 65536):
            sys.stdout.buffer.write(chunk)
            sys.stdout.buffer.flush()
            end = (end + chunk)[-4096:]
        status = suite.wait()
    except KeyboardInterrupt:
        status = suite.wait()
    lines = [line for line in end.decode(errors="replace").splitlines() if line.strip()]
    return status, lines[-1] if lines else ""
