"""The trail sequenced and its projections up to date, as the beat does it every few seconds."""

from django.utils import timezone

from audit.services import projecting, sequencing


def catch_up() -> None:
    """Everything recorded so far has its place and is counted."""
    sequencing.sweep(clock=timezone.now)
    projecting.sweep(clock=timezone.now)
