"""How far the seeding is: a bar for the terminal, and a small file that the board can read."""

import json
import sys
import time
from pathlib import Path
from typing import IO

from tqdm import tqdm

_EVERY = 1.0  # seconds between two writes of the file


class Progress:
    """Counts what is done of a total; the file always holds whole JSON, `{"done", "total", "what"}`."""

    def __init__(self, path: Path, what: str, stream: IO[str] | None = None) -> None:
        self.path, self.what = path, what
        self.done = self.total = 0
        self._written = 0.0
        self._bar = tqdm(desc=what, unit="", file=stream or sys.stderr, mininterval=1.0, dynamic_ncols=True)

    def begin(self, total: int) -> None:
        self.total += total
        self._bar.total = self.total
        self._bar.refresh()
        self._write()

    def say(self, what: str) -> None:
        self.what = what
        self._bar.set_description_str(what, refresh=False)

    def step(self, count: int) -> None:
        self.done += count
        self._bar.update(count)
        if time.monotonic() - self._written > _EVERY:
            self._write()

    def close(self, *, complete: bool) -> None:
        """Leave the file as it stands where the run was interrupted; a complete one says so."""
        if complete:
            self.done, self.what = self.total, "complete"
        self._bar.close()
        self._write()

    def _write(self) -> None:
        self._written = time.monotonic()
        told = {"done": self.done, "total": self.total, "what": self.what}
        draft = self.path.with_suffix(".tmp")
        draft.write_text(json.dumps(told), encoding="utf-8")
        draft.replace(self.path)
