"""The real witness, as somebody else would run it, beside the copy of a log: for the drill it must see through."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from audit import verifier
from audit.services.drill_copies import PATIENCE, CopyError

PROGRAM = Path(verifier.__file__).with_name("witness.py")
NAME = "witness.invalid/drill"


@contextmanager
def serving(folder: Path, vkeys: list[str]) -> Iterator[dict[str, str]]:
    """A witness that watches the log of these keys on a free port of this machine, until the end of the block; what
    comes back are the settings by which the publisher of a copy asks it. CopyError where it does not start."""
    words = [sys.executable, str(PROGRAM)]
    state = str(folder / "witness")
    env = {"PATH": os.environ.get("PATH", os.defpath)}
    try:
        made = subprocess.run(
            [*words, "init", "--state", state, "--name", NAME],
            env=env,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=True,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise CopyError(f"The witness could not be made: {error}") from error
    logs = [word for vkey in vkeys for word in ("--log", vkey)]
    process = subprocess.Popen(
        [*words, "serve", "--state", state, "--port", "0", *logs],
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stdout is not None  # noqa: S101 -- for the type checker: it was asked for above
        said = process.stdout.readline()
        if not said:
            raise CopyError("The witness did not start.")
        policy = folder / "policy"
        lines = [
            *(f"log {vkey}" for vkey in vkeys),
            f"witness w {made.stdout.strip()}",
            "group g all w",
            "quorum g",
            "",
        ]
        policy.write_text("\n".join(lines), encoding="utf-8")
        port = said.rsplit(":", 1)[1].strip()
        yield {"AUDIT_POLICY_FILE": str(policy), "AUDIT_WITNESSES": f"w=http://127.0.0.1:{port}"}
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()
