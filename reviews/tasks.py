"""The sweeps of the work: each can run twice, beside itself, and after any loss of messages."""

from celery import shared_task
from django.utils import timezone

from reviews.services import (
    action_reminders,
    autoqa,
    claims,
    clock_sweeps,
    consequences,
    draws,
    drills,
    evaluations,
    honeypots,
    information,
    promotions,
    release,
    resuming,
    rule_activation,
    rule_emergencies,
    second_scores,
    simulating,
    targeted_draws,
    vigilance,
    vigilance_judging,
)


@shared_task(name="reviews.release_due")
def release_due() -> int:
    """Release what is decided, and judge the control items among it: for their reviewers it is over at the same moment."""
    at = timezone.now()
    return release.release_due(at=at) + honeypots.settle_due(at=at)


@shared_task(name="reviews.expire_leases")
def expire_leases() -> int:
    return claims.expire(at=timezone.now())


@shared_task(name="reviews.promote_escalations")
def promote_escalations() -> int:
    return promotions.promote_due(at=timezone.now())


@shared_task(name="reviews.watch_clocks")
def watch_clocks() -> int:
    """What is late is somebody's, what will be is told, and what ended is counted (U3)."""
    at = timezone.now()
    followed = clock_sweeps.follow_agreements(at=at) + clock_sweeps.follow_calendars(at=at)
    found = clock_sweeps.judge(at=at) + clock_sweeps.warn(at=at)
    return followed + found + clock_sweeps.count(at=at)


@shared_task(name="reviews.advance_drills")
def advance_drills() -> int:
    return drills.advance_due(at=timezone.now())


@shared_task(name="reviews.return_unanswered")
def return_unanswered() -> int:
    return information.time_out(at=timezone.now())


@shared_task(name="reviews.draw_samples")
def draw_samples() -> int:
    """The samples of the days that are over, then what was flagged of them, then what of both is scored twice."""
    at = timezone.now()
    drawn = draws.draw_due(at=at) + targeted_draws.draw_due(at=at)
    return drawn + second_scores.choose_due(at=at)


@shared_task(name="reviews.close_evaluations")
def close_evaluations() -> int:
    """Close the scores that nobody can dispute any more."""
    return evaluations.close_due(at=timezone.now())


@shared_task(name="reviews.activate_rules")
def activate_rules() -> int:
    return rule_activation.activate_due(at=timezone.now())


@shared_task(name="reviews.lapse_rules")
def lapse_rules() -> int:
    return rule_emergencies.lapse_due(at=timezone.now())


@shared_task(name="reviews.resume_suspended")
def resume_suspended() -> int:
    return resuming.resume_due(at=timezone.now())


@shared_task(name="reviews.run_simulations")
def run_simulations() -> int:
    """Count what rules would have done for those who asked."""
    return simulating.sweep(clock=timezone.now)


@shared_task(name="reviews.score_autoqa")
def score_autoqa() -> int:
    """Score what went out in the last days and was not scored."""
    return autoqa.score_due(at=timezone.now(), back=autoqa.LOOK_BACK)


@shared_task(name="reviews.score_all_autoqa")
def score_all_autoqa() -> int:
    """Score what went out at any time and was not scored."""
    return autoqa.score_due(at=timezone.now())


@shared_task(name="reviews.watch_vigilance")
def watch_vigilance() -> int:
    """Count what reviewers decided, and judge whom it concerns."""
    return vigilance_judging.sweep(at=timezone.now())


@shared_task(name="reviews.forget_vigilance")
def forget_vigilance() -> int:
    return vigilance.forget(at=timezone.now())


@shared_task(name="reviews.plan_honeypots")
def plan_honeypots() -> int:
    """Plan control items for those who have decided enough since their last one, and plant what is due."""
    at = timezone.now()
    return honeypots.plan_due(at=at) + honeypots.plant_due(at=at)


@shared_task(name="reviews.plant_honeypots")
def plant_honeypots() -> int:
    return honeypots.plant_due(at=timezone.now())


@shared_task(name="reviews.look_for_findings")
def look_for_findings() -> int:
    """Findings about processes that two scores at the same moment could not see of each other."""
    return consequences.look_due(at=timezone.now())


@shared_task(name="reviews.remind_of_actions")
def remind_of_actions() -> int:
    """Remind of corrective actions that are late: the owner, and some days later also whoever leads him."""
    return action_reminders.remind_due(at=timezone.now())
