"""Calibration sessions (F6): opened by hand or because κ fell below 0.6, and held with what the auditors agreed."""

from collections.abc import Collection, Mapping
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import IntegrityError, transaction

from audit.domain.envelope import Actor, Target
from audit.errors import Conflict, Invalid
from audit.services import recording
from contracts.models import Process, User
from contracts.selectors import authority
from contracts.services.acting import actor
from reviews import permissions
from reviews.domain import double_scoring
from reviews.domain.double_scoring import Agreed
from reviews.domain.qa_kinds import CalibrationCause
from reviews.enums import Mark
from reviews.models import CalibrationSession, Evaluation
from reviews.selectors import calibrations as selector
from reviews.selectors import second_scores

DECISION_LENGTH = 2_000
_KAPPA = Decimal("0.0001")
_CLOCK = Actor.system("calibration")


def open_where_low(
    *, process: Process, at: datetime, enough: int = double_scoring.ENOUGH
) -> CalibrationSession | None:
    """Open a session where auditors do not agree: κ under 0.6 over all lines, or on one of them, from ten evaluations that
    were scored twice.

    One runs at a time, and what a session has dealt with opens no other.
    """
    found = second_scores.pairs(process, selector.since(process, at))
    if len(found) < enough or selector.running(process) is not None:
        return None
    overall = second_scores.overall(found)
    low = [("", overall)] if overall is not None and overall.low else []
    low += [
        (code, agreed)
        for code, agreed in second_scores.lines(found).items()
        if agreed.low and agreed.pairs >= enough
    ]
    if not low:
        return None
    line, agreed = low[0]
    return _open(process, None, at, CalibrationCause.KAPPA, line, agreed)


def open_by_hand(*, process: Process, by: User, at: datetime) -> CalibrationSession:
    """Open a session. Raises NotAllowed for who neither audits nor manages the samples, Conflict where one is open, Invalid
    where nothing was scored that auditors could talk about."""
    permissions.check_can_calibrate(by, process)
    session = _open(process, by, at, CalibrationCause.HAND, "", None)
    if session is None:
        raise Conflict("calibration_open", "A calibration is open already: hold that one first.")
    return session


def _open(
    process: Process,
    by: User | None,
    at: datetime,
    cause: CalibrationCause,
    line: str,
    agreed: Agreed | None,
) -> CalibrationSession | None:
    marks = selector.material(process, line)
    if not marks:
        raise Invalid("nothing_scored", "Nothing was scored yet that auditors could talk about.", "process")
    value = agreed.kappa.share if agreed else None
    kappa = Decimal(str(value)).quantize(_KAPPA) if value is not None else None
    pairs = agreed.pairs if agreed else 0
    try:
        with transaction.atomic():
            session = CalibrationSession.objects.create(
                process=process,
                cause=cause,
                line=line,
                kappa=kappa,
                pairs=pairs,
                opened_at=at,
                opened_by=by,
                marks=marks,
            )
            session.evaluations.set(Evaluation.objects.filter(pk__in=list(marks)))
            recording.record(
                log=process.client.log_key,
                action="calibration.opened",
                actor=actor(by, authority.role_on(by, process)) if by else _CLOCK,
                target=_target(session),
                facts={
                    "session": session.pk,
                    "cause": cause,
                    "line": line,
                    "kappa": kappa,
                    "pairs": pairs,
                    "marks": _told(marks),
                },
                at=at,
                client=process.client.slug,
                process=process.code,
            )
    except IntegrityError:
        return None
    return session


@transaction.atomic
def hold(
    *,
    session_id: UUID,
    by: User,
    participants: Collection[User],
    agreed: Mapping[str, Mapping[str, str]],
    decision: str,
    at: datetime,
) -> CalibrationSession:
    """Put down what the auditors agreed, once: the mark of each line on which they differed, and what follows.

    No score changes by it: it says how such a thing is scored from now on. Raises NotAllowed, Conflict where it was held
    already, Invalid without two participants, an agreed mark for every such line, or a decision.
    """
    session = selector.load(session_id)
    permissions.check_can_calibrate(by, session.process)
    if session.held_at is not None:
        raise _held()
    people = sorted({person.pk: person for person in participants}.values(), key=lambda one: str(one.pk))
    if len(people) < 2 or not {one.pk for one in people} <= {
        one.pk for one in selector.auditors(session.process)
    }:
        raise Invalid(
            "participants", "Name two auditors of the process or more who took part.", "participants"
        )
    settled: dict[str, dict[str, str]] = {}
    for evaluation, code in double_scoring.disputed_lines(session.marks):
        mark = agreed.get(evaluation, {}).get(code, "")
        if mark not in set(Mark):
            raise Invalid(
                "agreed_missing", "Say for every line on which they differed what is right.", "agreed"
            )
        settled.setdefault(evaluation, {})[code] = mark
    decision = decision.strip()
    if not decision or len(decision) > DECISION_LENGTH:
        raise Invalid(
            "decision_required",
            f"Say what follows for scoring from now on, in {DECISION_LENGTH:,} characters at most.",
            "decision",
        )
    won = CalibrationSession.objects.filter(pk=session.pk, held_at__isnull=True).update(
        agreed=settled, decision=decision, held_at=at, held_by=by
    )
    if not won:
        raise _held()
    session.participants.set(people)
    process = session.process
    recording.record(
        log=process.client.log_key,
        action="calibration.held",
        actor=actor(by, authority.role_on(by, process)),
        target=_target(session),
        facts={
            "session": session.pk,
            "participants": [one.pk for one in people],
            "marks": _told(session.marks),
            "variance": {
                code: f"{value:.4f}" for code, value in double_scoring.variances(session.marks).items()
            },
            "agreed": [
                {"evaluation": evaluation, "marks": given} for evaluation, given in sorted(settled.items())
            ],
        },
        at=at,
        client=process.client.slug,
        process=process.code,
        personal={"decision": decision},
        subject=str(session.pk),
    )
    return selector.load(session_id)


def _told(marks: double_scoring.Marks) -> list[dict[str, object]]:
    """The marks as events carry them: a row for each auditor of each evaluation."""
    return [
        {"evaluation": evaluation, "auditor": auditor, "marks": dict(given)}
        for evaluation, by_auditor in sorted(marks.items())
        for auditor, given in sorted(by_auditor.items())
    ]


def _target(session: CalibrationSession) -> Target:
    return Target("calibration", str(session.pk), "", "process", str(session.process_id))


def _held() -> Conflict:
    return Conflict("calibration_held", "This calibration has been held already.")
