"""How rules and what becomes of them are described to programs. Nothing here decides."""

from rest_framework import serializers

from reviews.api import comparing
from reviews.domain.routing import Effect
from reviews.domain.rule_changes import Kind
from reviews.enums import RuleSetState

_STATES = ", ".join(RuleSetState)


class OpenVersionSerializer(serializers.Serializer):
    version = serializers.IntegerField()
    state = serializers.CharField(help_text=f"One of {_STATES}.")


class ProcessRulesSerializer(serializers.Serializer):
    process = serializers.CharField()
    name = serializers.CharField()
    client = serializers.CharField()
    in_force = serializers.IntegerField(allow_null=True)
    open = OpenVersionSerializer(many=True)


class ProcessesSerializer(serializers.Serializer):
    processes = ProcessRulesSerializer(many=True)


class VersionLineSerializer(OpenVersionSerializer):
    note = serializers.CharField(allow_blank=True)
    author = serializers.CharField()
    drafted_at = serializers.DateTimeField()
    activated_at = serializers.DateTimeField(allow_null=True)
    unratified = serializers.BooleanField(
        help_text="Put in force by one person alone, and by no other since."
    )


class VersionsSerializer(serializers.Serializer):
    versions = VersionLineSerializer(many=True)
    next = serializers.IntegerField(allow_null=True)


class RuleSerializer(serializers.Serializer):
    code = serializers.CharField()
    name = serializers.CharField()
    condition = serializers.JSONField()
    sentence = serializers.CharField()
    effect = serializers.ChoiceField(choices=[effect.value for effect in Effect])
    severity = serializers.IntegerField()
    trigger_class = serializers.CharField()
    rationale = serializers.CharField(allow_blank=True)
    legal_lock = serializers.BooleanField()


class RuleProblemSerializer(serializers.Serializer):
    code = serializers.CharField()
    rule = serializers.CharField(allow_blank=True)
    sentence = serializers.CharField()


class ShadowSerializer(serializers.Serializer):
    evaluated = serializers.IntegerField()
    differing = serializers.IntegerField()


class VersionSerializer(VersionLineSerializer):
    process = serializers.CharField()
    edits = serializers.IntegerField()
    based_on = serializers.IntegerField(allow_null=True)
    decision_note = serializers.CharField(allow_blank=True)
    emergency_reason = serializers.CharField(
        allow_blank=True,
        allow_null=True,
        help_text="For those who write or approve the rules; null for everybody else.",
    )
    proposed_by = serializers.CharField(allow_null=True)
    proposed_at = serializers.DateTimeField(allow_null=True)
    simulated_by = serializers.CharField(allow_null=True)
    simulated_at = serializers.DateTimeField(allow_null=True)
    decided_by = serializers.CharField(allow_null=True)
    decided_at = serializers.DateTimeField(allow_null=True)
    activate_at = serializers.DateTimeField(allow_null=True, help_text="When it comes into force by itself.")
    activated_by = serializers.CharField(allow_null=True)
    superseded_at = serializers.DateTimeField(allow_null=True)
    emergency_by = serializers.CharField(allow_null=True)
    emergency_at = serializers.DateTimeField(allow_null=True)
    ratify_until = serializers.DateTimeField(allow_null=True)
    ratified_by = serializers.CharField(allow_null=True)
    ratified_at = serializers.DateTimeField(allow_null=True)
    shadowed_at = serializers.DateTimeField(allow_null=True)
    unshadowed_at = serializers.DateTimeField(allow_null=True)
    rules = RuleSerializer(many=True)
    problems = RuleProblemSerializer(many=True, help_text="What forbids that it comes into force.")
    shadow = ShadowSerializer(allow_null=True)


class RuleChangeSerializer(serializers.Serializer):
    kind = serializers.ChoiceField(choices=[kind.value for kind in Kind])
    code = serializers.CharField()
    moved = serializers.BooleanField(help_text="It stands elsewhere in the order.")
    before = serializers.CharField(allow_null=True)
    after = serializers.CharField(allow_null=True)


class DiffSerializer(serializers.Serializer):
    to = serializers.IntegerField()
    changes = RuleChangeSerializer(many=True)

    def get_fields(self) -> dict[str, serializers.Field]:
        # `from` is a word of Python.
        return {"from": serializers.IntegerField(), **super().get_fields()}


class ProposeSerializer(serializers.Serializer):
    edits = serializers.IntegerField(required=False, help_text="`edits` of the draft as you read it.")


class ApproveSerializer(serializers.Serializer):
    against = comparing.field()
    activate_at = serializers.DateTimeField(
        required=False, help_text="Within 90 days, with its offset; at once where it is not given."
    )


class ReasonSerializer(serializers.Serializer):
    reason = serializers.CharField(max_length=300)


class EmergencySerializer(ReasonSerializer):
    against = comparing.field()
    edits = serializers.IntegerField(required=False)


class RestoreSerializer(serializers.Serializer):
    against = comparing.field()
