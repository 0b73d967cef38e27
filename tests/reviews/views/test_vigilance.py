"""The pages of vigilance: one's own figures with their formulas, a team by name, and for a client by pseudonym alone."""

from datetime import timedelta

import pytest
from django.urls import reverse

from contracts.models import User
from reviews.models import VigilanceAction, VigilanceNotice
from reviews.selectors import pseudonyms
from reviews.services import vigilance
from tests import counting
from tests.factories import vigilance as watched

MINE, TEAMS = "/vigilance/mine/", "/vigilance/"


@pytest.fixture
def desk(world):
    return world.north


@pytest.fixture
def red(desk, now):
    """An hour ago he approved fifty within seconds."""
    return watched.red(desk, now - timedelta(hours=1))


def api(desk) -> str:
    return reverse("reviews:api_vigilance", args=[desk.process.code])


def test_the_notice_comes_before_anything_is_measured(desk, log_in):
    reviewer = log_in(desk.reviewer)

    start = reviewer.get(reverse("reviews:queues")).content.decode()
    before = reviewer.get(MINE).content.decode()
    reviewer.post(reverse("reviews:vigilance_acknowledge"))
    after = reviewer.get(MINE).content.decode()

    assert "Take note of what is measured" in start
    assert "I have taken note" in before
    assert "I have taken note" not in after
    assert VigilanceNotice.objects.get().reviewer == desk.reviewer
    assert "Take note of what is measured" not in reviewer.get(reverse("reviews:queues")).content.decode()


def test_a_reviewer_sees_his_own_figures_with_their_formulas(desk, red, log_in):
    (figures,) = log_in(desk.reviewer).get(MINE).context["page"].figures

    (dwell,) = [signal for signal in figures.signals if signal.name == "Time to read"]
    assert (figures.band.label, figures.process) == ("Red", desk.process.code)
    assert (dwell.found, dwell.limit, dwell.weight, dwell.state) == (
        "100 % of 50",
        "25 %",
        "30 of 100",
        "Raised",
    )
    assert "238 words" in dwell.formula
    assert "second reviewer" in figures.follows


def test_others_see_nothing_of_it_on_their_own_page(desk, red, log_in):
    for who in (desk.second, desk.viewer):
        assert log_in(who).get(MINE).context["page"].figures == []


def test_a_comment_stands_beside_the_figures_and_before_the_lead(desk, red, log_in):
    reviewer, address = (
        log_in(desk.reviewer),
        reverse("reviews:vigilance_comment", args=[watched.signal(desk.reviewer).pk]),
    )

    empty = reviewer.post(address, {"comment": "  "})
    reviewer.post(address, {"comment": "Fifty copies of one invoice"})

    assert empty.status_code == 400
    assert "Write what you want to say." in empty.content.decode()
    assert "Fifty copies of one invoice" in reviewer.get(MINE).content.decode()
    assert "Fifty copies of one invoice" in log_in(desk.lead).get(TEAMS).content.decode()
    assert "Fifty copies" not in log_in(desk.viewer).get(TEAMS).content.decode()


def test_a_lead_sees_names_with_reasons_and_who_took_no_note(desk, red, log_in):
    (team,) = log_in(desk.lead).get(TEAMS).context["page"]
    first, others = team.people[0], team.people[1:]

    assert (first.name, first.band.label, first.acknowledged) == (desk.reviewer.name, "Red", True)
    assert "Half of the last 50 too fast to read" in first.why
    assert first.follows == "Second review of costly steps"
    assert desk.second.name in {person.name for person in others}
    assert not any(person.acknowledged for person in others)


def test_the_board_of_a_client_leads_there(desk, red, log_in):
    board = log_in(desk.viewer).get(reverse("governance:board_process", args=[desk.process.code]))

    text = board.content.decode()
    assert "1 red" in text
    assert f'href="{TEAMS}"' in text


def test_a_lead_clears_with_a_reason(desk, red, log_in):
    lead, address = log_in(desk.lead), reverse("reviews:vigilance_clear", args=[red.pk])

    refused = lead.post(address, {"reason": "ok"})
    assert VigilanceAction.objects.get().cleared_at is None
    cleared = lead.post(address, {"reason": "We went through ten cases"}, follow=True)

    assert (refused.status_code, cleared.status_code) == (400, 200)
    assert 'value="ok"' in refused.content.decode()
    assert VigilanceAction.objects.get().cleared_by == desk.lead
    assert not any(person.action for person in cleared.context["page"][0].people)


@pytest.mark.parametrize("who", ["viewer", "owner", "admin", "auditor", "overseer"])
def test_everybody_else_sees_pseudonyms_and_no_name_of_staff(who, world, desk, red, log_in):
    reader = log_in(getattr(world, who, None) or desk.cast[who])

    page, told = reader.get(TEAMS), reader.get(api(desk))

    for response in (page, told):
        text = _without_reader(response.content.decode(), response.wsgi_request.user)
        assert pseudonyms.of(desk.process.pk, desk.reviewer.pk) in text
        for person in User.objects.filter(organisation=world.provider):
            assert person.name not in text
            assert person.username not in text
            assert str(person.pk) not in text
    assert {one["action"] for one in told.json()["reviewers"]} == {None, "red"}


def _without_reader(text: str, reader: User) -> str:
    """The frame greets the reader himself."""
    return text.replace(reader.name, "").replace(reader.username, "")


def test_the_same_reviewer_has_another_pseudonym_on_another_process(world):
    north, south = world.north, world.south

    assert pseudonyms.of(north.process.pk, north.reviewer.pk) != pseudonyms.of(
        south.process.pk, north.reviewer.pk
    )


def test_another_desk_sees_nothing_of_it(world, desk, red, log_in):
    south = log_in(world.south.lead)

    codes = [team.code for team in south.get(TEAMS).context["page"]]

    assert codes == [world.south.process.code]
    assert south.get(api(desk)).status_code == 404
    assert (
        south.post(reverse("reviews:vigilance_clear", args=[red.pk]), {"reason": "It looks fine"}).status_code
        == 404
    )
    assert VigilanceAction.objects.get().cleared_at is None


def test_the_api_tells_a_reviewer_what_the_page_tells(desk, red, log_in):
    told = log_in(desk.reviewer).get(reverse("reviews:api_vigilance_mine")).json()

    (process,) = told["processes"]
    assert (process["process"], process["band"], process["action"], process["overrides"]) == (
        desk.process.code,
        "red",
        "red",
        ["fast"],
    )
    assert told["acknowledged_at"]


def test_pages_ask_a_fixed_number_of_queries(desk, now, log_in):
    lead, reviewer = log_in(desk.lead), log_in(desk.reviewer)
    before = now - timedelta(hours=2)
    vigilance.acknowledge(by=desk.reviewer, at=before)
    watched.swept(watched.approved(desk, desk.reviewer, 1, before)[-1].decided_at)
    few = [counting.queries(lead, TEAMS), counting.queries(reviewer, MINE)]

    for user in (desk.second, desk.lead, desk.senior):
        vigilance.acknowledge(by=user, at=before)
        last = watched.approved(desk, user, 2, before)[-1].decided_at
    watched.swept(last)

    assert [counting.queries(lead, TEAMS), counting.queries(reviewer, MINE)] == few
    assert few == [counting.written("reviews:vigilance"), counting.written("reviews:vigilance_mine")]
