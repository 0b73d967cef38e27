"""The gate before a process goes live, with the one fact that the floor below does not know: whether rules are in force."""

from datetime import datetime

from contracts.models import Process
from contracts.selectors import gate
from contracts.selectors.gate import Check
from reviews.selectors import rulesets


def checks(process: Process, at: datetime) -> list[Check]:
    """Everything that is asked before going live, and whether it is there."""
    return gate.checks(process, at, rules_in_force=rulesets.active(process) is not None)
