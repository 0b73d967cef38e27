"""What follows from a failure that QA found (F11): a recall, a corrective action with an owner, a finding about the process."""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse

from audit.domain.envelope import Actor, Target
from audit.services import recording
from contracts import access
from contracts.domain import roles as process_roles
from contracts.domain import sla_clock
from contracts.models import Process
from contracts.selectors import calendars
from contracts.services import notifications
from reviews.domain import recalibration
from reviews.domain.recalibration import Failure
from reviews.enums import Mark
from reviews.models import CorrectiveAction, Evaluation, RecalibrationFinding
from reviews.selectors import consequences as selector
from reviews.selectors import recalls as recall_selector
from reviews.services import recalls, trail

# Business days in which a corrective action is to be done.
DUE_DAYS = 5
# So far back a sweep looks, so that it finds what was missed while nothing ran.
_LOOK_BACK = 2 * recalibration.WINDOW
_QA = Actor.system("qa")

logger = logging.getLogger(__name__)

Answers = Mapping[str, Mapping[str, str]]
"""Mark and note by line, as a score keeps them."""


def follow(*, evaluation: Evaluation, answers: Answers, critical_fail: bool, at: datetime) -> None:
    """What comes of a score, the auditor's or one that was adjudicated, in the transaction that stores it.

    What a first score brought about stays when it is overturned: a person looks at the recall and ends it.
    """
    if critical_fail:
        mend(evaluation=evaluation, answers=answers, at=at)
    if any(answer["mark"] == Mark.FAIL for answer in answers.values()):
        look(process=evaluation.process, at=at)


@transaction.atomic
def mend(*, evaluation: Evaluation, answers: Answers, at: datetime) -> CorrectiveAction:
    """A critical fail: what went out is recalled, unless it is already, and somebody has to mend it by a day. Once for
    an evaluation, whoever asks again."""
    known = CorrectiveAction.objects.filter(evaluation=evaluation).first()
    if known is not None:
        return known
    recalls.recall_failed(evaluation=evaluation, at=at)
    interaction = recall_selector.interaction(evaluation.interaction_id)
    process = interaction.process
    made = CorrectiveAction.objects.create(
        process=process,
        interaction=interaction,
        evaluation=evaluation,
        recall=recall_selector.of_interaction(interaction.pk),
        items=selector.critical_failures(evaluation, answers),
        owner=selector.responsible(interaction),
        due_at=sla_clock.add_days(at, DUE_DAYS, calendars.terms(process.calendar)),
        created_at=at,
    )
    facts = {
        "action": made.pk,
        "evaluation": evaluation.pk,
        "recall": made.recall_id,
        "items": [one["code"] for one in made.items],
        "owner": made.owner_id,
        "due_at": made.due_at,
    }
    target = Target("corrective_action", str(made.pk), "", "interaction", str(interaction.pk))
    recording.record_many(
        [
            trail.entry(
                interaction=interaction, action="action.opened", by=_QA, facts=facts, at=at, target=target
            )
        ]
    )
    if made.owner is not None:
        notifications.notify(
            user=made.owner,
            subject=f"{process.code}: a corrective action is yours",
            body="An output failed QA critically. Say what you did about it, by the day it is due.",
            link=reverse("reviews:action", args=[made.pk]),
            at=at,
        )
    return made


def look_due(*, at: datetime) -> int:
    """Look for findings in every process that was scored lately; returns how many were found now.

    A sweep: it may run twice and beside itself. It finds what two scores at the same moment could not see of each other.
    """
    scored = Evaluation.objects.filter(submitted_at__gte=at - recalibration.WINDOW - timedelta(days=1))
    found = 0
    processes = Process.objects.filter(pk__in=scored.values("process")).select_related("client")
    for process in processes.order_by("code"):
        try:
            found += len(look(process=process, at=at))
        except DatabaseError:
            # One that fails must not keep the others: the next sweep tries it again.
            logger.exception("The failures of %s could not be looked at", process.code)
    return found


@transaction.atomic
def look(*, process: Process, at: datetime) -> list[RecalibrationFinding]:
    """The findings that the failures of the last weeks make now: for each line one that stands open, and none twice."""
    failed = selector.failures(process, at - _LOOK_BACK)
    stands = selector.standing(process)
    made = []
    for item, failures in sorted(failed.items()):
        if item in stands and stands[item] is None:
            continue
        begin = stands.get(item)
        run = recalibration.streak(one for one in failures if begin is None or one.at > begin)
        if run and (finding := _found(process, item, run, at)):
            made.append(finding)
    return made


def _found(process: Process, item: str, run: list[Failure], at: datetime) -> RecalibrationFinding | None:
    """The finding; None where somebody beside this one found it first."""
    try:
        with transaction.atomic():
            finding = RecalibrationFinding.objects.create(
                process=process,
                item=item,
                text=selector.texts_of(process).get(item, item)[:300],
                evaluations=[str(one.evaluation) for one in run],
                since=run[0].at,
                until=run[-1].at,
                created_at=at,
            )
    except IntegrityError:
        return None
    recording.record(
        log=process.client.log_key,
        action="qa.recalibration_found",
        actor=_QA,
        target=Target("recalibration_finding", str(finding.pk), item, "process", str(process.pk)),
        facts={
            "item": item,
            "failures": len(run),
            "evaluations": finding.evaluations,
            "since": finding.since,
            "until": finding.until,
        },
        at=at,
        client=process.client.slug,
        process=process.code,
    )
    for person in access.holders(process, process_roles.MANAGE_PROCESS):
        notifications.notify(
            user=person,
            subject=f"{process.code}: one line of the scorecard failed {len(run)} times in 30 days",
            body=finding.text,
            link=reverse("reviews:finding", args=[finding.pk]),
            at=at,
        )
    return finding
