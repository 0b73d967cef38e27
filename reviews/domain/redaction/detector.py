"""All recognisers over one text, behind their shared pre-filter."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from reviews.domain.redaction.births import Births
from reviews.domain.redaction.cards import Cards
from reviews.domain.redaction.contexts import may_excuse
from reviews.domain.redaction.credentials import Credentials
from reviews.domain.redaction.emails import Emails
from reviews.domain.redaction.ibans import Ibans
from reviews.domain.redaction.ip_addresses import InternetAddresses
from reviews.domain.redaction.names import Names
from reviews.domain.redaction.national_ids import Lettered, Numbers
from reviews.domain.redaction.passports import Passports
from reviews.domain.redaction.phones import Phones
from reviews.domain.redaction.reading import Reading
from reviews.domain.redaction.spans import Recognizer, Span, resolve

# Goes into every report; raise it whenever a recogniser finds more or less than before.
VERSION = "patterns-1"

RECOGNIZERS: tuple[Recognizer, ...] = (
    Emails(),
    Ibans(),
    Cards(),
    Numbers(),
    Lettered(),
    Phones(),
    Passports(),
    Births(),
    InternetAddresses(),
    Credentials(),
)


# What may stand beside a masked value without any recogniser caring whether the value is still there.
_CALM_BEFORE = re.compile(r"[\s,;\"'\x00⺀-\U0010ffff]")
_CALM_AFTER = re.compile(r"[\s,;!?\"')\x00⺀-\U0010ffff]|\.(?=[\s\x00]|\Z)|\Z")
_NUMBER_NEAR = re.compile(r"[^0-9\x00]{0,24}[0-9]")


class Detection(NamedTuple):
    """The personal data in a text, in order and without overlap.

    `settled` if masking it cannot bring anything new to light, so that there is no need to look again: no
    loser sticks out from under a winner, nothing touches a value, and no value is a word that excuses a number
    after it.
    """

    spans: list[Span]
    settled: bool


def detect(text: str, *, names: Sequence[str] = (), region: str = "", filtered: bool = True) -> Detection:
    """Find the personal data in a text; tokens are never part of it.

    `region` is the ISO code of the country the text comes from ("" where it is not known); it decides how
    national telephone numbers and numbers with weak check digits are read. `filtered=False` runs every
    recogniser over everything and finds the same.
    """
    reading = Reading(text, region=region, filtered=filtered)
    found: list[Span] = []
    for recognizer in (*RECOGNIZERS, Names(names)) if names else RECOGNIZERS:
        if not filtered or recognizer.hint(reading):
            found.extend(recognizer.find(reading))
    spans, clean = resolve(found)
    settled = clean and all(_is_calm(reading, span) for span in spans)
    return Detection(spans, settled)


def _is_calm(reading: Reading, span: Span) -> bool:
    text = reading.text
    if span.start and _CALM_BEFORE.match(text, span.start - 1) is None:
        return False
    if _CALM_AFTER.match(text, span.end) is None:
        return False
    return _NUMBER_NEAR.match(text, span.end) is None or not may_excuse(reading.lower[span.start : span.end])
