"""How fast rules are simulated, on one core, with a million interactions behind them, and in how much memory."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from reviews.enums import SimulationState
from reviews.models import Interaction, RuleSet, RuleSimulation
from reviews.services import intake, rule_drafts, rules, simulating, simulations
from reviews.services.rule_drafts import RuleInput
from tests import worlds
from tests.benchmarks.scenarios import figure
from tests.factories import rules as made
from tests.worlds import Desk

SEEDS = 500
DAYS = 30
SUBJECTS = 50_000
# One process counts, and says what it took: its own peak memory. The kernel's `ru_maxrss` goes on from that of the
# process that started it, which filled the database.
PROGRAM = """
import json, re, time
from pathlib import Path
from django.conf import settings
import django
django.setup()
from django.utils import timezone
from reviews.services import simulating
started, used = time.perf_counter(), time.process_time()
done = simulating.sweep(clock=timezone.now)
peak = int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) / 1024
print(json.dumps({"done": done, "seconds": time.perf_counter() - started, "cpu": time.process_time() - used, "peak": peak}))
"""


def leaf(field: str, op: str, value: Any, **more: Any) -> dict[str, Any]:
    return {"field": field, "op": op, "value": value, **more}


def typical(threshold: str) -> list[RuleInput]:
    """Twelve rules as a payables desk has them."""
    band = {"percent": "2", "absolute": "250"}
    conditions: list[tuple[dict[str, Any], str]] = [
        (leaf("amount", ">=", threshold), "human_review"),
        (leaf("amount", ">=", "25000"), "second_review"),
        (leaf("amount", ">=", "100000"), "client_final"),
        (leaf("subject_total", ">=", "20000", window_hours=24), "human_review"),
        (leaf("subject_count", ">=", "10", window_hours=24), "human_review"),
        (leaf("confidence", "<", "0.9"), "human_review"),
        (leaf("variance", "outside_band", band), "human_review"),
        (
            {"all": [leaf("supplier_age_days", "<=", "90"), leaf("amount", ">=", "2000")]},
            "senior_only",
        ),
        (
            {"any": [leaf("bank_changed_days", "<=", "30"), leaf("duplicate_score", ">=", "0.8")]},
            "senior_only",
        ),
        (leaf("data_classes", "has_any", ["health", "biometric"]), "human_review"),
        (
            {"all": [leaf("language", "in", ["ja", "ko"]), {"not": leaf("confidence", ">=", "0.95")}]},
            "human_review",
        ),
        (leaf("supplier_age_days", "<=", "30"), "sample_boost"),
    ]
    return [
        RuleInput(f"B-R{number}", f"Rule {number}", condition, effect, 3, "general")
        for number, (condition, effect) in enumerate(conditions, start=1)
    ]


def simulation(stage: Any) -> Iterator[dict]:
    """A threshold of €5,000 becomes €15,000, over thirty days with a million interactions."""
    desk = stage.desk
    at = timezone.now()
    _in_force(desk, typical("5000"), at)
    draft = _draft(desk, typical("15000"), at)
    _fill(desk, at, stage.rows)
    for _ in range(2):
        # The first run warms the caches of the database, the second one counts.
        asked = simulations.ask_period(ruleset_id=draft.pk, by=desk.admin, at=timezone.now())
        told = _alone()
    asked = RuleSimulation.objects.get(pk=asked.pk)
    assert asked.state == SimulationState.DONE, asked.error
    result: dict[str, Any] = asked.result
    yield figure("simulation: interactions", result["seen"], "in all")
    yield figure(
        "simulation: of them newly straight through", result["kinds"]["newly_straight"]["count"], "in all"
    )
    yield figure("simulation: rate", result["seen"] / told["seconds"], "interactions/s", 20_000)
    yield figure("simulation: rate by processor time", result["seen"] / told["cpu"], "interactions/s")
    yield figure("simulation: in all", told["seconds"] / 60, "minutes")
    yield figure("simulation: peak memory of its process", told["peak"], "MB")


def _alone() -> dict[str, float]:
    """Run the sweep in a process of its own; one thread of Python is one core."""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "governance.settings"}
    out = subprocess.run(
        [sys.executable, "-c", PROGRAM], env=environment, stdout=subprocess.PIPE, check=True, text=True
    )
    return json.loads(out.stdout.strip().splitlines()[-1])


def _draft(desk: Desk, wanted: list[RuleInput], at: datetime) -> RuleSet:
    draft = rule_drafts.draft(process=desk.process, by=desk.admin, at=at)
    for rule in draft.rules.all():
        rule_drafts.remove_rule(ruleset_id=draft.pk, code=rule.code, by=desk.admin, at=at)
    for rule in wanted:
        rule_drafts.put_rule(ruleset_id=draft.pk, rule=rule, by=desk.admin, at=at)
    return draft


def _in_force(desk: Desk, wanted: list[RuleInput], at: datetime) -> None:
    draft = _draft(desk, wanted, at)
    rules.propose(ruleset_id=draft.pk, by=desk.admin, at=at)
    simulations.ask_period(ruleset_id=draft.pk, by=desk.admin, at=at)
    simulating.sweep(clock=timezone.now)
    made.approved(desk, draft, at)


def _fill(desk: Desk, at: datetime, rows: int) -> None:
    """Some hundred real ones, then copies of them made by the database, spread over subjects and thirty days."""
    payloads = [
        worlds.payload(
            desk,
            amount=str(Decimal(6000 + 29 * number) if number % 20 == 0 else Decimal(37 * number % 4900 + 10)),
            subject_ref=f"seed-{number}",
            confidence=0.97 if number % 11 else 0.8,
            language="de" if number % 3 else "en",
            attributes={
                "supplier_age_days": 20 + number % 900,
                "bank_changed_days": 25 + number % 700,
                "variance": {"percent": "0.4", "absolute": "12"},
                "duplicate_score": "0.1",
            },
            external_id=f"sim-seed-{number}",
        )
        for number in range(SEEDS)
    ]
    begin = at - timedelta(days=DAYS)
    intake.accept(payloads=payloads, agent=desk.agent, key=desk.key, at=begin)
    seeds = list(Interaction.objects.filter(external_id__startswith="sim-seed-").values_list("pk", flat=True))
    copies = rows // len(seeds)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            # Ids begin with their time, as real ones do, so that neighbours in time are neighbours in every index.
            "CREATE TEMP TABLE filler ON COMMIT DROP AS SELECT *, (lpad(to_hex((extract(epoch FROM moment)"
            " * 1000)::bigint), 12, '0') || substr(md5(random()::text), 1, 20))::uuid AS id FROM ("
            "SELECT s.id AS seed, n, md5((floor(random() * %s))::text) AS subject,"
            " %s::timestamptz + random() * interval '29 days 23 hours' AS moment"
            " FROM reviews_interaction s, generate_series(1, %s) AS n WHERE s.id = ANY(%s)) AS spread",
            [SUBJECTS, begin, copies, seeds],
        )
        _copy(
            cursor,
            "reviews_interaction",
            "id",
            {
                "id": "f.id",
                "correlation_id": "f.id",
                "external_id": "f.id::text",
                "subject": "f.subject",
                "received_at": "f.moment",
                "released_at": "CASE WHEN t.released_at IS NULL THEN NULL ELSE f.moment END",
            },
        )
        _copy(
            cursor,
            "reviews_routingdecision",
            "interaction_id",
            {"interaction_id": "f.id", "routed_at": "f.moment"},
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _copy(cursor: Any, table: str, key: str, changes: dict[str, str]) -> None:
    cursor.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s ORDER BY ordinal_position",
        [table],
    )
    columns = [name for (name,) in cursor.fetchall()]
    values = ", ".join(changes.get(name, f't."{name}"') for name in columns)
    names = ", ".join(f'"{name}"' for name in columns)
    # In the order of time, as rows come in.
    cursor.execute(
        f"INSERT INTO {table} ({names}) SELECT {values} FROM {table} t JOIN filler f ON t.{key} = f.seed"  # noqa: S608
        " ORDER BY f.moment"
    )
