"""The shapes of requests and replies, for the description of the API (OpenAPI).

They describe and never decide: a submission is checked by `reviews.domain.submission`, field by field.
"""

from typing import Any

from rest_framework import serializers

from contracts.api.replies import ProblemSerializer
from contracts.enums import Degree, HaltCause, HaltScope
from reviews.domain import submission
from reviews.enums import Disposition, InteractionState, ReasonCode, RecallState, Remedy, Verdict


def _object(text: str, **more: Any) -> serializers.JSONField:
    return serializers.JSONField(help_text=text, **more)


class FactorSerializer(serializers.Serializer):
    name = serializers.CharField()
    weight = serializers.FloatField(required=False, allow_null=True)


class CitationSerializer(serializers.Serializer):
    source = serializers.CharField()  # type: ignore[assignment]


class SubmissionSerializer(serializers.Serializer):
    """One AI output. Beside these fields the OpenTelemetry names `gen_ai.*` are taken, with a short text or a number."""

    process = serializers.RegexField(r"^[A-Za-z0-9_.:-]+$", max_length=20, help_text="Code of the process.")
    step = serializers.RegexField(r"^[A-Za-z0-9_.:-]+$", max_length=30, help_text="Code of the step in it.")
    external_id = serializers.CharField(
        required=False,
        allow_null=True,
        allow_blank=True,
        max_length=120,
        help_text="Your own name for it. The same name and content again gives the first receipt again.",
    )
    source = serializers.CharField(  # type: ignore[assignment]
        required=False, allow_null=True, allow_blank=True, max_length=80
    )
    subject_ref = serializers.CharField(
        required=False,
        allow_null=True,
        allow_blank=True,
        max_length=200,
        help_text="Whom it concerns, e.g. a supplier number: amounts add up per subject. Stored as a keyed hash.",
    )
    customer = serializers.DictField(
        child=serializers.CharField(allow_blank=True),
        required=False,
        allow_null=True,
        help_text="Names and lines of addresses to be masked wherever they stand. Not stored.",
    )
    language = serializers.RegexField(
        r"^[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,4})?$", required=False, allow_null=True, max_length=8
    )
    input = _object("What the AI was given: an object, a text or a list.")
    ai_output = _object("What it put out: an object with the fields of the step.")
    confidence = serializers.FloatField(
        required=False,
        allow_null=True,
        min_value=0,
        max_value=1,
        help_text="Missing means: a person decides.",
    )
    factors = FactorSerializer(many=True, required=False, allow_null=True)
    citations = CitationSerializer(many=True, required=False, allow_null=True)
    attributes = _object("Facts the rules may ask for, by name.", required=False, allow_null=True)
    amount = serializers.DecimalField(
        max_digits=18,
        decimal_places=2,
        required=False,
        allow_null=True,
        help_text="Text or number; needs a currency.",
    )
    currency = serializers.RegexField(r"^[A-Z]{3}$", required=False, allow_null=True, help_text="ISO 4217.")
    data_classes = serializers.ListField(
        child=serializers.CharField(max_length=40), required=False, allow_null=True
    )
    model_version = serializers.CharField(
        required=False,
        allow_null=True,
        allow_blank=True,
        max_length=120,
        help_text="Or `gen_ai.request.model`.",
    )
    model_fingerprint = serializers.RegexField(
        r"^[A-Za-z0-9_.:+/=-]+$",
        required=False,
        allow_null=True,
        allow_blank=True,
        max_length=128,
        help_text="What the model says it is made of. Another one than was registered with the version is an undeclared change.",
    )
    endpoint = serializers.CharField(required=False, allow_null=True, allow_blank=True, max_length=80)
    lineage = serializers.ListField(
        child=serializers.DictField(child=serializers.CharField(allow_blank=True)),
        required=False,
        allow_null=True,
        max_length=submission.MAX_LIST,
        help_text="Where the data came from: source_system, source_record_id, extracted_at, content_hash, …",
    )
    attestation = serializers.DictField(
        child=serializers.CharField(allow_blank=True),
        required=False,
        allow_null=True,
        help_text="Says that it was redacted upstream, by whom and with what.",
    )
    correlation_id = serializers.CharField(
        required=False,
        allow_null=True,
        allow_blank=True,
        max_length=64,
        help_text="A UUID that ties events together.",
    )


class ReasonSerializer(serializers.Serializer):
    code = serializers.CharField()
    sentence = serializers.CharField()


class StandingSerializer(serializers.Serializer):
    """Where it stands. `receipt` is the id of the event in the trail that says it was received."""

    id = serializers.UUIDField()
    disposition = serializers.ChoiceField(choices=Disposition.choices())
    state = serializers.ChoiceField(choices=InteractionState.choices())
    reasons = ReasonSerializer(many=True)
    case = serializers.UUIDField(allow_null=True)
    due_at = serializers.DateTimeField(allow_null=True)
    receipt = serializers.UUIDField()


class ReceiptSerializer(StandingSerializer):
    """What became of it."""

    duplicate = serializers.BooleanField(help_text="True where the same external_id was taken in before.")


class ReceiptOrProblemSerializer(serializers.Serializer):
    """What became of one of many: the members of its receipt, or the problem with it."""

    id = serializers.UUIDField(required=False)
    disposition = serializers.ChoiceField(choices=Disposition.choices(), required=False)
    state = serializers.ChoiceField(choices=InteractionState.choices(), required=False)
    reasons = ReasonSerializer(many=True, required=False)
    case = serializers.UUIDField(allow_null=True, required=False)
    due_at = serializers.DateTimeField(allow_null=True, required=False)
    receipt = serializers.UUIDField(required=False)
    duplicate = serializers.BooleanField(required=False)
    problem = ProblemSerializer(required=False)


class ResultSerializer(ReceiptOrProblemSerializer):
    """One line of a batch: a receipt, or the problem with it."""

    index = serializers.IntegerField(min_value=0)
    status = serializers.IntegerField(help_text="201 taken in, 200 taken in before, 4xx refused.")


class BatchSerializer(serializers.Serializer):
    results = ResultSerializer(many=True)


class InteractionSerializer(StandingSerializer):
    external_id = serializers.CharField(allow_blank=True)
    process = serializers.CharField()
    step = serializers.CharField()
    correlation_id = serializers.UUIDField()
    received_at = serializers.DateTimeField()


class HaltedSerializer(serializers.Serializer):
    """A halt in force that reaches the interaction."""

    scope = serializers.ChoiceField(choices=HaltScope.choices())
    name = serializers.CharField()
    degree = serializers.ChoiceField(choices=Degree.choices())
    cause = serializers.ChoiceField(choices=HaltCause.choices())
    since = serializers.DateTimeField()
    drill = serializers.BooleanField()


class RecallSerializer(serializers.Serializer):
    """The recall of an output that went out: stop using it, and acknowledge that you did."""

    id = serializers.UUIDField()
    state = serializers.ChoiceField(choices=RecallState.choices())
    severity = serializers.IntegerField(min_value=1, max_value=4)
    reason_code = serializers.ChoiceField(choices=ReasonCode.choices(), allow_null=True)
    remedy = serializers.ChoiceField(
        choices=Remedy.choices(), allow_null=True, help_text="Null until a person has said it."
    )
    output = serializers.DictField(allow_null=True, help_text="What takes the place of the output.")
    opened_at = serializers.DateTimeField()
    acknowledged_at = serializers.DateTimeField(allow_null=True)


class OutcomeSerializer(serializers.Serializer):
    """Where it stands. `verdict`, `output` and `reason_code` are null until it is released; a rejected output stays null,
    and so does one that was recalled: it is not `released` any more."""

    id = serializers.UUIDField()
    state = serializers.ChoiceField(choices=InteractionState.choices())
    disposition = serializers.ChoiceField(choices=Disposition.choices())
    released = serializers.BooleanField()
    verdict = serializers.ChoiceField(choices=Verdict.choices(), allow_null=True)
    output = serializers.DictField(allow_null=True)
    reason_code = serializers.CharField(allow_null=True)
    decided_at = serializers.DateTimeField(allow_null=True)
    released_at = serializers.DateTimeField(allow_null=True)
    question = serializers.CharField(allow_null=True, help_text="What a reviewer wants to know of you.")
    halted = HaltedSerializer(allow_null=True, help_text="Set while somebody has halted what it belongs to.")
    recall = RecallSerializer(allow_null=True, help_text="Set where it went out and was recalled.")


class QuestionSerializer(serializers.Serializer):
    question = serializers.CharField(max_length=10_000, help_text="What a person has to decide.")


class InformationSerializer(serializers.Serializer):
    text = serializers.CharField(max_length=10_000, help_text="Your answer to the question in the outcome.")


class RedactSerializer(serializers.Serializer):
    """Either a text or a JSON value."""

    text = serializers.CharField(required=False, allow_blank=True, max_length=200_000)
    json = _object("Any JSON value, instead of a text.", required=False)
    names = serializers.ListField(
        child=serializers.CharField(max_length=200), required=False, max_length=50, help_text="Names to mask."
    )
    region = serializers.RegexField(
        r"^[A-Z]{2}$",
        required=False,
        help_text="Country (ISO 3166) whose telephone numbers come without prefix.",
    )


class RedactedSerializer(serializers.Serializer):
    """The redacted text or value, and how many of each kind were found; never what they were."""

    text = serializers.CharField(required=False, allow_blank=True)
    json = _object("The redacted value.", required=False)
    report = _object("Version of the detectors, and the count of each kind.")


class SummarySerializer(serializers.Serializer):
    lines = serializers.IntegerField()
    created = serializers.IntegerField()
    duplicates = serializers.IntegerField()
    refused = serializers.IntegerField()
    complete = serializers.BooleanField(help_text="False where the connection broke before the last line.")


class ImportResultSerializer(ReceiptOrProblemSerializer):
    """One line of the reply to an import: the result of a line, or at the end the summary."""

    line = serializers.IntegerField(required=False, min_value=1)
    status = serializers.IntegerField(required=False)
    summary = SummarySerializer(required=False)
