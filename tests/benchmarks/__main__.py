"""Measure intake, the review cycle, lists and imports on PostgreSQL, and print a table and JSON.

    DATABASE_URL=postgres://postgres@127.0.0.1:5432/postgres .venv/bin/python -m tests.benchmarks [--only intake,cycle]

Beside every figure stands a calibration loop, so that figures of two machines, or of a busy hour, can be compared.
"""

import argparse
import hashlib
import json
import os
import sys
import tempfile
import threading
import time
from pathlib import Path

import django
from tqdm import tqdm

SCENARIOS = (
    "parts",
    "intake",
    "single",
    "activations",
    "halts",
    "polls",
    "cycle",
    "lists",
    "board",
    "import",
    "sequencing",
    "proofs",
    "audited",
    "simulation",
    "autoqa",
    "vigilance",
    "draw",
    "levels",
)


def calibrate() -> float:
    """Thousand SHA-256 rounds of 1 kB per second, on one core, now."""
    block, started, rounds = b"x" * 1024, time.perf_counter(), 0
    while time.perf_counter() - started < 0.3:
        for _ in range(1000):
            block = hashlib.sha256(block).digest() * 32
        rounds += 1
    return rounds / (time.perf_counter() - started)


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="tests.benchmarks", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--only", default=",".join(SCENARIOS), help=f"which of {', '.join(SCENARIOS)}")
    parser.add_argument("--seconds", type=float, default=15, help="how long each load lasts")
    parser.add_argument("--rows", type=int, default=1_000_000, help="waiting cases of the large queue")
    parser.add_argument("--json", type=Path, help="also write the figures here")
    options = parser.parse_args()
    if not os.environ.get("DATABASE_URL", "").startswith("postgres"):
        print("Give a PostgreSQL server: DATABASE_URL=postgres://…", file=sys.stderr)
        return 2
    from tests.benchmarks import server

    os.environ["DATABASE_URL"] = server.fresh_database(os.environ["DATABASE_URL"])
    os.environ.setdefault("COUNTERSIGN_VAR", tempfile.mkdtemp(prefix="countersign-bench-"))
    os.environ["BROKER_URL"] = "memory://"
    os.environ["DJANGO_SETTINGS_MODULE"] = "governance.settings"
    django.setup()
    from tests.benchmarks import (
        activations,
        autoqa,
        boards,
        drawing,
        halts,
        scenarios,
        service_levels,
        simulation,
        trail,
        vigilance,
    )

    runs = {
        "import": scenarios.bulk_import,
        "sequencing": trail.sequencing_rate,
        "board": boards.board,
        "activations": activations.activations,
        "halts": halts.halts,
        "simulation": simulation.simulation,
        "autoqa": autoqa.scoring,
        "vigilance": vigilance.vigilance,
        "draw": drawing.drawing,
        "levels": service_levels.service_levels,
    }
    stage = scenarios.Stage.build(options.seconds, options.rows)
    figures: list[dict] = []
    wanted = [name for name in SCENARIOS if name in options.only.split(",")]
    for name in tqdm(wanted, desc="benchmarks", file=sys.stderr):
        run = runs.get(name) or getattr(trail, name, None) or getattr(scenarios, name)
        for figure in run(stage):
            figures.append({**figure, "calibration": round(calibrate(), 1)})
    _print(figures)
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2))
    print(json.dumps(figures))
    return 0


def _print(figures: list[dict]) -> None:
    width = max(len(figure["what"]) for figure in figures)
    print(f"{'what'.ljust(width)}  {'figure':>12}  {'unit':8}  {'floor':>8}  {'goal':>8}  calibration")
    for figure in figures:
        floor, goal = figure.get("floor", ""), figure.get("goal", "")
        print(
            f"{figure['what'].ljust(width)}  {figure['figure']:>12,.1f}  {figure['unit']:8}  {floor!s:>8}  {goal!s:>8}"
            f"  {figure['calibration']}"
        )


if __name__ == "__main__":
    threading.stack_size(512 * 1024)
    sys.exit(main())
