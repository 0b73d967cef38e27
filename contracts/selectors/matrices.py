"""Versions of the escalation matrix: as they are checked, and as people read them (C1, C3)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet

from audit.errors import NotVisible
from contracts import access, permissions
from contracts.domain import matrix_lint, weekly_hours
from contracts.domain.escalation_matrix import Key, Need
from contracts.domain.final_decision import ADVERSE, ANY_CATEGORY
from contracts.domain.matrix_lint import FinalTerms, Holder, LevelTerms, Problem
from contracts.domain.roles import APPROVE_RULES, DECIDE_ESCALATION, PROPOSE_RULES, VIEW_PROCESS
from contracts.enums import Authority, MatrixState, Party
from contracts.models import (
    AuthorityGrant,
    BusinessCalendar,
    EscalationLevel,
    EscalationMatrix,
    EscalationPath,
    FinalDecisionRule,
    Process,
    User,
)
from contracts.selectors import authority, calendars

PAGE = 20
_IN_FORCE = (MatrixState.ACTIVE, MatrixState.SUPERSEDED)
_REFUSAL = "The escalation matrix of this process is read by the people who work under it."


def active(process: Process) -> EscalationMatrix | None:
    """The matrix in force, if there is one."""
    return EscalationMatrix.objects.filter(process=process, state=MatrixState.ACTIVE).first()


def found(matrix_id: UUID) -> EscalationMatrix:
    """A version by its key, for a service that looks at rights itself. Raises NotVisible for an unknown one."""
    rows = EscalationMatrix.objects.select_related("process__client", "process__provider", "author")
    matrix = rows.filter(pk=matrix_id).first()
    if matrix is None:
        raise NotVisible("not_found", "There is no such escalation matrix that you can see.")
    return matrix


def loaded(rows: QuerySet[EscalationMatrix]) -> QuerySet[EscalationMatrix]:
    """Versions with all that is in them."""
    levels = EscalationLevel.objects.select_related("person", "deputy", "calendar").order_by("level")
    paths = EscalationPath.objects.order_by("trigger_class", "severity").prefetch_related(
        Prefetch("levels", queryset=levels)
    )
    finals = FinalDecisionRule.objects.select_related("person", "deputy").order_by(
        "category", "min_value", "pk"
    )
    return rows.prefetch_related(Prefetch("paths", queryset=paths), Prefetch("final_rules", queryset=finals))


def content(matrix: EscalationMatrix | None) -> EscalationMatrix | None:
    """A version read again with all that is in it."""
    if matrix is None:
        return None
    return loaded(EscalationMatrix.objects.filter(pk=matrix.pk)).get()


def whole_active(process: Process) -> EscalationMatrix | None:
    """The matrix in force with all that is in it."""
    return loaded(EscalationMatrix.objects.filter(process=process, state=MatrixState.ACTIVE)).first()


def finals(matrix: EscalationMatrix | None) -> set[tuple]:
    """The final decision-makers of a version, to be compared with those of another."""
    if matrix is None:
        return set()
    return set(matrix.final_rules.values_list("category", "min_value", "party", "role", "person", "deputy"))


def finals_changed(matrix: EscalationMatrix, before: EscalationMatrix | None) -> bool:
    """Whether the version names other final decision-makers than those in force."""
    return finals(matrix) != finals(before)


def problems(matrix: EscalationMatrix, needs: Iterable[Need], at: datetime) -> list[Problem]:
    """What forbids that this version comes into force, and what is to be known of it. `needs` must find a row."""
    process = matrix.process
    whole = content(matrix)
    assert whole is not None  # noqa: S101 — it was read just now
    able = set(access.holders(process, DECIDE_ESCALATION).values_list("pk", flat=True))
    grants = AuthorityGrant.objects.in_force(at).filter(process=process, kind=Authority.DECISION)
    authorised = set(grants.values_list("user", flat=True))
    sides = {Party.CLIENT: process.client_id, Party.PROVIDER: process.provider_id}

    def holder(user: User) -> Holder:
        return Holder(user.name, user.pk in able)

    def perhaps(user: User | None) -> Holder | None:
        return holder(user) if user is not None else None

    def level(row: EscalationLevel) -> LevelTerms:
        return LevelTerms(
            name=row.name,
            person=holder(row.person),
            deputy=perhaps(row.deputy),
            calendar=calendars.terms(row.calendar),
        )

    def final(rule: FinalDecisionRule) -> FinalTerms:
        side = sides.get(Party(rule.party))
        return FinalTerms(
            matter=rule.category,
            party=rule.party,
            person=holder(rule.person),
            deputy=perhaps(rule.deputy),
            authority=rule.person_id in authorised,
            strangers=tuple(
                one.name
                for one in (rule.person, rule.deputy)
                if one is not None and one.organisation_id != side
            ),
        )

    rows: dict[Key, Sequence[LevelTerms]] = {
        path.key: [level(one) for one in path.levels.all()] for path in whole.paths.all()
    }
    return matrix_lint.lint(
        rows,
        [final(rule) for rule in whole.final_rules.all()],
        needs,
        monday=weekly_hours.week_of(at, process.time_zone),
        zone=process.time_zone,
    )


# ── As people read them ──────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Overview:
    """A process with its matrix in force and, for those who write it, what is open."""

    process: Process
    active: EscalationMatrix | None
    open: list[EscalationMatrix]


def overview(*, user: User) -> list[Overview]:
    """The matrices of every process the person may see."""
    seen = list(access.processes(user).select_related("client").order_by("client__name", "code", "pk"))
    writes = set(access.processes(user, PROPOSE_RULES).values_list("pk", flat=True))
    writes |= set(access.processes(user, APPROVE_RULES).values_list("pk", flat=True))
    rows = EscalationMatrix.objects.filter(process__in=seen).select_related("author")
    in_force = {
        matrix.process_id: matrix
        for matrix in rows.filter(state=MatrixState.ACTIVE).prefetch_related("paths", "final_rules")
    }
    opened: dict[UUID, list[EscalationMatrix]] = {}
    waiting = rows.filter(process__in=writes, state__in=[MatrixState.DRAFT, MatrixState.PROPOSED])
    for proposal in waiting.order_by("process", "version"):
        opened.setdefault(proposal.process_id, []).append(proposal)
    return [Overview(process, in_force.get(process.pk), opened.get(process.pk, [])) for process in seen]


def process_of(*, user: User, code: str) -> Process:
    """The process whose matrix the person may read. NotVisible or NotAllowed."""
    return access.process(user, code, VIEW_PROCESS, _REFUSAL)


def own_draft(*, user: User, process: Process) -> EscalationMatrix:
    """The draft the person has open on the process. NotVisible where there is none (any more)."""
    rows = EscalationMatrix.objects.filter(process=process, author=user, state=MatrixState.DRAFT)
    matrix = rows.first()
    if matrix is None:
        raise NotVisible("not_found", "You have no open draft.")
    return matrix


def version(*, user: User, code: str, number: int) -> EscalationMatrix:
    """One version with all that is in it. NotVisible for strangers and unknown numbers, NotAllowed for others' drafts."""
    process = process_of(user=user, code=code)
    people = ("author", "proposed_by", "decided_by", "activated_by", "superseded_by", "based_on")
    rows = EscalationMatrix.objects.filter(process=process, version=number).select_related(*people)
    matrix = loaded(rows).first()
    if matrix is None:
        raise NotVisible("not_found", f"There is no matrix v{number} of {code} that you can see.")
    matrix.process = process
    permissions.check_can_see_matrix(user, matrix)
    return matrix


@dataclass(frozen=True)
class History:
    """Some versions, newest first; `older` is the version to go on before, None at the end."""

    versions: list[EscalationMatrix]
    older: int | None


def history(*, user: User, process: Process, before: int | None = None) -> History:
    """The versions the person may see: those in force once, and the drafts for those who write or approve them."""
    rows = process.matrices.select_related("author", "decided_by", "activated_by").order_by("-version")
    if not access.codenames(user, process) & {PROPOSE_RULES, APPROVE_RULES}:
        rows = rows.filter(state__in=_IN_FORCE)
    if before is not None:
        rows = rows.filter(version__lt=before)
    listed = list(rows[: PAGE + 1])
    return History(listed[:PAGE], listed[PAGE - 1].version if len(listed) > PAGE else None)


@dataclass(frozen=True)
class Candidate:
    """Somebody a level or a final decision may name, and the role he acts in."""

    user: User
    role: str


def candidates(process: Process) -> list[Candidate]:
    """Whoever may decide escalations of the process: these can be named."""
    roles = authority.roles_on(process)
    people = access.holders(process, DECIDE_ESCALATION).order_by("name", "pk")
    return [Candidate(user, roles.get(user.pk, "")) for user in people]


def known_calendars(process: Process) -> list[BusinessCalendar]:
    """The hours a level may keep: those the process has agreed on; other clients' offices are nobody's business."""
    used = EscalationLevel.objects.filter(path__matrix__process=process).values("calendar")
    rows = BusinessCalendar.objects.filter(Q(pk__in=used) | Q(pk=process.calendar_id))
    return list(rows.order_by("name", "pk"))


def known_categories(process: Process) -> list[str]:
    """The business categories a final decision may be about: of its steps, adverse outcomes, and everything."""
    found = set(process.steps.values_list("business_category", flat=True))
    found |= set(FinalDecisionRule.objects.filter(matrix__process=process).values_list("category", flat=True))
    return [ANY_CATEGORY, *sorted((found | {ADVERSE}) - {ANY_CATEGORY})]
