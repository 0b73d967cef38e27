"""From what an auditor answers to a score: the same for a first score, a second one, and an adjudication. Writes nothing."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from audit.errors import Invalid
from reviews.domain import scorecard
from reviews.domain.qa_kinds import FAILURES
from reviews.enums import Mark
from reviews.models import Evaluation, Interaction

NOTE_LENGTH = 2_000


@dataclass(frozen=True, slots=True)
class Answer:
    """What the auditor answers to one line; a failure needs the evidence as its note."""

    mark: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Given:
    """A filled scorecard: the marks by line, the answers as they are kept, what comes of them, and the notes to seal."""

    marks: dict[str, Mark]
    kept: dict[str, dict[str, str]]
    outcome: dict[str, Any]
    notes: str


def give(evaluation: Evaluation, answers: Mapping[str, Answer], *, judged_wrong: bool) -> Given:
    """Score the answers by the version that is locked to the evaluation, whatever has been published since.

    Raises Invalid for a line without an answer, an answer without a line, or a failure without its evidence.
    """
    card = evaluation.scorecard
    marks = _marks(answers)
    result = scorecard.score(scorecard.load(card.items), marks, pass_mark=card.pass_mark)
    notes = {code: answer.note.strip() for code, answer in answers.items() if answer.note.strip()}
    return Given(
        marks=marks,
        kept={code: {"mark": mark, "note": answers[code].note.strip()} for code, mark in marks.items()},
        outcome={
            "score": result.score,
            "passed": result.passed,
            "critical_fail": result.critical_fail,
            "judged_wrong": judged_wrong,
            "output_wrong": scorecard.went_out_wrong(
                judged_wrong=judged_wrong, departed=_departed(evaluation.interaction)
            ),
        },
        notes=json.dumps(notes, ensure_ascii=False, sort_keys=True) if notes else "",
    )


def _marks(answers: Mapping[str, Answer]) -> dict[str, Mark]:
    """The marks by line. Raises Invalid for a word that is no mark, a long note, and failures without evidence."""
    if unknown := [code for code, answer in answers.items() if answer.mark not in set(Mark)]:
        raise Invalid("mark_unknown", "Answer with pass, fail, 0 to 4 or N/A.", unknown[0], details=unknown)
    if long := [code for code, answer in answers.items() if len(answer.note) > NOTE_LENGTH]:
        raise Invalid("note_long", f"A note has {NOTE_LENGTH:,} characters at most.", long[0], details=long)
    bare = [code for code, answer in answers.items() if answer.mark in FAILURES and not answer.note.strip()]
    if bare:
        raise Invalid(
            "evidence_missing", "A failure needs its evidence: say what you saw.", bare[0], details=bare
        )
    return {code: Mark(answer.mark) for code, answer in answers.items()}


def _departed(interaction: Interaction) -> bool:
    """Whether a person changed the AI's output in substance, replaced or rejected it."""
    final = interaction.final_decision
    return final is not None and final.material
