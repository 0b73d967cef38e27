"""The sweeps as tasks: each twice leaves the same rows, and the beat knows all of them."""

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

import pytest
from celery import current_app
from django.apps import apps
from django.conf import settings
from django.db import models
from django.utils import timezone

from contracts import tasks as contract_tasks
from contracts.services import memberships
from reviews import tasks
from reviews.models import Case, Interaction
from reviews.services import honeypots, information
from tests import worlds
from tests.factories import consequences, drills, qa
from tests.factories import honeypots as pots
from tests.factories import reviews as made
from tests.worlds import Desk

pytestmark = pytest.mark.django_db

AN_HOUR = timedelta(hours=1)


@pytest.fixture
def past() -> datetime:
    """The tasks read the clock, so what is due to them is due now."""
    return timezone.now() - 3 * AN_HOUR


def rows() -> dict[str, list[tuple]]:
    """Every row of the house."""
    labels = ("audit", "contracts", "reviews")
    found: list[type[models.Model]] = [
        model for label in labels for model in apps.get_app_config(label).get_models()
    ]
    return {model._meta.label: sorted(map(repr, model._default_manager.values_list())) for model in found}


def due_release(desk: Desk, past: datetime) -> None:
    made.decided_case(desk, past)


def due_lease(desk: Desk, past: datetime) -> None:
    made.claimed_case(desk, past)


def due_escalation(desk: Desk, past: datetime) -> None:
    made.escalated_case(desk, past)


def due_drill(desk: Desk, past: datetime) -> None:
    drills.started(desk, past)


def due_answer(desk: Desk, past: datetime) -> None:
    case = made.claimed_case(desk, past)
    information.ask(case_id=case.pk, user=desk.reviewer, question="?", at=past)


def due_score(desk: Desk, past: datetime) -> None:
    qa.straight_through(desk, past)


def due_closing(desk: Desk, past: datetime) -> None:
    qa.scored_evaluation(desk, qa.settled_now() - timedelta(days=6))


def due_reminder(desk: Desk, past: datetime) -> None:
    consequences.action(desk, past - timedelta(days=30))


def due_honeypot(desk: Desk, past: datetime) -> None:
    made.waiting_case(desk, past)
    pots.allowed(desk, past)
    pots.item(desk, past)
    honeypots.plan_one(process=desk.process, reviewer=desk.reviewer.pk, at=past, dice=Random(1))


def due_debrief(desk: Desk, past: datetime) -> None:
    pots.answered(pots.served(desk, past), desk.reviewer, past)


def due_membership(desk: Desk, past: datetime) -> None:
    held = desk.reviewer.memberships.get()
    memberships.revoke(membership=held, by=None, at=past)
    memberships.grant(
        user=desk.reviewer,
        organisation=held.organisation,
        role=held.role,
        process=desk.process,
        by=None,
        at=past,
        until=past + AN_HOUR,
    )


@pytest.mark.parametrize(
    ("task", "prepare"),
    [
        (tasks.release_due, due_release),
        (tasks.release_due, due_debrief),
        (tasks.plant_honeypots, due_honeypot),
        (tasks.plan_honeypots, due_honeypot),
        (tasks.remind_of_actions, due_reminder),
        (tasks.expire_leases, due_lease),
        (tasks.promote_escalations, due_escalation),
        (tasks.advance_drills, due_drill),
        (tasks.return_unanswered, due_answer),
        (tasks.close_evaluations, due_closing),
        (tasks.score_autoqa, due_score),
        (tasks.score_all_autoqa, due_score),
        (contract_tasks.expire_memberships, due_membership),
        (contract_tasks.send_notifications, due_escalation),
    ],
)
def test_a_task_twice_leaves_the_same_rows(
    past: datetime, task: Callable[[], int], prepare: Callable[[Desk, datetime], None]
) -> None:
    """House style: a message may come twice."""
    prepare(worlds.build(past).north, past)
    before = rows()

    first = task()
    once = rows()
    second = task()

    assert first > 0
    assert second == 0
    assert once != before
    assert rows() == once


@pytest.mark.parametrize("name", sorted({entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}))
def test_the_beat_calls_tasks_that_exist(name: str) -> None:
    current_app.loader.import_default_modules()

    assert name in current_app.tasks


@pytest.mark.parametrize(
    ("task", "seconds"),
    [
        ("reviews.release_due", 10),
        ("reviews.promote_escalations", 60),
        ("reviews.plan_honeypots", 300),
        ("reviews.advance_drills", 60),
        ("reviews.score_autoqa", 900),
        ("reviews.expire_leases", 60),
    ],
)
def test_the_beat_comes_often_enough(task: str, seconds: int) -> None:
    """F4: within a quarter of an hour; C4: within one tick, at most 60 seconds; design §3: a release is swept every 10."""
    schedule = [
        entry["schedule"] for entry in settings.CELERY_BEAT_SCHEDULE.values() if entry["task"] == task
    ]

    assert max(schedule) <= seconds


def test_every_task_is_given_back_when_its_worker_dies() -> None:
    current_app.loader.import_default_modules()
    own = [task for name, task in current_app.tasks.items() if not name.startswith("celery.")]

    assert own
    assert all(task.acks_late and task.reject_on_worker_lost and task.ignore_result for task in own)


def test_sweeps_with_nothing_to_do_change_nothing(at: datetime) -> None:
    desk = worlds.build(at).north
    case = made.waiting_case(desk, at)
    before = (Case.objects.get(pk=case.pk).state, Interaction.objects.count())

    counts = [
        task()
        for task in (
            tasks.release_due,
            tasks.expire_leases,
            tasks.promote_escalations,
            tasks.return_unanswered,
        )
    ]

    assert counts == [0, 0, 0, 0]
    assert (Case.objects.get(pk=case.pk).state, Interaction.objects.count()) == before
