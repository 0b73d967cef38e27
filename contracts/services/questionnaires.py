"""Questionnaires (Y2): asked of a vendor, answered by its own people, assessed by those who supervise it; once a year."""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.urls import reverse

from audit.domain.envelope import Target
from audit.errors import Conflict, Invalid
from contracts import access
from contracts.domain import questionnaire as domain
from contracts.domain.finding_kinds import FindingKind
from contracts.domain.questionnaire import Answer, QuestionnaireState
from contracts.domain.roles import SUPERVISE_VENDORS, VIEW_PROCESS
from contracts.enums import UserKind
from contracts.models import Organisation, Process, User, VendorQuestionnaire
from contracts.permissions import questionnaires as permissions
from contracts.selectors import questionnaires as selector
from contracts.services import findings, notifications, processes


@transaction.atomic
def ask(
    *, process: Process, vendor: Organisation, due_on: date, by: User, at: datetime
) -> VendorQuestionnaire:
    """Ask a vendor of a process. Raises Conflict where it is being asked already."""
    permissions.check_can_ask(by, process)
    if not process.vendors.filter(pk=vendor.pk).exists():
        raise Invalid("not_a_vendor", f"{vendor.name} does not serve this process.", "vendor")
    domain.check_due(due_on, at.date())
    try:
        with transaction.atomic():
            made = VendorQuestionnaire.objects.create(
                process=process, vendor=vendor, due_on=due_on, asked_at=at, asked_by=by
            )
    except IntegrityError:
        raise Conflict("asked_already", f"{vendor.name} is being asked already.") from None
    _record(made, "vendor.asked", {"vendor": vendor.slug, "due_on": due_on.isoformat()}, by, at)
    for person in access.holders(process, VIEW_PROCESS).filter(organisation=vendor, kind=UserKind.PERSON):
        _tell(
            made, person, f"{process.code}: questions for {vendor.name}", "Answer them by the day named.", at
        )
    return made


@transaction.atomic
def answer(
    *,
    questionnaire_id: UUID,
    answers: Mapping[str, Answer],
    submit: bool,
    edits: int,
    by: User,
    at: datetime,
) -> VendorQuestionnaire:
    """Keep the vendor's answers; `submit`: hand them in. What is not answered then counts nothing."""
    found = selector.locked(questionnaire_id)
    permissions.check_can_answer(by, found)
    if found.state != QuestionnaireState.ASKED:
        raise Conflict("handed_in", "The answers are handed in: they do not change any more.")
    if found.edits != edits:
        raise Conflict("answers_moved", "Somebody answered meanwhile: look at it again.")
    known = {str(one.pk) for one in selector.evidence(found.vendor)}
    found.answers = domain.checked(answers, known)
    found.edits += 1
    if submit:
        found.state = QuestionnaireState.ANSWERED
        found.answered_at, found.answered_by = at, by
    found.save(update_fields=["answers", "edits", "state", "answered_at", "answered_by"])
    facts = {"vendor": found.vendor.slug, "answered": len(found.answers), "handed_in": submit}
    _record(found, "vendor.answered", facts, by, at)
    if submit:
        for person in access.holders(found.process, SUPERVISE_VENDORS):
            subject = f"{found.process.code}: {found.vendor.name} answered"
            _tell(found, person, subject, "Assess the answers.", at)
    return found


@transaction.atomic
def assess(
    *, questionnaire_id: UUID, points: Mapping[str, int], by: User, at: datetime
) -> VendorQuestionnaire:
    """Give each answer its points. Raises Conflict where nothing is handed in, or it was assessed."""
    found = selector.locked(questionnaire_id)
    permissions.check_can_assess(by, found)
    if found.state != QuestionnaireState.ANSWERED:
        raise Conflict("not_answered", "There are no answers that wait for an assessment.")
    given = selector.answers(found)
    expired = selector.expired(selector.evidence(found.vendor), at.date())
    result = domain.assess(given, points, expired)
    found.state = QuestionnaireState.ASSESSED
    found.points = {key: points[key] for key in given}
    found.score, found.flags = result.score, result.flags
    found.assessed_at, found.assessed_by = at, by
    found.save(update_fields=["state", "points", "score", "flags", "assessed_at", "assessed_by"])
    facts = {
        "vendor": found.vendor.slug,
        "score": result.score,
        "flags": len(result.flags),
        "answered": len(given),
        "asked": len(domain.QUESTIONS),
    }
    _record(found, "vendor.assessed", facts, by, at)
    follow(process=found.process, at=at)
    return found


@transaction.atomic
def follow(*, process: Process, at: datetime) -> None:
    """What is late or raised a red flag is a finding: an answer past its day, an assessment older than a year."""
    today = at.date()
    wrong: dict[str, str] = {}
    for vendor_id, found in selector.newest(process).items():
        name = found.vendor.name
        if found.state == QuestionnaireState.ASKED and found.due_on < today:
            wrong[f"late:{vendor_id}"] = f"{name} did not answer by {found.due_on:%-d %b %Y}"
        if found.assessed_at is not None:
            if found.assessed_at.date() + domain.YEAR < today:
                wrong[f"old:{vendor_id}"] = f"{name} was assessed more than a year ago"
            if found.flags:
                count = len(found.flags)
                wrong[f"flags:{found.pk}"] = (
                    f"The answers of {name} raised {count} red flags"
                    if count > 1
                    else f"The answers of {name} raised a red flag"
                )
    findings.follow(
        process=process,
        kind=FindingKind.VENDOR,
        found=wrong,
        link=reverse("contracts:questionnaires"),
        at=at,
    )


def watch(*, at: datetime) -> None:
    """Look for what is late: a sweep, which changes nothing where nothing changed."""
    for process in selector.asked_somewhere():
        follow(process=process, at=at)


def _tell(found: VendorQuestionnaire, person: User, subject: str, body: str, at: datetime) -> None:
    link = reverse("contracts:questionnaire", args=[found.pk])
    notifications.notify(user=person, subject=subject, body=body, link=link, at=at)


def _record(found: VendorQuestionnaire, action: str, facts: dict, by: User, at: datetime) -> None:
    target = Target("questionnaire", str(found.pk), "", "process", str(found.process_id))
    processes.record(found.process, action, target, facts, by, at)
