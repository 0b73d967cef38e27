"""What oversight does by the clock: each can run twice, beside itself, and after any loss of messages."""

import logging
from uuid import UUID

from celery import shared_task
from django.urls import reverse
from django.utils import timezone
from kombu.exceptions import OperationalError

from governance.selectors import webhook_lines
from governance.services import (
    bias_audits,
    change_watches,
    contract_checks,
    deliveries,
    drill_runs,
    evidence_writing,
    function_checks,
    protected_attributes,
    webhook_feeding,
)

logger = logging.getLogger(__name__)

# Short: where there is only one worker, clocks and releases wait meanwhile.
FEEDING_SECONDS = 2
SENDING_SECONDS = 5
# A message that waited longer is worth nothing: the next sweep sends another one.
_NUDGE_EXPIRES = 10  # seconds


@shared_task(name="governance.run_drills")
def run_drills() -> int:
    """Do the drills that were asked for, each on a copy, in processes of their own."""
    return drill_runs.sweep(clock=timezone.now)


@shared_task(name="governance.write_evidence")
def write_evidence() -> int:
    """Write the evidence that was asked for, and remove what was kept long enough."""
    return evidence_writing.sweep(clock=timezone.now)


@shared_task(name="governance.send_webhooks")
def send_webhooks() -> None:
    """Read the logs for the endpoints, and nudge a worker for each to which something can be sent."""
    webhook_feeding.feed_all(clock=timezone.now, seconds=FEEDING_SECONDS)
    for subscription_id in webhook_lines.due(timezone.now()):
        try:
            send_webhook.apply_async((str(subscription_id),), expires=_NUDGE_EXPIRES, retry=False)
        except (OperationalError, OSError) as problem:
            logger.warning("The broker is away, the next sweep sends webhooks: %s", problem)
            return


@shared_task(name="governance.send_webhook")
def send_webhook(subscription_id: str) -> int:
    """Send one endpoint what waits for it; beside another worker at the same endpoint it does nothing."""
    return deliveries.deliver(
        subscription_id=UUID(subscription_id), clock=timezone.now, seconds=SENDING_SECONDS
    )


@shared_task(name="governance.watch_changes")
def watch_changes() -> int:
    """Begin the watch over what was deployed, and let QA look at twice as much of it."""
    return change_watches.sweep(at=timezone.now())


@shared_task(name="governance.forget_deliveries")
def forget_deliveries() -> int:
    """Drop what the delivery log has kept long enough."""
    return deliveries.forget(at=timezone.now())


@shared_task(name="governance.forget_attributes")
def forget_attributes() -> int:
    """Drop protected attributes that were kept long enough."""
    return protected_attributes.forget(at=timezone.now())


@shared_task(name="governance.audit_bias")
def audit_bias() -> int:
    """Audit the last month of every process for which protected attributes were supplied."""
    return bias_audits.audit_due(at=timezone.now())


@shared_task(name="governance.check_functions")
def check_functions() -> int:
    """Compare what is declared of every step with what people really looked at (K8)."""
    return function_checks.sweep(
        at=timezone.now(), link=lambda process: reverse("governance:function_map", args=[process.code])
    )


@shared_task(name="governance.check_contracts")
def check_contracts() -> int:
    """Compare every process with its contracts, and put in force what was signed for today."""
    return contract_checks.sweep(
        at=timezone.now(),
        link=lambda process: reverse("contracts:answers", args=[process.code]),
        contracts_link=lambda process: reverse("contracts:process_contracts", args=[process.code]),
    )
