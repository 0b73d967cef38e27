"""Salted commitments: a leaf can prove a personal value later without holding it.

The salt has 256 random bits, so neither the commitment nor the hash of the leaf lets anyone guess the value, and once
salt and value are gone the commitment says nothing at all.
"""

import hashlib
import hmac
from base64 import b64encode

SALT_BYTES = 32


def commit(*, salt: bytes, path: str, value: str) -> str:
    """base64(SHA-256(salt ‖ path ‖ 0x00 ‖ value)); ValueError for a salt of another length or a path with a NUL."""
    if len(salt) != SALT_BYTES:
        raise ValueError(f"A salt has {SALT_BYTES} bytes, not {len(salt)}")
    if "\x00" in path:
        raise ValueError("A path has no NUL: it ends the path")
    return b64encode(hashlib.sha256(salt + path.encode() + b"\x00" + value.encode()).digest()).decode("ascii")


def holds(*, commitment: str, salt: bytes, path: str, value: str) -> bool:
    """Whether a disclosed salt and value are what the commitment was made from."""
    return hmac.compare_digest(commit(salt=salt, path=path, value=value), commitment)
