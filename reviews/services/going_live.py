"""Taking a process live, with the one fact that the floor below does not know: whether rules are in force."""

from datetime import datetime

from contracts.models import Process, User
from contracts.services import going_live
from reviews.selectors import rulesets


def go_live(*, process: Process, by: User | None, at: datetime) -> None:
    """Take a process live. Raises Conflict where anything is missing that the gate asks for."""
    going_live.go_live(process=process, rules_in_force=rulesets.active(process) is not None, by=by, at=at)
