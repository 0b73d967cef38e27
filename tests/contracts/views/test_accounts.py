"""The door: coming in, being shut out, going out, changing the password."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from audit.models import Event
from contracts.models import User
from contracts.services import people
from tests.worlds import PASSWORD

LOGIN, LOGOUT, CHANGE = (reverse(f"contracts:{name}") for name in ("login", "logout", "password_change"))
SENTENCE = "This user name and password do not belong together."
NEW = "another-horse-battery"


def enter(username="north_viewer", password=PASSWORD, client=None, **more):
    client = client or Client()
    return client.post(LOGIN, {"username": username, "password": password, **more}), client


def inside(client):
    return "_auth_user_id" in client.session


def test_login_shows_the_form_to_anybody(db):
    response = Client().get(LOGIN)

    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"] or "max-age=0" in response["Cache-Control"]


def test_login_leads_home_and_is_on_the_trail(desk):
    response, client = enter()

    assert (response.status_code, response["Location"]) == (302, "/")
    assert inside(client)
    assert Event.objects.get(action="auth.logged_in").facts == {"method": "password"}


def test_login_gives_the_session_a_new_key(desk):
    client = Client()
    session = client.session
    session["planted"] = "yes"
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key

    enter(client=client)

    assert inside(client)
    assert client.session.session_key != session.session_key


@pytest.mark.parametrize(
    "username, password",
    [
        pytest.param("north_viewer", "wrong", id="_case a wrong password"),
        pytest.param("nobody", PASSWORD, id="_case an unknown name"),
        pytest.param("north_agent", PASSWORD, id="_case an agent"),
        pytest.param("north_dpo", PASSWORD, id="_case a closed account"),
        pytest.param("NORTH_VIEWER", PASSWORD, id="_case another spelling"),
    ],
)
def test_login_says_the_same_to_all_it_refuses(desk, at, username, password):
    people.deactivate(user=desk.dpo, by=None, at=at)
    User.objects.filter(pk=desk.agent.pk).update(password=desk.viewer.password)

    response, client = enter(username, password)

    assert response.status_code == 400
    assert SENTENCE in response.content.decode()
    assert not inside(client)
    assert not Event.objects.filter(action="auth.logged_in").exists()


@pytest.mark.parametrize("missing", ["username", "password"])
def test_login_says_what_is_missing_and_keeps_the_name(desk, missing):
    response, client = enter(**{missing: ""})

    page = response.content.decode()
    assert response.status_code == 400
    assert f"id_{missing}_error" in page
    assert PASSWORD not in page
    assert not inside(client)


def test_login_closes_after_five_wrong_passwords_even_for_the_right_one(desk):
    answers = [enter(password="wrong")[0].status_code for _attempt in range(5)]

    locked, client = enter()
    other, _client = enter("north_owner")

    assert answers == [400, 400, 400, 400, 429]
    assert locked.status_code == 429
    assert "The password was wrong too often" in locked.content.decode()
    assert not inside(client)
    assert other.status_code == 302


def test_login_closes_for_unknown_names_in_the_same_way(desk):
    """Otherwise the lock would tell who exists."""
    answers = [enter("nobody", "wrong")[0].status_code for _attempt in range(6)]

    assert answers == [400, 400, 400, 400, 429, 429]


def test_the_page_names_the_pause_that_is_set():
    assert timedelta(hours=settings.AXES_COOLOFF_TIME) == timedelta(minutes=15)


@pytest.mark.parametrize(
    "wanted, leads_to",
    [
        ("/agreements/", "/agreements/"),
        ("/cases/?q=a", "/cases/?q=a"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("agreements/", "/"),
        ("http://testserver/agreements/", "/"),
        ("", "/"),
    ],
)
def test_login_leads_to_pages_of_this_site_only(desk, wanted, leads_to):
    response, _client = enter(next=wanted)

    assert response["Location"] == leads_to


def test_login_keeps_where_somebody_wanted_to_go(desk):
    page = Client().get(f"{LOGIN}?next=/agreements/").content.decode()
    foreign = Client().get(f"{LOGIN}?next=//evil.example/").content.decode()

    assert 'name="next" value="/agreements/"' in page
    assert "evil" not in foreign


def test_login_sends_on_whoever_is_inside(desk, log_in):
    response = log_in(desk.viewer).get(f"{LOGIN}?next=/agreements/")

    assert (response.status_code, response["Location"]) == (302, "/agreements/")


def test_login_needs_the_token_of_the_form(desk):
    response, client = enter(client=Client(enforce_csrf_checks=True))

    assert response.status_code == 403
    assert not inside(client)


def test_logout_ends_the_session_by_post_only(desk, log_in):
    client = log_in(desk.viewer)

    looked = client.get(LOGOUT)
    still = inside(client)
    left = client.post(LOGOUT)

    assert (looked.status_code, still) == (405, True)
    assert (left.status_code, left["Location"]) == (302, LOGIN)
    assert not inside(client)


def change(client, old=PASSWORD, new=NEW, again=None):
    return client.post(CHANGE, {"old_password": old, "new_password1": new, "new_password2": again or new})


def test_change_password_keeps_this_session_and_ends_the_others(desk, log_in):
    here, elsewhere = log_in(desk.viewer), log_in(desk.viewer)

    response = change(here)

    desk.viewer.refresh_from_db()
    assert response.status_code == 302
    assert desk.viewer.check_password(NEW)
    assert here.get(CHANGE).status_code == 200
    assert elsewhere.get(CHANGE).status_code == 302
    assert Event.objects.filter(action="auth.password_changed").count() == 1


@pytest.mark.parametrize(
    "given, field",
    [
        pytest.param({"old": "wrong"}, "old_password", id="_case the current one is wrong"),
        pytest.param({"again": "something-else-1"}, "new_password2", id="_case the two differ"),
        pytest.param({"new": "short"}, "new_password1", id="_case short"),
        pytest.param({"new": "123456789012345"}, "new_password1", id="_case only digits"),
        pytest.param({"new": "north_viewer1"}, "new_password1", id="_case like the name"),
        pytest.param({"new": "x" * 300}, "new_password1", id="_case a book"),
    ],
)
def test_change_password_says_where_it_is_wrong_and_changes_nothing(desk, log_in, given, field):
    response = change(log_in(desk.viewer), **given)

    desk.viewer.refresh_from_db()
    assert response.status_code == 400
    assert f"id_{field}_error" in response.content.decode()
    assert desk.viewer.check_password(PASSWORD)


def test_change_password_counts_guesses_like_the_login(desk, log_in):
    client = log_in(desk.viewer)

    answers = [change(client, old="wrong").status_code for _attempt in range(5)]
    right = change(client)

    desk.viewer.refresh_from_db()
    assert answers == [400, 400, 400, 400, 429]
    assert right.status_code == 429
    assert desk.viewer.check_password(PASSWORD)


def test_change_password_asks_strangers_to_log_in(db):
    response = Client().get(CHANGE)

    assert response["Location"] == f"{LOGIN}?next={CHANGE}"
