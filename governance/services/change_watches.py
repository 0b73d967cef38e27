"""The watch over deployed model changes (§3.10): QA looks at twice as much, and closing tells what people changed before and after."""

import hashlib
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction

from audit.errors import Conflict, Refused
from contracts.domain.change_kinds import ChangeState
from contracts.models import ModelChange, User
from contracts.services import change_deployments
from governance.selectors import change_figures
from reviews.domain import windows
from reviews.services import extra_picks


def sweep(*, at: datetime) -> int:
    """Begin the watches that are due, and double what QA looked at yesterday; returns how many were begun.

    Coming twice does nothing twice: a watch begins by a conditional update, and the same day gives the same picks.
    """
    begun = 0
    for change_id in ModelChange.objects.filter(state=ChangeState.DEPLOYED).values_list("pk", flat=True):
        try:
            change_deployments.watch(change_id=change_id, at=at, sampled=True)
        except Refused:
            continue
        begun += 1
    watched = ModelChange.objects.filter(state=ChangeState.WATCH, watch_until__gte=at)
    for change in watched.select_related("process__client"):
        yesterday = windows.local_day(at, change.process.time_zone) - timedelta(days=1)
        double(change=change, day=yesterday, at=at)
    return begun


@transaction.atomic
def double(*, change: ModelChange, day: date, at: datetime) -> int:
    """Ask auditors to look at as many more of a day as chance drew of it; returns how many."""
    if change.deployed_at and day < windows.local_day(change.deployed_at, change.process.time_zone):
        return 0
    drawn = change_figures.drawn(change.process, day)
    rest = change_figures.released(change.process, change.steps, day)
    picked = sorted(rest, key=lambda pk: _place(change.pk, pk))[:drawn]
    return extra_picks.ask(process=change.process, interactions=picked, at=at)


def _place(change: UUID, interaction: UUID) -> bytes:
    """A place by chance that is the same each time, and different for each change."""
    return hashlib.sha256(change.bytes + interaction.bytes).digest()


@transaction.atomic
def close(*, change_id: UUID, by: User, at: datetime) -> ModelChange:
    """Close a change with the deviation of the 28 days before it and of those since, as oversight counted them."""
    change = ModelChange.objects.select_related("process__client").get(pk=change_id)
    if change.deployed_at is None:
        raise Conflict("not_deployed", "It is not deployed yet: there is no watch to close.", "state")
    before, after = change_figures.of(change, at)
    return change_deployments.close(change_id=change_id, before=before, after=after, by=by, at=at)
