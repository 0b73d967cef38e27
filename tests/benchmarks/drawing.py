"""How long a draw of a million interactions takes, and how much memory: reading and fixing the frame, then drawing from it."""

import os
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from reviews.domain import fixed_frames, planning, sampling, windows
from reviews.domain.item_columns import ItemColumns
from reviews.models import Interaction
from reviews.selectors import draws as selector
from tests.benchmarks.filler import copy_row
from tests.benchmarks.scenarios import figure
from tests.factories import qa

INTERACTIONS = 1_000_000
SECONDS, MEGABYTES = 30, 300


def drawing(stage: Any) -> Iterator[dict]:
    """A day of a million that went out straight through, as the sweep reads, fixes and draws it."""
    desk, now = stage.desk, timezone.now()
    made = qa.straight_through(desk, now)[0]
    _fill(made)
    window = windows.of_day(
        windows.local_day(made.released_at, desk.process.time_zone), desk.process.time_zone
    )

    read, frame, _ = _measured(lambda: selector.frame(desk.process, window))
    plan = planning.for_day(
        fraction=sampling.Decimal("0.06"),
        sizes=frame.sizes,
        reviewers=frame.reviewers,
        month=planning.Month(),
        week=planning.Week(),
    ).plan
    fixed, (packed, _), peak = _measured(partial(fixed_frames.pack, frame.items))
    del frame
    drawn, draw, drawing_peak = _measured(
        lambda: sampling.draw(ItemColumns(fixed_frames.unpack(packed)), os.urandom(32), plan)
    )
    assert draw.n >= INTERACTIONS * 0.06
    yield figure("draw of 1,000,000: frame read", read, "s")
    yield figure("draw of 1,000,000: frame packed", fixed, "s")
    yield figure("draw of 1,000,000: drawn", drawn, "s")
    yield figure("draw of 1,000,000: in all", read + fixed + drawn, "s", goal=SECONDS)
    yield figure(
        "draw of 1,000,000: largest, the process and all", max(peak, drawing_peak), "MB", goal=MEGABYTES
    )
    yield figure("draw of 1,000,000: frame as it is kept", len(packed) / 1e6, "MB")


def _measured(work: Callable[[], Any]) -> tuple[float, Any, float]:
    """How long it takes, what it gives, and how much memory the process had at most, in MB."""
    with open("/proc/self/clear_refs", "w") as file:
        file.write("5")
    started = time.perf_counter()
    result = work()
    took = time.perf_counter() - started
    with open("/proc/self/status") as file:
        most = next(int(line.split()[1]) for line in file if line.startswith("VmHWM"))
    return took, result, most / 1024


def _fill(pattern: Interaction) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE filler ON COMMIT DROP AS SELECT n, gen_random_uuid() AS interaction_id"
            " FROM generate_series(1, %s) AS n",
            [INTERACTIONS],
        )
        copy_row(
            cursor,
            "reviews_interaction",
            pattern.pk,
            {
                "id": "f.interaction_id",
                "correlation_id": "f.interaction_id",
                "external_id": "'drawn-' || f.n",
            },
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
