"""Reading JSON strictly: what two programs could understand in two ways, or no database can hold, is refused."""

import json
import math
import re
from typing import Any

MAX_DIGITS = 64
# Only where one of these stands in the text can a string be half a surrogate pair or hold a NUL.
_SUSPECT = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")


def loads(raw: bytes) -> Any:
    """The value in a JSON text. ValueError for whatever is not strictly JSON in UTF-8.

    Refused are NaN and Infinity, numbers out of range or of more than 64 digits, a key that stands twice in one object,
    half of a surrogate pair, the NUL character, and what is nested too deep to read.
    """
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise ValueError("it is not UTF-8") from None
    try:
        value = json.loads(
            text,
            parse_int=_whole,
            parse_float=_finite,
            parse_constant=_refuse,
            object_pairs_hook=_once,
        )
    except RecursionError:
        raise ValueError("it is nested too deep") from None
    if _SUSPECT.search(text):
        _check_texts(value)
    return value


def _whole(text: str) -> int:
    if len(text) > MAX_DIGITS:
        raise ValueError(f"the number {text[:20]}… has more than {MAX_DIGITS} digits")
    return int(text)


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(f"the number {text[:20]} is out of range")
    return value


def _refuse(text: str) -> None:
    raise ValueError(f"{text} is not JSON")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return found


def _check_texts(value: Any) -> None:
    waiting = [value]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            waiting.extend(node.keys())
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node)
        elif isinstance(node, str):
            if "\x00" in node:
                raise ValueError("a text contains the NUL character")
            try:
                node.encode("utf-8")
            except UnicodeEncodeError:
                raise ValueError("a text contains half of a surrogate pair") from None
