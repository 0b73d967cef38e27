"""What the board costs with a million rows behind it, and how fast its figures are made of the trail."""

import time
from collections.abc import Iterator
from datetime import timedelta
from itertools import product
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import connection
from django.utils import timezone

from audit.models import Cursor
from audit.services import projecting, sequencing
from contracts.models import User
from governance.domain import telemetry
from governance.models import DayRollup
from reviews.models import Case
from reviews.services import intake
from tests import worlds
from tests.benchmarks import client, filler, server

POSTED = 20_000
CHUNK = 250
DAYS = 400
READERS = ("north_lead", "overseer")


def board(stage: Any) -> Iterator[dict]:
    """The projection on a backlog; then the board where a million cases wait and four hundred days are rolled up."""
    payloads = stage.payloads(POSTED, seed=17, prefix="board")
    for start in range(0, POSTED, CHUNK):
        intake.accept(
            payloads=payloads[start : start + CHUNK],
            agent=stage.desk.agent,
            key=stage.desk.key,
            at=timezone.now(),
        )
    sequencing.sweep(clock=timezone.now)
    projecting.sweep(clock=timezone.now)
    log_id = Cursor.objects.filter(projection=telemetry.PROJECTION).order_by("-position").first().log_id
    started = time.perf_counter()
    projecting.rebuild(name=telemetry.PROJECTION, log_id=log_id, at=timezone.now())
    taken = 0
    while count := projecting.project(name=telemetry.PROJECTION, log_id=log_id, at=timezone.now()):
        taken += count
    yield _figure(
        "making the board's rollups of the trail", taken / (time.perf_counter() - started), "per s", 5_000
    )
    filler.fill(str(stage.desk.process.pk), stage.rows)
    _late(stage)
    _roll_up(stage)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    User.objects.filter(username__in=READERS).update(
        password=make_password(worlds.PASSWORD, hasher="pbkdf2_sha256")
    )
    with server.web(workers=1, threads=2) as port:
        for username in READERS:
            person = client.Person(port, username, worlds.PASSWORD)
            status, page, _ = person.request("GET", "/board/")
            if status != 200 or "1,000+" not in page:
                raise SystemExit(f"/board/ answered {status} without the cases that wait")
            slowest = max(_timed(lambda person=person: person.request("GET", "/board/")) for _ in range(20))
            what = f"board as {username}, {stage.rows:,} waiting, slowest of 20"
            yield _figure(what, slowest * 1000, "ms", "≤ 200")


def _late(stage: Any) -> None:
    """Half of what waits is past its time."""
    middle = Case.objects.order_by("due_at")[stage.rows // 2 : stage.rows // 2 + 1].get().due_at
    with connection.cursor() as cursor:
        cursor.execute("UPDATE reviews_case SET due_at = due_at - (%s - now())", [middle])


def _roll_up(stage: Any) -> None:
    """Rollups as a large process has them: several steps and languages, every day for more than a year."""
    today = telemetry.day_of(timezone.now())
    DayRollup.objects.bulk_create(
        [
            DayRollup(
                log=stage.desk.client.log_key,
                process=stage.desk.process.code,
                day=today - timedelta(days=days),
                step=step,
                tier="high",
                language=language,
                received=3000,
                straight_through=2000,
                to_review=1000,
                decided=990,
                changed=80,
                cosmetic=40,
            )
            for days, step, language in product(
                range(DAYS), ("one", "two", "three", "four"), ("de", "en", "fr", "ja", "other")
            )
        ],
        batch_size=1000,
    )


def _timed(call: Any) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def _figure(what: str, value: float, unit: str, floor: float | str) -> dict:
    return {"what": what, "figure": round(value, 2), "unit": unit, "floor": floor, "goal": ""}
