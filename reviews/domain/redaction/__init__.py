"""Finding personal data in texts and JSON, masking it with tokens, and putting it back.

The originals that a redaction hands over belong in the vault and nowhere else.
"""

from reviews.domain.redaction.classes import detect_classes
from reviews.domain.redaction.detector import VERSION
from reviews.domain.redaction.redactor import Redacted, RedactedJson, redact_json, redact_text, scan_json
from reviews.domain.redaction.tokens import Numbering, restore_json, restore_text

__all__ = [
    "VERSION",
    "Numbering",
    "Redacted",
    "RedactedJson",
    "detect_classes",
    "redact_json",
    "redact_text",
    "restore_json",
    "restore_text",
    "scan_json",
]
