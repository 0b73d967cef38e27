"""A small world for the tests of the trail: a log, two actors, and a catalogue of their own."""

import copy
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest

from audit.domain import catalogue
from audit.domain.catalogue import EventSpec
from audit.domain.envelope import Actor, Entry, Target
from audit.domain.ids import new_id
from audit.enums import ActorType
from audit.services import logs

AT = datetime(2026, 3, 4, 5, 6, 7, 89, tzinfo=UTC)
REVIEWER = Actor(ActorType.HUMAN, "01980000-0000-7000-8000-000000000001", "org-1", "reviewer")
PAPER = Target("paper", "p-1", label="Paper 1")
SPECS = (
    EventSpec(
        action="paper.signed",
        version=1,
        facts=frozenset({"verdict"}),
        optional=frozenset({"seconds", "material"}),
        personal=frozenset({"comment", "author.email"}),
        sentence="{object} was signed: {verdict} in {seconds} s",
    ),
    EventSpec(action="paper.read", version=1, facts=frozenset()),
)
SIGNED = {"log": "client-1", "action": "paper.signed", "actor": REVIEWER, "target": PAPER, "at": AT}


@pytest.fixture(autouse=True)
def _own_catalogue(monkeypatch):
    """The test's events are known for the length of a test and to nobody else."""
    monkeypatch.setattr(catalogue, "_specs", copy.deepcopy(catalogue._specs))
    catalogue.register(SPECS)


@pytest.fixture
def log(db):
    return logs.open_log(key="client-1", at=AT)


def signed(**changes: Any) -> dict[str, Any]:
    """The arguments of an event as it should be, with some of them changed."""
    return {**SIGNED, "facts": {"verdict": "approve"}, "correlation_id": new_id(), **changes}


def entry(**changes: Any) -> Entry:
    return Entry(**signed(**changes))


sealed = partial(signed, personal={"comment": "Ada wrote this"}, subject="subject-1")
