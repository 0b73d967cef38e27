"""Base64 and decimals as signed texts write them: one way only, so that no text can be changed and still be read."""

import re
from base64 import b64decode, b64encode

_DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}")


def base64_bytes(text: str) -> bytes:
    """The bytes of standard, padded base64; ValueError for any other way to write them."""
    try:
        data = b64decode(text, validate=True)
    except ValueError:
        data = None
    if data is None or b64encode(data).decode("ascii") != text:
        raise ValueError(f"{shown(text)} is not base64")
    return data


def base64_text(data: bytes) -> str:
    """Standard, padded base64."""
    return b64encode(data).decode("ascii")


def base64_hash(text: str) -> bytes:
    """A SHA-256 hash in base64; ValueError for anything else."""
    data = base64_bytes(text)
    if len(data) != 32:
        raise ValueError(f"{shown(text)} is not a hash: it has {len(data)} bytes")
    return data


def decimal(text: str, *, most: int) -> int:
    """A whole number from 0 to `most`, in ASCII digits without leading zeros; ValueError for anything else."""
    if _DECIMAL.fullmatch(text) is None or int(text) > most:
        raise ValueError(f"{shown(text)} is not a number from 0 to {most} in plain digits")
    return int(text)


def shown(text: str) -> str:
    """A text as an error may repeat it: quoted and short."""
    return repr(text if len(text) <= 60 else text[:57] + "…")
