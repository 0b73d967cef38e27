"""The pages of QA: who sees what, what stays hidden until the score is in, and that nothing typed is lost."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.domain.ids import new_id
from audit.models import Event
from audit.services import publishing
from contracts.models import User
from reviews.domain import windows
from reviews.enums import ReasonCode, Verdict
from reviews.models import Draw, Evaluation, SamplingPlan
from reviews.selectors import draws as draw_selector
from reviews.selectors import evaluations as evaluation_selector
from reviews.services import draws
from reviews.services.decisions import Answer
from tests import counting, worlds
from tests.factories import qa as make
from tests.worlds import Desk, World

LogIn = Callable[[User], Client]
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>"
EDITED = Answer(
    Verdict.EDIT,
    output={"amount": "777.00"},
    reason_code=ReasonCode.CALC_ERROR,
    note="Freight was counted twice.",
)


@pytest.fixture
def now() -> datetime:
    return make.settled_now()


def _samples() -> str:
    return reverse("reviews:samples")


def _sample(draw: Draw) -> str:
    return reverse("reviews:sample", args=[draw.pk])


def _evaluation(evaluation: Evaluation) -> str:
    return reverse("reviews:evaluation", args=[evaluation.pk])


def _submit(evaluation: Evaluation) -> str:
    return reverse("reviews:evaluation_submit", args=[evaluation.pk])


def _plan(desk: Desk) -> str:
    return reverse("reviews:sampling_plan", args=[desk.process.code])


def _recorded(prefix: str) -> int:
    return Event.objects.filter(action__startswith=prefix).count()


# ── The list of draws ────────────────────────────────────────────────────────────────────────────────────────


def test_samples_shows_the_month_the_work_and_the_draws(world: World, now: datetime, log_in: LogIn) -> None:
    evaluation = make.drawn_evaluation(world.north, now)

    page = log_in(world.north.auditor).get(_samples())

    assert [tile.code for tile in page.context["tiles"]] == ["NORTH-AP"]
    assert [row.url for row in page.context["to_score"]] == [_evaluation(evaluation)]
    assert [row.url for row in page.context["draws"]] == [_sample(evaluation.draw)]
    assert page.context["tiles"][0].plan == "Plan 6.0 %, floors 2 a reviewer, 1 a stratum"


def test_samples_says_what_is_overdue_and_the_sample_what_became_of_it(
    world: World, now: datetime, log_in: LogIn
) -> None:
    late = make.drawn_evaluation(world.north, now - timedelta(days=9))
    failed = make.scored_evaluation(world.south, now, privacy="fail")
    client = log_in(world.north.auditor)

    page = client.get(_samples())

    assert page.context["to_score"][0].overdue
    assert "1 to score, 1 overdue" in page.context["tiles"][0].waiting
    assert client.get(_sample(late.draw)).context["page"].items[0].state.label == "Overdue"
    scored = log_in(world.south.auditor).get(_sample(failed.draw)).context["page"].items[0]
    assert (scored.state.label, scored.score, scored.by) == ("Critical failure", "0.0", "South Auditor")


def test_what_is_not_there_is_not_found(world: World, log_in: LogIn) -> None:
    client = log_in(world.north.auditor)

    assert client.get(reverse("reviews:sample", args=[new_id()])).status_code == 404
    assert client.get(reverse("reviews:evaluation", args=[new_id()])).status_code == 404


def test_samples_is_empty_for_who_sees_none(world: World, now: datetime, log_in: LogIn) -> None:
    make.drawn_evaluation(world.north, now)

    for user in (world.stranger, world.north.reviewer, world.north.viewer):
        page = log_in(user).get(_samples())
        assert (page.context["tiles"], page.context["to_score"], page.context["draws"]) == ([], [], [])
        assert "No samples you can see" in page.content.decode()


def test_samples_shows_one_desk_to_its_own(world: World, now: datetime, log_in: LogIn) -> None:
    make.drawn_evaluation(world.north, now)
    south = make.drawn_evaluation(world.south, now)

    assert [row.url for row in log_in(world.south.owner).get(_samples()).context["draws"]] == [
        _sample(south.draw)
    ]
    assert len(log_in(world.overseer).get(_samples()).context["draws"]) == 2
    assert log_in(world.overseer).get(_samples()).context["to_score"] == []


BANDS = [
    ("_case in band", 1000, 60, "in band 5–10 %", "6.0 %"),
    ("_case at its lower edge", 1000, 50, "in band 5–10 %", "5.0 %"),
    ("_case below", 1000, 49, "below 5–10 %", "4.9 %"),
    ("_case above", 1000, 101, "above 5–10 %", "10.1 %"),
]


@pytest.mark.parametrize(("_case", "size", "drawn", "words", "share"), BANDS, ids=[row[0] for row in BANDS])
def test_samples_says_whether_the_month_lies_in_band(
    _case: str, size: int, drawn: int, words: str, share: str, world: World, now: datetime, log_in: LogIn
) -> None:
    desk = world.north
    plan = make.planned(desk, now - timedelta(days=40))
    Draw.objects.create(
        process=desk.process,
        window_start=windows.month_of(timezone.now(), "UTC"),
        window_end=now,
        fraction=plan.fraction,
        frame_hash="0" * 64,
        frame_size=size,
        size=drawn,
        seed="0" * 64,
        carried_in=0,
        carried_out=0,
        drawn_at=now,
    )

    tile = log_in(desk.auditor).get(_samples()).context["tiles"][0]

    assert (tile.number, tile.delta) == (share, words)


def test_samples_goes_on_after_a_page(
    world: World, now: datetime, log_in: LogIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(draw_selector, "PAGE", 2)
    monkeypatch.setattr(draw_selector.page, "__defaults__", (2,))
    make.planned(world.north, now - timedelta(days=5))
    draws.draw_due(at=now)
    every = list(Draw.objects.order_by("-window_start"))
    client = log_in(world.north.auditor)

    first = client.get(_samples())
    second = client.get(_samples() + first.context["next_url"])

    shown = [row.url for row in (*first.context["draws"], *second.context["draws"])]
    assert shown == [_sample(draw) for draw in every[:4]]
    assert not second.context["first"]
    assert client.get(_samples() + "?after=nonsense").context["first"]


# ── One draw ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_sample_shows_its_proof(world: World, now: datetime, log_in: LogIn) -> None:
    draw = make.drawn_evaluation(world.north, now).draw

    text = log_in(world.north.owner).get(_sample(draw)).content.decode()

    assert draw.frame_hash in text
    assert draw.seed in text
    assert "Re-drawable: the seed is the hash of the first checkpoint" in text
    assert "The log has no witness." in text
    assert "Unpredictable" not in text
    assert "High · reviewed" in text
    assert f"manage.py draw_qa --process NORTH-AP --date {draw.window_start.date()} --verify" in text


def test_a_sample_whose_frame_is_only_fixed_says_what_it_waits_for(
    world: World, now: datetime, log_in: LogIn
) -> None:
    """Nothing is drawn before the checkpoint is there, and nobody takes it for a draw of nothing."""
    desk = world.north
    make.planned(desk, now - timedelta(days=2))
    publishing.stop(log=desk.process.client.log_key, problem="somebody has to look", at=now)
    draws.draw_due(at=now)
    fixed = Draw.objects.get()
    client = log_in(desk.auditor)

    page = client.get(_sample(fixed)).content.decode()
    listed = client.get(_samples()).content.decode()

    assert fixed.state == "fixed"
    assert fixed.frame_hash in page
    assert "waits for the next checkpoint" in page
    assert "nothing is drawn yet" in page
    assert "Frame fixed, not drawn yet" in listed


@pytest.mark.parametrize(
    ("who", "status"), [("reviewer", 403), ("lead", 403), ("viewer", 403), ("auditor", 200)]
)
def test_sample_is_for_who_sees_samples(
    who: str, status: int, world: World, now: datetime, log_in: LogIn
) -> None:
    draw = make.drawn_evaluation(world.north, now).draw

    assert log_in(world.north.cast[who]).get(_sample(draw)).status_code == status


def test_sample_is_not_there_for_strangers(world: World, now: datetime, log_in: LogIn) -> None:
    draw = make.drawn_evaluation(world.north, now).draw

    for user in (world.stranger, world.south.auditor, world.south.owner):
        assert log_in(user).get(_sample(draw)).status_code == 404


def test_sample_goes_on_after_a_page(
    world: World, now: datetime, log_in: LogIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evaluation_selector, "PAGE", 2)
    monkeypatch.setattr(evaluation_selector.of_draw, "__defaults__", (2,))
    yesterday = now - timedelta(days=1)
    make.planned(world.north, yesterday, "0.1")
    make.straight_through(world.north, yesterday, 30)
    draw = draws.draw(process=world.north.process, day=yesterday.date(), at=now)
    client = log_in(world.north.auditor)

    first = client.get(_sample(draw))
    second = client.get(_sample(draw) + first.context["next_url"])

    rows = [*first.context["page"].items, *second.context["page"].items]
    assert {row.url for row in rows} == {_evaluation(evaluation) for evaluation in draw.evaluations.all()}
    assert len(rows) == 3


# ── The plan ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_plan_is_set_by_the_governance_lead(world: World, log_in: LogIn) -> None:
    client = log_in(world.north.governance)
    shown = client.get(_plan(world.north))

    page = client.post(_plan(world.north), {"fraction": "6.5", "reviewer_floor": "3", "stratum_floor": "0"})

    assert shown.status_code == 200
    assert page.status_code == 302
    plan = SamplingPlan.objects.get()
    assert (plan.process, plan.fraction, plan.reviewer_floor, plan.stratum_floor) == (
        world.north.process,
        Decimal("0.065"),
        3,
        0,
    )
    assert client.get(_plan(world.north)).context["form"].initial["fraction"] == "6.5"


WRONG = [
    ("_case below the band", {"fraction": "4"}, "fraction"),
    ("_case above the band", {"fraction": "11"}, "fraction"),
    ("_case too fine", {"fraction": "6.55"}, "fraction"),
    ("_case no number", {"fraction": "NaN"}, "fraction"),
    ("_case nothing", {"fraction": ""}, "fraction"),
    ("_case a floor below nothing", {"reviewer_floor": "-1"}, "reviewer_floor"),
    ("_case a floor of everything", {"stratum_floor": "1000"}, "stratum_floor"),
]


@pytest.mark.parametrize(("_case", "changes", "field"), WRONG, ids=[row[0] for row in WRONG])
def test_plan_refuses(_case: str, changes: dict[str, str], field: str, world: World, log_in: LogIn) -> None:
    posted = {"fraction": "6", "reviewer_floor": "2", "stratum_floor": "1"} | changes

    page = log_in(world.north.governance).post(_plan(world.north), posted)

    assert page.status_code == 400
    assert list(page.context["form"].errors) == [field]
    assert not SamplingPlan.objects.exists()
    assert _recorded("sample.") == 0


@pytest.mark.parametrize(
    ("who", "status"), [("auditor", 403), ("owner", 403), ("reviewer", 403), ("stranger", 404), ("twin", 404)]
)
def test_plan_is_for_who_manages_samples(who: str, status: int, world: World, log_in: LogIn) -> None:
    user = {"stranger": world.stranger, "twin": world.south.governance}.get(who) or world.north.cast[who]
    client = log_in(user)

    assert client.get(_plan(world.north)).status_code == status
    posted = {"fraction": "6", "reviewer_floor": "2", "stratum_floor": "1"}
    assert client.post(_plan(world.north), posted).status_code == status
    assert not SamplingPlan.objects.exists()
    assert client.get(reverse("reviews:sampling_plan", args=["NOWHERE"])).status_code == 404


def test_a_witnessed_draw_says_what_the_operator_could_still_do(
    world: World, now: datetime, log_in: LogIn
) -> None:
    """Design §5: passing over a confirmed checkpoint shows in the witness's own record alone."""
    draw = make.drawn_evaluation(world.north, now).draw
    client = log_in(world.north.owner)
    plain = client.get(_sample(draw)).content.decode()
    Draw.objects.update(seed_kind="witnessed", witness="w1", cosignature="— w1 AAAA")

    witnessed = client.get(_sample(draw)).content.decode()

    assert "only the witness’s own record" in witnessed
    assert "witness’s own record" not in plain


# ── Speed ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_pages_take_a_fixed_number_of_queries(world: World, now: datetime, log_in: LogIn) -> None:
    yesterday = now - timedelta(days=1)
    make.planned(world.north, yesterday, "0.1")
    make.straight_through(world.north, yesterday, 9)
    make.released_case(world.north, yesterday)
    draw = draws.draw(process=world.north.process, day=yesterday.date(), at=now)
    make.scored_evaluation(world.south, now)
    reviewed = make.drawn_evaluation(
        worlds.desk("west", world.provider, world.vendor, now - timedelta(days=30)), now
    )
    client = log_in(world.north.auditor)
    pages = {
        "reviews:samples": (client, _samples()),
        "reviews:sample": (client, _sample(draw)),
        "reviews:evaluation": (log_in(User.objects.get(username="west_auditor")), _evaluation(reviewed)),
        "reviews:sampling_plan": (log_in(world.north.governance), _plan(world.north)),
    }

    taken = {route: counting.queries(*page) for route, page in pages.items()}

    assert taken == {route: counting.written(route) for route in pages}


def test_samples_takes_no_more_queries_for_more_draws(world: World, now: datetime, log_in: LogIn) -> None:
    make.planned(world.north, now - timedelta(days=20))
    client = log_in(world.north.auditor)
    make.drawn_evaluation(world.north, now)
    few = counting.queries(client, _samples())
    for day in range(2, 6):
        make.straight_through(world.north, now - timedelta(days=day), 30)
    draws.draw_due(at=now)

    assert counting.queries(client, _samples()) == few
