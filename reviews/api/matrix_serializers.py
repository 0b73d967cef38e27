"""The escalation matrix as programs send and read it."""

from rest_framework import serializers

from contracts.enums import Channel, Party
from reviews.api import comparing

_SEEN = "The edits of the draft as you read it: another edit since then is answered with 409."


class LevelSerializer(serializers.Serializer):
    name = serializers.CharField(max_length=40)
    person = serializers.CharField(help_text="The login of somebody who may decide escalations here.")
    deputy = serializers.CharField(allow_null=True, required=False)
    calendar = serializers.CharField(help_text="The name of hours the process has agreed on.")
    ack_minutes = serializers.IntegerField(min_value=1)
    resolve_minutes = serializers.IntegerField(min_value=1)
    channel = serializers.ChoiceField(choices=Channel.choices(), required=False)
    authority = serializers.CharField(max_length=120, required=False, allow_blank=True)


class RowSerializer(serializers.Serializer):
    trigger_class = serializers.CharField()
    severity = serializers.IntegerField(allow_null=True)
    levels = LevelSerializer(many=True)


class FinalSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    category = serializers.CharField()
    min_value = serializers.CharField(allow_null=True)
    party = serializers.ChoiceField(choices=Party.choices())
    person = serializers.CharField()
    deputy = serializers.CharField(allow_null=True)


class MatrixSerializer(serializers.Serializer):
    version = serializers.IntegerField()
    state = serializers.CharField()
    edits = serializers.IntegerField(
        help_text="Send it with an edit: somebody else's is then not overwritten."
    )
    note = serializers.CharField()
    review_by = serializers.DateField(allow_null=True)
    author = serializers.CharField(allow_null=True)
    rows = RowSerializer(many=True)
    final_decisions = FinalSerializer(many=True)


class MatrixListSerializer(serializers.Serializer):
    versions = serializers.ListField(child=serializers.DictField())


class PutRowSerializer(serializers.Serializer):
    edits = serializers.IntegerField(help_text=_SEEN)
    levels = LevelSerializer(many=True)


class PutFinalSerializer(serializers.Serializer):
    edits = serializers.IntegerField(help_text=_SEEN)
    category = serializers.CharField()
    min_value = serializers.CharField(required=False, allow_null=True)
    person = serializers.CharField()
    deputy = serializers.CharField(required=False, allow_null=True)


class DescribeSerializer(serializers.Serializer):
    edits = serializers.IntegerField(help_text=_SEEN)
    note = serializers.CharField(max_length=300, allow_blank=True, required=False)
    review_by = serializers.DateField(allow_null=True, required=False)


class ActSerializer(serializers.Serializer):
    edits = serializers.IntegerField(
        required=False, help_text="Required for `propose`: the edits of the draft as read."
    )
    against = comparing.field("`approve` and `restore`")
    reason = serializers.CharField(required=False, help_text="For `reject`.")
