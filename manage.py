#!/usr/bin/env python3
"""The one door to Countersign: `python3 manage.py up` starts it, `python3 manage.py test` proves it.

Until Django can be imported only the standard library is used: the first call makes `.venv` beside this file, installs
the hashed lock into it and starts itself again there. Later calls compare the lock with what was installed.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
OLDEST = (3, 11)
RUNTIME, DEVELOPMENT = "requirements.txt", "requirements-dev.txt"
# A Python that has some of this by chance is not one that was installed for it: all must be there.
PRODUCT = (
    "django",
    "celery",
    "guardian",
    "rest_framework",
    "drf_spectacular",
    "csp",
    "axes",
    "psycopg",
    "stdnum",
)
SUITE = (
    *PRODUCT,
    "pytest",
    "pytest_django",
    "xdist",
    "hypothesis",
    "playwright",
    "schemathesis",
    "mypy",
    "scipy",
)


def main() -> int:
    if sys.version_info < OLDEST:
        return refuse(
            "Countersign needs Python {}.{} or newer; {} is {}.{}.".format(
                *OLDEST, sys.executable, *sys.version_info[:2]
            )
        )
    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    lock = DEVELOPMENT if command == "test" else RUNTIME
    if VENV.exists() or not all(map(importable, SUITE if command == "test" else PRODUCT)):
        if not installed(lock):
            with one_at_a_time():
                problem = "" if installed(lock) else install(lock)
            if problem:
                return refuse(problem)
        if Path(sys.prefix).resolve() != VENV.resolve():
            return start_again()
    return run(command)


def run(command: str) -> int:
    """Everything is importable from here on."""
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "governance.settings")
    if command == "test":
        from governance import runner

        return runner.run(sys.argv[2:])
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
    return 0


def importable(module: str) -> bool:
    return importlib.util.find_spec(module) is not None


def refuse(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 2


# ── The environment ──────────────────────────────────────────────────────────────────────────────────────────


def python() -> Path:
    return VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def stamp(lock: str) -> Path:
    return VENV / f".{lock}.sha256"


def digest(lock: str) -> str:
    return hashlib.sha256((ROOT / lock).read_bytes()).hexdigest()


def installed(lock: str) -> bool:
    """True when this very lock was installed completely into an environment whose Python is still there."""
    try:
        return python().exists() and stamp(lock).read_text(encoding="ascii") == digest(lock)
    except OSError:
        return False


def install(lock: str) -> str:
    """Bring the environment up to the lock. Returns what went wrong, in a sentence, or nothing."""
    wanted = digest(lock)
    if not sound():
        if not importable("ensurepip"):
            return (
                "This Python cannot make an environment: install the Debian package python3-venv "
                "(apt-get install python3-venv), then run the same command again."
            )
        say(f"Making an environment of its own for Countersign in {VENV}")
        made = subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], check=False)
        if made.returncode:
            return f"The environment could not be made in {VENV}; the lines above say why."
    problem = fetch(lock)
    if not problem:
        stamp(lock).write_text(wanted, encoding="ascii")
    return problem


def sound() -> bool:
    """Whether the environment has a Python that runs and a pip: an interrupted start may have left half of one."""
    if not python().exists():
        return False
    return not subprocess.run(
        [python(), "-c", "import pip"], check=False, stderr=subprocess.DEVNULL
    ).returncode


def fetch(lock: str) -> str:
    names = (ROOT / lock).read_text(encoding="utf-8").splitlines()
    total = sum(1 for line in names if line[:1].isalnum())
    say(f"Installing the {total} packages of {lock} (once; a minute or two)")
    began = time.monotonic()
    command = [str(python()), "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    command += ["--root-user-action=ignore", "--require-hashes", "-r", str(ROOT / lock)]
    environment = {
        name: value for name, value in os.environ.items() if name not in {"PIP_USER", "PYTHONHOME"}
    }
    pip = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        env=environment,
    )
    output: list[str] = []
    seen = 0
    for line in pip.stdout or ():
        output.append(line)
        seen += line.startswith(("Collecting ", "Requirement already satisfied"))
        if sys.stdout.isatty():
            what = "unpacking" if line.startswith("Installing") else f"{min(seen, total)} of {total}"
            print(f"\r  {what}, {time.monotonic() - began:.0f} s ", end="", flush=True)
    failed = pip.wait()
    if sys.stdout.isatty():
        print("\r\x1b[K", end="")
    if failed:
        sys.stderr.writelines(output[-15:])
        return f"The packages of {lock} could not be installed; the lines above say why."
    say(f"Installed in {time.monotonic() - began:.0f} s")
    return ""


def say(sentence: str) -> None:
    print(sentence, flush=True)


@contextlib.contextmanager
def one_at_a_time() -> Iterator[None]:
    """Two starts at once must not install into the same folder: the second waits and finds the work done."""
    if sys.platform == "win32":
        yield
        return
    import fcntl

    (ROOT / "var").mkdir(exist_ok=True)
    with (ROOT / "var" / "install.lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another start is installing right now; waiting for it")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def start_again() -> int:
    command = [str(python()), str(Path(__file__).resolve()), *sys.argv[1:]]
    sys.stdout.flush()
    if os.name != "nt":
        os.execv(command[0], command)  # noqa: S606 -- this very file in the environment made for it
    return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
