"""What is agreed is written down once, and named with its people."""

from decimal import Decimal

import pytest

from audit.errors import Conflict, Invalid
from audit.models import Event
from contracts.enums import Category
from contracts.models import Process
from contracts.services import ai_models, processes, rates


@pytest.mark.parametrize("scope", ["ai_scope", "human_scope"])
def test_add_step_refuses_an_empty_scope(desk, at, scope):
    texts = {"ai_scope": "The AI reads.", "human_scope": "People decide."} | {scope: "  "}

    with pytest.raises(Invalid) as refused:
        processes.add_step(
            process=desk.process, code="new", name="New", category=Category.D2, by=None, at=at, **texts
        )

    assert refused.value.field == scope
    assert not desk.process.steps.filter(code="new").exists()


@pytest.mark.parametrize("client, provider", [("provider", "provider"), ("client", "client")])
def test_define_refuses_parties_of_the_wrong_kind(world, at, client, provider):
    parties = {"provider": world.provider, "client": world.north.client}

    with pytest.raises(Invalid):
        processes.define(
            code="X", name="X", client=parties[client], provider=parties[provider], by=None, at=at
        )

    assert Process.objects.count() == 2


def test_allow_models_refuses_a_version_that_is_not_approved(world, at):
    desk = world.north
    version = ai_models.register(
        vendor=world.vendor,
        name="New",
        version="2",
        reference="new-2",
        purpose="Reads",
        procured_by=world.provider,
        by=None,
        at=at,
    )

    with pytest.raises(Invalid):
        processes.allow_models(step=desk.steps["approve"], versions=[version], endpoints=[], by=None, at=at)

    assert list(desk.steps["approve"].model_versions.all()) == [desk.model]


def test_retire_closes_a_model_once_and_moves_the_process(desk, at):
    before = Process.objects.get(pk=desk.process.pk).stamp

    ai_models.retire(version=desk.model, by=desk.owner, at=at)

    assert Process.objects.get(pk=desk.process.pk).stamp != before
    with pytest.raises(Conflict):
        ai_models.retire(version=desk.model, by=desk.owner, at=at)
    with pytest.raises(Conflict):
        ai_models.approve(version=desk.model, by=desk.owner, at=at)


def test_import_rates_refuses_a_rate_that_is_none_and_stores_nothing(db, at):
    rows = [("EUR", "USD", at.date(), Decimal("1.1")), ("EUR", "GBP", at.date(), Decimal("NaN"))]

    with pytest.raises(Invalid) as refused:
        rates.import_rates(rows=rows, source="test", by=None, at=at)

    assert refused.value.sentence.startswith("Row 2")
    assert rates.import_rates(rows=[], source="test", by=None, at=at) == 0
    assert not Event.objects.filter(action="rates.imported").exists()
