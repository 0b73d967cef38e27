"""Who looks at the people who review: auditors who had no hand in it, and whoever leads a reviewer."""

from uuid import UUID

from django.db.models import Model, Q

from audit.errors import Conflict, NotAllowed, NotVisible
from contracts import access
from contracts.domain import roles as process_roles
from contracts.models import Process, User
from reviews.domain import roles
from reviews.enums import SCORED, QueueKind
from reviews.models import (
    Claim,
    Decision,
    Draft,
    Escalation,
    EscalationStep,
    Evaluation,
    EvidenceView,
    Interaction,
    Queue,
    Recall,
    Reveal,
    SecondScore,
    VigilanceAction,
)

OWN_SCORE = "You scored it: somebody else decides whether the score stands."
SECOND_OUT = (
    "The second, blind score is still out: it comes first, so that nobody reads the first one before."
)
HAND_IN_IT = "You or your team had a hand in this interaction: somebody else decides."

# Every table that shows a hand in an interaction: the way to the interaction, and who it was.
TOUCHES: tuple[tuple[type[Model], str, str], ...] = (
    (Decision, "interaction", "decided_by"),
    (Claim, "case__interaction", "user"),
    (Draft, "case__interaction", "user"),
    (EvidenceView, "case__interaction", "user"),
    (Reveal, "interaction", "revealed_by"),
    (Escalation, "case__interaction", "opened_by"),
    (Escalation, "case__interaction", "owner"),
    (Escalation, "case__interaction", "acknowledged_by"),
    (Escalation, "case__interaction", "resolved_by"),
    (EscalationStep, "escalation__case__interaction", "owner"),
    (Recall, "interaction", "opened_by"),
    (Recall, "interaction", "corrected_by"),
    (Recall, "interaction", "confirmed_by"),
)


def touched(interaction: Interaction) -> set[UUID]:
    """Everybody who had a hand in an interaction: they, and whoever shares their team, do not audit it (F2)."""
    parts = [
        model._default_manager.filter(**{path: interaction.pk}).order_by().values_list(person)
        for model, path, person in TOUCHES
    ]
    return {person for (person,) in parts[0].union(*parts[1:]) if person is not None}


def team(user: User) -> Q:
    """Whose work a person never audits: his own, his lead's, and that of whoever has the same lead or has him as lead."""
    return Q(pk=user.pk) | Q(team=user.pk) | Q(lead__team=user.pk) | Q(lead=user.pk)


def check_can_evaluate(user: User, evaluation: Evaluation) -> None:
    """F2: an auditor never scores what he touched, nor what his own team or his lead touched."""
    access.check(
        user,
        process_roles.EVALUATE_SAMPLE,
        evaluation.process,
        "Samples are scored by QA auditors of this process.",
    )
    _check_independent(user, evaluation)


def _check_independent(user: User, evaluation: Evaluation) -> None:
    people = touched(evaluation.interaction)
    if user.pk in people:
        raise NotAllowed("not_independent", "You had a hand in this interaction: somebody else scores it.")
    if people and User.objects.filter(pk__in=people).filter(team(user)).exists():
        raise NotAllowed(
            "not_independent", "Your team had a hand in this interaction: another team scores it."
        )


def check_can_dispute(user: User, evaluation: Evaluation) -> None:
    """F7: a score is disputed by whose work it judges; before it is given, nobody learns that it is being made."""
    access.check(user, process_roles.VIEW_PROCESS, evaluation.process, "")
    if not is_own_work(user, evaluation):
        raise NotAllowed("not_own_work", "A score is disputed by the reviewer whose work it judges.")
    if evaluation.state not in SCORED:
        raise NotVisible("not_found", "There is no such evaluation that you can see.")


def is_own_work(user: User, evaluation: Evaluation) -> bool:
    """Whether the user decided on the interaction, first or last; a decision taken back is no work."""
    return Decision.objects.filter(
        interaction=evaluation.interaction_id, decided_by=user, withdrawn_at__isnull=True
    ).exists()


def check_can_adjudicate(user: User, evaluation: Evaluation) -> None:
    """F7: a third person decides a dispute, neither the auditor nor anybody who could not have scored it himself."""
    access.check(
        user,
        process_roles.EVALUATE_SAMPLE,
        evaluation.process,
        "Disputes are decided by QA auditors of this process.",
    )
    second: SecondScore | None = getattr(evaluation, "second", None)
    if user.pk in (evaluation.auditor_id, second and second.submitted_by_id):
        raise NotAllowed("own_score", OWN_SCORE)
    _check_independent(user, evaluation)
    if second is not None and second.submitted_at is None:
        raise Conflict("second_out", SECOND_OUT)


def check_can_score_second(user: User, evaluation: Evaluation) -> None:
    """F6: the second score is given by another auditor than the first, who is as independent of the interaction."""
    check_can_evaluate(user, evaluation)
    if evaluation.auditor_id == user.pk:
        raise NotAllowed("own_score", "You gave the first score: somebody else gives the second.")


def check_can_calibrate(user: User, process: Process) -> None:
    """F6: auditors hold their calibrations, and whoever manages the samples."""
    if not access.can(user, process_roles.MANAGE_SAMPLE, process):
        access.check(
            user,
            process_roles.EVALUATE_SAMPLE,
            process,
            "Calibrations are held by the auditors and by whoever manages the samples.",
        )


def check_can_calibrate_engine(user: User, process: Process) -> None:
    """F5: how far automatic QA is trusted is not said by those whose scores it is held against."""
    access.check(
        user,
        process_roles.MANAGE_SAMPLE,
        process,
        "How far automatic QA agrees with people is recorded by the governance lead.",
    )


def scores_second(user: User, evaluation: Evaluation) -> bool:
    """Whether the second score is open for this auditor: then he knows nothing of the first, nor that there is one."""
    second: SecondScore | None = getattr(evaluation, "second", None)
    if second is None or second.submitted_at is not None or evaluation.state not in SCORED:
        return False
    return access.allowed(check_can_score_second, user, evaluation)[0]


def check_can_curate(user: User, process: Process) -> None:
    """E4: control items are made by the auditors of a process, and nobody else sees them."""
    access.check(
        user, process_roles.EVALUATE_SAMPLE, process, "Control items are kept by QA auditors of this process."
    )


def check_is_reviewer(user: User) -> None:
    """Vigilance is measured of those who review for the provider, and of nobody else."""
    if not reviews_for_provider(user):
        raise NotAllowed("not_a_reviewer", "Only reviewers are measured: there is nothing to take note of.")


def reviews_for_provider(user: User) -> bool:
    queues = access.visible(Queue.objects.all(), user, roles.WORK_QUEUE)
    return queues.filter(kind__in=[QueueKind.REVIEW, QueueKind.SENIOR]).exists()


def check_can_clear_vigilance(user: User, action: VigilanceAction) -> None:
    """Whoever leads the reviewers of a process clears what was raised, but not about himself."""
    access.check(
        user,
        process_roles.LEAD_REVIEWERS,
        action.process,
        "What was raised is cleared by those who lead the reviewers.",
    )
    if action.reviewer_id == user.pk:
        raise NotAllowed("own_vigilance", "This is about yourself: somebody else clears it.")
