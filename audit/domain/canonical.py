"""The bytes that are hashed: RFC 8785 (JCS) JSON of a narrow profile, and the hash of a leaf.

Inside the profile the standard library's encoder gives the very bytes of RFC 8785; outside of it (floats, keys beyond
ASCII) it does not, so what is outside is refused instead of written. The bytes are stored as they are hashed and are
never made again from a parsed form.
"""

import hashlib
import json
import re
from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from typing import Any
from uuid import UUID

MAX_INTEGER = 2**53 - 1
_KEY = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)*")
_encode = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False, check_circular=False
).encode


def instant(moment: datetime) -> str:
    """RFC 3339 in UTC with six decimals and a `Z`; a time without zone is a TypeError, for it names no instant."""
    if moment.tzinfo is None:
        raise TypeError(f"{moment!r} has no time zone")
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


@lru_cache(maxsize=4096)
def is_key(text: str) -> bool:
    """Whether a text may be a key: ASCII snake_case, with dots between the steps of a path."""
    return _KEY.fullmatch(text) is not None


def normal(value: Any) -> Any:
    """The plain JSON value that stands for a Python value; TypeError for what the profile does not know.

    Known are text, booleans, None, integers within ±(2^53−1), lists, tuples and mappings with snake_case keys;
    decimals, UUIDs, enum members and aware datetimes become text.
    """
    kind = type(value)
    if kind is str or value is None or kind is bool:
        return value
    if kind is int:
        if -MAX_INTEGER <= value <= MAX_INTEGER:
            return value
        raise TypeError(f"{value} is beyond ±(2^53−1): write it as text")
    if kind is dict:
        return {_checked_key(key): normal(item) for key, item in value.items()}
    if kind is list or kind is tuple:
        return [normal(item) for item in value]
    return _uncommon(value)


def _uncommon(value: Any) -> Any:
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise TypeError(f"{value} is not a finite number")
        return format(value, "f")
    if isinstance(value, str):
        return str.__str__(value)
    raise TypeError(f"{type(value).__name__} has no place in an event: {value!r}")


def _checked_key(key: Any) -> str:
    if type(key) is not str or not is_key(key):
        raise TypeError(f"{key!r} is not an ASCII snake_case key")
    return key


def dump(value: Any) -> bytes:
    """The canonical bytes of a value; TypeError where it leaves the profile or holds half a surrogate pair."""
    try:
        return encode(normal(value))
    except RecursionError as error:
        raise TypeError("The value is nested too deeply") from error


def encode(plain: Any) -> bytes:
    """The canonical bytes of what is already in its plain form; TypeError for half a surrogate pair."""
    try:
        return _encode(plain).encode()
    except UnicodeEncodeError as error:
        raise TypeError("A text holds a lone surrogate, which is no character") from error


def leaf_hash(body: bytes) -> bytes:
    """The RFC 9162 leaf hash of an event's bytes: SHA-256(0x00 ‖ body)."""
    return hashlib.sha256(b"\x00" + body).digest()
