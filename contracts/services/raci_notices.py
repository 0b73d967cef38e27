"""Telling those whom the RACI has informed: a sentence about what happened, never what a case says (K1)."""

from collections.abc import Collection
from datetime import datetime

from contracts.domain.raci import Task
from contracts.models import Process, User
from contracts.selectors import raci_duties
from contracts.services import notifications


def notify_informed(
    *,
    process: Process,
    task: Task,
    sentence: str,
    at: datetime,
    link: str = "",
    but: Collection[User] = (),
) -> list[User]:
    """Tell everybody whom the RACI in force has informed about a task, except those who know already; returns who was told."""
    told = [user for user in raci_duties.informed(process, task) if user not in but]
    body = f"You are told because the RACI of {process.code} has your party informed: “{task.label}”."
    for user in told:
        notifications.notify(user=user, subject=f"{process.code}: {sentence}", body=body, link=link, at=at)
    return told
