"""A worker that is killed while it simulates costs a minute and nothing else (B8)."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from audit.models import Event
from reviews.enums import SimulationState
from reviews.models import RuleSimulation, SimulatedChange
from reviews.services import simulating
from tests import worlds
from tests.factories import rules as rule_factory
from tests.factories import simulations as factory

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 60  # seconds
# The worker reads one at a time, slowly, and says after each how far it is, so that there is a middle to die in.
PROGRAM = """
import sys, time
from datetime import timedelta
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[1]
import django
django.setup()
from django.utils import timezone
from reviews.services import simulated_period, simulating
simulated_period.PAGE, simulating.BEAT = 1, timedelta(0)
def clock():
    time.sleep(0.2)
    return timezone.now()
simulating.sweep(clock=clock)
"""


def in_the_middle(simulation: RuleSimulation, process: subprocess.Popen) -> bool:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        simulation.refresh_from_db()
        if simulation.state == SimulationState.RUNNING and 0 < simulation.seen < simulation.total:
            return True
        time.sleep(0.01)
    return False


def test_a_worker_killed_in_the_middle_leaves_no_half_of_a_result():
    at = timezone.now() - timedelta(minutes=10)
    desk = worlds.build(at).north
    for _ in range(12):
        factory.post(desk, at, amount="6000.00")
    simulation = factory.asked(rule_factory.changed(desk, at, "15000"), desk.admin, timezone.now())
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "governance.settings",
        "COUNTERSIGN_VAR": str(settings.VAR),
    }
    name = str(connection.settings_dict["NAME"])
    process = subprocess.Popen([sys.executable, "-c", PROGRAM, name], env=environment, cwd=settings.BASE_DIR)
    try:
        assert in_the_middle(simulation, process)
        os.kill(process.pid, signal.SIGKILL)
    finally:
        process.kill()
        process.wait(30)
    assert simulating.sweep(clock=timezone.now) == 0, "the dead one holds it still"
    assert not SimulatedChange.objects.exists()

    assert simulating.sweep(clock=lambda: timezone.now() + simulating.LEASE + timedelta(seconds=5)) == 1

    simulation.refresh_from_db()
    assert (simulation.state, simulation.attempts, simulation.figures["changed"]) == ("done", 2, 12)
    assert SimulatedChange.objects.count() == 12
    assert Event.objects.filter(action="rules.simulation_done").count() == 1
