"""The shapes in which the demo world is written down: clients, people, steps, levels, and what their agents put out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from contracts.enums import Authority, Category, Role, Tier
from reviews.domain.quality import QUARANTINE
from reviews.domain.scorecard import Item
from reviews.services.rule_drafts import RuleInput


@dataclass(frozen=True)
class Person:
    """Somebody with a login; `roles` are (role, organisation slug, process codes or () for all of the organisation)."""

    login: str
    name: str
    organisation: str
    place: str
    zone: str
    roles: Sequence[tuple[Role, str, Sequence[str]]]
    hint: str
    lead: str = ""
    language: str = "en"
    authorities: Sequence[tuple[Authority, str]] = ()


@dataclass(frozen=True)
class Agent:
    login: str
    name: str
    vendor: str
    process: str


@dataclass(frozen=True)
class Step:
    code: str
    name: str
    category: Category
    tier: Tier
    ai_scope: str
    human_scope: str
    output: Sequence[Mapping[str, Any]]
    evidence: Sequence[tuple[str, str]] = ()
    adverse: Mapping[str, Sequence[str]] = field(default_factory=dict)
    business: str = "general"
    sop: str = ""


@dataclass(frozen=True)
class Level:
    """A level of the escalation matrix: limits in business minutes of the named calendar."""

    name: str
    role: Role
    person: str
    deputy: str
    calendar: str
    ack: int
    resolve: int
    authority: str = ""


@dataclass(frozen=True)
class Final:
    """Who decides finally on a category, from a value on."""

    category: str
    role: Role
    person: str
    deputy: str
    from_value: Decimal | None = None


@dataclass(frozen=True)
class Sop:
    code: str
    title: str
    steps: Sequence[str]
    summary: str


@dataclass(frozen=True)
class Model:
    vendor: str
    name: str
    version: str
    reference: str
    purpose: str
    limits: str
    procured_by: str
    endpoint: str
    host: str
    region: str


@dataclass(frozen=True)
class Client:
    """A client with its one process, as the agreement describes it."""

    slug: str
    name: str
    country: str
    process: str
    process_name: str
    purpose: str
    legal_basis: str
    currency: str
    zone: str
    calendar: str
    regions: Sequence[str]
    review_minutes: int
    admin: str
    owner: str
    author: str
    publisher: str
    model: Model
    fields: Sequence[Mapping[str, Any]]
    intake: Mapping[str, Any]
    steps: Sequence[Step]
    rules: Sequence[RuleInput]
    # What earlier versions of the rules said differently, oldest first: {code: condition}.
    rules_before: Sequence[Mapping[str, Mapping[str, Any]]]
    levels: Sequence[Level]
    finals: Sequence[Final]
    sops: Sequence[Sop]
    fraction: Decimal
    per_day: int
    # How the week's volume falls on its days, Monday first; the mean is 1.
    week: Sequence[float]
    # Local opening hour and closing hour of the client's own day, when most of the volume comes.
    hours: tuple[int, int]
    minutes_waiting: float
    # The line this process adds to the scorecard, and the lines of the template it does not ask.
    extra_line: Item
    not_asked: Sequence[str] = ()


@dataclass(frozen=True)
class Draft:
    """One AI output as the agent posts it, and what would have been right.

    `truth` holds the fields of the output that are wrong, with their right values; empty where the AI is right.
    """

    at: datetime
    payload: dict[str, Any]
    truth: dict[str, Any] = field(default_factory=dict)
    reason: str = "WRONG_FACT"
    factor: str = ""

    @property
    def external_id(self) -> str:
        return str(self.payload["external_id"])


# Makes one output: the generator of a process, from its own dice, the moment, and whether the bad days are on; what
# is unusual, the step and the language may be asked for.
Maker = Callable[..., Draft]


@dataclass(frozen=True)
class Day:
    """One day of one process: its number from the beginning of the window (1 is the oldest) and its date."""

    number: int
    date: date


def required(name: str, *steps: str) -> dict[str, Any]:
    """A check of the intake: without this, which the rules ask about, an interaction of these steps is kept apart."""
    return {"kind": "required", "field": name, "steps": list(steps), "consequence": QUARANTINE}
