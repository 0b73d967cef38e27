"""The draws with their proof, and what was drawn, for programs of people who see samples (F1, F2, F8)."""

from collections.abc import Mapping
from typing import Any, cast
from uuid import UUID

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from audit.errors import Invalid
from contracts.api import replies
from contracts.api.sessions import PersonDoor
from contracts.models import User
from reviews.domain import keysets, planning, strata
from reviews.domain.qa_kinds import Allocation, Cut
from reviews.enums import SCORED, DrawKind, DrawState, EvaluationState, SeedKind, SeedReason
from reviews.models import Draw, EnhancedMode, Evaluation
from reviews.selectors import disputes, evaluations
from reviews.selectors import draws as selector
from reviews.selectors.draws import DrawnDay
from reviews.services import draws as services

_CURSOR = OpenApiParameter("cursor", OpenApiTypes.STR, description="`next` of the page before.")


class StratumSerializer(serializers.Serializer):
    stratum = serializers.CharField(help_text="A reviewer in it is a pseudonym, but for who leads reviewers.")
    size = serializers.IntegerField()
    weight = serializers.CharField(help_text="An exact fraction, such as 1/2.")
    spread = serializers.CharField(
        allow_null=True, help_text="S, where the stratum was weighed by its scores."
    )
    drawn = serializers.IntegerField(allow_null=True)


class DrawRowSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    process = serializers.CharField()
    kind = serializers.ChoiceField(choices=DrawKind.choices())
    state = serializers.ChoiceField(choices=DrawState.choices())
    window_start = serializers.DateTimeField()
    window_end = serializers.DateTimeField()
    fraction = serializers.CharField(help_text="What was to be drawn, 0 to 1.")
    enhanced = serializers.BooleanField(help_text="Whether it is a day of enhanced mode.")
    frame_size = serializers.IntegerField(help_text="How many went out.")
    size = serializers.IntegerField(help_text="How many were drawn.")
    scored = serializers.IntegerField()
    small_process = serializers.BooleanField()
    deferred = serializers.IntegerField(help_text="Reviewers who were owed a look and got none.")


class DrawsSerializer(serializers.Serializer):
    draws = DrawRowSerializer(many=True, help_text="The newest first.")
    next = serializers.CharField(allow_null=True, help_text="The `cursor` of the next page.")


class SeedSerializer(serializers.Serializer):
    seed = serializers.CharField(
        allow_blank=True, help_text="Empty until it is drawn, and for what chance did not draw."
    )
    seed_kind = serializers.ChoiceField(choices=SeedKind.choices(), allow_blank=True)
    seed_reason = serializers.ChoiceField(choices=SeedReason.choices(), allow_blank=True)
    frame_hash = serializers.CharField()
    frame_event = serializers.UUIDField(allow_null=True, help_text="The event that fixed the frame.")
    checkpoint_size = serializers.IntegerField(allow_null=True)
    checkpoint_hash = serializers.CharField(allow_blank=True)
    witness = serializers.CharField(allow_blank=True)
    cosignature = serializers.CharField(allow_blank=True)


_PROOF: tuple[str, ...] = tuple(SeedSerializer().fields)


class EnhancedModeSerializer(serializers.Serializer):
    fraction = serializers.CharField()
    reason = serializers.CharField()
    since = serializers.DateField()
    until = serializers.DateField(help_text="The last day.")
    set_by = serializers.CharField(help_text="A login.")
    set_at = serializers.DateTimeField()


class OneDrawSerializer(DrawRowSerializer):
    fixed_at = serializers.DateTimeField(allow_null=True)
    drawn_at = serializers.DateTimeField(allow_null=True)
    waits = serializers.CharField(
        allow_blank=True, help_text="What it waits for, while only its frame is fixed."
    )
    carried_in = serializers.CharField()
    carried_out = serializers.CharField()
    allocation = serializers.ChoiceField(choices=Allocation.choices())
    cut_by = serializers.ListField(child=serializers.ChoiceField(choices=Cut.choices()))
    mode = EnhancedModeSerializer(allow_null=True, help_text="The enhanced mode of that day.")
    strata = StratumSerializer(many=True)
    proof = SeedSerializer()


class DrawnSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    interaction = serializers.UUIDField()
    process = serializers.CharField()
    stratum = serializers.CharField()
    pi = serializers.CharField(
        allow_null=True, help_text="With which probability it was drawn; null for a targeted pick."
    )
    state = serializers.ChoiceField(choices=EvaluationState.choices())
    due_at = serializers.DateTimeField(allow_null=True, help_text="Null once it is scored.")
    score = serializers.FloatField(allow_null=True, help_text="The score that stands.")
    passed = serializers.BooleanField(allow_null=True)
    critical_fail = serializers.BooleanField(allow_null=True)
    by = serializers.CharField(allow_null=True, help_text="A login.")


class DrawnPageSerializer(serializers.Serializer):
    evaluations = DrawnSerializer(many=True)
    next = serializers.UUIDField(allow_null=True, help_text="The `after` of the next page.")


class ToScoreSerializer(serializers.Serializer):
    evaluations = DrawnSerializer(many=True, help_text="The most urgent first, 20 at most.")


class Draws(PersonDoor):
    @extend_schema(
        operation_id="draws",
        summary="QA draws, newest first",
        parameters=[OpenApiParameter("process", OpenApiTypes.STR), _CURSOR],
        responses={200: DrawsSerializer, **replies.problems(400, 401)},
    )
    def get(self, request: Request) -> Response:
        text = request.query_params.get("cursor", "")
        before = keysets.read(text)
        if text and before is None:
            raise Invalid("cursor", "The `next` of a page before.", "cursor")
        process = request.query_params.get("process", "")
        found = selector.page(cast(User, request.user), before, process=process)
        rows, more = found[: selector.PAGE], len(found) > selector.PAGE
        last = rows[-1].draw if rows else None
        following = keysets.write(last.window_start, last.pk) if more and last else None
        return Response({"draws": [_row(one) for one in rows], "next": following})


class OneDraw(PersonDoor):
    @extend_schema(
        operation_id="draw",
        summary="One draw with its strata and its proof",
        description=(
            "What it takes to draw again offline, the frame and its inclusion in the log, is in the evidence of the draw. The"
            " operator could pass over a confirmed checkpoint and wait for another: only the witness’s own record shows it."
        ),
        responses={200: OneDrawSerializer, **replies.problems(401, 403, 404)},
    )
    def get(self, request: Request, draw_id: UUID) -> Response:
        user = cast(User, request.user)
        draw = selector.get(user, draw_id)
        waits = services.waits_for(draw=draw, at=timezone.now())
        return Response(_draw(draw, selector.scored(draw), selector.reviewers_of(user, draw), waits))


class Drawn(PersonDoor):
    @extend_schema(
        operation_id="draw_evaluations",
        summary="What was drawn, and the scores that stand",
        description="What the reader is still to score a second time is told as if nobody had scored it.",
        parameters=[OpenApiParameter("after", OpenApiTypes.UUID, description="`next` of the page before.")],
        responses={200: DrawnPageSerializer, **replies.problems(400, 401, 403, 404)},
    )
    def get(self, request: Request, draw_id: UUID) -> Response:
        user = cast(User, request.user)
        draw = selector.get(user, draw_id)
        found = evaluations.of_draw(draw, _after(request.query_params.get("after", "")))
        rows, more = found[: evaluations.PAGE], len(found) > evaluations.PAGE
        hidden, called = evaluations.hidden(user, rows), selector.reviewers_of(user, draw)
        return Response(
            {
                "evaluations": [
                    _drawn(one, draw.process.code, called, hidden=one.pk in hidden) for one in rows
                ],
                "next": rows[-1].pk if more else None,
            }
        )


class ToScore(PersonDoor):
    @extend_schema(
        operation_id="evaluations",
        summary="What waits for you to score",
        description="What you or your team had a hand in is left out; a second score is not told from a first one.",
        responses={200: ToScoreSerializer, **replies.problems(401)},
    )
    def get(self, request: Request) -> Response:
        rows = evaluations.to_score(cast(User, request.user))
        told = [
            _drawn(one, one.process.code, {}, hidden=True) | {"due_at": evaluations.due_at(one)}
            for one in rows
        ]
        return Response({"evaluations": told})


def _after(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        raise Invalid("after", "The `next` of a page before.", "after") from None


def _row(one: DrawnDay) -> dict[str, Any]:
    draw = one.draw
    return {
        "id": draw.pk,
        "process": draw.process.code,
        "kind": draw.kind,
        "state": draw.state,
        "window_start": draw.window_start,
        "window_end": draw.window_end,
        "fraction": str(draw.fraction),
        "enhanced": draw.enhanced is not None,
        "frame_size": draw.frame_size,
        "size": draw.size,
        "scored": one.scored,
        "small_process": draw.small_process,
        "deferred": len(draw.deferred),
    }


def _draw(draw: Draw, scored: int, reviewers: Mapping[str, str], waits: str) -> dict[str, Any]:
    spread = planning.spread(draw.plan)
    return {
        **_row(DrawnDay(draw, scored)),
        "fixed_at": draw.fixed_at,
        "drawn_at": draw.drawn_at,
        "waits": waits,
        "carried_in": str(draw.carried_in),
        "carried_out": str(draw.carried_out),
        "allocation": planning.allocation(draw.plan).value,
        "cut_by": [cut.value for cut in planning.cut_by(draw.plan)],
        "mode": mode(draw.enhanced) if draw.enhanced else None,
        "strata": [
            {
                "stratum": strata.told(row["stratum"], reviewers),
                "size": row["size"],
                "weight": row["weight"],
                "spread": spread.get(row["stratum"]),
                "drawn": row.get("drawn"),
            }
            for row in draw.strata
        ],
        "proof": {name: getattr(draw, name) for name in _PROOF},
    }


def mode(found: EnhancedMode) -> dict[str, Any]:
    """An enhanced mode, as every door tells it."""
    return {
        "fraction": str(found.fraction),
        "reason": found.reason,
        "since": found.since,
        "until": found.until,
        "set_by": found.set_by.username,
        "set_at": found.set_at,
    }


def _drawn(
    evaluation: Evaluation, process: str, reviewers: Mapping[str, str], *, hidden: bool
) -> dict[str, Any]:
    scored = evaluation.state in SCORED and not hidden
    stands = disputes.standing(evaluation) if scored else None
    return {
        "id": evaluation.pk,
        "interaction": evaluation.interaction_id,
        "process": process,
        "stratum": strata.told(evaluation.stratum, reviewers),
        "pi": str(evaluation.pi) if evaluation.pi is not None else None,
        "state": EvaluationState.DRAWN.value if hidden else evaluation.state,
        "due_at": None if scored else evaluation.due_at,
        "score": float(stands.score) if stands and stands.score is not None else None,
        "passed": stands.passed if stands else None,
        "critical_fail": stands.critical_fail if stands else None,
        "by": evaluation.submitted_by.username if scored and evaluation.submitted_by else None,
    }
