"""Questionnaires as their pages show them: to the vendor who answers, and to those who assess."""

from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse

from contracts import access
from contracts.domain.questionnaire import QUESTIONS, QuestionnaireState, Reply
from contracts.models import Certificate, User, VendorQuestionnaire
from contracts.permissions import questionnaires as permissions
from contracts.presenters import certificates, words
from contracts.presenters.parts import State
from contracts.selectors import questionnaires as selector


@dataclass(frozen=True)
class QuestionnaireRow:
    url: str
    vendor: str
    process: str
    due: date
    state: State
    score: str
    flags: int


@dataclass(frozen=True)
class AnswerLine:
    key: str
    section: str
    text: str
    critical: bool
    reply: str
    words: str
    link: str
    certificate: str
    points: str


@dataclass(frozen=True)
class QuestionnairePage:
    row: QuestionnaireRow
    asked: datetime
    asked_by: str
    answered: datetime | None
    answered_by: str
    assessed: datetime | None
    assessed_by: str
    flags: list[str]
    lines: list[AnswerLine]
    may_answer: bool
    may_assess: bool
    answer_url: str
    assess_url: str


def row(found: VendorQuestionnaire, today: date) -> QuestionnaireRow:
    return QuestionnaireRow(
        url=reverse("contracts:questionnaire", args=[found.pk]),
        vendor=found.vendor.name,
        process=found.process.code,
        due=found.due_on,
        state=_state(found, today),
        score="" if found.score is None else f"{found.score} of 100",
        flags=len(found.flags),
    )


def _state(found: VendorQuestionnaire, today: date) -> State:
    if found.state == QuestionnaireState.ASKED and found.due_on < today:
        return State("Overdue", "bad", "bad")
    label = QuestionnaireState(found.state).label
    if found.state != QuestionnaireState.ASSESSED:
        return State(label, "info", "clock")
    return State(label, "bad", "flag") if found.flags else State(label, "good", "check")


def page(
    found: VendorQuestionnaire, evidence: list[Certificate], user: User, today: date
) -> QuestionnairePage:
    answering, _why = access.allowed(permissions.check_can_answer, user, found)
    assessing, _why = access.allowed(permissions.check_can_assess, user, found)
    # What is not handed in yet is the vendor's own.
    shown = found.state != QuestionnaireState.ASKED
    return QuestionnairePage(
        row=row(found, today),
        asked=found.asked_at,
        asked_by=words.name(found.asked_by),
        answered=found.answered_at,
        answered_by=words.name(found.answered_by),
        assessed=found.assessed_at,
        assessed_by=words.name(found.assessed_by),
        flags=found.flags,
        lines=_lines(found, evidence) if shown else [],
        may_answer=answering and found.state == QuestionnaireState.ASKED,
        may_assess=assessing and found.state == QuestionnaireState.ANSWERED,
        answer_url=reverse("contracts:questionnaire_answer", args=[found.pk]),
        assess_url=reverse("contracts:questionnaire_assess", args=[found.pk]),
    )


def _lines(found: VendorQuestionnaire, evidence: list[Certificate]) -> list[AnswerLine]:
    names = {str(one.pk): certificates.name(one) for one in evidence}
    given = selector.answers(found)
    lines = []
    for question in QUESTIONS:
        answer = given.get(question.key)
        points = found.points.get(question.key)
        lines.append(
            AnswerLine(
                key=question.key,
                section=question.section.label,
                text=question.text,
                critical=question.critical,
                reply=Reply(answer.reply).label if answer else "",
                words=answer.text if answer else "",
                link=answer.link if answer else "",
                certificate=names.get(answer.certificate, "") if answer else "",
                points="0" if answer is None else "" if points is None else str(points),
            )
        )
    return lines
