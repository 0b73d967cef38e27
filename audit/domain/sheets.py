"""Cells of a CSV that no spreadsheet takes for a formula, and the way back to what they say."""

import csv
import io
import re
from collections.abc import Iterable

# What makes a spreadsheet calculate, and the full-width twins that some of them read alike.
FORMULA = "=+-@＝＋－＠"  # noqa: RUF001 — these very letters
_GUARD = "'"
# At its beginning a cell is also changed by a tab or a line break, which a spreadsheet drops before it reads on.
_AT_START = re.compile(rf"[\t\r\n]|[\s\ufeff\u200b\"]*['{re.escape(FORMULA)}]")
# A spreadsheet that takes another separator than the comma begins a cell in the middle of ours.
_INSIDE = re.compile(rf"(?<=[;\t\r\n])(?=[\s\ufeff\u200b\"]*['{re.escape(FORMULA)}])")
_GUARDED_INSIDE = re.compile(rf"(?<=[;\t\r\n]){_GUARD}")


def cell(value: str) -> str:
    """The text of a cell: an apostrophe stands before whatever could begin a formula, and before an apostrophe there.

    A number without a sign stays a number; one with a sign becomes text.
    """
    inside = _INSIDE.sub(_GUARD, value)
    return _GUARD + inside if _AT_START.match(value) else inside


def original(text: str) -> str:
    """What a cell said before `cell` wrote it: without the apostrophe at its beginning and after `;`, tab and line
    breaks."""
    return _GUARDED_INSIDE.sub("", text.removeprefix(_GUARD))


def line(cells: Iterable[str | int]) -> bytes:
    """One line of RFC 4180 in UTF-8. Whole numbers that are not negative stand as they are."""
    out = io.StringIO()
    plain = [one if isinstance(one, int) and one >= 0 else cell(str(one)) for one in cells]
    csv.writer(out, lineterminator="\r\n").writerow(plain)
    return out.getvalue().encode()
