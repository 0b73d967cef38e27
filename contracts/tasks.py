"""The sweeps of agreement."""

from celery import shared_task
from django.utils import timezone

from contracts.services import (
    agreements,
    certificates,
    change_approvals,
    data_flows,
    endpoints,
    halts,
    idempotency,
    memberships,
    notifications,
    questionnaires,
    sheets,
)


@shared_task(name="contracts.send_notifications")
def send_notifications() -> int:
    return notifications.send_due(at=timezone.now())


@shared_task(name="contracts.advance_changes")
def advance_changes() -> int:
    """Let pass what nobody objected to in time; tell of emergencies that nobody ratified."""
    return change_approvals.advance(at=timezone.now())


@shared_task(name="contracts.expire_memberships")
def expire_memberships() -> int:
    return memberships.expire(at=timezone.now())


@shared_task(name="contracts.forget_replies")
def forget_replies() -> int:
    return idempotency.forget(at=timezone.now())


@shared_task(name="contracts.take_effect")
def take_effect() -> int:
    return halts.take_effect_due(clock=timezone.now)


@shared_task(name="contracts.watch_certificates")
def watch_certificates() -> int:
    return certificates.watch(at=timezone.now())


@shared_task(name="contracts.watch_data_flows")
def watch_data_flows() -> None:
    data_flows.watch(at=timezone.now())


@shared_task(name="contracts.watch_endpoints")
def watch_endpoints() -> None:
    endpoints.watch(at=timezone.now())


@shared_task(name="contracts.watch_questionnaires")
def watch_questionnaires() -> None:
    questionnaires.watch(at=timezone.now())


@shared_task(name="contracts.make_sheets")
def make_sheets() -> int:
    return sheets.sweep(at=timezone.now())


@shared_task(name="contracts.extend_calendars")
def extend_calendars() -> int:
    """Write down the public holidays of years to come."""
    return agreements.extend_holidays(at=timezone.now())
