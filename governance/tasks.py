"""What oversight does by the clock: each can run twice, beside itself, and after any loss of messages."""

from celery import shared_task
from django.utils import timezone

from governance.services import drill_runs, evidence_writing


@shared_task(name="governance.run_drills")
def run_drills() -> int:
    """Do the drills that were asked for, each on a copy, in processes of their own."""
    return drill_runs.sweep(clock=timezone.now)


@shared_task(name="governance.write_evidence")
def write_evidence() -> int:
    """Write the evidence that was asked for, and remove what was kept long enough."""
    return evidence_writing.sweep(clock=timezone.now)
