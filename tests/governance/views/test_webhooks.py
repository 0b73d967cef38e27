"""The pages of webhooks: set up, looked at, changed, tried, sent again; the secret shown once (design §7)."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from governance.domain.webhooks import DeliveryState
from governance.models import Delivery, Subscription
from governance.selectors import webhooks as selector
from governance.services import webhook_secrets, webhooks
from tests import worlds
from tests.counting import queries, written
from tests.factories import webhooks as hooked
from tests.worlds import Desk, World

pytestmark = pytest.mark.django_db
LogIn = Callable[[object], Client]
LIST, NEW = "/webhooks/", "/webhooks/new/"


@pytest.fixture
def now() -> datetime:
    return timezone.now()


@pytest.fixture
def world(db: None, now: datetime) -> World:
    return worlds.build(now)


@pytest.fixture
def desk(world: World) -> Desk:
    return world.north


def sent(desk: Desk, **changes: object) -> dict[str, object]:
    return {
        "name": "Warehouse",
        "url": "https://warehouse.example.org/hooks",
        "types": ["interaction.released", "checkpoint.published"],
        "processes": [str(desk.process.pk)],
        **changes,
    }


def text(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def address(subscription: Subscription, act: str = "") -> str:
    return f"/webhooks/{subscription.pk}/{act}"


def test_a_webhook_is_set_up_and_its_secret_shown_once(desk: Desk, log_in: LogIn) -> None:
    client = log_in(desk.admin)

    response = client.post(NEW, sent(desk))
    made = Subscription.objects.get()
    first, second = text(client, response.url), text(client, response.url)

    assert response.url == address(made)
    assert (made.name, made.types) == ("Warehouse", ["checkpoint.published", "interaction.released"])
    secret = webhook_secrets.secret(made)
    assert secret in first
    assert "shown this once" in first
    assert secret not in second
    assert secret not in text(log_in(desk.owner), response.url)


def test_another_secret_is_shown_once_to_whoever_made_it(desk: Desk, now: datetime, log_in: LogIn) -> None:
    one = hooked.endpoint(desk, now)
    client = log_in(desk.owner)

    assert client.post(address(one, "rotate/")).url == address(one)
    one.refresh_from_db()
    secret = webhook_secrets.secret(one)

    assert secret not in text(log_in(desk.admin), address(one))
    assert secret in text(client, address(one))
    assert secret not in text(client, address(one))
    assert "the one before it signs along until" in text(client, address(one))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"url": "http://warehouse.example.org"}, "nothing is sent without encryption"),
        ({"url": "https://10.0.0.1/"}, "not on the public internet"),
        ({"name": ""}, "This field is required"),
        ({"types": []}, "Choose at least one."),
        ({"processes": []}, "Choose at least one process."),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_what_was_typed_stays(
    desk: Desk, log_in: LogIn, changes: dict[str, object], sentence: str
) -> None:
    response = log_in(desk.admin).post(NEW, sent(desk, **changes))

    assert response.status_code == 400
    assert sentence in response.content.decode()
    assert "warehouse.example.org" in response.content.decode() or "10.0.0.1" in response.content.decode()
    assert not Subscription.objects.exists()


def test_processes_of_others_cannot_be_chosen(world: World, log_in: LogIn) -> None:
    client = log_in(world.north.admin)

    assert "SOUTH-AP" not in text(client, NEW)
    assert client.post(NEW, sent(world.south)).status_code == 400
    assert not Subscription.objects.exists()
    assert client.post(NEW, sent(world.north)).status_code == 302


def test_the_list_is_of_ones_own(world: World, now: datetime, log_in: LogIn) -> None:
    hooked.endpoint(world.north, now, name="Northern")
    hooked.endpoint(world.south, now, name="Southern")

    assert "Northern" in text(log_in(world.north.admin), LIST)
    assert "Southern" not in text(log_in(world.north.admin), LIST)
    assert "There is no webhook you can see" in text(log_in(world.north.lead), LIST)
    assert "There is no webhook you can see" in text(log_in(world.stranger), LIST)
    assert "No webhooks yet" not in text(log_in(world.south.admin), LIST)


def test_the_navigation_leads_there_whoever_may(desk: Desk, log_in: LogIn) -> None:
    assert f'href="{LIST}"' in text(log_in(desk.admin), "/board/")
    assert f'href="{LIST}"' not in text(log_in(desk.lead), "/board/")


def test_the_delivery_log_says_what_came_back(desk: Desk, now: datetime, log_in: LogIn) -> None:
    one = hooked.endpoint(desk, now)
    for _ in range(5):
        hooked.released(desk, now)
    hooked.catch_up()
    outcomes = [
        {"state": DeliveryState.DELIVERED, "status": 204, "attempts": 1, "ended_at": now},
        {"state": DeliveryState.PASSED_OVER, "error": webhooks.PASSED_OVER, "ended_at": now},
        {"status": 503, "attempts": 3},
        {"status": 404, "attempts": 1},
        {"error": "There was no whole reply within 5 seconds.", "attempts": 2},
    ]
    for delivery, outcome in zip(hooked.line(one), outcomes, strict=True):
        Delivery.objects.filter(pk=delivery.pk).update(**outcome)

    page = text(log_in(desk.admin), address(one))

    for sentence in (
        "Taken (204)",
        webhooks.PASSED_OVER,
        "It failed to take the message (503)",
        "It refused the message (404)",
        "There was no whole reply within 5 seconds.",
    ):
        assert sentence in page
    assert reverse("governance:story", args=[hooked.line(one)[0].interaction]) in page


def test_the_delivery_log_has_pages(
    desk: Desk, now: datetime, log_in: LogIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selector, "PAGE", 2)
    one = hooked.endpoint(desk, now)
    for _ in range(5):
        hooked.quarantined(desk, now)
    hooked.catch_up()
    client = log_in(desk.admin)
    seen, where = [], address(one)

    while where:
        context = client.get(where).context
        seen.append([line.message for line in context["lines"]])
        where = context["next_url"] and address(one) + context["next_url"]

    messages = [delivery.message for delivery in reversed(hooked.line(one))]
    assert seen == [messages[:2], messages[2:4], messages[4:]]
    assert client.get(address(one) + "?before=x").status_code == 200


def test_a_failing_and_a_disabled_webhook_say_so(desk: Desk, now: datetime, log_in: LogIn) -> None:
    one = hooked.endpoint(desk, now)
    hooked.released(desk, now)
    hooked.catch_up()
    client = log_in(desk.admin)
    Subscription.objects.update(failing_since=now, failures=4, retry_after=now + timedelta(hours=1))

    failing = text(client, address(one))
    client.post(address(one, "disable/"))
    disabled = text(client, address(one))

    assert "in 4 attempts" in failing
    assert "next attempt" in failing
    assert webhooks.BY_HAND in disabled
    assert "Enable" in disabled
    assert "Send a test message" not in disabled
    assert "next attempt" not in disabled


def test_the_acts_of_the_page(desk: Desk, now: datetime, log_in: LogIn) -> None:
    one = hooked.endpoint(desk, now)
    client = log_in(desk.owner)

    for act in ("test/", "disable/", "enable/"):
        assert client.post(address(one, act)).url == address(one)
    assert client.post(address(one, "change/"), sent(desk, name="Renamed")).url == address(one)
    one.refresh_from_db()

    assert (one.name, one.disabled_at, Delivery.objects.get().type) == ("Renamed", None, "webhook.test")
    again = client.post(address(one, "enable/"))
    assert again.status_code == 409
    assert "This webhook is not disabled." in again.content.decode()


def test_change_shows_what_it_is_told(desk: Desk, now: datetime, log_in: LogIn) -> None:
    one = hooked.endpoint(desk, now)

    form = log_in(desk.admin).get(address(one, "change/")).context["form"]

    assert (form["name"].value(), form["url"].value()) == (one.name, one.url)
    assert form["types"].value() == one.types
    assert form["processes"].value() == [str(desk.process.pk)]


@pytest.mark.parametrize("wrong", ["", "x", "-1", "999999"])
def test_send_again_refuses_an_entry_that_is_not_there(
    desk: Desk, now: datetime, log_in: LogIn, wrong: str
) -> None:
    one = hooked.endpoint(desk, now)

    response = log_in(desk.admin).post(address(one, "replay/"), {"from_index": wrong})

    assert response.status_code == 400
    assert "1 thing" not in response.content.decode()
    assert response.context["form"].errors["from_index"]
    one.refresh_from_db()
    assert one.run == 1


def test_send_again_and_go_on_from_now(desk: Desk, now: datetime, log_in: LogIn) -> None:
    one = hooked.endpoint(desk, now)
    stood = one.position
    hooked.released(desk, now)
    hooked.catch_up()
    client = log_in(desk.admin)

    client.post(address(one, "replay/"), {"from_index": "0"})
    one.refresh_from_db()
    assert (one.run, one.position) == (2, 0)
    client.post(address(one, "replay/"), {"now": "1"})
    one.refresh_from_db()
    assert one.run == 3
    assert one.position > stood


def test_the_pages_take_the_queries_that_are_written_down(desk: Desk, now: datetime, log_in: LogIn) -> None:
    client = log_in(desk.admin)
    for _ in range(3):
        one = hooked.endpoint(desk, now)
    for _ in range(3):
        hooked.released(desk, now)
    hooked.catch_up()

    assert queries(client, LIST) == written("governance:webhooks")
    assert queries(client, address(one)) == written("governance:webhook")
