"""What became of an interaction, and what an agent can do about one that waits (C1, D2)."""

import time
from collections.abc import Callable
from dataclasses import asdict
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from audit.errors import Invalid
from contracts.api import doors, replies
from contracts.domain.roles import POST_INTERACTION
from contracts.models import User
from reviews.api import waiting
from reviews.api.serializers import InformationSerializer, OutcomeSerializer, QuestionSerializer
from reviews.models import Interaction
from reviews.selectors import outcomes
from reviews.services import escalations, information

STEP_SECONDS = 1.0
BUSY_SECONDS = "5"
_LONGEST = 10_000


class Outcome(doors.Door):
    @extend_schema(
        summary="Learn what became of an interaction of your own",
        description=(
            "With `wait` the answer comes when the interaction is released or set apart, or when a reviewer has a question, "
            "but after that many seconds at the latest. Where too many are waiting already the answer comes at once with "
            "`Retry-After`. Personal data stays as tokens such as «IBAN_1»."
        ),
        parameters=[
            OpenApiParameter(
                "wait",
                {"type": "integer", "minimum": 0, "maximum": 30, "default": 0},
                description="Seconds to wait.",
            )
        ],
        responses={200: OutcomeSerializer, **replies.problems(400, 403, 404)},
    )
    def get(self, request: Request, interaction_id: UUID) -> Response:
        seconds = _seconds(request.query_params.get("wait", "0"))
        found = _own(request, interaction_id, "read_outcome")
        headers = {}
        if seconds and found.state in outcomes.WAITING:
            with waiting.place() as free:
                if free:
                    _wait(found, seconds)
                else:
                    headers["Retry-After"] = BUSY_SECONDS
            found = _own(request, interaction_id, "read_outcome")
        return Response(asdict(outcomes.of(found)), headers=headers)


def _wait(found: Interaction, seconds: int) -> None:
    """Look once a second by primary key, without a transaction, until there is something to tell or time is up."""
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        time.sleep(min(STEP_SECONDS, left))
        if outcomes.state_of(found.pk) not in outcomes.WAITING:
            return


def _seconds(value: str) -> int:
    longest = settings.OUTCOME_WAIT_SECONDS
    if not value.isascii() or not value.isdigit() or len(value) > 3 or int(value) > longest:
        raise Invalid(
            "invalid_parameter", f"`wait` is a whole number of seconds from 0 to {longest}.", "/wait"
        )
    return int(value)


def _own(request: Request, interaction_id: UUID, action: str) -> Interaction:
    return outcomes.own(
        agent=doors.agent(request), key=doors.key(request), interaction_id=interaction_id, action=action
    )


class Escalate(doors.Door):
    @extend_schema(
        summary="Ask for a person above the queue to decide",
        description="Only for an interaction of your own that waits in a queue. Answers with its outcome so far.",
        parameters=[replies.IDEMPOTENCY],
        request=QuestionSerializer,
        responses={200: OutcomeSerializer, **replies.problems(400, 403, 404, 409, 411, 413, 415)},
    )
    def post(self, request: Request, interaction_id: UUID) -> Response:
        def escalate(interaction: Interaction, agent: User, question: str) -> None:
            escalations.escalate_by_agent(
                interaction=interaction, agent=agent, question=question, at=timezone.now()
            )

        return _said(request, interaction_id, "question", escalate)


class Information(doors.Door):
    @extend_schema(
        summary="Answer the question of a reviewer",
        description="Only while the outcome carries a question. Answers with the outcome so far.",
        parameters=[replies.IDEMPOTENCY],
        request=InformationSerializer,
        responses={200: OutcomeSerializer, **replies.problems(400, 403, 404, 409, 411, 413, 415)},
    )
    def post(self, request: Request, interaction_id: UUID) -> Response:
        def give(interaction: Interaction, agent: User, text: str) -> None:
            information.give(interaction=interaction, agent=agent, text=text, at=timezone.now())

        return _said(request, interaction_id, "text", give)


def _said(
    request: Request, interaction_id: UUID, member: str, act: Callable[[Interaction, User, str], None]
) -> Response:
    """What an agent says about an interaction of its own, in one member of the body; the reply is the outcome so far."""

    def effect() -> tuple[int, dict]:
        body = doors.members(request.data, frozenset({member}))
        found = _own(request, interaction_id, POST_INTERACTION)
        act(found, doors.agent(request), doors.text(body, member, _LONGEST))
        return 200, asdict(outcomes.of(_own(request, interaction_id, POST_INTERACTION)))

    return doors.once(request, effect)
