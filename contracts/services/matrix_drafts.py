"""Drafts of the escalation matrix: begun from the one in force, written row by row, until they are proposed (C1, C3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F, Max

from audit.errors import Conflict, Invalid, NotVisible
from contracts import permissions
from contracts.domain.escalation_matrix import EVERY_CLASS, REVIEW_EVERY, SEVERITIES
from contracts.domain.final_decision import ANY_CATEGORY
from contracts.domain.matrix_lint import row_in_words
from contracts.domain.money import threshold
from contracts.enums import Channel, MatrixState, Party, Role
from contracts.models import (
    BusinessCalendar,
    EscalationLevel,
    EscalationMatrix,
    EscalationPath,
    FinalDecisionRule,
    Process,
    User,
)
from contracts.selectors import matrices
from contracts.services import matrix_events

MOST_LEVELS = 8
MOST_MINUTES = 60 * 24 * 31
MOST_VALUE = Decimal(10) ** 15


@dataclass(frozen=True)
class Level:
    """One level of a row as somebody writes it: limits in business minutes of the calendar."""

    name: str
    role: Role | str
    person: User
    deputy: User | None
    calendar: BusinessCalendar
    ack_minutes: int
    resolve_minutes: int
    channel: Channel | str = Channel.INBOX
    authority: str = ""


@transaction.atomic
def draft(*, process: Process, by: User, at: datetime, note: str = "") -> EscalationMatrix:
    """Start a draft from the matrix in force (or from none). Raises Conflict where the person has an open draft."""
    permissions.check_can_draft_matrix(by, process)
    mine = EscalationMatrix.objects.filter(process=process, author=by, state=MatrixState.DRAFT).first()
    if mine is not None:
        raise Conflict("draft_open", f"You have an open draft already: v{mine.version}.")
    active = matrices.whole_active(process)
    last = EscalationMatrix.objects.filter(process=process).aggregate(last=Max("version"))["last"] or 0
    try:
        with transaction.atomic():
            matrix = EscalationMatrix.objects.create(
                process=process,
                version=last + 1,
                based_on=active,
                note=note.strip()[:300],
                review_by=(at + REVIEW_EVERY).date(),
                author=by,
                drafted_at=at,
            )
    except IntegrityError:
        raise Conflict("draft_race", "Somebody has just started a draft: try again.") from None
    if active is not None:
        _copy(active, matrix)
    facts = {"based_on": active.version if active else None}
    matrix_events.record(matrix, "matrix.drafted", facts | matrix_events.listed(matrix), by, at)
    return matrix


def _copy(source: EscalationMatrix, matrix: EscalationMatrix) -> None:
    for path in source.paths.all():
        made = EscalationPath.objects.create(
            matrix=matrix, trigger_class=path.trigger_class, severity=path.severity
        )
        for level in path.levels.all():
            level.pk, level.path = EscalationLevel._meta.get_field("id").get_default(), made
            level.save(force_insert=True)
    for rule in source.final_rules.all():
        rule.pk, rule.matrix = FinalDecisionRule._meta.get_field("id").get_default(), matrix
        rule.save(force_insert=True)


def editable(matrix_id: UUID, by: User, edits: int | None) -> EscalationMatrix:
    """The draft, locked for one edit. Two people in one draft are told apart by the number of edits."""
    matrix = matrices.found(matrix_id)
    permissions.check_can_draft_matrix(by, matrix.process)
    if matrix.state != MatrixState.DRAFT:
        raise Conflict("not_a_draft", "Only a draft can be edited; start a new one.")
    expected = matrix.edits if edits is None else edits
    if not EscalationMatrix.objects.filter(pk=matrix.pk, state=MatrixState.DRAFT, edits=expected).update(
        edits=F("edits") + 1
    ):
        raise Conflict("edited_meanwhile", "Somebody else has edited this draft: look at it again.")
    return matrix


@transaction.atomic
def put_path(
    *,
    matrix_id: UUID,
    levels: Sequence[Level],
    by: User,
    at: datetime,
    trigger_class: str = EVERY_CLASS,
    severity: int | None = None,
    edits: int | None = None,
) -> EscalationPath:
    """Write a row of a draft: the levels for a trigger class and severity, in order; the last one is final.

    Raises Invalid with the place of the mistake, Conflict where somebody else edited the draft since `edits`.
    """
    matrix = editable(matrix_id, by, edits)
    trigger_class = trigger_class.strip() or EVERY_CLASS
    if len(trigger_class) > 30:
        raise Invalid("trigger_class", "30 characters at most.", "trigger_class")
    if severity is not None and severity not in SEVERITIES:
        raise Invalid("severity", "Severity is 1 (worst) to 4, or none for any.", "severity")
    if not 1 <= len(levels) <= MOST_LEVELS:
        raise Invalid("levels", f"A row has 1 to {MOST_LEVELS} levels.", "levels")
    for index, level in enumerate(levels):
        _check(level, index)
    path, made = EscalationPath.objects.get_or_create(
        matrix=matrix, trigger_class=trigger_class, severity=severity
    )
    path.levels.all().delete()
    EscalationLevel.objects.bulk_create(
        EscalationLevel(
            path=path,
            level=number,
            name=level.name.strip(),
            role=level.role,
            person=level.person,
            deputy=level.deputy,
            calendar=level.calendar,
            ack_minutes=level.ack_minutes,
            resolve_minutes=level.resolve_minutes,
            channel=level.channel,
            authority=level.authority.strip(),
        )
        for number, level in enumerate(levels, start=1)
    )
    _edited(matrix, f"{'added' if made else 'changed'} the row for {row_in_words(path.key)}", by, at)
    return path


def _check(level: Level, index: int) -> None:
    """A level as it may be stored. Raises Invalid with the field at fault."""

    def wrong(field: str, sentence: str) -> Invalid:
        return Invalid(field, f"Level {index + 1}: {sentence}", f"levels.{index}.{field}")

    if not 1 <= len(level.name.strip()) <= 40:
        raise wrong("name", "a name of 1 to 40 characters is required.")
    if level.deputy is not None and level.deputy.pk == level.person.pk:
        raise wrong("deputy", "the deputy is somebody else than the person.")
    for field in ("ack_minutes", "resolve_minutes"):
        if not 1 <= getattr(level, field) <= MOST_MINUTES:
            raise wrong(field, f"a limit is 1 to {MOST_MINUTES:,} minutes.")
    if level.resolve_minutes < level.ack_minutes:
        raise wrong("resolve_minutes", "nothing is resolved before it was acknowledged.")
    if level.channel not in set(Channel):
        raise wrong("channel", "choose how the level is told.")
    if len(level.authority.strip()) > 120:
        raise wrong("authority", "120 characters at most.")


@transaction.atomic
def remove_path(
    *,
    matrix_id: UUID,
    trigger_class: str,
    by: User,
    at: datetime,
    severity: int | None = None,
    edits: int | None = None,
) -> None:
    """Take a row out of a draft."""
    matrix = editable(matrix_id, by, edits)
    path = matrix.paths.filter(trigger_class=trigger_class, severity=severity).first()
    if path is None:
        raise NotVisible("not_found", "This draft has no such row.")
    path.delete()
    _edited(matrix, f"removed the row for {row_in_words((trigger_class, severity))}", by, at)


@transaction.atomic
def put_final(
    *,
    matrix_id: UUID,
    category: str,
    party: Party | str,
    role: Role | str,
    person: User,
    by: User,
    at: datetime,
    min_value: Decimal | None = None,
    deputy: User | None = None,
    replaces: UUID | None = None,
    edits: int | None = None,
) -> FinalDecisionRule:
    """C3: name in a draft who makes the final decision on a business category, from a value on; `replaces` is the rule
    that was opened to be changed.

    Raises Invalid with the field at fault, Conflict where somebody else edited the draft since `edits`.
    """
    matrix = editable(matrix_id, by, edits)
    category = category.strip()
    if not 1 <= len(category) <= 30:
        raise Invalid("category", "A category of 1 to 30 characters is required.", "category")
    if min_value is not None and not (min_value.is_finite() and 0 <= min_value < MOST_VALUE):
        raise Invalid("min_value", "An amount of 0 or more is required.", "min_value")
    if party not in {Party.CLIENT, Party.PROVIDER}:
        raise Invalid("party", "Final decisions are made by the client or the provider.", "party")
    for field, holder in (("person", person), ("deputy", deputy)):
        _check_belongs(matrix.process, holder, party, field)
    if deputy is not None and deputy.pk == person.pk:
        raise Invalid("deputy", "The deputy is somebody else than the person.", "deputy")
    if replaces is not None:
        matrix.final_rules.filter(pk=replaces).exclude(category=category, min_value=min_value).delete()
    rule, made = FinalDecisionRule.objects.update_or_create(
        matrix=matrix,
        category=category,
        min_value=min_value,
        defaults={"party": party, "role": role, "person": person, "deputy": deputy},
    )
    _edited(matrix, f"{'named' if made else 'changed'} who decides finally on {_matter(rule)}", by, at)
    return rule


def _check_belongs(process: Process, holder: User | None, party: Party | str, field: str) -> None:
    side = process.client if party == Party.CLIENT else process.provider
    if holder is not None and holder.organisation_id != side.pk:
        sentence = f"{holder.name} does not belong to {side.name}, which would decide here."
        raise Invalid("wrong_party", sentence, field)


@transaction.atomic
def remove_final(*, matrix_id: UUID, rule_id: UUID, by: User, at: datetime, edits: int | None = None) -> None:
    """Take a final decision-maker out of a draft."""
    matrix = editable(matrix_id, by, edits)
    rule = matrix.final_rules.filter(pk=rule_id).first()
    if rule is None:
        raise NotVisible("not_found", "This draft has no such final decision-maker.")
    matter = _matter(rule)
    rule.delete()
    _edited(matrix, f"removed who decides finally on {matter}", by, at)


@transaction.atomic
def describe(
    *, matrix_id: UUID, note: str, review_by: date | None, by: User, at: datetime, edits: int | None = None
) -> EscalationMatrix:
    """Say what a draft is for, and by when the matrix is to be gone over again."""
    matrix = editable(matrix_id, by, edits)
    note = note.strip()
    if len(note) > 300:
        raise Invalid("note", "300 characters at most.", "note")
    if review_by is not None and review_by <= at.date():
        raise Invalid("review_by", "The review is on a day to come.", "review_by")
    EscalationMatrix.objects.filter(pk=matrix.pk).update(note=note, review_by=review_by)
    _edited(matrix, f"review by {review_by.isoformat() if review_by else 'no date'}", by, at)
    return matrices.found(matrix.pk)


def _matter(rule: FinalDecisionRule) -> str:
    named = "everything" if rule.category == ANY_CATEGORY else rule.category
    currency = rule.matrix.process.currency
    return named if rule.min_value is None else f"{named} from {threshold(rule.min_value, currency)}"


def _edited(matrix: EscalationMatrix, change: str, by: User, at: datetime) -> None:
    if by.pk != matrix.author_id:
        matrix.editors.add(by)
    facts: dict[str, Any] = {"change": change} | matrix_events.listed(matrix)
    matrix_events.record(matrix, "matrix.edited", facts, by, at)
