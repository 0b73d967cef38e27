"""The parser of the API: JSON, read strictly, of a limited size."""

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from contracts.api import strict_json


class StrictJSONParser(BaseParser):
    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        """The value of the body. Raises RequestDataTooBig above 4 MB, ParseError for what is not strictly JSON."""
        raw = stream.read(settings.INTAKE_MAX_BYTES + 1)
        if len(raw) > settings.INTAKE_MAX_BYTES:
            raise RequestDataTooBig
        try:
            return strict_json.loads(raw)
        except ValueError as error:
            raise ParseError(f"The body is not valid JSON: {error}") from None
