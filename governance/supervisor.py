"""A small supervisor: starts programs, prints their lines under their names, restarts what ends, stops all together.

It has one thread and no framework. Each program runs in a session of its own, so that a Ctrl-C reaches the supervisor
alone, and on Linux the kernel ends the programs when the supervisor is killed.
"""

import contextlib
import ctypes
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import FrameType
from typing import IO, Any

# Seconds: before a program that ended is started again (doubling up to the second figure), after how long it counts
# as having run well, how long all of them together may take to stop, and how often a
# progress bar is shown.
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
RAN_WELL = 60.0
STOP_WITHIN = 20.0
PROGRESS_EVERY = 5.0

_SIGNALS = [signal.SIGINT, signal.SIGTERM, *([signal.SIGHUP] if hasattr(signal, "SIGHUP") else [])]
_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


@dataclass(frozen=True)
class Program:
    """What to run. `once` ends by itself and is not started again; `last` stops after the others have.

    Lines that hold one of the `hushed` phrases are not printed: what a program says at every start and nobody needs.
    """

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    once: bool = False
    last: bool = False
    hushed: Sequence[str] = ()
    when_done: Callable[[], None] | None = None


@dataclass
class _Child:
    program: Program
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    failures: int = 0
    start_at: float | None = None
    rest: bytes = b""
    shown: float = 0.0


class Supervisor:
    """Runs programs until it is told to stop."""

    def __init__(self, out: IO[str]) -> None:
        self._out = out
        self._children: list[_Child] = []
        self._selector = selectors.DefaultSelector()
        self._stopping = False
        self._impatient = False
        self._width = 8

    # ── Telling it what to do ───────────────────────────────────────────────────────────────────────────────

    def start(self, program: Program) -> None:
        """Start a program and keep it running."""
        child = _Child(program)
        self._children.append(child)
        self._start(child)

    def stop(self, *_: Any) -> None:
        """Ask for the end; asked a second time, nothing is waited for."""
        self._impatient = self._stopping
        self._stopping = True

    @property
    def stopping(self) -> bool:
        return self._stopping

    def listen(self) -> None:
        """Take the signals that ask for the end."""
        for number in _SIGNALS:
            signal.signal(number, self._signalled)

    def say(self, line: str, name: str = "up") -> None:
        """Print a line under a name."""
        self._out.write(f"{name:<{self._width}}| {line}\n")
        self._out.flush()

    def run(self, until: Callable[[], bool] = lambda: False) -> None:
        """Watch over the programs until the end is asked for or the condition holds."""
        while not self._stopping and not until():
            self._pump(0.2)
            self._look_after()

    def finish(self) -> None:
        """Stop everything: the ordinary programs first, then those the others need; by force after 20 seconds."""
        self._stopping = True
        deadline = time.monotonic() + STOP_WITHIN
        for last in (False, True):
            group = [child for child in self._children if child.program.last is last]
            for child in group:
                _send(child, signal.SIGTERM)
            while any(_alive(child) for child in group):
                if time.monotonic() > deadline or self._impatient:
                    break
                self._pump(0.1)
        for child in self._children:
            # Also where the program itself is gone: what it left behind has no other parent.
            _kill_group(child)
        self._pump(0.1)
        for key in list(self._selector.get_map().values()):
            self._forget(key.fileobj)
        self._selector.close()

    # ── One round of the loop ───────────────────────────────────────────────────────────────────────────────

    def _signalled(self, number: int, frame: FrameType | None) -> None:
        self.stop()

    def _start(self, child: _Child) -> None:
        program = child.program
        child.started, child.start_at, child.rest = time.monotonic(), None, b""
        child.process = subprocess.Popen(
            list(program.command),
            env={**os.environ, "PYTHONUNBUFFERED": "1", **program.environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            # Safe here: this process has one thread.
            preexec_fn=_die_with_parent(os.getpid()),
        )
        if child.process.stdout is not None:
            os.set_blocking(child.process.stdout.fileno(), False)
            self._selector.register(child.process.stdout, selectors.EVENT_READ, child)

    def _pump(self, seconds: float) -> None:
        """Print what the programs wrote, waiting so long for the first of it."""
        if not self._selector.get_map():
            time.sleep(seconds)
            return
        for key, _ in self._selector.select(seconds):
            child: _Child = key.data
            chunk = os.read(key.fd, 65536)
            if not chunk:
                self._forget(key.fileobj)
            *lines, child.rest = (child.rest + chunk).split(b"\n")
            if not chunk and child.rest:
                lines, child.rest = [*lines, child.rest], b""
            for line in lines:
                self._relay(line, child.program)
            self._show_progress(child)

    def _show_progress(self, child: _Child) -> None:
        """A progress bar paints over its own line many times a second: print a picture of it now and then."""
        painted, separator, child.rest = child.rest.rpartition(b"\r")
        if separator and time.monotonic() - child.shown > PROGRESS_EVERY:
            child.shown = time.monotonic()
            self._relay(painted, child.program)

    def _forget(self, pipe: Any) -> None:
        self._selector.unregister(pipe)
        pipe.close()

    def _relay(self, raw: bytes, program: Program) -> None:
        line = raw.rstrip().rpartition(b"\r")[2].decode(errors="replace").rstrip()
        if line and not any(phrase in line for phrase in program.hushed):
            self.say(line, program.name)

    def _look_after(self) -> None:
        now = time.monotonic()
        for child in self._children:
            if child.process is not None:
                status = child.process.poll()
                if status is not None:
                    self._ended(child, status, now)
            elif child.start_at is not None and child.start_at <= now:
                self._start(child)

    def _ended(self, child: _Child, status: int, now: float) -> None:
        program = child.program
        # Workers of a master that was killed would hold its port and its tasks.
        _kill_group(child)
        if program.once and status == 0:
            if program.when_done is not None:
                program.when_done()
            return
        child.failures = 1 if now - child.started > RAN_WELL else child.failures + 1
        pause = min(FIRST_PAUSE * 2 ** (child.failures - 1), LONGEST_PAUSE)
        how = f"signal {-status}" if status < 0 else f"status {status}"
        self.say(f"{program.name} ended with {how}; starting it again in {pause:.0f} s")
        child.start_at = now + pause


def _die_with_parent(parent: int) -> Callable[[], None] | None:
    if _libc is None:
        return None
    libc = _libc

    def arm() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # it was gone before the line above
            os._exit(1)

    return arm


def _alive(child: _Child) -> bool:
    return child.process is not None and child.process.poll() is None


def _send(child: _Child, number: int) -> None:
    if child.process is not None and _alive(child):
        child.process.send_signal(number)


def _kill_group(child: _Child) -> None:
    if child.process is None:
        return
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.process.pid, signal.SIGKILL)
    child.process.wait()
    child.process = None
