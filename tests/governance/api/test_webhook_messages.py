"""The description of the API tells what webhooks say, and they say just that."""

import json
from typing import Any

import pytest
from django.utils import timezone
from drf_spectacular.generators import SchemaGenerator

from governance.api.webhook_messages import CheckpointMessage, InteractionMessage
from governance.domain.webhooks import MessageType
from governance.models import Subscription
from governance.selectors import webhook_contents
from tests import worlds
from tests.factories import webhooks as hooked
from tests.governance import trails

pytestmark = pytest.mark.django_db


def shape(serializer: Any) -> dict[str, Any] | None:
    """The names a serializer describes, and the names inside of these."""
    if not hasattr(serializer, "fields"):
        return None
    return {name: shape(field) for name, field in serializer.fields.items()}


def told(message: Any, described: dict[str, Any]) -> dict[str, Any]:
    """The names of a message, as deep as they are described; what there is none of now counts as described."""
    return {
        name: described.get(name)
        if value is None or described.get(name) is None
        else told(value, described[name])
        for name, value in message.items()
    }


def test_every_type_of_message_is_described() -> None:
    schema = SchemaGenerator().get_schema(request=None, public=True)

    assert schema["webhooks"].keys() == set(MessageType)


def test_messages_are_as_they_are_described() -> None:
    now = timezone.now()
    desk = worlds.build(now).north
    one = hooked.endpoint(desk, now, types=frozenset(MessageType))
    hooked.released(desk, now)
    hooked.asked(desk, now)
    trails.publish("north")
    hooked.catch_up()
    subscription = Subscription.objects.select_related("client").get()

    for delivery in hooked.line(one):
        message = json.loads(webhook_contents.of(subscription, delivery).body)
        described = shape(
            CheckpointMessage() if delivery.type == MessageType.CHECKPOINT else InteractionMessage()
        )
        assert told(message, described or {}) == described
    assert len(hooked.line(one)) == 3
