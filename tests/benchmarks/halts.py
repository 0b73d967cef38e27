"""I3, W1: how soon a halt governs every web process, and that nothing goes out by itself after its reply, under load."""

import json
import re
import threading
import time
from dataclasses import dataclass, field

from contracts.models import Halt
from contracts.services.halts import CHECKS
from reviews.models import Interaction
from tests import worlds
from tests.benchmarks import client, scenarios, server
from tests.benchmarks.scenarios import Stage

WORKERS, THREADS, AGENTS, ROUNDS = 4, 4, 8, 6
PATIENCE = 20.0


@dataclass
class Load:
    """Agents that post without a pause, each on a connection, and so a web process, of its own."""

    port: int
    stage: Stage
    stop: threading.Event = field(default_factory=threading.Event)
    # By agent: when each reply came, and whether it was released at once.
    replies: list[list[tuple[float, bool]]] = field(default_factory=lambda: [[] for _ in range(AGENTS)])

    def run(self, number: int) -> None:
        agent = client.Agent(self.port, self.stage.desk.secret)
        body = client.dump(worlds.payload(self.stage.desk))
        while not self.stop.is_set():
            status, text = agent.post("/api/v1/interactions", body)
            if status != 201:
                raise SystemExit(f"An agent got {status}: {text[:200]!r}")
            released = json.loads(text)["disposition"] == "auto_released"
            self.replies[number].append((time.perf_counter(), released))


def _released() -> int:
    return Interaction.objects.filter(state="auto_released").count()


def halts(stage: Stage) -> list[dict]:
    """Six drills under the load of eight agents on four web processes."""
    replied: list[float] = []
    governed: list[float] = []
    after = 0
    desk = stage.desk
    with server.web(WORKERS, THREADS) as port:
        owner = client.Person(port, desk.owner.username, worlds.PASSWORD)
        admin = client.Person(port, desk.admin.username, worlds.PASSWORD)
        load = Load(port, stage)
        agents = [threading.Thread(target=load.run, args=(number,), daemon=True) for number in range(AGENTS)]
        for agent in agents:
            agent.start()
        time.sleep(2)
        for _ in range(ROUNDS):
            asked = time.perf_counter()
            status, _, where = owner.request("POST", "/halts/new/", _form(desk))
            answered = time.perf_counter()
            if status != 302:
                raise SystemExit(f"The halt was answered with {status}.")
            at_reply = _released()
            governed += [first_governed(replies, asked) for replies in load.replies]
            after += _released() - at_reply
            replied.append(answered - asked)
            halt = re.search(r"[0-9a-f-]{36}", where)
            assert halt is not None
            assert Halt.objects.get(pk=halt[0]).effective_at is not None
            admin.request("POST", f"/halts/{halt[0]}/release/", {"checks": list(CHECKS)})
            time.sleep(1)
        load.stop.set()
        for agent in agents:
            agent.join()
    done = sum(len(replies) for replies in load.replies)
    return [
        scenarios.figure("halt: request to reply, p95", p95(replied), "s", 60, 1),
        scenarios.figure("halt: request to first governed, each agent, p95", p95(governed), "s", 60, 1),
        scenarios.figure("halt: auto-releases after the reply", after, "rows", 0, 0),
        scenarios.figure("halt: interactions posted meanwhile", done, "rows"),
    ]


def first_governed(replies: list[tuple[float, bool]], asked: float) -> float:
    """From the request to the first reply after which this agent got nothing released at once any more."""
    until = time.perf_counter() + PATIENCE
    while time.perf_counter() < until:
        behind = [(when, released) for when, released in list(replies) if when > asked]
        if behind and not behind[-1][1]:
            last = max((when for when, released in behind if released), default=asked)
            return min(when for when, _ in behind if when > last) - asked
        time.sleep(0.05)
    raise SystemExit("An agent was never governed by the halt.")


def _form(desk: worlds.Desk) -> dict:
    return {
        "what": f"process:{desk.process.code}",
        "degree": "hold",
        "cause": "other",
        "reason": "Benchmark",
        "drill": "on",
        "confirm": "1",
    }


def p95(values: list[float]) -> float:
    return sorted(values)[min(len(values) - 1, int(0.95 * len(values)))]
