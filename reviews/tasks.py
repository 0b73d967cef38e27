"""The sweeps of the work: each can run twice, beside itself, and after any loss of messages."""

from celery import shared_task
from django.utils import timezone

from reviews.services import claims, draws, information, promotions, release


@shared_task(name="reviews.release_due")
def release_due() -> int:
    return release.release_due(at=timezone.now())


@shared_task(name="reviews.expire_leases")
def expire_leases() -> int:
    return claims.expire(at=timezone.now())


@shared_task(name="reviews.promote_escalations")
def promote_escalations() -> int:
    return promotions.promote_due(at=timezone.now())


@shared_task(name="reviews.return_unanswered")
def return_unanswered() -> int:
    return information.time_out(at=timezone.now())


@shared_task(name="reviews.draw_samples")
def draw_samples() -> int:
    return draws.draw_due(at=timezone.now())
