"""The draw of a day: once, repeatable, in band, and from everything that went out."""

import hashlib
import threading
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Sum

from audit.errors import Conflict
from audit.models import Event
from audit.selectors import tree
from contracts.enums import Category, Tier
from contracts.models import Process
from contracts.services import processes
from reviews.domain import windows
from reviews.models import Draw, Evaluation, Interaction, Scorecard
from reviews.selectors import draw_seeds, redrawing
from reviews.services import draws, frames, scorecards
from tests import worlds
from tests.factories import qa as factory
from tests.factories import reviews

DAY = date(2026, 3, 3)
SEPARATOR = b"\x1f"


@pytest.fixture
def desk(db, at):
    return worlds.build(at).north


@pytest.fixture
def yesterday(at):
    return at - timedelta(days=1)


def step(desk, tier, at):
    """A step of this tier, run by the desk's model."""
    added = processes.add_step(
        process=desk.process,
        code=f"post-{tier}",
        name=f"Post {tier}",
        category=Category.D1,
        tier=tier,
        ai_scope="The AI posts the invoice.",
        human_scope="People look at what departs.",
        output_fields=worlds.OUTPUT,
        by=None,
        at=at,
    )
    endpoints = list(desk.steps["approve"].endpoints.all())
    processes.allow_models(step=added, versions=[desk.model], endpoints=endpoints, by=None, at=at)
    return added.code


def drawn_ids(draw):
    return {str(pk) for pk in draw.evaluations.values_list("interaction", flat=True)}


def events(action):
    return list(Event.objects.filter(action=action).order_by("id"))


def test_draw_golden_allocation(desk, at, yesterday):
    factory.planned(desk, yesterday, reviewer_floor=0, stratum_floor=0)
    for tier, size in ((Tier.CRITICAL, 100), (Tier.HIGH, 300), (Tier.MEDIUM, 600), (Tier.LOW, 1000)):
        factory.straight_through(desk, yesterday, size, step=step(desk, tier, yesterday))

    draw = draws.draw(process=desk.process, day=DAY, at=at)

    assert (draw.frame_size, draw.size) == (2000, 120)
    assert Counter(draw.evaluations.values_list("stratum", flat=True)) == {
        "critical/straight_through": 23,
        "high/straight_through": 34,
        "medium/straight_through": 34,
        "low/straight_through": 29,
    }
    assert {row["stratum"]: (row["size"], row["weight"]) for row in draw.strata} == {
        "critical/straight_through": (100, "4"),
        "high/straight_through": (300, "2"),
        "medium/straight_through": (600, "1"),
        "low/straight_through": (1000, "1/2"),
    }
    assert draw.evaluations.filter(stratum="high/straight_through").first().pi == Decimal("0.113333333333")


def test_draw_takes_the_smallest_digests_under_the_hash_of_a_checkpoint(desk, at, yesterday):
    factory.planned(desk, yesterday, reviewer_floor=0, stratum_floor=0)
    frame = [str(one.pk) for one in factory.straight_through(desk, yesterday, 50)]

    draw = draws.draw(process=desk.process, day=DAY, at=at)

    checkpoint = tree.checkpoints(desk.process.client.log_key).get(size=draw.checkpoint_size)
    text = bytes(checkpoint.note).decode().rpartition("\n\n")[0] + "\n"
    seed = hashlib.sha256(text.encode()).digest()
    assert draw.seed == draw.checkpoint_hash == seed.hex()
    assert (draw.seed_kind, draw.seed_reason, draw.witness) == ("checkpoint", "no_witness", "")

    def digest(pk):
        return hashlib.sha256(SEPARATOR.join([seed, b"high/straight_through", pk.encode()])).digest()

    assert drawn_ids(draw) == set(sorted(frame, key=digest)[:3])


def test_draw_again_gives_the_same_draw(desk, at, yesterday):
    factory.planned(desk, yesterday)
    factory.straight_through(desk, yesterday, 40)
    first = draws.draw(process=desk.process, day=DAY, at=at)
    before = drawn_ids(first)
    # What comes in late changes nothing about a day that was drawn.
    factory.straight_through(desk, yesterday, 5)

    again = draws.draw(process=desk.process, day=DAY, at=at + timedelta(hours=1))

    assert again.pk == first.pk
    assert drawn_ids(again) == before
    assert len(events("sample.drawn")) == 1


def test_draw_by_two_workers_is_one_draw(desk, at, yesterday):
    """Both have drawn from the frame before either has stored: the state decides."""
    plan = factory.planned(desk, yesterday)
    factory.straight_through(desk, yesterday, 40)
    window = windows.of_day(DAY, "UTC")
    fixed = frames.fix(plan=plan, window=window, at=at)
    log = desk.process.client.log_key
    draws._publish(log, at, draws.Asking())
    seed = draw_seeds.find(fixed, log=log, witnesses=[], at=at)

    first, made = draws._take(desk.process, fixed, seed, at, "")
    second, made_again = draws._take(desk.process, fixed, seed, at, "")

    assert (made, made_again) == (True, False)
    assert first.pk == second.pk
    assert Evaluation.objects.count() == first.size
    assert len(events("sample.drawn")) == 1


def test_draw_looks_at_all_that_went_out_that_day_and_at_nothing_else(desk, at, yesterday):
    factory.planned(desk, yesterday - timedelta(days=7), reviewer_floor=20, stratum_floor=20)
    south = worlds.desk("west", desk.process.provider, desk.model.model.vendor, at - timedelta(days=30))
    through = factory.straight_through(desk, yesterday, 2)
    reviewed = factory.released_case(desk, yesterday)
    honeypot = factory.straight_through(desk, yesterday)[0]
    Interaction.objects.filter(pk=honeypot.pk).update(state="received", is_honeypot=True)
    factory.straight_through(desk, yesterday - timedelta(days=1))
    factory.straight_through(desk, at)
    reviews.waiting_case(desk, yesterday)
    factory.straight_through(south, yesterday)

    draw = draws.draw(process=desk.process, day=DAY, at=at)

    assert drawn_ids(draw) == {str(one.pk) for one in (*through, reviewed)}
    assert {row["stratum"]: row["size"] for row in draw.strata} == {
        "high/reviewed": 1,
        "high/straight_through": 2,
    }


def test_draw_makes_a_language_a_stratum_where_there_is_enough_of_it(desk, at, yesterday):
    factory.planned(desk, yesterday)
    factory.straight_through(desk, yesterday, 60, language="en")
    factory.straight_through(desk, yesterday, 50, language="de")
    factory.straight_through(desk, yesterday, 3, language="fr")

    draw = draws.draw(process=desk.process, day=DAY, at=at)

    assert {row["stratum"]: row["size"] for row in draw.strata} == {
        "high/straight_through/de": 50,
        "high/straight_through/en": 60,
        "high/straight_through/other": 3,
    }


def test_draw_of_an_empty_day_is_a_draw_of_nothing(desk, at, yesterday):
    factory.planned(desk, yesterday)

    draw = draws.draw(process=desk.process, day=DAY, at=at)

    assert (draw.frame_size, draw.size, draw.strata) == (0, 0, [])
    assert draw.frame_hash == hashlib.sha256(b"").hexdigest()
    assert redrawing.verify(draw=draw).equal
    assert events("sample.drawn")[0].facts["items"] == []


def test_draw_of_a_single_interaction_takes_it_for_its_stratum(desk, at, yesterday):
    factory.planned(desk, yesterday)
    only = factory.straight_through(desk, yesterday)[0]

    draw = draws.draw(process=desk.process, day=DAY, at=at)

    evaluation = draw.evaluations.get()
    assert (evaluation.interaction_id, evaluation.pi) == (only.pk, 1)
    assert draw.small_process


def test_draw_locks_probability_scorecard_and_due_date_in(desk, at, yesterday):
    factory.planned(desk, yesterday)
    factory.straight_through(desk, yesterday, 40)
    first = Scorecard.objects.get()

    draw = draws.draw(process=desk.process, day=DAY, at=at)
    scorecards.publish(process=desk.process, by=desk.governance, at=at)

    for evaluation in draw.evaluations.all():
        assert evaluation.scorecard == first
        assert evaluation.due_at == at + timedelta(days=5)
        assert evaluation.pi == (Decimal(draw.size) / 40).quantize(Decimal("1e-12"))
        assert evaluation.blind


def test_draw_records_all_it_takes_to_draw_again(desk, at, yesterday):
    factory.planned(desk, yesterday)
    factory.straight_through(desk, yesterday, 40)

    draw = draws.draw(process=desk.process, day=DAY, at=at, origin="demo")

    event = events("sample.drawn")[0]
    facts = event.facts
    assert event.origin == "demo"
    assert event.content["actor"] == {"type": "system", "id": "sampling"}
    assert (facts["frame_hash"], facts["seed"], facts["seed_kind"]) == (
        draw.frame_hash,
        draw.seed,
        "checkpoint",
    )
    assert (facts["checkpoint_size"], facts["checkpoint_hash"]) == (
        draw.checkpoint_size,
        draw.checkpoint_hash,
    )
    assert (facts["frame_event"], facts["seed_reason"]) == (str(draw.frame_event), "no_witness")
    assert (facts["frame_size"], facts["size"], facts["fraction"]) == (40, draw.size, "0.060")
    assert {item["id"] for item in facts["items"]} == drawn_ids(draw)
    assert {item["stratum"] for item in facts["items"]} == {"high/straight_through"}
    assert facts["plan"] == draw.plan
    assert facts["carried_out"] == str(draw.carried_out)


def test_draw_waits_for_one_in_the_morning_of_the_process(desk, at):
    Process.objects.filter(pk=desk.process.pk).update(time_zone="Asia/Manila")
    desk.process.refresh_from_db()
    factory.planned(desk, at)
    # 3 March in Manila ends at 16:00 UTC.
    last = factory.straight_through(desk, datetime(2026, 3, 3, 15, 59, tzinfo=UTC))[0]
    factory.straight_through(desk, datetime(2026, 3, 3, 16, 0, tzinfo=UTC))

    with pytest.raises(Conflict, match="01:00"):
        draws.draw(process=desk.process, day=DAY, at=datetime(2026, 3, 3, 16, 59, tzinfo=UTC))
    assert not Draw.objects.exists()
    draw = draws.draw(process=desk.process, day=DAY, at=datetime(2026, 3, 3, 17, 0, tzinfo=UTC))

    assert drawn_ids(draw) == {str(last.pk)}


@pytest.mark.parametrize(("_case", "lost"), [("_case no plan", "plan"), ("_case no scorecard", "scorecard")])
def test_draw_refuses_without_its_terms(_case, lost, desk, at, yesterday):
    plan = factory.planned(desk, yesterday)
    Scorecard.objects.all().delete()
    if lost == "plan":
        plan.delete()

    with pytest.raises(Conflict, match=lost):
        draws.draw(process=desk.process, day=DAY, at=at)

    assert not Draw.objects.exists()
    assert events("sample.drawn") == []


def test_draw_gives_active_reviewers_their_two_looks(desk, at, yesterday):
    factory.planned(desk, yesterday - timedelta(days=7), stratum_floor=0)
    own = {str(factory.released_case(desk, yesterday).pk) for _ in range(10)}
    for _ in range(3):
        factory.released_case(desk, yesterday, by=desk.second)
    factory.straight_through(desk, yesterday, 10)

    draw = draws.draw(process=desk.process, day=DAY, at=at)

    assert draw.plan["reviewer_floors"] == [[str(desk.reviewer.pk), 2]]
    assert drawn_ids(draw) <= own
    assert len(drawn_ids(draw)) == 2
    assert redrawing.verify(draw=draw).equal


def test_draw_defers_a_reviewer_where_the_month_has_no_room(desk, at, yesterday):
    factory.planned(desk, yesterday - timedelta(days=7), stratum_floor=0)
    for _ in range(10):
        factory.released_case(desk, yesterday)

    draw = draws.draw(process=desk.process, day=DAY, at=at)

    assert not draw.small_process
    assert draw.deferred == [str(desk.reviewer.pk)]
    assert draw.size == 1
    assert events("sample.drawn")[0].facts["deferred"] == draw.deferred


def test_draws_land_the_month_in_band(desk, at):
    """Thirty days of uneven size, floors on: the month holds its share to the last whole number."""
    start = datetime(2026, 4, 1, 9, tzinfo=UTC)
    factory.planned(desk, start, "0.05")
    for day in range(30):
        moment = start + timedelta(days=day)
        factory.straight_through(desk, moment, 4 + (day * 7) % 19)
        draw = draws.draw(process=desk.process, day=moment.date(), at=moment + timedelta(days=1))
        before = Draw.objects.filter(window_start__lt=draw.window_start).order_by("-window_start").first()
        assert draw.carried_in == (before.carried_out if before else 0)

    sums = Draw.objects.aggregate(population=Sum("frame_size"), drawn=Sum("size"))
    assert sums["population"] > 200
    assert Decimal("0.05") <= Decimal(sums["drawn"]) / sums["population"] <= Decimal("0.10")
    assert not Draw.objects.filter(small_process=True, window_start__gte=start + timedelta(days=5)).exists()


def test_draws_of_another_month_start_afresh(desk, at, yesterday):
    factory.planned(desk, at - timedelta(days=10))
    february = datetime(2026, 2, 28, 9, tzinfo=UTC)
    factory.straight_through(desk, february, 10)
    draws.draw(process=desk.process, day=february.date(), at=at)
    factory.straight_through(desk, february + timedelta(days=1), 10)

    first_of_march = draws.draw(process=desk.process, day=date(2026, 3, 1), at=at)

    assert first_of_march.carried_in == 0


def test_draw_due_draws_every_missing_day_once(desk, at):
    factory.planned(desk, at - timedelta(days=3))
    for day in range(5):
        factory.straight_through(desk, at - timedelta(days=day), 3)

    first = draws.draw_due(at=at)
    second = draws.draw_due(at=at)

    assert (first, second) == (3, 0)
    days = [
        start.date().isoformat()
        for start in Draw.objects.values_list("window_start", flat=True).order_by("window_start")
    ]
    assert days == ["2026-03-01", "2026-03-02", "2026-03-03"]


def test_draw_due_goes_on_where_one_process_cannot_be_drawn(db, at, yesterday, caplog):
    world = worlds.build(at)
    factory.planned(world.north, yesterday)
    factory.planned(world.south, yesterday)
    Scorecard.objects.filter(process=world.north.process).delete()

    drawn = draws.draw_due(at=at)

    assert drawn == 1
    assert Draw.objects.get().process == world.south.process
    assert "NORTH-AP was not drawn for 2026-03-03" in caplog.text


def test_the_database_refuses_an_impossible_draw(desk, at, yesterday):
    factory.planned(desk, yesterday)
    factory.straight_through(desk, yesterday, 5)
    draw = draws.draw(process=desk.process, day=DAY, at=at)

    with pytest.raises(IntegrityError), transaction.atomic():
        Draw.objects.filter(pk=draw.pk).update(size=6)
    with pytest.raises(IntegrityError), transaction.atomic():
        draw.evaluations.update(pi=0)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_draw_from_two_connections_is_one_draw(at, yesterday):
    desk = worlds.build(at).north
    factory.planned(desk, yesterday)
    factory.straight_through(desk, yesterday, 200)
    gate, found = threading.Barrier(2), []

    def work():
        try:
            gate.wait(timeout=10)
            found.append(draws.draw(process=desk.process, day=DAY, at=at).pk)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(timeout=30)

    assert len(found) == 2
    assert len(set(found)) == 1
    assert Evaluation.objects.count() == Draw.objects.get().size
    assert len(events("sample.drawn")) == 1
