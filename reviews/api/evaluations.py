"""Scores, disputes and their adjudication by program: the same services and permissions as on the pages (F2, F3, F7)."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from audit.errors import Invalid
from contracts.api import doors, replies
from contracts.api.replies import problems
from contracts.api.sessions import PersonDoor
from contracts.models import User
from reviews import permissions
from reviews.domain import scorecard
from reviews.domain.scorecard import Item
from reviews.enums import DisputeOutcome, EvaluationState, Mark
from reviews.models import Dispute, Evaluation
from reviews.selectors import disputes as dispute_selector
from reviews.selectors import evaluations as selector
from reviews.services import disputes, evaluations, scoring, second_scores
from reviews.services.scoring import Answer


class AnswerSerializer(serializers.Serializer):
    mark = serializers.ChoiceField(choices=Mark.choices())
    note = serializers.CharField(
        allow_blank=True, required=False, help_text="The evidence: a failure needs it."
    )


class ScoreSerializer(serializers.Serializer):
    answers = serializers.DictField(
        child=AnswerSerializer(), help_text="By the code of each line that is asked."
    )
    judged_wrong = serializers.BooleanField(help_text="Whether the AI’s output is wrong as it stands.")


class DisputeSerializer(serializers.Serializer):
    reason = serializers.CharField(max_length=disputes.REASON_LENGTH)
    lines = serializers.ListField(
        child=serializers.CharField(), required=False, help_text="Codes of lines; none is the whole score."
    )


class AdjudicationSerializer(serializers.Serializer):
    outcome = serializers.ChoiceField(choices=DisputeOutcome.choices())
    why = serializers.CharField(max_length=disputes.REASON_LENGTH)
    answers = serializers.DictField(
        child=AnswerSerializer(), required=False, help_text="All lines, where the score is overturned."
    )
    judged_wrong = serializers.BooleanField(required=False)


class LineSerializer(serializers.Serializer):
    code = serializers.CharField()
    text = serializers.CharField()
    weight = serializers.IntegerField()
    critical = serializers.BooleanField()
    may_be_na = serializers.BooleanField()
    controls = serializers.ListField(child=serializers.CharField())


class EvaluationResultSerializer(serializers.Serializer):
    score = serializers.FloatField()
    passed = serializers.BooleanField()
    critical_fail = serializers.BooleanField()
    judged_wrong = serializers.BooleanField(allow_null=True)
    output_wrong = serializers.BooleanField()
    answers = serializers.DictField(child=AnswerSerializer())
    by = serializers.CharField(help_text="A login.")
    at = serializers.DateTimeField()


class DisputedSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    by = serializers.CharField()
    at = serializers.DateTimeField()
    reason = serializers.CharField()
    lines = serializers.ListField(child=serializers.CharField())
    due_at = serializers.DateTimeField()
    outcome = serializers.ChoiceField(choices=DisputeOutcome.choices(), allow_null=True)
    why = serializers.CharField(allow_blank=True)
    corrected = EvaluationResultSerializer(
        allow_null=True, help_text="What stands instead, where the score was overturned."
    )


class EvaluationSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    interaction = serializers.UUIDField()
    process = serializers.CharField()
    state = serializers.ChoiceField(choices=EvaluationState.choices())
    scorecard_version = serializers.IntegerField(help_text="Locked when it was drawn.")
    lines = LineSerializer(many=True)
    due_at = serializers.DateTimeField()
    result = EvaluationResultSerializer(allow_null=True, help_text="The first score; null while it is open.")
    dispute = DisputedSerializer(allow_null=True)


class Evaluations(PersonDoor):
    @extend_schema(
        operation_id="evaluation",
        summary="One evaluation",
        description="Open, for auditors who are independent of it; scored, for all who see samples and whose work it is.",
        responses={200: EvaluationSerializer, **problems(403, 404)},
    )
    def get(self, request: Request, evaluation_id: UUID) -> Response:
        return Response(_one(doors.agent(request), evaluation_id))


class Score(PersonDoor):
    @extend_schema(
        operation_id="evaluation_score",
        summary="Score an evaluation, once",
        parameters=[replies.IDEMPOTENCY],
        request=ScoreSerializer,
        responses={200: EvaluationSerializer, **problems(400, 403, 404, 409)},
    )
    def post(self, request: Request, evaluation_id: UUID) -> Response:
        user = doors.agent(request)

        def effect() -> tuple[int, dict[str, Any]]:
            body = doors.members(request.data, frozenset({"answers", "judged_wrong"}))
            second = permissions.scores_second(user, selector.load(evaluation_id))
            _pointing(
                second_scores.submit if second else evaluations.submit,
                evaluation_id=evaluation_id,
                by=user,
                answers=_answers(body.get("answers")),
                judged_wrong=_yes_or_no(body, "judged_wrong"),
                at=timezone.now(),
            )
            return 200, _one(user, evaluation_id)

        permissions.check_can_evaluate(user, selector.load(evaluation_id))
        return doors.once(request, effect)


class Disputes(PersonDoor):
    @extend_schema(
        operation_id="evaluation_dispute",
        summary="Dispute a score of one’s own work",
        description="Once, within five business days of the score.",
        parameters=[replies.IDEMPOTENCY],
        request=DisputeSerializer,
        responses={201: EvaluationSerializer, **problems(400, 403, 404, 409)},
    )
    def post(self, request: Request, evaluation_id: UUID) -> Response:
        user = doors.agent(request)

        def effect() -> tuple[int, dict[str, Any]]:
            body = doors.members(request.data, frozenset({"reason", "lines"}))
            _pointing(
                disputes.dispute,
                evaluation_id=evaluation_id,
                by=user,
                reason=doors.text(body, "reason", disputes.REASON_LENGTH),
                lines=_codes(body.get("lines", [])),
                at=timezone.now(),
            )
            return 201, _one(user, evaluation_id)

        permissions.check_can_dispute(user, selector.load(evaluation_id))
        return doors.once(request, effect)


class Adjudication(PersonDoor):
    @extend_schema(
        operation_id="dispute_adjudicate",
        summary="Decide a dispute",
        description="For a third person: neither who scored it nor anybody whose team had a hand in the interaction.",
        parameters=[replies.IDEMPOTENCY],
        request=AdjudicationSerializer,
        responses={200: EvaluationSerializer, **problems(400, 403, 404, 409)},
    )
    def post(self, request: Request, dispute_id: UUID) -> Response:
        user = doors.agent(request)
        found = dispute_selector.load(dispute_id)

        def effect() -> tuple[int, dict[str, Any]]:
            body = doors.members(request.data, frozenset({"outcome", "why", "answers", "judged_wrong"}))
            _pointing(
                disputes.adjudicate,
                dispute_id=dispute_id,
                by=user,
                outcome=doors.text(body, "outcome", 20),
                why=doors.text(body, "why", disputes.REASON_LENGTH),
                answers=_answers(body["answers"]) if "answers" in body else None,
                judged_wrong=_yes_or_no(body, "judged_wrong") if "judged_wrong" in body else False,
                at=timezone.now(),
            )
            return 200, _one(user, found.evaluation_id)

        permissions.check_can_adjudicate(user, found.evaluation)
        return doors.once(request, effect)


def _pointing(act: Callable[..., Any], **arguments: Any) -> None:
    """Let a service refuse with pointers into the body: a line of the scorecard stands below `answers`."""
    try:
        act(**arguments)
    except Invalid as refusal:
        lines = [str(code) for code in refusal.details or () if isinstance(code, str)]
        if not lines:
            raise Invalid(refusal.code, refusal.sentence, f"/{refusal.field}") from None
        details = [{"pointer": f"/answers/{code}", "detail": refusal.sentence} for code in lines]
        raise Invalid(refusal.code, refusal.sentence, details[0]["pointer"], details) from None


def _answers(value: object) -> dict[str, Answer]:
    if not isinstance(value, dict):
        raise Invalid("answers_required", "The answers by the code of their line are required.", "/answers")
    return {str(code)[:60]: _answer(str(code)[:60], answer) for code, answer in value.items()}


def _answer(code: str, value: object) -> Answer:
    place = f"/answers/{code.replace('~', '~0').replace('/', '~1')}"
    body = doors.members(value, frozenset({"mark", "note"}), place)
    note = body.get("note", "")
    if not isinstance(note, str) or len(note) > scoring.NOTE_LENGTH:
        raise Invalid("note_long", f"A text of {scoring.NOTE_LENGTH:,} characters at most.", f"{place}/note")
    return Answer(doors.text(body, "mark", 10, place), note)


def _codes(value: object) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(code, str) for code in value):
        raise Invalid("lines", "A list of the codes of lines.", "/lines")
    return value


def _yes_or_no(body: Mapping[str, Any], name: str) -> bool:
    value = body.get(name)
    if not isinstance(value, bool):
        raise Invalid("yes_or_no", "True or false is required.", f"/{name}")
    return value


def _one(user: User, evaluation_id: UUID) -> dict[str, Any]:
    """As the user may see it: to whom the second score is still open, it is as it was drawn."""
    evaluation = selector.get(user, evaluation_id)
    return _told(evaluation, hidden=permissions.scores_second(user, evaluation))


def _told(evaluation: Evaluation, *, hidden: bool) -> dict[str, Any]:
    dispute: Dispute | None = None if hidden else getattr(evaluation, "dispute", None)
    items = scorecard.load(evaluation.scorecard.items)
    return {
        "id": str(evaluation.pk),
        "interaction": str(evaluation.interaction_id),
        "process": evaluation.process.code,
        "state": EvaluationState.DRAWN.value if hidden else evaluation.state,
        "scorecard_version": evaluation.scorecard.version,
        "lines": list(_lines(items)),
        "due_at": evaluation.due_at,
        "result": _result(evaluation, evaluation.submitted_by, evaluation.submitted_at)
        if evaluation.submitted_by and not hidden
        else None,
        "dispute": _disputed(dispute) if dispute else None,
    }


def _lines(items: Iterable[Item]) -> Iterable[dict[str, Any]]:
    for item in items:
        if item.applies:
            yield {
                "code": item.code,
                "text": item.text,
                "weight": item.weight,
                "critical": item.critical,
                "may_be_na": item.may_be_na,
                "controls": [f"{control.framework} {control.reference}" for control in item.controls],
            }


def _disputed(dispute: Dispute) -> dict[str, Any]:
    overturned = dispute.outcome == DisputeOutcome.OVERTURNED
    return {
        "id": str(dispute.pk),
        "by": dispute.raised_by.username,
        "at": dispute.raised_at,
        "reason": dispute.reason,
        "lines": dispute.lines,
        "due_at": dispute.due_at,
        "outcome": dispute.outcome or None,
        "why": dispute.why,
        "corrected": _result(dispute, dispute.adjudicated_by, dispute.adjudicated_at) if overturned else None,
    }


def _result(given: Evaluation | Dispute, by: User | None, at: object) -> dict[str, Any]:
    return {
        "score": float(given.score) if given.score is not None else None,
        "passed": given.passed,
        "critical_fail": given.critical_fail,
        "judged_wrong": given.judged_wrong,
        "output_wrong": given.output_wrong,
        "answers": given.answers,
        "by": by.username if by else None,
        "at": at,
    }
