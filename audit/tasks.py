"""What the ledger does by the clock."""

from celery import shared_task

from audit.services import partitions


@shared_task(name="audit.ensure_partitions")
def ensure_partitions() -> None:
    """Keep partitions ready ahead of the events; can run at any time."""
    partitions.ensure_ahead()
