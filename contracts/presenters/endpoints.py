"""Endpoints as their pages show them: what they are, who uses them, and in what they do not conform."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from contracts import access
from contracts.domain import sovereignty
from contracts.domain.data_classes import DataClass
from contracts.domain.sovereignty import TrainingUse
from contracts.enums import Tenancy
from contracts.models import Endpoint, Process, ProcessStep, User
from contracts.permissions import vendors as permissions
from contracts.presenters import words
from contracts.presenters.parts import Button, State
from contracts.selectors import endpoints as selector
from contracts.selectors.endpoints import Listed


@dataclass(frozen=True)
class Use:
    """A step that may use the endpoint, and in what that does not conform."""

    process: str
    step: str
    url: str
    endpoint: str
    endpoint_url: str
    state: State
    why: list[str]


@dataclass(frozen=True)
class EndpointRow:
    name: str
    url: str
    vendor: str
    host: str
    region: str
    tenancy: str
    training: str
    kept: str
    state: State
    processes: str


@dataclass(frozen=True)
class EndpointPage:
    row: EndpointRow
    subprocessors: list[str]
    registered: datetime
    amended: datetime | None
    amended_by: str
    retired: datetime | None
    retired_by: str
    uses: list[Use]
    running: bool
    amend: Button
    retire: Button


@dataclass(frozen=True)
class GroundPage:
    code: str
    name: str
    regions: str
    classes: str
    training: str
    uses: list[Use]
    endpoints: list[EndpointRow]
    button: Button


def row(found: Listed) -> EndpointRow:
    endpoint = found.endpoint
    return EndpointRow(
        name=endpoint.name,
        url=reverse("contracts:endpoint", args=[endpoint.pk]),
        vendor=endpoint.vendor.name,
        host=endpoint.host,
        region=endpoint.region,
        tenancy=Tenancy(endpoint.tenancy).label,
        training=TrainingUse(endpoint.training_use).label,
        kept=_kept(endpoint),
        state=_state(found),
        processes=", ".join(sorted({step.process.code for step in found.steps})),
    )


def _kept(endpoint: Endpoint) -> str:
    days = endpoint.retention_days
    return (
        "not said"
        if days is None
        else "not at all"
        if days == 0
        else "1 day"
        if days == 1
        else f"{days} days"
    )


def _state(found: Listed) -> State:
    if found.endpoint.retired_at is not None:
        return State("Retired", "neutral", "pause")
    if found.steps and not found.judged:
        return State("In use", "neutral", "dot")
    if any(use.why for use in _uses(found)):
        return State("Does not conform", "bad", "bad")
    if not found.steps:
        return State("Not in use", "neutral", "dot")
    return State("Conforms", "good", "check")


def _uses(found: Listed) -> list[Use]:
    return [_use(found, step) for step in found.steps]


def _use(found: Listed, step: ProcessStep) -> Use:
    why: list[str] = []
    state = State("In use", "neutral", "dot")
    if found.judged:
        terms = selector.terms(found.endpoint)
        why = [text for _, text in sovereignty.faults(terms, selector.ground(step.process))]
        state = State("Does not conform", "bad", "bad") if why else State("Conforms", "good", "check")
    return Use(
        process=step.process.code,
        step=step.name,
        url=reverse("contracts:ground", args=[step.process.code]) if found.judged else "",
        endpoint=found.endpoint.name,
        endpoint_url=reverse("contracts:endpoint", args=[found.endpoint.pk]),
        state=state,
        why=why,
    )


def page(found: Listed, user: User) -> EndpointPage:
    endpoint = found.endpoint
    allowed, reason = access.allowed(permissions.check_can_keep_endpoint, user, endpoint)
    return EndpointPage(
        row=row(found),
        subprocessors=endpoint.subprocessors,
        registered=endpoint.registered_at,
        amended=endpoint.amended_at,
        amended_by=words.name(endpoint.amended_by),
        retired=endpoint.retired_at,
        retired_by=words.name(endpoint.retired_by),
        uses=_uses(found),
        running=endpoint.retired_at is None,
        amend=Button(reverse("contracts:endpoint_amend", args=[endpoint.pk]), allowed, reason),
        retire=Button(reverse("contracts:endpoint_retire", args=[endpoint.pk]), allowed, reason),
    )


def ground(process: Process, used: list[Listed], user: User) -> GroundPage:
    allowed, reason = access.allowed(permissions.check_can_agree_ground, user, process)
    classes = [DataClass(one).label for one in process.data_classes if one in set(DataClass)]
    return GroundPage(
        code=process.code,
        name=process.name,
        regions=", ".join(process.regions),
        classes=", ".join(classes),
        training=TrainingUse(process.training_use).label,
        uses=[use for found in used for use in _uses(found)],
        endpoints=[row(found) for found in used],
        button=Button(reverse("contracts:ground", args=[process.code]), allowed, reason),
    )
