"""What the ledger does by the clock."""

import logging
import platform
from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from audit.selectors import tree
from audit.services import clocks, partitions, projecting, publishing, retention, sequencing, timestamps

logger = logging.getLogger(__name__)

# What is recorded is in the tree within a minute, or somebody is told.
MAX_DELAY = timedelta(seconds=60)
SEQUENCING_SECONDS = 20
# Short: where there is only one worker, clocks and releases wait meanwhile.
PROJECTING_SECONDS = 2


@shared_task(name="audit.ensure_partitions")
def ensure_partitions() -> None:
    """Keep partitions ready ahead of the events; can run at any time."""
    partitions.ensure_ahead()


@shared_task(name="audit.sequence")
def sequence() -> None:
    """Give the events that wait their places; any number of these may run at once."""
    sequencing.sweep(clock=timezone.now, seconds=SEQUENCING_SECONDS)


@shared_task(name="audit.project")
def project() -> None:
    """Take the projections on; any number of these may run at once."""
    projecting.sweep(clock=timezone.now, seconds=PROJECTING_SECONDS)


@shared_task(name="audit.publish")
def publish() -> None:
    """Sign the trees that have grown and bring them out of the house; several at once sign each size once."""
    publishing.publish_all(clock=timezone.now)


@shared_task(name="audit.purge")
def purge() -> None:
    """Remove the personal values whose period is over; what is done already is not done again."""
    retention.purge_all(clock=timezone.now)


@shared_task(name="audit.timestamp")
def timestamp() -> None:
    """Have the newest checkpoints stamped by other people's authorities, where some are configured."""
    timestamps.stamp_all(clock=timezone.now)


@shared_task(name="audit.watch_clock")
def watch_clock() -> None:
    """Say when this machine's clock is not the database's; each machine that works compares its own."""
    clocks.watch(machine=platform.node() or "unnamed", clock=timezone.now)


@shared_task(name="audit.watch_queue")
def watch_queue() -> None:
    """Say loudly when an event has waited for its place longer than is promised."""
    since = tree.waiting_since()
    if since is not None and (late := timezone.now() - since) > MAX_DELAY:
        logger.critical("An event has been waiting for its place in the tree for %d s", late.total_seconds())
