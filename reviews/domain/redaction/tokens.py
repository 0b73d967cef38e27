"""Tokens such as «IBAN_1» that stand for a value, their numbering, and the way back to the original text."""

import re
from collections.abc import Mapping
from typing import Any

TOKEN = re.compile(r"«[A-Z][A-Z0-9_]{0,30}_[0-9]{1,9}»")


class Numbering:
    """Hands out one token per value and kind, the same one again for the same value.

    Numbers start at 1 for each kind. A token that a text already carries is reserved: it is never handed
    out, so that a token redacted elsewhere (or typed by a joker) is never restored to a value of ours.
    """

    def __init__(self) -> None:
        self.originals: dict[str, str] = {}
        self._tokens: dict[tuple[str, str], str] = {}
        self._last: dict[str, int] = {}
        self._reserved: set[str] = set()

    def reserve(self, text: str) -> None:
        """Keep every token in this text out of use; call it for all texts before the first is redacted."""
        if "«" in text:
            self._reserved.update(TOKEN.findall(text))

    def token(self, kind: str, original: str) -> str:
        """The token of this exact value; spelt differently it is another value, so that restoring is exact."""
        token = self._tokens.get((kind, original))
        if token is None:
            number = self._last.get(kind, 0) + 1
            while f"«{kind}_{number}»" in self._reserved:
                number += 1
            self._last[kind] = number
            token = self._tokens[(kind, original)] = f"«{kind}_{number}»"
            self.originals[token] = original
        return token


def restore_text(text: str, originals: Mapping[str, str]) -> str:
    """Put the originals back; tokens that are not ours stay as they are."""
    if "«" not in text:
        return text
    return TOKEN.sub(lambda match: originals.get(match.group(), match.group()), text)


def restore_json(value: Any, originals: Mapping[str, str]) -> Any:
    """Put the originals back into every string and key of a JSON value that `redact_json` has made."""
    if isinstance(value, str):
        return restore_text(value, originals)
    if isinstance(value, list):
        return [restore_json(item, originals) for item in value]
    if isinstance(value, dict):
        return {restore_text(key, originals): restore_json(item, originals) for key, item in value.items()}
    return value
