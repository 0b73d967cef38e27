"""Accounts: opened, closed, and their passwords."""

from audit.models import Event
from contracts.enums import UserKind
from contracts.models import User
from contracts.services import people
from tests.worlds import PASSWORD


def test_add_gives_an_agent_no_password(world, at):
    agent = people.add(
        username="bot",
        name="Bot",
        organisation=world.vendor,
        kind=UserKind.AGENT,
        password="secret",
        by=None,
        at=at,
    )

    assert not agent.has_usable_password()


def test_add_gives_nobody_a_password_that_was_not_given(world, at):
    assert not people.add(
        username="new", name="New", organisation=world.vendor, by=None, at=at
    ).has_usable_password()


def test_events_of_an_account_name_nobody(world, at):
    people.add(username="new.person", name="New Person", organisation=world.north.client, by=None, at=at)

    event = Event.objects.filter(action="person.added").order_by("pk").last()
    assert "New" not in str(event.content)
    assert event.content["client"] == "north"


def test_deactivate_closes_once(desk, at):
    people.deactivate(user=desk.viewer, by=desk.owner, at=at)
    people.deactivate(user=desk.viewer, by=desk.owner, at=at)

    assert not User.objects.get(pk=desk.viewer.pk).is_active
    assert Event.objects.filter(action="person.deactivated").count() == 1


def test_change_password_replaces_it(desk, at):
    people.change_password(user=desk.viewer, password="a-new-one-for-tests", at=at)

    found = User.objects.get(pk=desk.viewer.pk)
    assert found.check_password("a-new-one-for-tests")
    assert not found.check_password(PASSWORD)
    assert "a-new-one" not in str(Event.objects.get(action="auth.password_changed").content)


def test_logged_in_is_on_the_trail_of_the_persons_client(world, at):
    people.logged_in(user=world.north.viewer, method="password", at=at)
    people.logged_in(user=world.north.lead, method="password", at=at)

    client, platform = Event.objects.filter(action="auth.logged_in").order_by("pk")
    assert client.log_id != platform.log_id
    assert User.objects.get(pk=world.north.viewer.pk).last_login == at
