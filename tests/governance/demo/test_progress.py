"""The progress of the seeding, as the board reads it."""

import io
import json
from pathlib import Path

from governance.demo.progress import Progress


def read(path: Path) -> dict:
    return json.loads(path.read_text(encoding="utf-8"))


def test_progress_is_a_file_from_the_beginning(tmp_path: Path) -> None:
    progress = Progress(tmp_path / "progress.json", "history", io.StringIO())

    progress.begin(10)

    assert read(tmp_path / "progress.json") == {"done": 0, "total": 10, "what": "history"}


def test_progress_that_is_complete_says_so(tmp_path: Path) -> None:
    progress = Progress(tmp_path / "progress.json", "history", io.StringIO())
    progress.begin(10)

    progress.step(4)
    progress.close(complete=True)

    assert read(tmp_path / "progress.json") == {"done": 10, "total": 10, "what": "complete"}


def test_progress_that_was_interrupted_stays_where_it_was(tmp_path: Path) -> None:
    progress = Progress(tmp_path / "progress.json", "history", io.StringIO())
    progress.begin(10)
    progress.say("AP-INV 2026-03-02")

    progress.step(4)
    progress.close(complete=False)

    assert read(tmp_path / "progress.json") == {"done": 4, "total": 10, "what": "AP-INV 2026-03-02"}
