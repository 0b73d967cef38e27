"""QA in the states it goes through, reached by the services: what went out, was planned, drawn, and scored."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from contracts.enums import Role
from contracts.models import User
from contracts.services import memberships
from reviews.domain import scorecard
from reviews.models import Dispute, Evaluation, Interaction, SamplingPlan
from reviews.services import disputes, draws, evaluations, intake, release, sampling_plans
from reviews.services.decisions import Answer
from tests import worlds
from tests.factories import reviews
from tests.worlds import Desk


def settled_now() -> datetime:
    """Now, but never around midnight: before one yesterday cannot be drawn, and after eleven it runs into today."""
    moment = timezone.now()
    return moment if 1 <= moment.hour < 23 else moment - timedelta(hours=2)


def released_case(
    desk: Desk, at: datetime, by: User | None = None, answer: Answer | None = None, **changes: Any
) -> Interaction:
    """Decided and gone out, when its undo window was over."""
    decision = reviews.decided_case(desk, at, by, answer, **changes)
    release.release_due(at=at + timedelta(minutes=1))
    return Interaction.objects.get(pk=decision.interaction_id)


def straight_through(desk: Desk, at: datetime, count: int = 1, **changes: Any) -> list[Interaction]:
    """Released at once, nobody looked at them; the subjects differ so that nothing adds up to a trigger."""
    posted = [worlds.payload(desk, **{"subject_ref": f"S{number}", **changes}) for number in range(count)]
    receipts = intake.accept(payloads=posted, agent=desk.agent, key=desk.key, at=at)
    return list(Interaction.objects.filter(pk__in=[receipt.id for receipt in receipts]).order_by("pk"))


def planned(desk: Desk, at: datetime, fraction: str = "0.06", **terms: Any) -> SamplingPlan:
    """The desk's sampling plan, set by its governance lead."""
    return sampling_plans.set_plan(
        process=desk.process, fraction=Decimal(fraction), by=desk.governance, at=at, **terms
    )


def drawn_evaluation(
    desk: Desk, at: datetime, *, reviewed: bool = True, answer: Answer | None = None, **changes: Any
) -> Evaluation:
    """Went out yesterday and was drawn for QA this morning: the only one of its day, so it is surely drawn."""
    yesterday = at - timedelta(days=1)
    if not SamplingPlan.objects.filter(process=desk.process).exists():
        planned(desk, yesterday - timedelta(days=7))
    if reviewed:
        interaction = released_case(desk, yesterday, answer=answer, **changes)
    else:
        interaction = straight_through(desk, yesterday, **changes)[0]
    draw = draws.draw(process=desk.process, day=yesterday.date(), at=at)
    return draw.evaluations.get(interaction=interaction)


def answers(evaluation: Evaluation, **marks: str) -> dict[str, evaluations.Answer]:
    """Every line passed, but those named; a failure gets a note."""
    given = {item.code: "pass" for item in scorecard.load(evaluation.scorecard.items) if item.applies} | marks
    return {
        code: evaluations.Answer(mark, "The order says otherwise" if mark == "fail" else "")
        for code, mark in given.items()
    }


def posted_answers(evaluation: Evaluation, *, wrong: bool = False, **marks: str) -> dict[str, str]:
    """The same as a browser sends it."""
    posted = {"judged_wrong": "yes" if wrong else "no"}
    for code, answer in answers(evaluation, **marks).items():
        posted |= {f"mark_{code}": answer.mark, f"note_{code}": answer.note}
    return posted


def scored_evaluation(desk: Desk, at: datetime, *, wrong: bool = False, **marks: str) -> Evaluation:
    """Drawn and scored by the desk's auditor."""
    drawn = drawn_evaluation(desk, at)
    return evaluations.submit(
        evaluation_id=drawn.pk, by=desk.auditor, answers=answers(drawn, **marks), judged_wrong=wrong, at=at
    )


def another_auditor(desk: Desk, at: datetime, name: str = "other_auditor") -> User:
    """A further QA auditor of the desk's process, who had a hand in nothing."""
    auditor = worlds.person(f"{desk.client.slug}_{name}", desk.process.provider, at)
    memberships.grant(
        user=auditor,
        organisation=desk.process.provider,
        role=Role.QA_AUDITOR,
        process=desk.process,
        by=None,
        at=at,
    )
    return auditor


def disputed(desk: Desk, at: datetime, evaluation: Evaluation | None = None, **marks: str) -> Dispute:
    """Scored by the desk's auditor and disputed by the reviewer at once."""
    scored = evaluation or scored_evaluation(desk, at, **marks)
    return disputes.dispute(
        evaluation_id=scored.pk, by=desk.reviewer, reason="The order was changed that day.", at=at
    )


def adjudicated(dispute: Dispute, by: User, at: datetime, outcome: str = "upheld", **marks: str) -> Dispute:
    """Decided; where it is overturned the answers are those named, and a pass everywhere else."""
    return disputes.adjudicate(
        dispute_id=dispute.pk,
        by=by,
        outcome=outcome,
        why="The change is in the story of the order.",
        answers=answers(dispute.evaluation, **marks),
        at=at,
    )
