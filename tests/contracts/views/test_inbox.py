"""A person's inbox: his own messages, newest first, marked by him alone."""

from datetime import timedelta

import pytest
from django.urls import reverse

from contracts.models import Notification
from contracts.selectors import inbox
from contracts.services import notifications
from tests import counting

INBOX, READ = reverse("contracts:inbox"), reverse("contracts:inbox_read")


@pytest.fixture
def messages(desk, at):
    """Thirty-five messages for the lead, two at each minute, and one for somebody else."""
    Notification.objects.all().delete()
    told = [
        notifications.notify(
            user=desk.lead,
            subject=f"Message {number}",
            body="<b>Look</b>",
            link="/cases/7/",
            at=at + timedelta(minutes=number // 2),
        )
        for number in range(inbox.PAGE + 5)
    ]
    notifications.notify(user=desk.ops, subject="For another", body="", link="", at=at)
    return told


def subjects(response):
    return [message.subject for message in response.context["inbox"].messages]


def test_inbox_lists_ones_own_newest_first_page_by_page(desk, messages, log_in):
    client = log_in(desk.lead)

    first = client.get(INBOX)
    second = client.get(first.context["inbox"].older_url)

    assert len(subjects(first)) == inbox.PAGE
    shown = subjects(first) + subjects(second)
    assert sorted(shown) == sorted(message.subject for message in messages)
    assert shown[0] in {"Message 34", "Message 33"}
    assert second.context["inbox"].older_url == ""
    assert "&lt;b&gt;Look" in first.content.decode()
    assert 'href="/cases/7/"' in first.content.decode()


@pytest.mark.parametrize(
    "before", ["x", "1_2", "nan_7", "inf_0199c0de-0000-7000-8000-000000000000", "1e99_x"]
)
def test_inbox_refuses_a_damaged_link(desk, log_in, before):
    assert log_in(desk.lead).get(INBOX, {"before": before}).status_code == 400


@pytest.mark.parametrize("link", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_inbox_links_into_this_site_only(desk, at, log_in, link):
    notifications.notify(user=desk.lead, subject="Here", body="", link=link, at=at)

    assert "evil" not in log_in(desk.lead).get(INBOX).content.decode()


def test_inbox_says_when_it_is_empty(world, log_in):
    assert "No messages" in log_in(world.stranger).get(INBOX).content.decode()


def test_read_marks_one(desk, messages, log_in):
    response = log_in(desk.lead).post(READ, {"id": messages[0].pk})

    assert response["Location"] == INBOX
    assert set(Notification.objects.filter(read_at__isnull=False)) == {messages[0]}


def test_read_marks_all_of_ones_own(desk, messages, log_in):
    log_in(desk.lead).post(READ)

    unread = Notification.objects.filter(read_at__isnull=True)
    assert [one.user for one in unread] == [desk.ops]


def test_read_leaves_other_peoples_messages(desk, messages, log_in):
    client = log_in(desk.lead)
    foreign = Notification.objects.get(user=desk.ops)

    client.post(READ, {"id": foreign.pk})
    damaged = client.post(READ, {"id": "x"})
    looked = client.get(READ)

    foreign.refresh_from_db()
    assert foreign.read_at is None
    assert (damaged.status_code, looked.status_code) == (400, 405)


def test_the_frame_counts_what_is_unread(desk, messages, log_in):
    page = log_in(desk.ops).get(reverse("contracts:agreements"))

    assert page.context["frame"].unread == 1


def test_inbox_asks_a_fixed_number_of_queries(desk, messages, log_in):
    many = counting.queries(log_in(desk.lead), INBOX)
    few = counting.queries(log_in(desk.ops), INBOX)

    assert few == many == counting.written("contracts:inbox")
