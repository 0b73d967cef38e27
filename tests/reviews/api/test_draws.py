"""Draws and what was drawn, by API: the same as on the pages, and as blind (F1, F2, F8)."""

import pytest

from contracts.enums import Role
from contracts.services import memberships
from reviews.domain import strata
from reviews.models import Draw, Evaluation
from reviews.selectors import pseudonyms
from reviews.services import second_scores
from tests import worlds
from tests.factories import qa as made


@pytest.fixture
def now():
    return made.settled_now()


@pytest.fixture
def world(db, now):
    return worlds.build(now)


@pytest.fixture
def desk(world):
    return world.north


@pytest.fixture
def get(log_in):
    def got(person, path):
        answer = log_in(person).get(f"/api/v1/{path}")
        return answer.status_code, answer.json()

    return got


def test_a_draw_is_listed_and_read_with_its_strata_and_proof(world, desk, now, get):
    draw = made.drawn_evaluation(desk, now).draw
    made.drawn_evaluation(world.south, now)

    listed = get(desk.auditor, "draws")
    every = get(world.overseer, "draws")[1]["draws"]
    one_process = get(world.overseer, f"draws?process={desk.process.code}")[1]["draws"]
    status, read = get(desk.auditor, f"draws/{draw.pk}")

    assert (listed[0], [row["id"] for row in listed[1]["draws"]], listed[1]["next"]) == (
        200,
        [str(draw.pk)],
        None,
    )
    assert (len(every), [row["id"] for row in one_process]) == (2, [str(draw.pk)])
    assert status == 200
    assert read["proof"]["seed"] == draw.seed
    assert read["proof"]["frame_hash"] == draw.frame_hash
    assert read["proof"]["checkpoint_hash"] == draw.checkpoint_hash
    assert (read["allocation"], read["cut_by"], read["mode"]) == ("tier", ["language"], None)
    assert read["strata"] == [
        {"stratum": "high/reviewed", "size": 1, "weight": "2", "spread": None, "drawn": 1}
    ]
    assert get(desk.auditor, "draws?cursor=x")[0] == 400
    assert get(desk.reviewer, f"draws/{draw.pk}")[0] == 403
    assert get(world.stranger, f"draws/{draw.pk}")[0] == 404


def test_what_was_drawn_is_told_as_on_the_page(desk, now, get):
    scored = made.scored_evaluation(desk, now, delivery="fail")

    status, told = get(desk.owner, f"draws/{scored.draw_id}/evaluations")

    assert (status, told["next"]) == (200, None)
    (row,) = told["evaluations"]
    assert (row["id"], row["pi"], row["state"]) == (str(scored.pk), "1.000000000000", "submitted")
    assert (row["score"], row["passed"], row["by"], row["due_at"]) == (
        92.0,
        True,
        desk.auditor.username,
        None,
    )
    assert get(desk.owner, f"draws/{scored.draw_id}/evaluations?after=x")[0] == 400


def test_who_scores_again_is_told_nothing_of_the_first_score(desk, now, get):
    """F2, F6: neither in the list of the draw nor in what waits for him."""
    other = made.another_auditor(desk, now)
    first = made.scored_evaluation(desk, now, delivery="fail")
    second_scores.choose_due(at=now)

    (row,) = get(other, f"draws/{first.draw_id}/evaluations")[1]["evaluations"]
    (waiting,) = get(other, "evaluations")[1]["evaluations"]
    (known,) = get(desk.auditor, f"draws/{first.draw_id}/evaluations")[1]["evaluations"]

    for told in (row, waiting):
        assert (told["state"], told["score"], told["passed"], told["by"]) == ("drawn", None, None, None)
    assert (known["state"], known["score"]) == ("submitted", 92.0)
    assert get(desk.auditor, "evaluations")[1]["evaluations"] == []


def test_a_reviewer_who_is_a_stratum_is_told_by_his_pseudonym(desk, now, get):
    evaluation = made.drawn_evaluation(desk, now)
    stratum = f"high/reviewed/reviewer={desk.reviewer.pk}"
    Draw.objects.update(strata=[{"stratum": stratum, "size": 1, "weight": "2", "drawn": 1}])
    Evaluation.objects.update(stratum=stratum)
    path = f"draws/{evaluation.draw_id}"
    pseudonym = pseudonyms.of(desk.process.pk, desk.reviewer.pk)

    told = [
        get(desk.auditor, path)[1]["strata"][0]["stratum"],
        get(desk.auditor, f"{path}/evaluations")[1]["evaluations"][0]["stratum"],
    ]
    waiting = get(desk.auditor, "evaluations")[1]["evaluations"][0]["stratum"]
    memberships.grant(
        user=desk.auditor,
        organisation=desk.process.provider,
        role=Role.TEAM_LEAD,
        process=desk.process,
        by=None,
        at=now,
    )
    named = get(desk.auditor, path)[1]["strata"][0]["stratum"]

    assert told == [f"high/reviewed/reviewer={pseudonym}"] * 2
    assert waiting == f"high/reviewed/reviewer={strata.ONE_REVIEWER}"
    assert named == f"high/reviewed/reviewer={desk.reviewer.name}"
