"""Passwords and keys that somebody wrote down where they do not belong."""

import re
from collections.abc import Iterator

from reviews.domain.redaction.reading import Reading
from reviews.domain.redaction.spans import Span

# Every label and every issuer's mark contains one of these.
_STEMS = ("pass", "pwd", "kennwort", "secret", "token", "bearer", "key", "パスワード", "暗証番号")
_MARKS = ("sk-", "AKIA", "ASIA", "AIza", "eyJ", "glpat-", "xox", "PRIVATE KEY")
_UNDERSCORED = ("_live_", "_test_", "ghp_", "gho_", "ghs_", "github_pat_")
_LABELLED = re.compile(
    r"(?<![a-z])(?:password|passwd|pwd|passcode|passphrase|passwort|kennwort|パスワード|暗証番号|(?:client|api|app)?[ _\-]?secret(?:[ _\-]key)?"
    r"|(?:api|access|auth|private)[ _\-]?(?:key|token)|apikey|token)[\"']?"
    r"(?P<says>[ \t]{0,3}(?:=|:|：)|[ \t]{1,3}(?:is|was|ist|lautet|war)(?::|(?=[ \t]))|[ \t]{0,3}は)"
    r"[ \t]{0,3}[\"'「『]?(?P<value>[^\s\x00«»\"',;⺀-\U0010ffff]{4,4096})"
)
_BEARER = re.compile(r"(?<![a-z])bearer[ :]{1,3}(?P<value>[a-z0-9\-._~+/]{16,4096}=*)")
_KEYS = re.compile(
    r"(?<![A-Za-z0-9])(?:[spr]k_(?:live|test)_[0-9A-Za-z]{16,128}|sk-[A-Za-z0-9_\-]{20,256}|A[KS]IA[0-9A-Z]{16}(?![0-9A-Za-z])"
    r"|gh[pos]_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9_]{22,255}|glpat-[A-Za-z0-9_\-]{20,64}|xox[abeprs]-[A-Za-z0-9\-]{10,256}"
    r"|AIza[0-9A-Za-z_\-]{35}|(?<![_\-])eyJ[A-Za-z0-9_\-]{8,4096}\.eyJ[A-Za-z0-9_\-]{8,4096}\.[A-Za-z0-9_\-]{8,4096}"
    r"|-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----[A-Za-z0-9+/=\s]{16,8192}(?:-----END [A-Z ]{0,20}PRIVATE KEY-----)?)"
)
# "Password: please reset it" tells no password.
_ORDINARY = """please reset forgotten forgot required none null true false unknown changed expired wrong invalid missing
    incorrect hidden redacted n/a only the this that with cannot can't does doesn't bitte vergessen ungültig falsch"""
_NO_SECRETS = frozenset(_ORDINARY.split())


class Credentials:
    """What follows "password:" and its like, bearer tokens, and keys whose issuer marks them by how they begin."""

    kinds = ("SECRET",)

    def hint(self, reading: Reading) -> bool:
        return reading.mentions(_STEMS) or self._has_mark(reading)

    def find(self, reading: Reading) -> Iterator[Span]:
        if reading.mentions(_STEMS):
            yield from self._labelled(reading)
        if self._has_mark(reading):
            for match in _KEYS.finditer(reading.text):
                yield Span(*match.span(), "SECRET")

    def _has_mark(self, reading: Reading) -> bool:
        if reading.mentions(_MARKS, exact=True):
            return True
        return "_" in reading.text and reading.mentions(_UNDERSCORED, exact=True)

    def _labelled(self, reading: Reading) -> Iterator[Span]:
        for match in _LABELLED.finditer(reading.lower):
            value = match["value"].rstrip(".)")
            sure = match["says"].strip() in {"=", ":"} or match["says"].endswith(":")
            if len(value) < 4 or value in _NO_SECRETS or not value.strip("*•x-"):
                continue
            if sure or any(not char.isalpha() for char in value):
                start = match.start("value")
                yield Span(start, start + len(value), "SECRET")
        for match in _BEARER.finditer(reading.lower):
            yield Span(*match.span("value"), "SECRET")
