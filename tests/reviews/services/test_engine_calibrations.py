"""Calibrations of automatic QA (F5): recorded by the governance lead from what chance drew, and what follows from them."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from audit.errors import Conflict, NotAllowed, NotVisible
from audit.models import Event
from contracts.models import Process
from reviews.models import EngineCalibration
from reviews.selectors import calibration, engines
from reviews.services import autoqa, engine_calibrations
from tests import worlds
from tests.factories import engines as factory
from tests.factories import qa


@pytest.fixture
def world(db, at):
    return worlds.build(at)


@pytest.fixture
def desk(world):
    return world.north


def calibrate(desk, at, by=None):
    return engine_calibrations.calibrate(code=desk.process.code, by=by or desk.governance, at=at)


def test_f5_the_figures_of_the_moment_are_recorded(desk, at):
    factory.compared(desk, at, hits=12, alarms=3, misses=3, passes=12)

    made = calibrate(desk, at)

    assert (made.compared, made.trusted, made.calibrated_by) == (30, True, desk.governance)
    assert calibration.recorded(desk.process, made.engine) == made
    kept = calibration.standing(desk.process)
    assert kept == calibration.of(desk.process, engines.in_use())
    assert (kept.acts_in("en"), kept.acts_in("de")) == (True, False)
    facts = Event.objects.get(action="autoqa.calibrated").facts
    assert facts["engine"] == "countersign-local-1.0"
    assert (facts["kappa"], facts["sensitivity"], facts["missed"]) == ("0.6000", "0.8000", "0.2000")
    assert (facts["compared"], facts["trusted"], facts["languages"]) == (30, True, ["en"])
    assert {"flag": "any", "language": "", "hits": 12, "alarms": 3, "misses": 3, "passes": 12} in facts[
        "lines"
    ]


def test_f5_below_the_limits_the_engine_is_advisory_only(desk, at):
    factory.compared(desk, at, hits=11, alarms=3, misses=4, passes=12)

    made = calibrate(desk, at)

    assert not made.trusted
    assert not calibration.standing(desk.process).acts_in("en")
    assert Event.objects.get(action="autoqa.calibrated").facts["languages"] == []


def test_f5_the_newest_stands_and_the_earlier_ones_are_kept(desk, at):
    first = factory.calibrated(desk, at)
    factory.compared(desk, at, misses=15)

    second = calibrate(desk, at + timedelta(hours=1))

    first.refresh_from_db()
    assert (first.trusted, second.trusted) == (True, False)
    assert not calibration.standing(desk.process).overall.trusted
    assert EngineCalibration.objects.count() == 2


def test_f5_what_another_version_scored_says_nothing_of_this_one(desk, at, settings):
    factory.calibrated(desk, at)

    settings.AUTOQA_ENGINE = "tests.reviews.services.test_engine_calibrations.Newer"

    assert calibration.standing(desk.process).tallies == {}
    with pytest.raises(Conflict, match="nothing to compare"):
        calibrate(desk, at)
    qa.straight_through(desk, at, 1)
    autoqa.score_due(at=at)
    with pytest.raises(Conflict, match="nothing to compare"):
        calibrate(desk, at)
    assert EngineCalibration.objects.count() == 1


class Newer(autoqa.autoqa.LocalEngine):
    version = "2.0"


def test_f5_only_the_governance_lead_records_it(world, desk, at):
    factory.compared(desk, at, hits=1)

    for person, error in (
        (desk.auditor, NotAllowed),
        (desk.reviewer, NotAllowed),
        (world.south.governance, NotVisible),
    ):
        with pytest.raises(error):
            calibrate(desk, at, person)
        assert not EngineCalibration.objects.exists()
        assert not Event.objects.filter(action="autoqa.calibrated").exists()

    assert calibrate(desk, at).compared == 1


def test_f5_intake_hears_of_it_at_once(desk, at):
    factory.compared(desk, at, hits=1)
    before = Process.objects.get(pk=desk.process.pk).stamp

    calibrate(desk, at)

    assert Process.objects.get(pk=desk.process.pk).stamp != before


def test_the_database_trusts_nothing_that_was_hardly_compared(desk, at):
    factory.compared(desk, at, hits=1)
    made = calibrate(desk, at)

    with pytest.raises(IntegrityError), transaction.atomic():
        EngineCalibration.objects.filter(pk=made.pk).update(trusted=True)
    assert EngineCalibration.objects.get().compared == Decimal(1)
