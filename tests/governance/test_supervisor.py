"""The supervisor with real programs: small Python scripts that end, talk and refuse to stop."""

import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from governance import supervisor as module
from governance.supervisor import Program, Supervisor

FOR_EVER = "import time; print('here', flush=True); time.sleep(60)"
STUBBORN = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {FOR_EVER}"


@pytest.fixture
def out() -> io.StringIO:
    return io.StringIO()


@pytest.fixture(autouse=True)
def fast(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FIRST_PAUSE", 0.05)
    monkeypatch.setattr(module, "STOP_WITHIN", 1.0)


def script(text: str, name: str = "script", **options: object) -> Program:
    return Program(name, [sys.executable, "-c", text], **options)  # type: ignore[arg-type]


def within(seconds: float, condition: Callable[[], bool]) -> Callable[[], bool]:
    deadline = time.monotonic() + seconds
    return lambda: condition() or time.monotonic() > deadline


def test_run_prints_lines_under_the_name_of_their_program(out: io.StringIO) -> None:
    supervisor = Supervisor(out)

    supervisor.start(script("print('one'); print('noise'); print('two')", "web", once=True, hushed=["noise"]))
    supervisor.run(until=within(10, lambda: "two" in out.getvalue()))
    supervisor.finish()

    assert [line for line in out.getvalue().splitlines() if line.startswith("web")] == [
        "web     | one",
        "web     | two",
    ]


def test_run_prints_a_progress_bar_now_and_then(out: io.StringIO) -> None:
    supervisor = Supervisor(out)
    bar = "import sys, time\nfor i in range(50): sys.stdout.write(f'\\r{i}'); sys.stdout.flush()\nprint('\\rdone')"

    supervisor.start(script(bar, "history", once=True))
    supervisor.run(until=within(10, lambda: "done" in out.getvalue()))
    supervisor.finish()

    assert out.getvalue().count("history") <= 2
    assert "history | done" in out.getvalue()


def test_run_starts_again_what_ended(out: io.StringIO) -> None:
    supervisor = Supervisor(out)

    supervisor.start(script("print('hello'); raise SystemExit(3)"))
    supervisor.run(until=within(10, lambda: out.getvalue().count("hello") == 3))
    supervisor.finish()

    assert out.getvalue().count("hello") == 3
    assert "script ended with status 3; starting it again" in out.getvalue()


def test_run_does_not_start_again_what_runs_once(out: io.StringIO) -> None:
    supervisor = Supervisor(out)
    done: list[str] = []

    supervisor.start(script("print('hello')", once=True, when_done=lambda: done.append("done")))
    supervisor.run(until=within(10, lambda: bool(done)))
    supervisor.run(until=within(0.5, lambda: False))
    supervisor.finish()

    assert done == ["done"]
    assert out.getvalue().count("hello") == 1


def test_finish_stops_the_last_ones_after_the_others(out: io.StringIO) -> None:
    supervisor = Supervisor(out)
    says_goodbye = (
        "import signal, sys, time; signal.signal(signal.SIGTERM, lambda *_: (print('bye', flush=True), sys.exit()))\n"
        "print('here', flush=True); time.sleep(60)"
    )

    supervisor.start(script(says_goodbye, "broker", last=True))
    supervisor.start(script(says_goodbye, "worker"))
    supervisor.run(until=within(10, lambda: out.getvalue().count("here") == 2))
    supervisor.finish()

    farewells = [line.split()[0] for line in out.getvalue().splitlines() if "bye" in line]
    assert farewells == ["worker", "broker"]


def test_finish_kills_what_does_not_stop(out: io.StringIO) -> None:
    supervisor = Supervisor(out)
    supervisor.start(script(STUBBORN))
    supervisor.run(until=within(10, lambda: "here" in out.getvalue()))
    began = time.monotonic()

    supervisor.finish()

    assert 0.9 < time.monotonic() - began < 10
    assert supervisor.stopping


def test_stop_ends_the_run(out: io.StringIO) -> None:
    supervisor = Supervisor(out)
    supervisor.start(script(FOR_EVER))
    supervisor.stop()

    supervisor.run()
    supervisor.finish()

    assert supervisor.stopping


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel of Linux alone offers it")
def test_programs_end_when_the_supervisor_is_killed() -> None:
    program = f"import os; print(os.getpid(), flush=True); {FOR_EVER}"
    code = (
        "import sys; from governance.supervisor import Program, Supervisor; one = Supervisor(sys.stdout)\n"
        f"one.start(Program('x', [sys.executable, '-c', {program!r}])); one.run()"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(module.__file__).parent.parent,
    )
    assert parent.stdout is not None
    child = int(parent.stdout.readline().split("|")[1])

    parent.kill()
    parent.wait()
    parent.stdout.close()

    assert gone(child)


def gone(process: int) -> bool:
    for _ in range(100):
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return True
        if Path(f"/proc/{process}/stat").read_text().split()[2] == "Z":
            return True
        time.sleep(0.05)
    os.kill(process, signal.SIGKILL)
    return False
