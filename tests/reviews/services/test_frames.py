"""The frame is fixed before anybody can know the seed, and what happens after that changes nothing."""

from datetime import date, timedelta

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction

from audit.errors import Conflict
from audit.models import Event
from audit.selectors import tree
from audit.services import publishing
from reviews.domain import fixed_frames, planning, sampling, strata, windows
from reviews.models import Draw, Evaluation, FixedFrame, Interaction, SamplingPlan
from reviews.selectors import draw_seeds, evaluations, redrawing
from reviews.services import draws, frames
from tests import worlds
from tests.factories import qa as factory
from tests.factories import witnesses

DAY = date(2026, 3, 3)
DAY_LONG = timedelta(days=1)


@pytest.fixture
def desk(db, at):
    desk = worlds.build(at).north
    factory.planned(desk, at - DAY_LONG)
    factory.straight_through(desk, at - DAY_LONG, 40)
    return desk


def fix(desk, at):
    plan = SamplingPlan.objects.select_related("process__client", "process__calendar").get(
        process=desk.process
    )
    return frames.fix(plan=plan, window=windows.of_day(DAY, "UTC"), at=at)


def events(action):
    return list(Event.objects.filter(action=action).order_by("id"))


def test_fix_keeps_the_frame_and_tells_its_hash_before_anything_is_drawn(desk, at):
    fixed = fix(desk, at)

    frame = list(fixed_frames.unpack(bytes(FixedFrame.objects.get(draw=fixed).packed)))
    (event,) = events("sample.frame_fixed")
    assert {item.id for item in frame} == {str(pk) for pk in Interaction.objects.values_list("pk", flat=True)}
    assert (fixed.state, fixed.size, fixed.seed, fixed.drawn_at) == ("fixed", 0, "", None)
    assert fixed.frame_event == event.uid
    assert (event.facts["frame_hash"], event.facts["frame_size"]) == (fixed.frame_hash, 40)
    assert event.facts["plan"] == fixed.plan
    assert event.facts["strata"] == [
        {"stratum": "high/straight_through", "tier": "high", "size": 40, "weight": "2"}
    ]
    assert not Evaluation.objects.exists()
    assert events("sample.drawn") == []


def test_fix_twice_is_one_frame(desk, at):
    first = fix(desk, at)
    factory.straight_through(desk, at - DAY_LONG, 5)

    assert fix(desk, at + timedelta(hours=1)).pk == first.pk
    assert len(events("sample.frame_fixed")) == 1


def test_fix_waits_while_an_earlier_day_is_not_drawn(desk, at):
    """What the earlier day takes decides how much is left of the month."""
    publishing.stop(log=desk.process.client.log_key, problem="somebody has to look", at=at)
    draws.draw_due(at=at)

    assert draws.draw_due(at=at + DAY_LONG) == 0
    with pytest.raises(Conflict, match="earlier day"):
        draws.draw(process=desk.process, day=DAY + DAY_LONG, at=at + DAY_LONG)

    assert [draw.state for draw in Draw.objects.all()] == ["fixed"]
    publishing.resume(log=desk.process.client.log_key, at=at)
    assert draws.draw_due(at=at + DAY_LONG) == 2


def test_what_comes_in_or_changes_after_the_frame_was_fixed_is_not_drawn_and_not_forgotten(desk, at):
    fixed = fix(desk, at)
    before = {str(pk) for pk in Interaction.objects.values_list("pk", flat=True)}
    factory.straight_through(desk, at - DAY_LONG, 100)
    Interaction.objects.filter(pk=min(before)).update(released_at=at)

    drawn = draws.draw(process=desk.process, day=DAY, at=at)
    verified = redrawing.verify(draw=drawn)

    assert (drawn.pk, drawn.frame_size, drawn.frame_hash) == (fixed.pk, 40, fixed.frame_hash)
    assert {str(pk) for pk in drawn.evaluations.values_list("interaction", flat=True)} <= before
    assert verified.equal
    assert not verified.unchanged


def test_a_kept_frame_that_somebody_changed_is_not_drawn_from(desk, at):
    fixed = fix(desk, at)
    frame = list(fixed_frames.unpack(bytes(FixedFrame.objects.get().packed)))
    FixedFrame.objects.update(packed=fixed_frames.pack(frame[1:])[0])

    with pytest.raises(Conflict, match="not what was fixed"):
        draws.draw(process=desk.process, day=DAY, at=at)
    FixedFrame.objects.update(packed=b"noise")
    with pytest.raises(Conflict, match="not what was fixed"):
        draws.draw(process=desk.process, day=DAY, at=at)

    assert Draw.objects.get() == fixed
    assert Draw.objects.get().state == "fixed"
    assert not Evaluation.objects.exists()


def test_strata_are_cut_by_what_the_plan_says_and_drawn_again(desk, at, monkeypatch):
    """F1: by reviewer and shift; the names of strata change nothing about drawing again."""
    monkeypatch.setattr(strata, "LANGUAGE_CELL", 2)
    factory.planned(desk, at, cut_by=["shift", "reviewer"])
    morning, evening = at - DAY_LONG, at - DAY_LONG + timedelta(hours=6)
    for by, when in [(desk.reviewer, morning), (desk.second, evening)]:
        for _ in range(2):
            factory.released_case(desk, when, by)

    fixed = fix(desk, at)
    drawn = draws.draw(process=desk.process, day=DAY, at=at)

    assert [row["stratum"] for row in fixed.strata] == [
        "high/reviewed/shift=early",
        "high/reviewed/shift=late",
        "high/straight_through",
    ]
    assert fixed.plan["cut_by"] == ["shift", "reviewer"]
    verified = redrawing.verify(draw=drawn)
    assert (verified.equal, verified.unchanged) == (True, True)


def test_a_stratum_of_one_reviewer_bears_his_id(desk, at, monkeypatch):
    monkeypatch.setattr(strata, "LANGUAGE_CELL", 2)
    factory.planned(desk, at, cut_by=["reviewer"])
    for by in (desk.reviewer, desk.reviewer, desk.second, desk.second):
        factory.released_case(desk, at - DAY_LONG, by)

    fixed = fix(desk, at)

    assert {row["stratum"]: row["size"] for row in fixed.strata} == {
        f"high/reviewed/reviewer={desk.reviewer.pk}": 2,
        f"high/reviewed/reviewer={desk.second.pk}": 2,
        "high/straight_through": 40,
    }


# ── The seed ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_witness_that_confirms_makes_the_draw_unpredictable(desk, at, settings, tmp_path):
    """Design §5: the seed is of the first checkpoint that covers the frame and that a client's witness cosigned."""
    with witnesses.watching(desk, settings, tmp_path, at) as name:
        drawn = draws.draw(process=desk.process, day=DAY, at=at)

    facts = events("sample.drawn")[0].facts
    index = tree.leaf_of_event(drawn.frame_event).index
    assert (drawn.seed_kind, drawn.seed_reason, drawn.witness) == ("witnessed", "confirmed", name)
    assert index < drawn.checkpoint_size
    assert (facts["witness"], facts["cosignature"], facts["seed"]) == (name, drawn.cosignature, drawn.seed)
    assert facts["log"] == desk.process.client.log_key
    assert drawn.seed != drawn.checkpoint_hash
    assert redrawing.verify(draw=drawn).equal


def test_a_witness_that_is_silent_is_waited_for_a_day_and_no_longer(desk, at, settings, tmp_path):
    witnesses.silent(desk, settings, tmp_path, at)

    waits = draws.draw(process=desk.process, day=DAY, at=at)
    still = draws.draw(process=desk.process, day=DAY, at=at + DAY_LONG - timedelta(seconds=1))
    sentence = draws.waits_for(draw=waits, at=at)
    drawn = draws.draw(process=desk.process, day=DAY, at=at + DAY_LONG)

    assert (waits.state, still.state) == ("fixed", "fixed")
    assert sentence == draw_seeds.UNCONFIRMED
    assert draws.waits_for(draw=drawn, at=at) == ""
    assert (drawn.seed_kind, drawn.seed_reason, drawn.witness) == ("checkpoint", "silent", "")
    assert events("sample.drawn")[0].facts["seed_reason"] == "silent"
    assert redrawing.verify(draw=drawn).equal


def test_the_sweep_goes_on_with_others_while_one_waits_for_its_witness(db, at, settings, tmp_path):
    world = worlds.build(at)
    for desk in (world.north, world.south):
        factory.planned(desk, at - DAY_LONG)
    witnesses.silent(world.north, settings, tmp_path, at)

    assert draws.draw_due(at=at) == 0
    assert {draw.state for draw in Draw.objects.all()} == {"fixed"}
    assert draws.draw_due(at=at + DAY_LONG) >= 2


# ── Tampering in the database ────────────────────────────────────────────────────────────────────────────────


TAMPERED = [
    ("_case another seed", lambda draw: Draw.objects.update(seed="00" * 32), (True, False, False)),
    ("_case another checkpoint", lambda draw: Draw.objects.update(checkpoint_size=1), (False, True, False)),
    ("_case another hash", lambda draw: Draw.objects.update(frame_hash="00" * 32), (False, True, True)),
    (
        "_case another plan",
        lambda draw: Draw.objects.update(plan=planning.dump(planning.Plan(n=20))),
        (False, False, True),
    ),
    ("_case one item less", lambda draw: draw.evaluations.first().delete(), (True, False, True)),
    ("_case no frame", lambda draw: FixedFrame.objects.all().delete(), (False, False, True)),
    ("_case a damaged frame", lambda draw: FixedFrame.objects.update(packed=b"x"), (False, False, True)),
    ("_case no event", lambda draw: Draw.objects.update(frame_event=draw.pk), (False, True, False)),
]


@pytest.mark.parametrize(("_case", "tamper", "equal"), TAMPERED, ids=[row[0] for row in TAMPERED])
def test_verify_names_what_is_not_as_it_was(_case, tamper, equal, desk, at):
    drawn = draws.draw(process=desk.process, day=DAY, at=at)
    assert redrawing.verify(draw=drawn).equal

    tamper(drawn)

    found = redrawing.verify(draw=Draw.objects.get())
    assert (found.frame_equal, found.items_equal, found.seed_equal) == equal
    assert not found.equal


IMPOSSIBLE = [
    ("_case drawn without a seed", {"seed": ""}),
    ("_case drawn at no time", {"drawn_at": None}),
    ("_case of no checkpoint", {"checkpoint_size": None}),
    ("_case of no frame", {"frame_event": None}),
    ("_case of no text", {"checkpoint_hash": ""}),
    ("_case witnessed by nobody", {"seed_kind": "witnessed"}),
    ("_case a witness that is not in the seed", {"witness": "w1", "cosignature": "— w1 AAAA"}),
    ("_case fixed with a seed", {"state": "fixed"}),
]


@pytest.mark.parametrize(("_case", "changes"), IMPOSSIBLE, ids=[row[0] for row in IMPOSSIBLE])
def test_the_database_refuses_a_seed_from_nowhere(_case, changes, desk, at):
    draws.draw(process=desk.process, day=DAY, at=at)

    with pytest.raises(IntegrityError), transaction.atomic():
        Draw.objects.update(**changes)


# ── What was drawn before seeds came from checkpoints ────────────────────────────────────────────────────────


def test_an_old_draw_is_still_verified_by_the_operators_key(desk, at, settings):
    """HMAC draws are made no more; what they drew stays verifiable, over the window as it is now."""
    old = _drawn_as_before(desk, at)

    same = redrawing.verify(draw=old)
    settings.SECRET_KEY = "another-key"
    foreign = redrawing.verify(draw=old)
    factory.straight_through(desk, at - DAY_LONG, 200)
    grown = redrawing.verify(draw=old)

    assert (same.frame_equal, same.items_equal, same.seed_equal, same.equal) == (True, True, True, True)
    assert (foreign.items_equal, foreign.seed_equal, foreign.equal) == (True, False, True)
    assert (grown.frame_equal, grown.equal) == (False, False)


def _drawn_as_before(desk, at):
    """The row that the release before this one wrote; no service makes it any more."""
    fixed = fix(desk, at)
    seed = sampling.seed(
        settings.SECRET_KEY.encode(),
        process=str(desk.process.pk),
        window="2026-03-03T00:00:00+00:00",
        number=1,
    )
    frame = list(fixed_frames.unpack(bytes(FixedFrame.objects.get().packed)))
    made = sampling.draw(frame, seed, planning.load(fixed.plan))
    FixedFrame.objects.all().delete()
    Draw.objects.update(
        state="drawn", size=made.n, seed=seed.hex(), seed_kind="hmac", frame_event=None, drawn_at=at
    )
    scorecard = evaluations.scorecard_in_force(desk.process)
    Evaluation.objects.bulk_create(
        Evaluation(
            draw=fixed,
            process=desk.process,
            interaction_id=item.id,
            stratum=item.stratum,
            pi=item.pi,
            scorecard=scorecard,
            due_at=at,
        )
        for item in made.items
    )
    return Draw.objects.get()
