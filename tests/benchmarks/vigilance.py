"""How long the sweep of vigilance takes for a day of 100,000 decisions by 500 reviewers, and for a day on which nothing is
new."""

import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.utils import timezone

from contracts.models import User
from reviews.models import Decision, ReviewerSignal, VigilanceNotice
from reviews.services import vigilance_judging
from tests import worlds
from tests.benchmarks.filler import copy_row
from tests.benchmarks.scenarios import figure
from tests.factories import reviews as made

DECISIONS, REVIEWERS = 100_000, 500


def vigilance(stage: Any) -> Iterator[dict]:
    """Everybody has taken note; a day's decisions are there, and nobody has counted them."""
    desk = stage.desk
    now = _evening(desk.process.time_zone)
    began = now - timedelta(hours=9)
    people = [worlds.person(f"watched_{n}", desk.reviewer.organisation, began) for n in range(REVIEWERS)]
    VigilanceNotice.objects.bulk_create(
        VigilanceNotice(reviewer=person, acknowledged_at=began, seen_at=began) for person in people
    )
    text = " ".join(["word"] * 120)
    _fill(made.decided_case(desk, began, input={"invoice": text}), people)

    took, counted = _sweep(now)
    assert counted == DECISIONS
    assert ReviewerSignal.objects.filter(stale=True).count() == 0
    yield figure("vigilance, 100,000 decisions", took, "s", goal=5)
    yield figure("vigilance, nothing new", _sweep(now)[0], "s")


def _evening(zone: str) -> datetime:
    """The last six o'clock in the evening there: the hours before it are of one day."""
    now = timezone.now().astimezone(ZoneInfo(zone))
    evening = now.replace(hour=18, minute=0, second=0, microsecond=0)
    return evening if evening <= now else evening - timedelta(days=1)


def _sweep(at: Any) -> tuple[float, int]:
    started = time.perf_counter()
    counted = vigilance_judging.sweep(at=at)
    return time.perf_counter() - started, counted


def _fill(pattern: Decision, people: list[User]) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE watched (n int, person uuid) ON COMMIT DROP")
        cursor.executemany(
            "INSERT INTO watched VALUES (%s, %s)",
            [(n, person.pk) for n, person in enumerate(people)],
        )
        cursor.execute(
            "CREATE TEMP TABLE filler ON COMMIT DROP AS SELECT g AS n, gen_random_uuid() AS interaction_id,"
            " gen_random_uuid() AS case_id, gen_random_uuid() AS decision_id, w.person"
            " FROM generate_series(1, %s) AS g JOIN watched w ON w.n = g %% %s",
            [DECISIONS, len(people)],
        )
        copy_row(
            cursor,
            "reviews_interaction",
            pattern.interaction_id,
            {
                "id": "f.interaction_id",
                "correlation_id": "f.interaction_id",
                "external_id": "'watched-' || f.n",
                "state": "'awaiting'",
                "final_decision_id": "NULL",
            },
        )
        copy_row(
            cursor,
            "reviews_case",
            pattern.case_id,
            {"id": "f.case_id", "interaction_id": "f.interaction_id", "state": "'waiting'"},
        )
        copy_row(
            cursor,
            "reviews_decision",
            pattern.pk,
            {
                "id": "f.decision_id",
                "interaction_id": "f.interaction_id",
                "case_id": "f.case_id",
                "decided_by_id": "f.person",
                "is_final": "false",
                "seconds": "20 + f.n %% 90",
                "decided_at": "t.decided_at + f.n * interval '0.3 seconds'",
            },
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
