"""Queues of a process are opened here; opening one makes its groups and grants."""

from datetime import datetime

from django.db import transaction

from audit.domain.envelope import Target
from contracts import access
from contracts.models import Process, User
from contracts.services import processes
from reviews.enums import QueueKind
from reviews.models import Queue


@transaction.atomic
def open_queue(*, process: Process, kind: QueueKind, name: str, by: User | None, at: datetime) -> Queue:
    """Open a queue of a kind; a process has at most one of each."""
    queue = Queue.objects.create(process=process, kind=kind, name=name, created_at=at)
    access.open_object(queue)
    processes.touch(process)
    target = Target("queue", str(queue.pk), kind, "process", str(process.pk))
    processes.record(process, "queue.opened", target, {"kind": kind, "name": name}, by, at)
    return queue
