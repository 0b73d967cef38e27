"""I3: how soon approved rules govern every web process, and that nothing follows others after the reply, under load."""

import threading
import time

from django.utils import timezone

from reviews.models import RoutingDecision, RuleSet
from reviews.services import rules
from tests import worlds
from tests.benchmarks import client, halts, scenarios, server
from tests.benchmarks.scenarios import Stage
from tests.factories import rules as made

ROUNDS = 6
# What the agents post is released below this amount, and goes to a person from it on.
STRICTER = "1000"


def activations(stage: Stage) -> list[dict]:
    """Six approvals of a stricter version under the load of eight agents on four web processes."""
    replied: list[float] = []
    governed: list[float] = []
    after = 0
    desk = stage.desk
    with server.web(halts.WORKERS, halts.THREADS) as port:
        owner = client.Person(port, desk.owner.username, worlds.PASSWORD)
        load = halts.Load(port, stage)
        agents = [
            threading.Thread(target=load.run, args=(number,), daemon=True) for number in range(halts.AGENTS)
        ]
        for agent in agents:
            agent.start()
        time.sleep(2)
        for _ in range(ROUNDS):
            before = desk.process.rulesets.get(state="active")
            version = made.simulated(desk, timezone.now(), STRICTER).version
            asked = time.perf_counter()
            path = f"/rules/{desk.process.code}/v{version}/approve/"
            status, _, _ = owner.request("POST", path, {"against": str(before.version)})
            answered = time.perf_counter()
            if status != 302:
                raise SystemExit(f"The approval was answered with {status}.")
            at_reply = _routed_under(before)
            governed += [halts.first_governed(replies, asked) for replies in load.replies]
            after += _routed_under(before) - at_reply
            replied.append(answered - asked)
            rules.roll_back(
                process=desk.process, to=before, by=desk.owner, at=timezone.now(), against=version
            )
            time.sleep(1)
        load.stop.set()
        for agent in agents:
            agent.join()
    done = sum(len(replies) for replies in load.replies)
    return [
        scenarios.figure("rules: approval to reply, p95", halts.p95(replied), "s", 60, 1),
        scenarios.figure(
            "rules: approval to first governed, each agent, p95", halts.p95(governed), "s", 60, 1
        ),
        scenarios.figure("rules: routed under others after the reply", after, "rows", 0, 0),
        scenarios.figure("rules: interactions posted meanwhile", done, "rows"),
    ]


def _routed_under(ruleset: RuleSet) -> int:
    return RoutingDecision.objects.filter(ruleset=ruleset).count()
