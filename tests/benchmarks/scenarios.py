"""What is measured, against the figures the product promises on two cores with PostgreSQL beside it."""

import json
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from audit.services import recording
from contracts.enums import Role
from contracts.models import Process, User
from contracts.services import memberships, processes
from reviews.domain import redaction, routing, submission
from reviews.models import Case
from reviews.selectors import snapshots
from reviews.services import intake as intake_service
from reviews.services import preparing
from tests import worlds
from tests.benchmarks import client, filler, generator, server

REVIEWERS = 16
EVIDENCE = ("order", "receipt")
# More threads than this only wait for each other: Python computes in one of a process at a time.
CYCLE_THREADS = 2
BATCH = 250


def figure(what: str, value: float, unit: str, floor: float | str = "", goal: float | str = "") -> dict:
    return {"what": what, "figure": round(value, 2), "unit": unit, "floor": floor, "goal": goal}


@dataclass
class Stage:
    """The world the load plays in."""

    desk: worlds.Desk
    reviewers: list[str]
    seconds: float
    rows: int

    @classmethod
    def build(cls, seconds: float, rows: int) -> "Stage":
        call_command("migrate", verbosity=0)
        at = timezone.now()
        desk = worlds.build(at).north
        reviewers = [
            worlds.person(f"bench_{number}", desk.reviewer.organisation, at) for number in range(REVIEWERS)
        ]
        for reviewer in reviewers:
            memberships.grant(
                user=reviewer,
                organisation=desk.reviewer.organisation,
                role=Role.REVIEWER,
                process=desk.process,
                by=None,
                at=at,
            )
        # Logging in is not what is measured: one cheap hash for all.
        User.objects.filter(username__startswith="bench_").update(
            password=make_password(worlds.PASSWORD, hasher="pbkdf2_sha256")
        )
        return cls(desk, [reviewer.username for reviewer in reviewers], seconds, rows)

    def payloads(self, count: int, **options: object) -> list[dict]:
        return list(
            generator.interactions(
                count,
                process=self.desk.process.code,
                model=self.desk.model.reference,
                endpoint=f"{self.desk.client.slug}-eu",
                **options,  # type: ignore[arg-type]
            )
        )


def parts(stage: Stage) -> Iterator[dict]:
    """Where the time of bulk intake goes, in microseconds per interaction, in one process."""
    payloads = stage.payloads(1000, seed=1, prefix="parts")
    per = 1e6 / len(payloads)
    parsed, seconds = _timed(lambda: [submission.parse(payload) for payload in payloads])
    yield figure("parts: reading and checking", seconds * per, "µs each")
    bodies = [{"input": item.input, "output": item.output} for item in parsed]
    names = [tuple(item.customer.values()) for item in parsed]
    _, seconds = _timed(
        lambda: [
            redaction.redact_json(body, names=name, region="DE")
            for body, name in zip(bodies, names, strict=True)
        ]
    )
    yield figure("parts: redaction alone", seconds * per, "µs each")
    snapshot = snapshots.current(stage.desk.process.pk)
    at = timezone.now()
    prepared, seconds = _timed(lambda: [preparing.prepare(item, snapshot, at) for item in parsed])
    yield figure("parts: redaction, lineage, quality, model", seconds * per, "µs each")
    facts = routing.Facts({"confidence": None, "adverse": False, "amount": None, "data_classes": []})
    step = snapshot.steps["approve"].terms
    _, seconds = _timed(
        lambda: [routing.route(step=step, ruleset=snapshot.ruleset, facts=facts) for _ in prepared]
    )
    yield figure("parts: routing", seconds * per, "µs each")
    spent = {"trail and vault": 0.0}
    original = recording.record_many

    def measured(entries: list) -> list:
        events, used = _timed(lambda: original(entries))
        spent["trail and vault"] += used
        return events

    recording.record_many = measured  # type: ignore[assignment]
    try:
        before = _sql_seconds()
        _, seconds = _timed(
            lambda: [
                intake_service.accept(
                    payloads=payloads[start : start + BATCH],
                    agent=stage.desk.agent,
                    key=stage.desk.key,
                    at=at,
                )
                for start in range(0, len(payloads), BATCH)
            ]
        )
        sql = _sql_seconds() - before
    finally:
        recording.record_many = original  # type: ignore[assignment]
    yield figure("parts: trail and vault", spent["trail and vault"] * per, "µs each")
    yield figure("parts: statements other than COPY, in the database", sql * per, "µs each")
    yield figure("parts: all of it", seconds * per, "µs each")


def _timed(work: Callable):  # noqa: ANN202
    started = time.perf_counter()
    result = work()
    return result, time.perf_counter() - started


class _Clock:
    seconds = 0.0

    def __call__(self, execute, sql, params, many, context):  # noqa: ANN001, ANN204
        started = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.seconds += time.perf_counter() - started


_clock = _Clock()


def _sql_seconds() -> float:
    if _clock not in connection.execute_wrappers:
        connection.execute_wrappers.append(_clock)
    return _clock.seconds


def intake_rate(stage: Stage, attested: bool) -> float:
    """Interactions per second by three connections that post batches as fast as they are answered."""
    payloads = stage.payloads(60_000, seed=2 + attested, attested=attested, prefix=f"bulk{attested}")
    bodies = [client.dump(payloads[start : start + BATCH]) for start in range(0, len(payloads), BATCH)]
    queue = iter(bodies)

    def work(_number: int, timings: client.Timings, left: Callable[[], bool]) -> None:
        agent = client.Agent(port, stage.desk.secret)
        while left() and (body := next(queue, None)) is not None:
            status, _ = agent.post("/api/v1/interactions", body)
            with timings.lock:
                timings.done += BATCH if status < 300 else 0
                timings.failed += status >= 300

    with server.web(workers=3, threads=4) as port:
        # Not timed: first requests, and what autovacuum does within a minute where it is on.
        client.parallel(3, 1, work)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        timings = client.parallel(3, stage.seconds, work)
    if timings.failed:
        raise SystemExit(f"{timings.failed} batches were refused")
    return timings.done / timings.seconds


def intake(stage: Stage) -> Iterator[dict]:
    yield figure("bulk intake with redaction", intake_rate(stage, attested=False), "per s", 500, 1500)
    yield figure("bulk intake, redacted upstream", intake_rate(stage, attested=True), "per s", 1500, 3000)


def single(stage: Stage) -> Iterator[dict]:
    """One POST at a time from eight connections."""
    bodies = [client.dump(payload) for payload in stage.payloads(8000, seed=5, prefix="single")]
    queue = iter(bodies)

    def work(_number: int, timings: client.Timings, left: Callable[[], bool]) -> None:
        agent = client.Agent(port, stage.desk.secret)
        while left() and (body := next(queue, None)) is not None:
            started = time.perf_counter()
            status, _ = agent.post("/api/v1/interactions", body)
            timings.add("post", time.perf_counter() - started)
            with timings.lock:
                timings.done += status == 201
                timings.failed += status != 201

    with server.web(workers=3, threads=4) as port:
        timings = client.parallel(8, stage.seconds, work)
    yield figure("single POST, 8 connections", timings.done / timings.seconds, "per s", 100)
    yield figure("single POST, p95", timings.percentile("post", 0.95) * 1000, "ms", "≤ 120")


def cycle(stage: Stage) -> Iterator[dict]:
    """Claim, open, decide by sixteen reviewers, at three thousand and at a million waiting cases; and the same where
    two panels of evidence must be opened in between."""
    _ensure_waiting(stage, 3000)
    yield from _cycles(stage, "with two panels, 3,000 waiting", evidence=EVIDENCE)
    _ask_for_no_evidence(stage.desk)
    small = yield from _cycles(stage, "3,000 waiting")
    filler.fill(str(stage.desk.process.pk), stage.rows)
    large = yield from _cycles(stage, f"{stage.rows:,} waiting")
    yield figure("review cycles, large against small queue", 100 * large / small if small else 0, "%", "≥ 80")


def _ask_for_no_evidence(desk: worlds.Desk) -> None:
    Process.objects.filter(pk=desk.process.pk).update(evidence_required=False)
    processes.touch(desk.process)


def _ensure_waiting(stage: Stage, count: int) -> None:
    waiting = Case.objects.filter(process=stage.desk.process, state="waiting").count()
    payloads = stage.payloads(max(0, count - waiting), seed=7, review_share=1.0, prefix="waiting")
    rest = iter(payloads)
    while chunk := list(islice(rest, BATCH)):
        intake_service.accept(payloads=chunk, agent=stage.desk.agent, key=stage.desk.key, at=timezone.now())


def _cycles(stage: Stage, where: str, evidence: tuple[str, ...] = ()) -> Iterator[dict]:
    def work(number: int, timings: client.Timings, left: Callable[[], bool]) -> None:
        person = people[number]
        while left():
            location = _step(timings, "claim", lambda: person.request("POST", "/review/next/")[2])
            case = client.case_id(location)
            if not case:
                with timings.lock:
                    timings.failed += 1
                continue
            _step(timings, "open", lambda case=case: person.request("GET", f"/cases/{case}/"))
            for panel in evidence:
                path = f"/cases/{case}/evidence/{panel}/"
                _step(
                    timings,
                    "evidence",
                    lambda path=path: person.request("POST", path, accept="application/json"),
                )
            form = {"verdict": "approve", "reason_code": "", "note": ""}
            status, _, _ = _step(
                timings,
                "decide",
                lambda case=case, form=form: person.request("POST", f"/cases/{case}/decide/", form),
            )
            with timings.lock:
                timings.done += status in (302, 303)
                timings.failed += status not in (302, 303)

    with server.web(workers=3, threads=CYCLE_THREADS) as port:
        people = [client.Person(port, username, worlds.PASSWORD) for username in stage.reviewers]
        timings = client.parallel(REVIEWERS, stage.seconds, work)
    rate = timings.done / timings.seconds
    floor, goal = ("", "") if evidence else (30, 60)
    yield figure(f"review cycles by {REVIEWERS} reviewers, {where}", rate, "per s", floor, goal)
    for step in timings.steps:
        yield figure(f"  {step}, p95, {where}", timings.percentile(step, 0.95) * 1000, "ms", "≤ 250")
    if timings.failed:
        yield figure(f"  cycles that failed {where}", timings.failed, "count", 0)
    return rate


def _step(timings: client.Timings, name: str, work: Callable):  # noqa: ANN202
    started = time.perf_counter()
    result = work()
    timings.add(name, time.perf_counter() - started)
    return result


def polls(stage: Stage) -> Iterator[dict]:
    """A hundred agents wait for outcomes while a reviewer looks at his queues: the slowest of twenty replies."""
    posted = stage.payloads(100, seed=13, review_share=1.0, prefix="poll")
    agent, key = stage.desk.agent, stage.desk.key
    receipts = intake_service.accept(payloads=posted, agent=agent, key=key, at=timezone.now())
    replies: dict[int, int] = {}

    def wait(number: int, timings: client.Timings, left: Callable[[], bool]) -> None:
        poller = client.Agent(port, stage.desk.secret)
        while left():
            status, retry = poller.get(f"/api/v1/interactions/{receipts[number].id}/outcome?wait=30")
            with timings.lock:
                replies[status] = replies.get(status, 0) + 1
            # An agent that is told to come again later does so.
            time.sleep(min(retry, 2))

    with server.web(workers=2, threads=8) as port:
        person = client.Person(port, stage.reviewers[0], worlds.PASSWORD)
        person.request("GET", "/review/")
        background = threading.Thread(target=client.parallel, args=(100, 10, wait))
        background.start()
        time.sleep(2)
        slowest = max(_timed(lambda: person.request("GET", "/review/"))[1] for _ in range(20))
        background.join()
    yield figure("queue page beside 100 long-polls, slowest of 20", slowest * 1000, "ms", "≤ 500")
    yield figure("long-polls answered", sum(replies.values()), "replies")


def lists(stage: Stage) -> Iterator[dict]:
    """Every list with a million rows behind it: the slowest of twenty replies, one at a time."""
    _ensure_waiting(stage, 10)
    filler.fill(str(stage.desk.process.pk), stage.rows)
    code = stage.desk.process.code
    pages = {
        "north_lead": [
            "/review/",
            "/cases/",
            "/trail/",
            "/board/",
            f"/board/{code}/volume/",
            f"/board/{code}/waiting/",
        ],
        "north_auditor": ["/samples/"],
        stage.reviewers[0]: ["/review/", "/cases/"],
    }
    User.objects.filter(username__in=pages).update(
        password=make_password(worlds.PASSWORD, hasher="pbkdf2_sha256")
    )
    with server.web(workers=1, threads=2) as port:
        for username, paths in pages.items():
            person = client.Person(port, username, worlds.PASSWORD)
            for path in paths:
                person.request("GET", path)
                slowest = max(
                    _timed(lambda path=path, person=person: person.request("GET", path))[1] for _ in range(20)
                )
                yield figure(f"list {path} as {username}, slowest of 20", slowest * 1000, "ms", "≤ 200")


def bulk_import(stage: Stage, lines: int = 100_000) -> Iterator[dict]:
    """A streamed import and the memory of the worker that takes it."""
    folder = Path(tempfile.mkdtemp())
    path = folder / "lines.ndjson"
    with path.open("w") as file:
        for payload in generator.interactions(
            lines,
            process=stage.desk.process.code,
            model=stage.desk.model.reference,
            endpoint=f"{stage.desk.client.slug}-eu",
            seed=11,
            prefix="import",
        ):
            file.write(json.dumps(payload) + "\n")
    with server.web(workers=1, threads=2) as port:
        agent = client.Agent(port, stage.desk.secret)
        headers = {**agent.headers, "Content-Type": "application/x-ndjson"}
        started = time.perf_counter()
        with path.open("rb") as file:
            agent.connection.request("POST", "/api/v1/interactions/import", file, headers)
            reply = agent.connection.getresponse()
            results = sum(1 for _ in reply)
        seconds = time.perf_counter() - started
        peak = max(_peak_rss(pid) for pid in _children_of_gunicorn(port))
    yield figure("NDJSON import", lines / seconds, "per s")
    yield figure("NDJSON import, lines answered", results, "lines", lines)
    yield figure("NDJSON import, peak memory of the worker", peak / 1024, "MB", "≤ 300")


def _children_of_gunicorn(port: int) -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                command = (entry / "cmdline").read_bytes()
            except OSError:
                continue
            if b"gunicorn" in command and f":{port}".encode() in command:
                found.append(int(entry.name))
    return found


def _peak_rss(pid: int) -> float:
    """kB, as the kernel counted."""
    for line in (Path("/proc") / str(pid) / "status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return float(line.split()[1])
    return 0.0
