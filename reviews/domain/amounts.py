"""Numbers as people and models write them: plain digits, thousands parted by commas, nothing guessed."""

import re
from decimal import Decimal, InvalidOperation
from typing import Any

_GROUPED = re.compile(r"[-+]?\d{1,3}(,\d{3})+(\.\d*)?", re.ASCII)


def read(value: Any) -> Decimal | None:
    """The number, or None where it is none or could mean two things ("1,5" is one and a half to some)."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    text = str(value).replace(" ", "").replace("\u00a0", "").replace("\u202f", "")
    if "," in text:
        if not _GROUPED.fullmatch(text):
            return None
        text = text.replace(",", "")
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
