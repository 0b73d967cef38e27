"""Scoring a drawn interaction: once, by an auditor who had no hand in it, before he sees what was decided (F2, F3)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from audit.domain.envelope import Target
from audit.errors import Conflict, Invalid, NotAllowed
from audit.services import recording
from contracts.models import User
from contracts.selectors import authority
from reviews import permissions
from reviews.domain import scorecard
from reviews.domain.transitions import EVALUATION, before
from reviews.enums import EvaluationState, Mark
from reviews.models import Evaluation, Interaction
from reviews.selectors import evaluations as selector
from reviews.services import trail

NOTE_LENGTH = 2_000


@dataclass(frozen=True, slots=True)
class Answer:
    """What the auditor answers to one line; a failure needs the evidence as its note."""

    mark: str
    note: str = ""


@transaction.atomic
def submit(
    *, evaluation_id: UUID, by: User, answers: Mapping[str, Answer], judged_wrong: bool, at: datetime
) -> Evaluation:
    """Score an evaluation. An auditor who was not assigned takes it with the same act.

    `judged_wrong` is his judgement of the AI's output. Raises NotAllowed for an auditor who is not independent of the
    interaction or where another was assigned, Conflict where it was scored already, Invalid for a line without an
    answer or a failure without its evidence.
    """
    evaluation = selector.load(evaluation_id)
    permissions.check_can_evaluate(by, evaluation)
    if evaluation.state != EvaluationState.DRAWN:
        raise _scored()
    if evaluation.auditor_id not in (None, by.pk):
        raise NotAllowed("assigned", "Another auditor was assigned to this evaluation.")
    items = scorecard.load(evaluation.scorecard.items)
    marks = _marks(answers)
    result = scorecard.score(items, marks, pass_mark=evaluation.scorecard.pass_mark)
    output_wrong = scorecard.went_out_wrong(
        judged_wrong=judged_wrong, departed=_departed(evaluation.interaction)
    )
    outcome = {
        "score": result.score,
        "passed": result.passed,
        "critical_fail": result.critical_fail,
        "judged_wrong": judged_wrong,
        "output_wrong": output_wrong,
    }
    won = Evaluation.objects.filter(
        pk=evaluation.pk,
        state__in=before(EVALUATION, EvaluationState.SUBMITTED),
        auditor=evaluation.auditor_id,
    ).update(
        state=EvaluationState.SUBMITTED,
        auditor=by,
        answers={code: {"mark": mark, "note": answers[code].note.strip()} for code, mark in marks.items()},
        submitted_at=at,
        submitted_by=by,
        **outcome,
    )
    if not won:
        raise _scored()
    _record(evaluation, by, at, marks, answers, outcome)
    evaluation.refresh_from_db()
    return evaluation


def _scored() -> Conflict:
    return Conflict("scored", "This evaluation has been scored already; a score is given once.")


def _marks(answers: Mapping[str, Answer]) -> dict[str, Mark]:
    """The marks by line. Raises Invalid for a word that is no mark, a long note, and failures without evidence."""
    if unknown := [code for code, answer in answers.items() if answer.mark not in set(Mark)]:
        raise Invalid("mark_unknown", "Answer with pass, fail or N/A.", unknown[0], details=unknown)
    if long := [code for code, answer in answers.items() if len(answer.note) > NOTE_LENGTH]:
        raise Invalid("note_long", f"A note has {NOTE_LENGTH:,} characters at most.", long[0], details=long)
    bare = [code for code, answer in answers.items() if answer.mark == Mark.FAIL and not answer.note.strip()]
    if bare:
        raise Invalid(
            "evidence_missing", "A failure needs its evidence: say what you saw.", bare[0], details=bare
        )
    return {code: Mark(answer.mark) for code, answer in answers.items()}


def _departed(interaction: Interaction) -> bool:
    """Whether a person changed the AI's output in substance, replaced or rejected it."""
    final = interaction.final_decision
    return final is not None and final.material


def _record(
    evaluation: Evaluation,
    by: User,
    at: datetime,
    marks: Mapping[str, Mark],
    answers: Mapping[str, Answer],
    outcome: Mapping[str, object],
) -> None:
    interaction = evaluation.interaction
    role = authority.role_on(by, evaluation.process)
    target = Target("evaluation", str(evaluation.pk), "", "interaction", str(interaction.pk))
    notes = {code: answer.note.strip() for code, answer in answers.items() if answer.note.strip()}
    facts = {
        "evaluation": evaluation.pk,
        "draw": evaluation.draw_id,
        "stratum": evaluation.stratum,
        "pi": evaluation.pi,
        "scorecard_version": evaluation.scorecard.version,
        "answers": dict(marks),
        "blind": evaluation.blind,
        **outcome,
    }
    entries = [
        trail.entry(
            interaction=interaction,
            action="qa.submitted",
            by=by,
            role=role,
            facts=facts,
            at=at,
            personal={"notes": json.dumps(notes, ensure_ascii=False, sort_keys=True) if notes else ""},
            target=target,
        )
    ]
    if evaluation.auditor_id is None:
        taken = {"evaluation": evaluation.pk, "auditor": by.pk}
        entries.insert(
            0,
            trail.entry(
                interaction=interaction,
                action="qa.assigned",
                by=by,
                role=role,
                facts=taken,
                at=at,
                target=target,
            ),
        )
    recording.record_many(entries)
