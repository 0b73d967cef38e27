"""What arrives at a real receiver: signed, of what is released alone, and naming nobody (A1, design §7)."""

import base64
from datetime import datetime, timedelta

import pytest
from standardwebhooks import WebhookVerificationError

from audit.domain import note
from audit.models import Event
from audit.selectors import tree
from governance.domain.webhooks import DeliveryState, MessageType
from governance.models import Subscription
from governance.services import webhook_secrets, webhooks
from reviews.enums import Verdict
from reviews.models import Interaction
from reviews.services.decisions import Answer
from tests.factories import webhooks as hooked
from tests.governance import trails
from tests.governance.receiving import receiver
from tests.governance.services.delivering import deliver, to
from tests.worlds import Desk, World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loopback_is_allowed")]
HOUR, DAY = timedelta(hours=1), timedelta(hours=24)


# ── What arrives ─────────────────────────────────────────────────────────────────────────────────────────────


def test_a_release_arrives_signed(desk: Desk, now: datetime) -> None:
    with receiver() as there:
        subscription = to(desk, there, now)
        interaction = hooked.released(desk, now, external_id="INV-7")
        hooked.catch_up()
        assert deliver(subscription) == 1

    [request], [delivery] = there.requests, hooked.line(subscription)
    told = request.verified(webhook_secrets.secret(subscription))
    event = Event.objects.get(action="release.released")
    assert told["type"] == "interaction.released"
    assert datetime.fromisoformat(told["timestamp"]) == event.occurred_at.replace(
        microsecond=event.occurred_at.microsecond // 1000 * 1000
    )
    assert {name: told["data"][name] for name in ("log", "index", "event", "process")} == {
        "log": "north",
        "index": delivery.index,
        "event": str(event.uid),
        "process": "NORTH-AP",
    }
    about = told["data"]["interaction"]
    assert (about["id"], about["external_id"], about["step"]) == (str(interaction), "INV-7", "approve")
    assert (about["state"], about["verdict"], about["released"]) == ("released", "approve", True)
    assert about["output"] == Interaction.objects.get(pk=interaction).output
    assert request.message == delivery.message == f"msg_{event.uid.hex}"
    assert (delivery.state, delivery.status, delivery.attempts) == (DeliveryState.DELIVERED, 204, 1)


def test_another_secret_verifies_nothing(world: World, now: datetime) -> None:
    with receiver() as there:
        subscription = to(world.north, there, now)
        other = hooked.endpoint(world.south, now)
        hooked.rejected(world.north, now)
        hooked.catch_up()
        deliver(subscription)

    with pytest.raises(WebhookVerificationError):
        there.requests[0].verified(webhook_secrets.secret(other))
    with pytest.raises(WebhookVerificationError):
        there.requests[0].verified(webhook_secrets.secret(subscription, 2))
    assert there.requests[0].verified(webhook_secrets.secret(subscription))


def test_what_arrives_names_nobody_and_holds_nothing_unreleased(desk: Desk, now: datetime) -> None:
    with receiver() as there:
        subscription = to(desk, there, now)
        hooked.asked(desk, now, question="Is this Jane Doe’s order?")
        hooked.quarantined(desk, now)
        hooked.rejected(desk, now, ai_output={"comment": "Pay to DE89370400440532013000", "decision": "pay"})
        edited = Answer(Verdict.EDIT, {"comment": "Changed by hand"}, "TONE")
        hooked.released(desk, now, edited, ai_output={"comment": "IBAN DE89370400440532013000"})
        hooked.catch_up()
        deliver(subscription)

    secret = webhook_secrets.secret(subscription)
    told = [request.verified(secret) for request in there.requests]
    about = [message["data"]["interaction"] for message in told]
    assert [message["type"] for message in told] == [
        "information.asked",
        "interaction.quarantined",
        "interaction.rejected",
        "interaction.released",
    ]
    assert [one["output"] is None for one in about] == [True, True, True, False]
    assert [one["asked"] for one in about] == [True, False, False, False]
    everything = b"".join(request.body for request in there.requests).decode()
    people = [value for user in desk.cast.values() for value in (str(user.pk), user.username, user.name)]
    for private in [*people, "Jane", "DE89370400440532013000"]:
        assert private not in everything


def test_a_checkpoint_arrives_as_it_was_signed(desk: Desk, now: datetime) -> None:
    with receiver() as there:
        subscription = to(desk, there, now, types=frozenset({MessageType.CHECKPOINT}))
        size = trails.publish("north")
        hooked.catch_up()
        deliver(subscription)

    told = there.requests[0].verified(webhook_secrets.secret(subscription))
    newest = tree.latest_checkpoint("north")
    assert newest is not None
    assert told["type"] == "checkpoint.published"
    assert told["data"]["size"] == size
    assert base64.b64decode(told["data"]["root"]) == bytes(newest.root)
    opened = note.open_note(told["data"]["note"].encode(), [trails.key("north").verifier])
    assert opened is not None


def test_a_test_message_arrives(desk: Desk, now: datetime) -> None:
    with receiver() as there:
        subscription = to(desk, there, now)
        webhooks.send_test(subscription_id=subscription.pk, by=desk.admin, at=now)
        deliver(subscription)

    told = there.requests[0].verified(webhook_secrets.secret(subscription))
    assert (told["type"], told["data"]) == ("webhook.test", {"webhook": str(subscription.pk)})


def test_for_a_day_after_a_rotation_both_secrets_verify(desk: Desk, now: datetime) -> None:
    with receiver() as there:
        subscription = to(desk, there, now)
        old = webhook_secrets.secret(subscription)
        subscription = webhooks.rotate(subscription_id=subscription.pk, by=desk.admin, at=now)
        new = webhook_secrets.secret(subscription)
        webhooks.send_test(subscription_id=subscription.pk, by=desk.admin, at=now)
        deliver(subscription)
        Subscription.objects.update(rotated_at=now - DAY)
        webhooks.send_test(subscription_id=subscription.pk, by=desk.admin, at=now)
        deliver(subscription)

    first, second = there.requests
    assert old != new
    assert first.verified(old) == first.verified(new)
    assert second.verified(new)["type"] == "webhook.test"
    with pytest.raises(WebhookVerificationError):
        second.verified(old)


def test_no_secret_is_stored(desk: Desk, now: datetime) -> None:
    subscription = hooked.endpoint(desk, now)
    secret = webhook_secrets.secret(subscription)

    stored = [str(row) for row in Subscription.objects.values()]
    stored += [bytes(body).decode() for body in Event.objects.values_list("body", flat=True)]
    assert secret.removeprefix("whsec_") not in "".join(stored)
