"""The board through its addresses: figures, intervals, the lists behind them (G1, §5.1)."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from audit.models import Log
from audit.services import projecting
from contracts.models import Process
from governance.domain import telemetry
from governance.presenters import board as presenter
from governance.selectors import board as selector
from governance.selectors.live import Live
from reviews.enums import Verdict
from reviews.models import Draw
from reviews.services import autoqa, claims, decisions, draws, intake, release, targeted_draws, workspace
from reviews.services.decisions import Answer
from tests import worlds
from tests.caught_up import catch_up
from tests.factories import halts, qa, reviews

pytestmark = pytest.mark.django_db


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user, backend="contracts.backends.People")
    return client


def work(desk, at, count: int, changed: int, straight: int) -> None:
    """`count` reviewed interactions, `changed` of them overridden, and `straight` straight-through ones."""
    payloads = [worlds.payload(desk, amount="6000.00") for _ in range(count)]
    payloads += [worlds.payload(desk) for _ in range(straight)]
    intake.accept(payloads=payloads, agent=desk.agent, key=desk.key, at=at)
    for number in range(count):
        case = claims.next_case(user=desk.reviewer, at=at).case_id
        for panel in worlds.EVIDENCE:
            workspace.open_evidence(case_id=case, user=desk.reviewer, panel=panel["name"], at=at)
        answer = (
            Answer(Verdict.OVERRIDE, {"decision": "hold"}, "WRONG_FACT")
            if number < changed
            else Answer(Verdict.APPROVE)
        )
        decisions.decide(case_id=case, user=desk.reviewer, answer=answer, at=at)
    release.release_due(at=at + timedelta(seconds=9))
    catch_up()


@pytest.fixture
def busy():
    at = timezone.now() - timedelta(minutes=5)
    world = worlds.build(at)
    work(world.north, at, count=8, changed=2, straight=5)
    return world


def test_figures_count_what_happened(busy):
    [figures] = selector.figures(busy.north.lead, timezone.now())

    assert (figures.total, figures.straight_through, figures.decided, figures.changed) == (13, 5, 8, 2)
    assert (figures.live.waiting, figures.live.oldest, figures.quarantined) == (0, None, 0)


def test_figures_take_the_same_number_of_queries_for_one_process_and_for_two(busy, django_assert_num_queries):
    with django_assert_num_queries(14):
        assert len(selector.figures(busy.north.lead, timezone.now())) == 1
    with django_assert_num_queries(14):
        assert len(selector.figures(busy.overseer, timezone.now())) == 2


def test_tiles_show_the_rate_with_its_wilson_interval(busy):
    [figures] = selector.figures(busy.north.lead, timezone.now())

    tiles = {tile.name: tile for tile in presenter.section(figures, timezone.now()).tiles}

    assert tiles["ADR, reviewed"].number == "25.0 %"
    assert tiles["ADR, reviewed"].interval == "7.1–59.1"
    assert tiles["Straight-through rate"].number == "38.5 %"
    assert tiles["ADR, all outputs"].number == "–"
    assert tiles["ADR, all outputs"].delta == "needs QA scores of straight-through interactions"


def test_the_time_to_halt_stands_beside_the_age_of_the_drill(busy):
    """W4, I3."""
    desk, now = busy.north, timezone.now()
    page = signed_in(desk.lead).get("/board/").content.decode()
    Process.objects.filter(pk=desk.process.pk).update(went_live_at=now - timedelta(days=120))
    overdue = signed_in(desk.lead).get("/board/").content.decode()
    asked = halts.asked(desk, now - timedelta(seconds=41), drill=True)
    halts.released(halts.engaged(desk, now, request=asked, drill=True), desk.admin, now)

    [figures] = selector.figures(desk.lead, now)
    section = presenter.section(figures, now)

    assert "never drilled" in page
    assert ("Halt drill overdue" in page, "Halt drill overdue" in overdue) == (False, True)
    tiles = {tile.name: tile for tile in section.tiles}
    assert tiles["Time to halt"].number == "41 s"
    assert tiles["Time to halt"].delta.startswith("drilled 0")
    assert "Halt drill overdue" not in {need.name for need in section.needs}


def test_coverage_is_three_layers_each_of_its_own_whole(at):
    """F10: mandatory, sampled and automatic stand side by side and are never added up."""
    desk = worlds.build(at).north
    yesterday = at - timedelta(days=1)
    qa.planned(desk, yesterday - timedelta(days=1))
    qa.straight_through(desk, yesterday, 30)
    qa.released_case(desk, yesterday)
    autoqa.score_due(at=yesterday)
    draws.draw_due(at=at)
    targeted_draws.draw_due(at=at)
    late = qa.straight_through(desk, at, 9)
    catch_up()

    [figures] = selector.figures(desk.governance, at)
    tiles = {tile.name: tile for tile in presenter.section(figures, at).tiles}

    drawn = sum(draw.size for draw in Draw.objects.filter(kind="random"))
    assert {
        name: (tile.numerator, tile.denominator)
        for name, tile in tiles.items()
        if name.startswith("Coverage")
    } == {
        "Coverage, mandatory": ("1", "40"),
        "Coverage, sampled": (f"{drawn}", "31"),
        "Coverage, automatic": ("31", "40"),
    }
    assert tiles["Coverage, automatic"].number == "77.5 %"
    autoqa.score_due(at=at)
    catch_up()
    [figures] = selector.figures(desk.governance, at)
    assert (figures.scored, len(late)) == (40, 9)


def test_coverage_of_nothing_is_no_number():
    process = type("Process", (), {"code": "P", "name": "P", "client": type("Client", (), {"name": "C"})})

    tiles = {tile.name: tile for tile in presenter.section(selector.Figures(process), timezone.now()).tiles}

    assert tiles["Coverage, automatic"].number == "–"


def test_golden_figures_of_the_catalogue():
    process = type("Process", (), {"code": "P", "name": "P", "client": type("Client", (), {"name": "C"})})
    figures = selector.Figures(process, total=1000, straight_through=700, decided=300, changed=45)
    figures.sampled = [(0.1, 70, 2)]

    tiles = {tile.name: tile for tile in presenter.section(figures, timezone.now()).tiles}

    assert (tiles["ADR, reviewed"].number, tiles["ADR, reviewed"].interval) == ("15.0 %", "11.4–19.5")
    assert tiles["ADR, all outputs"].number == "6.5 %"
    assert tiles["Straight-through rate"].number == "70.0 %"
    assert (tiles["Escape rate"].number, tiles["Escape rate"].interval) == ("2.9 %", "0.8–9.8")


@pytest.mark.parametrize("name", sorted(selector.LISTS))
def test_every_figure_opens_the_list_that_makes_it(busy, name):
    expected = {"volume": 13, "straight-through": 5, "reviewed": 8, "changed": 2, "decided": 8}.get(name, 0)

    page = signed_in(busy.north.viewer).get(f"/board/NORTH-AP/{name}/")

    assert page.status_code == 200
    assert page.content.decode().count('<th scope="row">') == expected


def test_lists_are_paged_by_keys_without_gap_or_repetition(busy, monkeypatch):
    monkeypatch.setattr(selector, "PAGE", 5)
    client, address, seen = signed_in(busy.north.viewer), "/board/NORTH-AP/volume/", []

    while address:
        page = client.get(address)
        seen += [row.url for row in page.context["rows"]]
        address = f"/board/NORTH-AP/volume/{page.context['next_url']}" if page.context["next_url"] else ""

    assert len(seen) == len(set(seen)) == 13


@pytest.mark.parametrize(
    "cursor", ["x", "2026-01-01_", "2026-01-01T00:00:00_00000000-0000-0000-0000-000000000000", "'--"]
)
def test_a_cursor_nobody_wrote_starts_at_the_first_page(busy, cursor):
    page = signed_in(busy.north.viewer).get("/board/NORTH-AP/volume/", {"after": cursor})

    assert page.status_code == 200
    assert len(page.context["rows"]) == 13


def test_a_stranger_sees_no_board_and_another_desk_not_this_one(busy):
    assert signed_in(busy.stranger).get("/board/").context["sections"] == []
    assert signed_in(busy.south.lead).get("/board/NORTH-AP/").status_code == 404
    assert signed_in(busy.south.lead).get("/board/NORTH-AP/volume/").status_code == 404


def test_the_fragment_is_the_part_that_refreshes_itself(busy):
    fragment = signed_in(busy.north.lead).get("/board/", headers={"HX-Request": "true"}).content.decode()

    assert fragment.lstrip().startswith('<div id="figures"')
    assert "<html" not in fragment


def test_the_board_says_when_its_figures_are_not_of_now(busy):
    later = timezone.now()
    intake.accept(payloads=[worlds.payload(busy.north)], agent=busy.north.agent, key=busy.north.key, at=later)

    [figures] = selector.figures(busy.north.lead, later)
    assert (figures.total, presenter.section(figures, later).notice) == (13, "")
    minutes = later + timedelta(seconds=90)
    [figures] = selector.figures(busy.north.lead, minutes)
    assert figures.total == 13
    assert presenter.section(figures, minutes).notice.startswith("Counted up to ")
    [other] = selector.figures(busy.south.lead, minutes)
    assert presenter.section(other, minutes).notice == ""

    catch_up()
    [figures] = selector.figures(busy.north.lead, minutes)
    assert (figures.total, presenter.section(figures, minutes).notice) == (14, "")


def test_the_page_shows_that_it_is_being_counted_anew(busy):
    log_id = Log.objects.get(key=busy.north.client.log_key).id
    projecting.rebuild(name="board", log_id=log_id, at=timezone.now())

    page = signed_in(busy.north.lead).get("/board/").content.decode()
    assert "These figures are being counted anew (0 of " in page

    catch_up()
    assert "counted anew" not in signed_in(busy.north.lead).get("/board/").content.decode()


def test_figures_and_lists_are_of_the_same_days(busy):
    """Today and the 27 days before, in UTC: a figure and the list that makes it begin at the same midnight."""
    at = timezone.now()
    first = telemetry.begins(at)
    for moment in (first - timedelta(seconds=1), first):
        intake.accept(
            payloads=[worlds.payload(busy.north)], agent=busy.north.agent, key=busy.north.key, at=moment
        )
    catch_up()

    [figures] = selector.figures(busy.north.lead, at)
    _, rows = selector.listing(busy.north.lead, "NORTH-AP", "volume", at, None)

    assert figures.total == len(rows) == 14
    assert figures.today == 13


def test_what_waits_is_of_now_whatever_is_counted(busy):
    at = timezone.now()
    reviews.waiting_case(busy.north, at)

    [figures] = selector.figures(busy.north.lead, at)

    assert (figures.live.waiting, figures.live.oldest, figures.total) == (1, at, 13)


def test_a_long_queue_is_told_as_many():
    process = type("Process", (), {"code": "P", "name": "P", "client": type("Client", (), {"name": "C"})})
    figures = selector.Figures(process, live=Live(waiting=1001, overdue=1001, escalated=3))

    section = presenter.section(figures, timezone.now())

    assert {tile.name: tile.number for tile in section.tiles}["Waiting"] == "1,000+"
    assert {need.name: need.number for need in section.needs} == {
        "Past their time": "1,000+",
        "Escalated": "3",
    }
