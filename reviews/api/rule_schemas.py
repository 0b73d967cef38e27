"""What the description of the API says of rules."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from reviews.domain.routing import Effect

IF_MATCH = OpenApiParameter(
    name="If-Match",
    location=OpenApiParameter.HEADER,
    type=OpenApiTypes.STR,
    description="The number of edits the draft had when it was read (its `ETag`); with another number it is refused "
    "with 409. `edits` in the body says the same.",
)
_EFFECTS = [effect.value for effect in Effect]


class NoteSerializer(serializers.Serializer):
    note = serializers.CharField(max_length=300, required=False, allow_blank=True)


class DraftLineSerializer(serializers.Serializer):
    version = serializers.IntegerField()
    state = serializers.CharField()
    note = serializers.CharField(allow_blank=True)
    edits = serializers.IntegerField(
        help_text="Counts every change; send it back to change what you have seen."
    )
    author = serializers.CharField()
    based_on = serializers.IntegerField(allow_null=True, help_text="The version that was in force.")


class DraftRuleSerializer(serializers.Serializer):
    code = serializers.CharField()
    name = serializers.CharField()
    condition = serializers.JSONField(help_text="The condition as a tree of all, any, not and comparisons.")
    expression = serializers.CharField(allow_null=True, help_text="The same as a CEL expression.")
    sentence = serializers.CharField(allow_null=True, help_text="The same in words.")
    effect = serializers.CharField(help_text=f"One of {', '.join(_EFFECTS)}.")
    severity = serializers.IntegerField(min_value=1, max_value=4)
    trigger_class = serializers.CharField()
    rationale = serializers.CharField(allow_blank=True)
    legal_lock = serializers.BooleanField()


class DraftSerializer(DraftLineSerializer):
    rules = DraftRuleSerializer(many=True)


class RuleInputSerializer(serializers.Serializer):
    name = serializers.CharField(max_length=120)
    condition = serializers.JSONField(required=False, help_text="Either this or `expression`.")
    expression = serializers.CharField(required=False, help_text="Either this or `condition`.")
    effect = serializers.CharField(help_text=f"One of {', '.join(_EFFECTS)}.")
    severity = serializers.IntegerField(min_value=1, max_value=4, default=3)
    trigger_class = serializers.CharField(max_length=30, default="general")
    rationale = serializers.CharField(max_length=300, required=False, allow_blank=True)
    edits = serializers.IntegerField(required=False)


class OrderSerializer(serializers.Serializer):
    codes = serializers.ListField(child=serializers.CharField(), help_text="Every rule once, first to last.")
    edits = serializers.IntegerField(required=False)


class OperatorSerializer(serializers.Serializer):
    op = serializers.CharField()
    words = serializers.CharField()


class RuleFieldSerializer(serializers.Serializer):
    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    type = serializers.CharField()
    unit = serializers.CharField(allow_blank=True)
    choices = serializers.ListField(child=serializers.CharField())
    optional = serializers.BooleanField()
    cumulative = serializers.BooleanField(help_text="Added up over the last `window_hours` of a comparison.")
    operators = OperatorSerializer(many=True)


class CheckSerializer(serializers.Serializer):
    condition = serializers.JSONField(required=False, help_text="Either this or `expression`.")
    expression = serializers.CharField(required=False, help_text="Either this or `condition`.")


class CheckedSerializer(serializers.Serializer):
    condition = serializers.JSONField()
    expression = serializers.CharField()
    sentence = serializers.CharField()
