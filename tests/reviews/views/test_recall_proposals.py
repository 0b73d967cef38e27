"""The pages of what automatic QA proposes to recall, and of the flags that bring a person (F4)."""

from datetime import datetime, timedelta

import pytest
from django.urls import reverse

from reviews.models import ActingFlags, RecallProposal
from tests import counting, worlds
from tests.factories import consequences, qa
from tests.factories import engines as factory
from tests.worlds import Desk, World

pytestmark = pytest.mark.django_db

LIST = reverse("reviews:recalls")
WHY = "The figure stands on the attached order"


@pytest.fixture
def world(at: datetime) -> World:
    return worlds.build(at)


@pytest.fixture
def desk(world: World) -> Desk:
    return world.north


def text(response) -> str:
    return " ".join(response.content.decode().split())


def page_of(proposal: RecallProposal) -> str:
    return reverse("reviews:recall_proposal", args=[proposal.pk])


def test_f4_a_senior_finds_it_and_dismisses_it(desk: Desk, at: datetime, log_in) -> None:
    proposal = factory.proposed(desk, at)
    client = log_in(desk.senior)
    (row,) = client.get(LIST).context["proposed"]
    assert (row.url, row.flag) == (page_of(proposal), "Ungrounded figure")
    page = client.get(row.url)
    assert "Nothing that came in has the figure 98765" in text(page)
    assert reverse("reviews:recall_new", args=[proposal.interaction_id]) in text(page)
    assert reverse("governance:story", args=[proposal.interaction_id]) in text(page)
    dismiss = page.context["page"].dismiss.url

    short = client.post(dismiss, {"why": "no"})

    assert short.status_code == 400
    assert short.context["form"].errors["why"] == ["Say why it may stand. At least 10 characters."]
    assert RecallProposal.objects.get().state == "open"
    assert WHY in text(client.post(dismiss, {"why": WHY}, follow=True))
    assert client.get(LIST).context["proposed"] == []
    assert client.post(dismiss, {"why": WHY}).status_code == 409


def test_f4_recalled_on_the_page_of_recalls_it_is_settled(desk: Desk, at: datetime, log_in) -> None:
    proposal = factory.proposed(desk, at)
    client = log_in(desk.lead)

    client.post(
        client.get(page_of(proposal)).context["page"].recall.url,
        {
            "severity": "2",
            "remedy": "revoke",
            "reason_code": "WRONG_FACT",
            "explanation": "Nobody ordered this",
        },
    )

    assert client.get(LIST).context["proposed"] == []
    assert "It is recalled" in text(client.get(page_of(proposal)))


def test_f4_those_who_may_not_recall_read_why_they_may_not(desk: Desk, at: datetime, log_in) -> None:
    proposal = factory.proposed(desk, at)

    page = log_in(desk.reviewer).get(page_of(proposal))

    assert "recalled by senior reviewers, team leads and the client’s owner" in text(page)
    assert 'name="why"' not in text(page)
    assert log_in(desk.senior).get(page_of(proposal)).context["page"].dismiss.allowed


def test_f2_an_auditor_who_is_still_to_score_it_does_not_learn_of_it(
    world: World, desk: Desk, at: datetime, log_in
) -> None:
    proposal = factory.proposed(desk, at)
    consequences.drawn(desk, proposal.interaction, at)
    auditor = log_in(desk.auditor)

    assert auditor.get(LIST).context["proposed"] == []
    assert auditor.get(page_of(proposal)).status_code == 403
    assert log_in(world.south.senior).get(page_of(proposal)).status_code == 404
    assert len(log_in(desk.senior).get(LIST).context["proposed"]) == 1


def test_f4_the_administrator_says_which_flags_bring_a_person(desk: Desk, at: datetime, log_in) -> None:
    page = reverse("reviews:auto_qa_process", args=[desk.process.code])
    send = reverse("reviews:auto_qa_flags", args=[desk.process.code])
    client = log_in(desk.admin)
    assert "nothing else follows from it" in text(client.get(page))

    assert client.post(send, {"flags": ["injection", "odd"]}).status_code == 400
    assert not ActingFlags.objects.exists()
    reply = client.post(send, {"flags": ["injection", "personal_data"]}, follow=True)

    assert "Prompt injection, Personal data in the output" in text(reply)
    assert reply.context["page"].acting.said_by == desk.admin.name
    again = client.post(send, {"flags": ["injection", "personal_data"]})
    assert again.status_code == 409
    assert "Nothing would change" in text(again)
    assert "write the rules" in text(log_in(desk.governance).get(page))


def test_f4_the_list_takes_the_same_queries_however_long_it_is(desk: Desk, at: datetime, log_in) -> None:
    factory.proposed(desk, at)
    client = log_in(desk.senior)
    one = counting.queries(client, LIST)
    RecallProposal.objects.bulk_create(
        RecallProposal(
            interaction=interaction,
            process=desk.process,
            flag="figure",
            sentence="The same",
            calibration=RecallProposal.objects.get().calibration,
            opened_at=at + timedelta(minutes=1),
        )
        for interaction in qa.straight_through(desk, at, 5)
    )

    assert counting.queries(client, LIST) == one == counting.written("reviews:recalls?proposed")
    assert counting.queries(client, page_of(RecallProposal.objects.first())) == counting.written(
        "reviews:recall_proposal"
    )
