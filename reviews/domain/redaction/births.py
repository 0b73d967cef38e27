"""Dates of birth: a date in one of many forms, after a word that says whose day it is."""

import re
from collections.abc import Iterator

from reviews.domain.redaction.reading import Reading
from reviews.domain.redaction.spans import Span

_WORDS = ("born", "birth", "dob", "d.o.b", "geb", "生", "誕生日")
_MONTH = (
    r"(?:jan(?:uary|uar|\.)?|jän(?:ner)?|feb(?:ruary|ruar|\.)?|mar(?:ch|\.)?|märz|mär|mrz|apr(?:il|\.)?|may|mai|june?|juni|july?|juli"
    r"|aug(?:ust|\.)?|sept?(?:ember|\.)?|o[ck]t(?:ober|\.)?|nov(?:ember|\.)?|de[cz](?:ember|\.)?)"
)
_DATE = (
    r"(?:[0-9]{4}[\-/.][0-9]{1,2}[\-/.][0-9]{1,2}"
    r"|[0-9]{1,2}[\-/. ]{1,2}[0-9]{1,2}[\-/. ]{1,2}[0-9]{2}(?:[0-9]{2})?"
    rf"|[0-9]{{1,2}}(?:st|nd|rd|th)?\.?[ \-]{{0,2}}(?:of )?(?:day of )?{_MONTH}[,. \-]{{0,2}}[0-9]{{2}}(?:[0-9]{{2}})?"
    rf"|{_MONTH}[ .]{{1,2}}[0-9]{{1,2}}(?:st|nd|rd|th)?[, ]{{1,2}}[0-9]{{4}}"
    r"|[0-9]{4} ?年 ?[0-9]{1,2} ?月 ?[0-9]{1,2} ?日"
    r"|(?:明治|大正|昭和|平成|令和|[mtshr])(?:[0-9]{1,2}|元)[年.][0-9]{1,2}[月.][0-9]{1,2}日?"
    r"|[0-9]{8})"
)
_AFTER = re.compile(
    r"(?:(?<![a-z])(?:born|birth|birthday|birthdate|date of birth|dob|d\.o\.b\.?|geboren|geb\.|geburtsdatum|geburtstag|geburtsd\.)"
    r"|生年月日|誕生日)"
    r"(?:[ ,.:=()\-]{0,3}(?:date|dates|is|was|on|the|in|am|den|der|ist|lautet|wurde|he|she)(?![a-z])| in [^\W\d_]{2,24}(?= )|[ ,.:=()\-]{0,3}[はが]){0,4}"
    rf"[ \n,.:=()\"\-]{{0,4}}(?P<date>{_DATE})(?![0-9])"
)
_BEFORE = re.compile(rf"(?<![0-9])(?P<date>{_DATE})[ ]?(?:生まれ|生(?![a-z一-鿿]))")


class Births:
    """The date right after "born", "DOB", "geb.", "生年月日" and the like, or right before "生まれ"."""

    kinds = ("DOB",)

    def hint(self, reading: Reading) -> bool:
        return reading.mentions(_WORDS)

    def find(self, reading: Reading) -> Iterator[Span]:
        for match in _AFTER.finditer(reading.lower):
            yield Span(*match.span("date"), "DOB")
        if "生" in reading.lower:
            for match in _BEFORE.finditer(reading.lower):
                yield Span(*match.span("date"), "DOB")
