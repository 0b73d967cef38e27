"""The shapes of the proofs' replies, for the description of the API (OpenAPI). They describe and never decide."""

from rest_framework import serializers


def _hash(text: str) -> serializers.CharField:
    return serializers.CharField(help_text=f"{text}, base64.")


class EntrySerializer(serializers.Serializer):
    index = serializers.IntegerField(allow_null=True, help_text="Its place in the log; null while it waits.")
    uid = serializers.UUIDField(allow_null=True, help_text="Null where the body is withheld.")
    leaf = _hash("The hash of the bytes as they stand now")
    body = serializers.CharField(allow_null=True, help_text="The bytes that were hashed, base64.")
    withheld = serializers.CharField(
        help_text="Why there is no body, in a sentence; empty where there is one."
    )


class EntriesSerializer(serializers.Serializer):
    log = serializers.CharField()
    size = serializers.IntegerField(help_text="Of the newest published tree.")
    entries = EntrySerializer(many=True)


class EventSerializer(EntrySerializer):
    log = serializers.CharField()
    proof = serializers.CharField(
        allow_null=True, help_text="C2SP tlog-proof; null while no checkpoint covers it."
    )


class InclusionSerializer(serializers.Serializer):
    log = serializers.CharField()
    index = serializers.IntegerField()
    size = serializers.IntegerField()
    hashes = serializers.ListField(child=serializers.CharField(), help_text="From the leaf up, base64.")


class ConsistencySerializer(serializers.Serializer):
    log = serializers.CharField()
    to = serializers.IntegerField()
    hashes = serializers.ListField(child=serializers.CharField(), help_text="Base64.")

    def get_fields(self) -> dict[str, serializers.Field]:
        # `from` is a word of the language, and still the right name for it.
        return {**super().get_fields(), "from": serializers.IntegerField()}
