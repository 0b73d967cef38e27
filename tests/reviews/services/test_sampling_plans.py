"""The sampling plan: its band holds in the service and in the database, and only who manages samples sets it."""

import threading
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from audit.errors import Conflict, Invalid, NotAllowed, NotVisible
from audit.models import Event
from reviews.models import SamplingPlan, Scorecard
from reviews.services import sampling_plans
from tests import worlds
from tests.factories import qa as factory


@pytest.fixture
def world(db, at):
    return worlds.build(at)


def recorded(action):
    return [event.facts for event in Event.objects.filter(action=action).order_by("id")]


@pytest.mark.parametrize("fraction", ["0.05", "0.065", "0.10"])
def test_set_plan_keeps_the_share_and_records_it(fraction, world, at):
    desk = world.north

    plan = sampling_plans.set_plan(
        process=desk.process, fraction=Decimal(fraction), by=desk.governance, at=at
    )

    stored = SamplingPlan.objects.get()
    assert (stored.pk, stored.fraction, stored.set_by, stored.created_at) == (
        plan.pk,
        Decimal(fraction),
        desk.governance,
        at,
    )
    assert recorded("sample.planned") == [
        {
            "fraction": f"{Decimal(fraction):.3f}",
            "reviewer_floor": 2,
            "stratum_floor": 1,
            "cut_by": ["language"],
        }
    ]


REFUSED = [
    ("_case below the band", {"fraction": Decimal("0.04")}, "fraction"),
    ("_case above the band", {"fraction": Decimal("0.11")}, "fraction"),
    ("_case no number", {"fraction": Decimal("NaN")}, "fraction"),
    ("_case too fine", {"fraction": Decimal("0.0655")}, "fraction"),
    ("_case a floor below nothing", {"fraction": Decimal("0.06"), "reviewer_floor": -1}, "reviewer_floor"),
    ("_case a floor of everything", {"fraction": Decimal("0.06"), "stratum_floor": 21}, "stratum_floor"),
    ("_case a cut that nobody knows", {"fraction": Decimal("0.06"), "cut_by": ["weather"]}, "cut_by"),
]


@pytest.mark.parametrize(("_case", "terms", "field"), REFUSED, ids=[row[0] for row in REFUSED])
def test_set_plan_refuses(_case, terms, field, world, at):
    desk = world.north

    with pytest.raises(Invalid) as refused:
        sampling_plans.set_plan(process=desk.process, by=desk.governance, at=at, **terms)

    assert refused.value.field == field
    assert not SamplingPlan.objects.exists()
    assert recorded("sample.planned") == []


@pytest.mark.parametrize(
    ("_case", "who", "error"),
    [
        ("_case the auditor scores and does not plan", "auditor", NotAllowed),
        ("_case the client’s administrator", "admin", NotAllowed),
        ("_case a reviewer", "reviewer", NotAllowed),
        ("_case a stranger", "stranger", NotVisible),
    ],
)
def test_set_plan_is_for_who_manages_samples(_case, who, error, world, at):
    desk = world.north
    by = world.stranger if who == "stranger" else desk.cast[who]

    with pytest.raises(error):
        sampling_plans.set_plan(process=desk.process, fraction=Decimal("0.06"), by=by, at=at)

    assert not SamplingPlan.objects.exists()
    assert not Scorecard.objects.exists()


def test_set_plan_again_changes_the_one_plan_and_keeps_the_scorecard(world, at):
    desk = world.north
    sampling_plans.set_plan(process=desk.process, fraction=Decimal("0.06"), by=desk.governance, at=at)

    sampling_plans.set_plan(process=desk.process, fraction=Decimal("0.08"), by=desk.governance, at=at)

    assert SamplingPlan.objects.get().fraction == Decimal("0.08")
    assert Scorecard.objects.get().version == 1
    assert [facts["fraction"] for facts in recorded("sample.planned")] == ["0.060", "0.080"]


def test_set_plan_says_what_strata_are_cut_by(world, at):
    plan = factory.planned(world.north, at, cut_by=["reviewer", "shift"])

    assert SamplingPlan.objects.get().cut_by == plan.cut_by == ["shift", "reviewer"]
    assert recorded("sample.planned")[0]["cut_by"] == ["shift", "reviewer"]


@pytest.mark.parametrize("fraction", ["0.04", "0.049", "0.101", "0.11"])
def test_the_database_refuses_a_share_outside_of_the_band(fraction, world, at):
    desk = world.north
    sampling_plans.set_plan(process=desk.process, fraction=Decimal("0.06"), by=desk.governance, at=at)

    with pytest.raises(IntegrityError), transaction.atomic():
        SamplingPlan.objects.update(fraction=Decimal(fraction))


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_set_plan_from_two_connections_is_one_plan_and_one_scorecard(at):
    desk = worlds.build(at).north
    gate, refused = threading.Barrier(2), []

    def work():
        try:
            gate.wait(timeout=10)
            sampling_plans.set_plan(process=desk.process, fraction=Decimal("0.06"), by=desk.governance, at=at)
        except Conflict as refusal:
            refused.append(refusal.code)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(timeout=30)

    assert set(refused) <= {"published"}
    assert SamplingPlan.objects.count() == 1
    assert Scorecard.objects.count() == 1
