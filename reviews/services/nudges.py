"""Nudges: after commit, a message that there is work. The sweep on the beat finds whatever a lost message missed."""

import logging

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

from audit.services import origins

logger = logging.getLogger(__name__)


def after_commit(task: str, countdown: float = 0) -> None:
    """Send the named task once the transaction is through; a broker that is away changes nothing but the time.

    Whoever writes down the past does what is due himself: nobody is nudged.
    """
    if origins.current().quiet:
        return
    transaction.on_commit(lambda: _send(task, countdown), robust=True)


def _send(task: str, countdown: float) -> None:
    try:
        current_app.signature(task).apply_async(countdown=countdown, retry=False)
    except (OperationalError, OSError) as problem:
        logger.warning("The broker is away, the sweep will do it: %s (%s)", task, problem)
