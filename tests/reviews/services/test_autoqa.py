"""Automatic QA of what went out: all of it, once, on the record; and what cannot be scored comes to a person."""

import threading
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from audit.models import Event
from contracts.enums import ModelStatus
from contracts.models import ModelVersion, Process
from contracts.services import ai_models
from reviews.domain.autoqa import LocalEngine, Result
from reviews.models import AutoQa, Interaction
from reviews.services import autoqa
from tests import worlds
from tests.factories import qa as factory
from tests.factories import reviews

AI = {"decision": "pay", "amount": "1200.00"}
ODD = {**AI, "comment": "Pay 98765 to the supplier."}


class Stumbling(LocalEngine):
    """An engine that cannot read one of the outputs."""

    def score(self, subject, terms):
        if subject.output.get("comment") == "stumble":
            raise RuntimeError("no answer")
        return super().score(subject, terms)


class Raving:
    """An engine whose answers make no sense."""

    name, version = "raving", "0"

    def score(self, subject, terms):
        return Result(17.0)


@pytest.fixture
def desk(db, at):
    return worlds.build(at).north


def scored():
    return {score.interaction_id: score for score in AutoQa.objects.all()}


def test_score_due_scores_what_went_out_and_nothing_else(desk, at):
    plain = factory.straight_through(desk, at, 2)
    odd = factory.straight_through(desk, at, 1, ai_output=ODD)[0]
    reviewed = factory.released_case(desk, at)
    waiting = reviews.waiting_case(desk, at).interaction_id

    done = autoqa.score_due(at=at + timedelta(hours=1))

    assert done == 4
    assert set(scored()) == {one.pk for one in plain} | {odd.pk, reviewed.pk}
    assert waiting not in scored()
    assert not scored()[plain[0].pk].flagged
    found = scored()[odd.pk]
    assert found.flagged
    assert found.findings == [{"flag": "figure", "sentence": "Nothing that came in has the figure 98765"}]
    assert found.scored_at == at + timedelta(hours=1)
    assert str(found.engine) == f"{LocalEngine.name}-{LocalEngine.version}"


def test_score_due_records_each_chunk_with_what_it_flagged(desk, at):
    factory.straight_through(desk, at, 2)
    odd = factory.straight_through(desk, at, 1, ai_output=ODD)[0]

    autoqa.score_due(at=at)

    event = Event.objects.get(action="autoqa.scored")
    facts = dict(event.facts)
    digest = facts.pop("digest")
    assert facts == {
        "engine": "countersign-local-1.0",
        "scored": 3,
        "days": [{"day": "2026-03-04", "scored": 3}],
        "flagged": 1,
        "flags": {"figure": 1},
        "items": [{"id": str(odd.pk), "flags": ["figure"]}],
    }
    assert len(digest) == 64


def test_score_due_goes_on_over_chunks_and_finds_nothing_the_second_time(desk, at, monkeypatch):
    monkeypatch.setattr(autoqa, "CHUNK", 2)
    factory.straight_through(desk, at, 5)
    heard = []

    assert autoqa.score_due(at=at, told=heard.append) == 5
    assert autoqa.score_due(at=at) == 0

    assert heard == [2, 2, 1]
    assert [event.facts["scored"] for event in Event.objects.filter(action="autoqa.scored")] == [2, 2, 1]


def test_score_due_stops_where_it_was_told_and_looks_back_as_far_as_it_was_told(desk, at, monkeypatch):
    monkeypatch.setattr(autoqa, "CHUNK", 2)
    factory.straight_through(desk, at - timedelta(days=3), 2)
    factory.straight_through(desk, at, 3)

    assert autoqa.score_due(at=at, back=timedelta(days=2), most=1) == 2
    assert autoqa.score_due(at=at, back=timedelta(days=2)) == 1
    assert autoqa.score_due(at=at) == 2


@pytest.mark.parametrize(
    ("engine", "others"), [("Stumbling", False), ("Raving", True)], ids=["it raises", "it makes no sense"]
)
def test_score_due_brings_a_person_where_the_engine_fails(desk, at, settings, engine, others):
    settings.AUTOQA_ENGINE = f"{__name__}.{engine}"
    fine = factory.straight_through(desk, at, 1)[0]
    hard = factory.straight_through(desk, at, 1, ai_output={**AI, "comment": "stumble"})[0]

    assert autoqa.score_due(at=at) == 2

    assert scored()[hard.pk].sentiment is None
    assert [finding["flag"] for finding in scored()[hard.pk].findings] == ["engine_failed"]
    assert scored()[fine.pk].flagged is others


def test_score_due_brings_a_person_where_the_terms_cannot_be_read(desk, at):
    Process.objects.filter(pk=desk.process.pk).update(intake={"autoqa": {"cited": "approve"}})
    went = factory.straight_through(desk, at, 1)[0]

    autoqa.score_due(at=at)

    assert "/cited" in scored()[went.pk].findings[0]["sentence"]
    assert scored()[went.pk].sentiment is None


def test_score_due_holds_outputs_against_the_terms_of_the_process(desk, at):
    terms = {"forbidden": [{"phrase": "matches order"}], "cited": ["approve"]}
    Process.objects.filter(pk=desk.process.pk).update(intake={**desk.process.intake, "autoqa": terms})
    went = factory.straight_through(desk, at, 1, citations=[])[0]

    autoqa.score_due(at=at)

    assert {finding["flag"] for finding in scored()[went.pk].findings} == {"forbidden", "citation"}


def test_the_engine_stands_in_the_model_inventory_once(desk, at):
    factory.straight_through(desk, at, 1)
    autoqa.score_due(at=at)
    factory.straight_through(desk, at, 1)
    autoqa.score_due(at=at)

    version = ModelVersion.objects.get(reference="countersign-local-1.0")
    assert version.status == ModelStatus.REGISTERED
    assert version.model.vendor == desk.process.provider
    assert Event.objects.filter(action="model.registered", object_id=str(version.pk)).count() == 1


@pytest.mark.parametrize(
    "wrong",
    [{"sentiment": Decimal("1.001")}, {"sentiment": None, "flagged": False}],
    ids=["out of range", "a failure that nobody would see"],
)
def test_the_database_refuses_scores_that_cannot_be(desk, at, wrong):
    factory.straight_through(desk, at, 1)
    autoqa.score_due(at=at)

    with pytest.raises(IntegrityError), transaction.atomic():
        AutoQa.objects.update(**wrong)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_workers_beside_each_other_score_everything_once(at, monkeypatch):
    monkeypatch.setattr(autoqa, "CHUNK", 3)
    desk = worlds.build(at).north
    went = factory.straight_through(desk, at, 40)
    counts = []

    def work():
        try:
            counts.append(autoqa.score_due(at=at))
        finally:
            connection.close()

    running = [threading.Thread(target=work) for _ in range(4)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join(60)
    # What one had passed over because another held it is left to nobody: the next sweep finds nothing or the rest.
    counts.append(autoqa.score_due(at=at))

    assert sum(counts) == 40
    assert set(scored()) == {one.pk for one in went}
    facts = [event.facts["scored"] for event in Event.objects.filter(action="autoqa.scored")]
    assert sum(facts) == Interaction.objects.count() == 40


def test_a_retired_version_scores_nothing(desk, at):
    """N1: what somebody took out of the inventory judges nothing more, and nothing takes its place by itself."""
    factory.straight_through(desk, at)
    assert autoqa.score_due(at=at) == 1
    version = ModelVersion.objects.get(reference=f"{LocalEngine.name}-{LocalEngine.version}")
    ai_models.retire(version=version, by=desk.governance, at=at)
    factory.straight_through(desk, at)

    assert autoqa.score_due(at=at) == 0

    assert AutoQa.objects.count() == 1
    assert ModelVersion.objects.filter(model=version.model).count() == 1
