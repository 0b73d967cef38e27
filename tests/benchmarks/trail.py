"""What the trail costs and how fast its tree is: audited transactions, sequencing, proofs, and checking it all anew."""

import hashlib
import random
import re
import shutil
import subprocess
import tempfile
import threading
import time
from bisect import bisect_right
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db import connection
from django.utils import timezone

from audit.domain import catalogue
from audit.domain.catalogue import EventSpec
from audit.domain.envelope import Actor, Entry, Target
from audit.domain.ids import new_id
from audit.enums import ActorType
from audit.models import Leaf, LogState, Tile
from audit.selectors import nodes, tree
from audit.services import fsck, logs, recording, rows, sequencing

CLIENTS = 16
EVENTS = 200_000
PROOFS = 2_000
TURNS = 7
SPEC = EventSpec(action="bench.decided", version=1, facts=frozenset({"verdict", "amount", "seconds", "rule"}))
COLUMNS = (
    "uid, log_id, body, leaf_hash, occurred_at, recorded_at, actor_type, actor_id, action, object_type, object_id, "
    "correlation_id, origin"
)


def figure(what: str, value: float, unit: str, floor: float | str = "", goal: float | str = "") -> dict:
    return {"what": what, "figure": round(value, 2), "unit": unit, "floor": floor, "goal": goal}


def sequencing_rate(stage: Any) -> Iterator[dict]:
    """A backlog of events with bodies, worked off by one sequencer; then checked by one process."""
    log = _log("bench-backlog")
    at = timezone.now()
    actor = Actor(ActorType.HUMAN, str(new_id()), "org-1", "reviewer")
    for _ in range(EVENTS // 1000):
        recording.record_many(
            [
                Entry(
                    log=log,
                    action=SPEC.action,
                    actor=actor,
                    target=Target("case", str(new_id()), label="Case"),
                    facts={"verdict": "approve", "amount": "120.50", "seconds": 42, "rule": "amount-above"},
                    at=at,
                    correlation_id=new_id(),
                )
                for _ in range(1000)
            ]
        )
    _analyze()
    started = time.perf_counter()
    done = sequencing.sweep(clock=timezone.now).sequenced
    yield figure("sequencer on a backlog", done / (time.perf_counter() - started), "per s", 30_000)
    _analyze()
    started = time.perf_counter()
    verdict = fsck.check(log=log, at=timezone.now())
    if verdict.findings:
        raise SystemExit(f"{verdict.first}")
    yield figure("fsck, one process", verdict.size / (time.perf_counter() - started), "per s", 100_000)


def proofs(stage: Any) -> Iterator[dict]:
    """Proofs in a large log, at random places; the bodies do not matter for them."""
    log = _log("bench-large")
    log_id, size = tree.log_id(log), 10 * stage.rows
    started = time.perf_counter()
    _grow(log_id, size)
    yield figure("growing a tree of bare leaves", size / (time.perf_counter() - started), "per s")
    _analyze()
    nodes.cache.clear()
    rnd = random.Random(1)
    for what, prove in (
        ("inclusion", lambda: tree.inclusion(log=log, index=rnd.randrange(size), size=size)),
        ("consistency", lambda: tree.consistency(log=log, old=rnd.randrange(1, size), new=size)),
    ):
        timings = sorted(_timed(prove) for _ in range(PROOFS))
        yield figure(f"{what} proof at {size:,}, p50", timings[PROOFS // 2] * 1000, "ms")
        yield figure(f"{what} proof at {size:,}, p99", timings[PROOFS * 99 // 100] * 1000, "ms", "≤ 10")


def _timed(call: Any) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def _grow(log_id: int, size: int, batch: int = 100_000) -> None:
    edge: list[bytearray] = []
    for start in range(0, size, batch):
        hashes = [
            hashlib.sha256(index.to_bytes(8, "big")).digest()
            for index in range(start, min(start + batch, size))
        ]
        rows.append_rows(
            Leaf,
            [
                (log_id, index, -1 - log_id * 10**12 - index, hashed)
                for index, hashed in enumerate(hashes, start=start)
            ],
        )
        rows.append_rows(Tile, [(log_id, *tile) for tile in sequencing.grow(edge, hashes, start)])
    LogState.objects.filter(log_id=log_id).update(size=size, root=sequencing.tree_root(size, edge))


# ── Small transactions ───────────────────────────────────────────────────────────────────────────────────────


def audited(stage: Any) -> Iterator[dict]:
    """One UPDATE and one event each, by sixteen clients of pgbench; beside a plain log row, and with a sequencer."""
    program = shutil.which("pgbench") or next(
        map(str, Path("/usr/lib/postgresql").glob("*/bin/pgbench")), None
    )
    if program is None:
        raise SystemExit("There is no pgbench here: install the Debian package postgresql-contrib")
    log_id = tree.log_id(_log("bench-small"))
    _tables()
    update = "\\set n random(1, 100000)\nBEGIN;\nUPDATE bench_row SET amount = amount + 1 WHERE id = :n;\n"
    values = _values(log_id)
    plain = f"{update}INSERT INTO bench_plain ({COLUMNS}) VALUES ({values});\nCOMMIT;\n"
    event = f"{update}INSERT INTO audit_event ({COLUMNS}) VALUES ({values});\nCOMMIT;\n"
    _pgbench(program, plain, 2)
    rates: dict[str, list[float]] = {"plain": [], "event": []}
    # In turns, so that a busy moment of the machine meets both.
    for _ in range(TURNS):
        rates["plain"].append(_pgbench(program, plain, stage.seconds / TURNS))
        rates["event"].append(_pgbench(program, event, stage.seconds / TURNS))
        sequencing.sweep(clock=timezone.now)
    beside, with_event = (sorted(rates[name])[TURNS // 2] for name in ("plain", "event"))
    yield figure("UPDATE and a plain log row, 16 clients", beside, "per s")
    yield figure("UPDATE and an event, 16 clients", with_event, "per s", 2_000)
    yield figure("throughput lost to a plain log row", (1 - with_event / beside) * 100, "%", "≤ 25")
    with _Sequencer(log_id) as sequencer:
        rate = _pgbench(program, event, stage.seconds)
    yield figure("UPDATE and an event, sequencer beside", rate, "per s", 2_000)
    delays = sequencer.delays()
    yield figure("event to tree under that load, p50", delays[len(delays) // 2], "s")
    yield figure("event to tree under that load, p99", delays[len(delays) * 99 // 100], "s", "≤ 2")


def _tables() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "DROP TABLE IF EXISTS bench_row, bench_plain;"
            "CREATE TABLE bench_row (id int PRIMARY KEY, amount int NOT NULL) WITH (fillfactor = 70);"
            "INSERT INTO bench_row SELECT n, 0 FROM generate_series(1, 100000) n;"
            # The same columns and the same ways to look something up, as a log that nobody protects has them.
            "CREATE TABLE bench_plain (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, uid uuid NOT NULL,"
            " log_id smallint NOT NULL, body bytea NOT NULL, leaf_hash bytea NOT NULL, occurred_at timestamptz NOT NULL,"
            " recorded_at timestamptz NOT NULL, actor_type text NOT NULL, actor_id text NOT NULL, action text NOT NULL,"
            " object_type text NOT NULL, object_id text NOT NULL, correlation_id uuid, origin text NOT NULL);"
            "CREATE UNIQUE INDEX ON bench_plain (uid);"
            "CREATE INDEX ON bench_plain (correlation_id) WHERE correlation_id IS NOT NULL;"
            "CREATE INDEX ON bench_plain (object_type, object_id);"
            "CREATE INDEX ON bench_plain (log_id, id);"
        )
    _analyze()


def _values(log_id: int) -> str:
    body = b"x" * 400
    hashed = hashlib.sha256(b"\x00" + body).hexdigest()
    return (
        rf"gen_random_uuid(), {log_id}, '\x{body.hex()}', '\x{hashed}', now(), clock_timestamp(), 'human', "
        "'01980000-0000-7000-8000-000000000001', 'bench.decided', 'case', gen_random_uuid()::text, gen_random_uuid(), ''"
    )


def _pgbench(program: str, script: str, seconds: float) -> float:
    options = connection.settings_dict
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write(script)
        file.flush()
        command = [program, "--no-vacuum", "--protocol=prepared", f"--client={CLIENTS}", "--jobs=2"]
        command += [f"--time={max(1, round(seconds))}", f"--file={file.name}", f"--host={options['HOST']}"]
        command += [f"--port={options['PORT'] or 5432}", f"--username={options['USER']}", options["NAME"]]
        answer = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = re.search(r"tps = ([0-9.]+)", answer)
    if found is None:
        raise SystemExit(answer)
    return float(found[1])


class _Sequencer(threading.Thread):
    """A sequencer as `audit_sequence --follow` runs it, which notes when each batch was committed."""

    def __init__(self, log_id: int) -> None:
        super().__init__()
        self.log_id = log_id
        self.ended = threading.Event()
        self.first = LogState.objects.get(log_id=log_id).size
        self.sizes: list[int] = []
        self.moments: list[float] = []

    def __enter__(self) -> "_Sequencer":
        self.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.ended.set()
        self.join()

    def run(self) -> None:
        size = self.first
        while not self.ended.is_set():
            if done := sequencing.sequence(log_id=self.log_id, at=timezone.now()):
                size += done
                self.sizes.append(size)
                self.moments.append(time.time())
            else:
                self.ended.wait(0.2)
        connection.close()

    def delays(self) -> list[float]:
        """Seconds from the writing of each event to the commit that put it into the tree, sorted."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT l.idx, extract(epoch FROM e.recorded_at)::float FROM audit_leaf l "
                "JOIN audit_event e ON e.id = l.event_id WHERE l.log_id = %s AND l.idx >= %s AND l.idx < %s",
                [self.log_id, self.first, self.sizes[-1]],
            )
            return sorted(
                self.moments[bisect_right(self.sizes, idx)] - wrote for idx, wrote in cursor.fetchall()
            )


def _log(key: str) -> str:
    catalogue.register([SPEC])
    return logs.open_log(key=key, at=timezone.now()).key


def _analyze() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
