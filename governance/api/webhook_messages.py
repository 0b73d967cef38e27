"""What endpoints are sent, as the description of the API tells it: one webhook for each type of message."""

from drf_spectacular.utils import OpenApiWebhook, extend_schema
from rest_framework import serializers

from governance.domain.webhooks import MessageType
from reviews.api.serializers import OutcomeSerializer


class ToldInteraction(OutcomeSerializer):
    """An interaction as it stands when the message is sent: its outcome, and how its sender knows it."""

    question = None  # type: ignore[assignment]
    asked = serializers.BooleanField(
        help_text="Whether a reviewer waits for information; the agent reads the question at its outcome."
    )
    external_id = serializers.CharField(allow_blank=True)
    step = serializers.CharField()
    correlation_id = serializers.UUIDField()


class InteractionData(serializers.Serializer):
    log = serializers.CharField(help_text="The log of the client.")
    index = serializers.IntegerField(help_text="The entry of the log that this message tells of.")
    event = serializers.UUIDField(help_text="The event that stands there.")
    process = serializers.CharField()
    interaction = ToldInteraction()


class CheckpointData(serializers.Serializer):
    log = serializers.CharField()
    size = serializers.IntegerField(help_text="How many entries the signed tree has.")
    root = serializers.CharField(help_text="Its root hash, in base64.")  # type: ignore[assignment]
    note = serializers.CharField(help_text="The signed note (C2SP tlog-checkpoint) with its cosignatures.")


class InteractionMessage(serializers.Serializer):
    type = serializers.CharField()
    timestamp = serializers.DateTimeField(help_text="When it happened.")
    data = InteractionData()  # type: ignore[assignment]


class CheckpointMessage(serializers.Serializer):
    type = serializers.CharField()
    timestamp = serializers.DateTimeField(help_text="When it was signed.")
    data = CheckpointData()  # type: ignore[assignment]


def _described(kind: MessageType) -> OpenApiWebhook:
    message = CheckpointMessage if kind is MessageType.CHECKPOINT else InteractionMessage
    return OpenApiWebhook(
        kind.value,
        extend_schema(
            summary=kind.label,
            description=(
                "Messages of one endpoint come in the order of the log, one after the other, at least once. Any status from "
                "200 to 299 within 5 seconds takes it; everything else, a redirect too, is tried again for 24 hours.\n\n"
                "Signed by Standard Webhooks: `webhook-id` is the same for every attempt, `webhook-timestamp` the seconds "
                "since 1970, `webhook-signature` holds `v1,…`, and two of them for a day after the secret was changed."
            ),
            request=message,
            responses={204: None},
        ),
    )


(released, rejected, recalled, quarantined, asked, checkpoint) = map(_described, MessageType)
