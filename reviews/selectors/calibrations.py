"""Calibration sessions: what runs, what there is to talk about, and who audits a process (F6)."""

from datetime import datetime, timedelta
from uuid import UUID

from audit.errors import NotVisible
from contracts import access
from contracts.domain.roles import EVALUATE_SAMPLE, VIEW_SAMPLE
from contracts.models import Process, User
from reviews.domain import double_scoring
from reviews.domain.qa_kinds import CalibrationCause
from reviews.enums import SCORED
from reviews.models import CalibrationSession, Evaluation
from reviews.selectors.draws import SEES
from reviews.selectors.second_scores import DAYS

# So many evaluations are gone through at once.
MOST = 10


def running(process: Process) -> CalibrationSession | None:
    return CalibrationSession.objects.filter(process=process, held_at__isnull=True).first()


def since(process: Process, at: datetime) -> datetime:
    """From when on agreement counts for another session: what the last one dealt with does not."""
    held = (
        CalibrationSession.objects.filter(
            process=process, cause=CalibrationCause.KAPPA, held_at__isnull=False
        )
        .order_by("-held_at")
        .values_list("held_at", flat=True)
        .first()
    )
    recent = at - timedelta(days=DAYS)
    return max(held, recent) if held else recent


def material(process: Process, line: str) -> dict[str, dict[str, dict[str, str]]]:
    """What auditors talk about: the newest that two of them marked differently, on this line where one is given; without
    any, the newest that were scored. By evaluation, auditor and line."""
    scored = Evaluation.objects.filter(process=process, state__in=SCORED).exclude(
        second__isnull=False, second__submitted_at__isnull=True
    )
    twice = scored.filter(second__isnull=False).select_related("second").order_by("-submitted_at", "-pk")
    found = {}
    for evaluation in twice[: MOST * 20]:
        marks = _marks(evaluation)
        differing = {code for _, code in double_scoring.disputed_lines({"": marks})}
        if line in differing or (not line and differing):
            found[str(evaluation.pk)] = marks
        if len(found) == MOST:
            break
    if found:
        return found
    newest = scored.select_related("second").order_by("-submitted_at", "-pk")[:MOST]
    return {str(evaluation.pk): _marks(evaluation) for evaluation in newest}


def _marks(evaluation: Evaluation) -> dict[str, dict[str, str]]:
    second = getattr(evaluation, "second", None)
    scores = [evaluation, second] if second is not None else [evaluation]
    return {
        str(score.submitted_by_id): {code: answer["mark"] for code, answer in score.answers.items()}
        for score in scores
    }


def load(session_id: UUID) -> CalibrationSession:
    """A session. Raises NotVisible where there is none."""
    found = (
        CalibrationSession.objects.select_related("process__client", "opened_by", "held_by")
        .filter(pk=session_id)
        .first()
    )
    if found is None:
        raise NotVisible("not_found", "There is no such calibration that you can see.")
    return found


def get(user: User, session_id: UUID) -> CalibrationSession:
    """A session, for those who see samples of its process. Raises NotVisible or NotAllowed."""
    session = load(session_id)
    access.check(user, VIEW_SAMPLE, session.process, SEES)
    return session


def auditors(process: Process) -> list[User]:
    """Who scores samples of a process, by name."""
    return list(access.holders(process, EVALUATE_SAMPLE).order_by("name", "pk"))


def people(session: CalibrationSession) -> dict[str, User]:
    """Whose marks the session holds, by id."""
    ids = {auditor for given in session.marks.values() for auditor in given}
    return {str(one.pk): one for one in User.objects.filter(pk__in=ids)}
