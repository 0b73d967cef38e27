"""Service levels by program, for people with their session: drafted, written target by target, proposed, accepted by both (U1)."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from audit.errors import Invalid, NotVisible
from contracts import permissions
from contracts.api import doors, drafting, replies
from contracts.api.replies import problems
from contracts.api.sessions import PersonDoor
from contracts.domain import sla_terms
from contracts.domain.sla_kinds import Bound, Metric, SlaState, Unit
from contracts.enums import Party, TargetKind
from contracts.models import BusinessCalendar, ServiceAgreement, ServiceLevel
from contracts.selectors import calendars
from contracts.selectors import service_levels as selector
from contracts.services import service_levels

_LEVEL = frozenset(
    {"name", "kind", "metric", "bound", "target", "unit", "floor", "weight", "minutes", "calendar", "source"}
)
_FEES = ("monthly_fee", "credit_percent", "credit_percent_again", "credit_cap")
_PUBLISHED = "Figures are decimal strings; a percent is 0 to 100."


class TargetSerializer(serializers.Serializer):
    """One target."""

    name = serializers.CharField(max_length=120)
    kind = serializers.ChoiceField(choices=TargetKind.choices())
    metric = serializers.ChoiceField(choices=Metric.choices())
    bound = serializers.ChoiceField(choices=Bound.choices())
    target = serializers.CharField(help_text=_PUBLISHED)
    unit = serializers.ChoiceField(choices=Unit.choices(), required=False)
    floor = serializers.CharField(
        allow_null=True, required=False, help_text="Beyond it a credit is due; null for none."
    )
    weight = serializers.CharField(help_text="A share of 1, with at most three decimals.")
    minutes = serializers.IntegerField(
        allow_null=True, required=False, help_text="Of working time, where the metric is one of time."
    )
    calendar = serializers.CharField(
        allow_null=True, required=False, help_text="The name of a calendar; null for that of the process."
    )
    source = serializers.CharField(  # type: ignore[assignment]
        allow_blank=True, required=False, max_length=200, help_text="Who reports it."
    )


class TargetInputSerializer(TargetSerializer, drafting.EditsSerializer):
    """A target as it is written."""


class WrittenTargetSerializer(TargetSerializer):
    id = serializers.UUIDField()
    terms = serializers.CharField(help_text="The target in words.")


class AcceptedSerializer(serializers.Serializer):
    party = serializers.ChoiceField(choices=[Party.CLIENT.value, Party.PROVIDER.value])
    person = serializers.CharField(help_text="A login.")
    at = serializers.DateTimeField()


class TermsProblemSerializer(serializers.Serializer):
    place = serializers.CharField()
    sentence = serializers.CharField()
    blocking = serializers.BooleanField(help_text="It keeps the version from being proposed.")


class ServiceLevelsSerializer(serializers.Serializer):
    process = serializers.CharField()
    version = serializers.IntegerField()
    state = serializers.ChoiceField(choices=SlaState.choices())
    note = serializers.CharField(allow_blank=True)
    edits = serializers.IntegerField()
    digest = serializers.CharField(help_text="Fingerprint of all that it says: what is accepted.")
    currency = serializers.CharField()
    monthly_fee = serializers.CharField()
    credit_percent = serializers.CharField()
    credit_percent_again = serializers.CharField()
    credit_cap = serializers.CharField()
    in_force_at = serializers.DateTimeField(allow_null=True)
    accepted = AcceptedSerializer(many=True)
    levels = WrittenTargetSerializer(many=True)
    problems = TermsProblemSerializer(many=True)


class DraftInputSerializer(serializers.Serializer):
    note = serializers.CharField(required=False, allow_blank=True, max_length=300)


class CreditsInputSerializer(drafting.EditsSerializer):
    monthly_fee = serializers.CharField(help_text=_PUBLISHED)
    credit_percent = serializers.CharField()
    credit_percent_again = serializers.CharField(help_text="Missed two months running.")
    credit_cap = serializers.CharField()


class Drafts(PersonDoor):
    @extend_schema(
        operation_id="service_levels_draft",
        summary="Begin a draft of the service levels",
        description="From the version in force, or from nothing.",
        parameters=[replies.IDEMPOTENCY],
        request=DraftInputSerializer,
        responses={201: ServiceLevelsSerializer, **problems(400, 403, 404, 409)},
    )
    def post(self, request: Request, code: str) -> Response:
        user = doors.agent(request)
        process = selector.process_of(user, code)

        def effect() -> tuple[int, dict[str, Any]]:
            body = doors.members(request.data or {}, frozenset({"note"}))
            note = drafting.words(body, "note", 300)
            return 201, told(service_levels.draft(process=process, by=user, at=timezone.now(), note=note))

        return doors.once(request, effect)


class Version(PersonDoor):
    @extend_schema(
        operation_id="service_levels_version",
        summary="One version of the service levels",
        description="Drafts and proposals are read by those who write or accept them.",
        responses={200: ServiceLevelsSerializer, **problems(401, 403, 404)},
    )
    def get(self, request: Request, code: str, version: int) -> Response:
        return Response(told(_found(request, code, version)))


class Levels(PersonDoor):
    @extend_schema(
        operation_id="service_levels_add",
        summary="Write a target into a draft of the service levels",
        parameters=[replies.IDEMPOTENCY],
        request=TargetInputSerializer,
        responses={201: ServiceLevelsSerializer, **problems(400, 403, 404, 409)},
    )
    def post(self, request: Request, code: str, version: int) -> Response:
        found = _writable(request, code, version)

        def effect() -> tuple[int, dict[str, Any]]:
            _put(request, found)
            return 201, told(_found(request, code, version))

        return doors.once(request, effect)


class Level(PersonDoor):
    @extend_schema(
        operation_id="service_levels_replace",
        summary="Write a target of a draft of the service levels anew",
        request=TargetInputSerializer,
        responses={200: ServiceLevelsSerializer, **problems(400, 403, 404, 409)},
    )
    def put(self, request: Request, code: str, version: int, level_id: UUID) -> Response:
        found = _writable(request, code, version)
        _put(request, found, replaces=_level(found, level_id).name)
        return Response(told(_found(request, code, version)))

    @extend_schema(
        operation_id="service_levels_remove",
        summary="Take a target out of a draft of the service levels",
        parameters=[drafting.EDITS],
        responses={200: ServiceLevelsSerializer, **problems(400, 403, 404, 409)},
    )
    def delete(self, request: Request, code: str, version: int, level_id: UUID) -> Response:
        found = _writable(request, code, version)
        service_levels.remove(
            agreement_id=found.pk,
            name=_level(found, level_id).name,
            edits=drafting.seen(request),
            by=doors.agent(request),
            at=timezone.now(),
        )
        return Response(told(_found(request, code, version)))


class Credits(PersonDoor):
    @extend_schema(
        operation_id="service_levels_credits",
        summary="Say in a draft what a missed floor costs",
        request=CreditsInputSerializer,
        responses={200: ServiceLevelsSerializer, **problems(400, 403, 404, 409)},
    )
    def put(self, request: Request, code: str, version: int) -> Response:
        found = _writable(request, code, version)
        body = doors.members(request.data, frozenset({*_FEES, "edits"}))
        # As wide as the columns, so that the service says what is out of range.
        fees = {
            name: drafting.required(drafting.figure(body, name, digits=14, decimals=2), name)
            for name in _FEES
        }
        service_levels.set_credits(
            agreement_id=found.pk,
            monthly_fee=fees["monthly_fee"],
            percent=fees["credit_percent"],
            percent_again=fees["credit_percent_again"],
            cap=fees["credit_cap"],
            edits=doors.whole_number(body, "edits"),
            by=doors.agent(request),
            at=timezone.now(),
        )
        return Response(told(_found(request, code, version)))


class Propose(PersonDoor):
    @extend_schema(
        operation_id="service_levels_propose",
        summary="Propose a draft of the service levels to both parties",
        description="409 names what keeps it from being agreed.",
        parameters=[replies.IDEMPOTENCY],
        request=drafting.EditsSerializer,
        responses={200: ServiceLevelsSerializer, **problems(400, 403, 404, 409)},
    )
    def post(self, request: Request, code: str, version: int) -> Response:
        found = _writable(request, code, version)

        def effect() -> tuple[int, dict[str, Any]]:
            body = doors.members(request.data or {}, frozenset({"edits"}))
            service_levels.propose(
                agreement_id=found.pk,
                edits=doors.whole_number(body, "edits"),
                by=doors.agent(request),
                at=timezone.now(),
            )
            return 200, told(_found(request, code, version))

        return doors.once(request, effect)


class Accept(PersonDoor):
    @extend_schema(
        operation_id="service_levels_accept",
        summary="Accept proposed service levels for one’s own party",
        description="By the client’s owner and the provider’s operations manager; with the second word they are in force.",
        parameters=[replies.IDEMPOTENCY],
        request=drafting.DigestSerializer,
        responses={200: ServiceLevelsSerializer, **problems(400, 403, 404, 409)},
    )
    def post(self, request: Request, code: str, version: int) -> Response:
        found = _found(request, code, version)

        def effect() -> tuple[int, dict[str, Any]]:
            body = doors.members(request.data, frozenset({"digest"}))
            service_levels.accept(
                agreement_id=found.pk,
                said=doors.text(body, "digest", 64),
                by=doors.agent(request),
                at=timezone.now(),
            )
            return 200, told(_found(request, code, version))

        return doors.once(request, effect)


def _found(request: Request, code: str, version: int) -> ServiceAgreement:
    return selector.numbered(doors.agent(request), code, version)


def _writable(request: Request, code: str, version: int) -> ServiceAgreement:
    found = _found(request, code, version)
    permissions.check_can_draft_service_levels(doors.agent(request), found.process)
    return found


def _level(agreement: ServiceAgreement, level_id: UUID) -> ServiceLevel:
    level = agreement.levels.filter(pk=level_id).first()
    if level is None:
        raise NotVisible("not_found", "This version has no such service level.")
    return level


def _put(request: Request, agreement: ServiceAgreement, replaces: str = "") -> None:
    body = doors.members(request.data, _LEVEL | {"edits"})
    service_levels.put(
        agreement_id=agreement.pk,
        terms=_terms(body, calendars.rows(doors.agent(request), agreement.process)),
        replaces=replaces,
        edits=doors.whole_number(body, "edits"),
        by=doors.agent(request),
        at=timezone.now(),
    )


def _terms(body: Mapping[str, Any], known: QuerySet[BusinessCalendar]) -> service_levels.Terms:
    target = drafting.figure(body, "target", digits=12, decimals=4)
    weight = drafting.figure(body, "weight", digits=4, decimals=3)
    return service_levels.Terms(
        name=doors.text(body, "name", 120),
        kind=drafting.one_of(body, "kind", TargetKind),
        metric=drafting.one_of(body, "metric", Metric),
        bound=drafting.one_of(body, "bound", Bound),
        target=drafting.required(target, "target"),
        weight=drafting.required(weight, "weight"),
        unit=drafting.one_of(body, "unit", Unit, Unit.PERCENT.value),
        floor=drafting.figure(body, "floor", digits=12, decimals=4),
        minutes=doors.whole_number(body, "minutes"),
        calendar=_calendar(body.get("calendar"), known),
        source=drafting.words(body, "source", 200),
    )


def _calendar(name: object, known: QuerySet[BusinessCalendar]) -> BusinessCalendar | None:
    """A calendar that the person may choose for the process, by its name."""
    if name is None:
        return None
    found = list(known.filter(name=name)) if isinstance(name, str) else []
    if not found:
        raise Invalid("calendar", "There is no calendar of that name that you can see.", "/calendar")
    if len(found) > 1:
        raise Invalid("calendar", "Several calendars have that name: choose one on the page.", "/calendar")
    return found[0]


def told(agreement: ServiceAgreement) -> dict[str, Any]:
    return {
        "process": agreement.process.code,
        "version": agreement.version,
        "state": agreement.state,
        "note": agreement.note,
        "edits": agreement.edits,
        "digest": service_levels.digest(agreement),
        "currency": agreement.process.currency,
        **{name: sla_terms.plain(getattr(agreement, name)) for name in _FEES},
        "in_force_at": agreement.in_force_at,
        "accepted": [
            {"party": party.value, "person": person.username, "at": when}
            for party, person, when in selector.words(agreement)
        ],
        "levels": [_told_level(level) for level in selector.levels(agreement)],
        "problems": [
            {"place": one.place, "sentence": one.sentence, "blocking": one.blocking}
            for one in selector.problems(agreement)
        ],
    }


def _told_level(level: ServiceLevel) -> dict[str, Any]:
    return {
        "id": level.pk,
        "name": level.name,
        "kind": level.kind,
        "metric": level.metric,
        "bound": level.bound,
        "target": sla_terms.plain(level.target),
        "unit": level.unit,
        "floor": None if level.floor is None else sla_terms.plain(level.floor),
        "weight": sla_terms.plain(level.weight),
        "minutes": level.minutes,
        "calendar": level.calendar.name if level.calendar else None,
        "source": level.source,
        "terms": sla_terms.in_words(selector.target_of(level)),
    }
