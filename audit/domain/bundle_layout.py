"""The layout of an evidence bundle: a zip that proves a stretch of a log to somebody who has nothing but Python.

`audit/README.md` describes the files. Everything is written in one pass, so a bundle may be larger than memory, and
always in the same way, so the same evidence gives the same bytes.
"""

import hashlib
import json
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import IO, Any, Self

from audit.domain.commitment import SALT_BYTES
from audit.domain.merkle import HASH_BYTES, MAX_SIZE
from audit.domain.notation import base64_text

FORMAT = "countersign-evidence"
VERSION = 1

MANIFEST = "manifest.json"
CHECKPOINT = "checkpoint"
POLICY = "policy"
RANGE_PROOF = "range-proof.json"
ENTRIES = "entries.jsonl"
DISCLOSED = "disclosed.jsonl"
TIMESTAMP = "checkpoint.tsr"
VERIFIER = "audit_verify.py"
README = "README.txt"
# For reading: the events whose bodies are shown, and what the bundle is of.
EVENTS = "events.jsonl"
SHEET = "events.csv"
SUMMARY = "summary.json"
# What a QA draw is made again from: its frame, and where its events and its checkpoint are.
FRAME = "frame.txt"
DRAW = "draw.json"
# Every file a bundle may have, in the order in which it has them.
ORDER = (
    README,
    VERIFIER,
    CHECKPOINT,
    TIMESTAMP,
    POLICY,
    RANGE_PROOF,
    ENTRIES,
    DISCLOSED,
    EVENTS,
    SHEET,
    FRAME,
    DRAW,
    SUMMARY,
    MANIFEST,
)
# Those that may hold more than a program wants to keep in memory.
LARGE = frozenset({ENTRIES, DISCLOSED, EVENTS, SHEET, FRAME})
REQUIRED = frozenset({CHECKPOINT, POLICY, RANGE_PROOF, ENTRIES, MANIFEST})

# A zip knows no earlier moment, and no bundle says when it was written: the checkpoint does.
_NO_TIME = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Watermark:
    """For whom a bundle was made, when he asked (a moment as it is to be read), why, and under which id."""

    export: str
    asked_by: str
    asked_at: str
    purpose: str

    @property
    def facts(self) -> dict[str, str]:
        return {
            "export": self.export,
            "asked_by": self.asked_by,
            "asked_at": self.asked_at,
            "purpose": self.purpose,
        }


@dataclass(frozen=True, slots=True)
class Stretch:
    """Which entries of which tree a bundle holds: [first_index, end_index) of `tree_size`."""

    origin: str
    first_index: int
    end_index: int
    tree_size: int
    root: bytes

    def __post_init__(self) -> None:
        inside = 0 <= self.first_index <= self.end_index <= self.tree_size <= MAX_SIZE
        if not inside or not self.origin or len(self.root) != HASH_BYTES:
            raise ValueError(f"{self} is no stretch of a log")


def entry_line(*, index: int, leaf: bytes, body: bytes | None) -> bytes:
    """One entry: its place, its leaf hash and its bytes; without the bytes when they were pruned."""
    fields: dict[str, Any] = {"index": index, "leaf": base64_text(leaf)}
    if body is not None:
        fields["body"] = base64_text(body)
    return _json(fields) + b"\n"


def disclosed_line(*, uid: str, field: str, salt: bytes, value: str) -> bytes:
    """One personal value that is shown, with the salt that opens the commitment to it in the event's body."""
    if len(salt) != SALT_BYTES:
        raise ValueError(f"A salt has {SALT_BYTES} bytes, not {len(salt)}")
    return _json({"uid": uid, "field": field, "salt": base64_text(salt), "value": value}) + b"\n"


def range_proof(stretch: Stretch, *, left: Sequence[bytes], right: Sequence[bytes]) -> bytes:
    """The proof that the entries are all there are between the first and the end, as `merkle.range_proof` makes it."""
    return _json(
        {
            "first_index": stretch.first_index,
            "end_index": stretch.end_index,
            "tree_size": stretch.tree_size,
            "left": [base64_text(hashed) for hashed in left],
            "right": [base64_text(hashed) for hashed in right],
        }
    )


def watermark_line(mark: Watermark) -> bytes:
    """The first line of `events.jsonl`: the one that is no event."""
    return _json({"watermark": mark.facts}) + b"\n"


def readme(stretch: Stretch, mark: Watermark | None = None) -> bytes:
    """What somebody who opens the bundle reads first; with a watermark, also for whom it was made."""
    return (_checking(stretch) + (_made_for(mark) if mark else "")).encode()


def _made_for(mark: Watermark) -> str:
    return f"""
`{EVENTS}` and `{SHEET}` say for people and spreadsheets what the entries say; `{SUMMARY}` says what
this archive is about. They are for reading: the check shows that they came with this archive, and
the entries are what is proven. In the sheet an apostrophe stands before every cell that a spreadsheet
could take for a formula (and after a semicolon, tab or line break inside one): take one away at each
of these places to have the text again. Of entries without a body only the hash is given.

Made for  {_one_line(mark.asked_by)}
Asked     {mark.asked_at}
Purpose   {_one_line(mark.purpose)}
Export    {mark.export}
"""


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _checking(stretch: Stretch) -> str:
    count = stretch.end_index - stretch.first_index
    return f"""Evidence from the log {stretch.origin}

This archive holds {count} entries of that log, from index {stretch.first_index} up to but not including
{stretch.end_index}, and the proof that they are complete and unchanged in the tree of
{stretch.tree_size} entries that the log signed.

To check it you need Python 3.8 or newer and nothing else:

    python3 {VERIFIER} bundle THIS_ARCHIVE.zip --policy POLICY_FILE

Give the policy file that you received from the organisation by another way, and take the
program from there too if you can. The `{POLICY}` and `{VERIFIER}` in here came with the evidence:
they show how it is meant, and prove nothing to somebody who trusts nobody.

Exit status: 0 verified, 1 tampered with, 2 incomplete, 3 unreadable.
"""


class Writer:
    """Writes a bundle to a file or a socket. Give the files in the order of `ORDER`, then `finish`."""

    def __init__(self, out: IO[bytes]) -> None:
        # Told that it cannot seek, zipfile writes the same bytes to a file and to a socket.
        self._zip = zipfile.ZipFile(_Forward(out), "w", zipfile.ZIP_DEFLATED, compresslevel=6)
        self._facts: dict[str, dict[str, Any]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            self._zip.fp = None  # half a bundle gets no table of contents, also not later
        self._zip.close()

    def add(self, name: str, chunks: Iterable[bytes]) -> None:
        """Add a file; ValueError for one a bundle does not have, has already, or has earlier."""
        given = [*self._facts, name]
        if name not in ORDER or given != sorted(set(given), key=ORDER.index):
            raise ValueError(f"{name} does not belong here")
        digest, size = hashlib.sha256(), 0
        info = zipfile.ZipInfo(name, _NO_TIME)
        info.compress_type = zipfile.ZIP_DEFLATED
        info.create_system = 3
        info.external_attr = 0o100644 << 16
        with self._zip.open(info, "w", force_zip64=name in LARGE) as file:
            for chunk in chunks:
                digest.update(chunk)
                size += len(chunk)
                file.write(chunk)
        self._facts[name] = {"bytes": size, "sha256": digest.hexdigest()}

    def finish(self, stretch: Stretch) -> None:
        """Write the manifest, which names every file with its size and hash; ValueError while one is missing."""
        if missing := REQUIRED - self._facts.keys() - {MANIFEST}:
            raise ValueError(f"The bundle misses {', '.join(sorted(missing))}")
        facts = dict(self._facts)
        self.add(MANIFEST, [manifest(stretch, facts)])


def manifest(stretch: Stretch, files: dict[str, dict[str, Any]]) -> bytes:
    """What the bundle says it holds. Nothing in it is believed: it is compared with what is signed."""
    return _json(
        {
            "format": FORMAT,
            "version": VERSION,
            "origin": stretch.origin,
            "first_index": stretch.first_index,
            "end_index": stretch.end_index,
            "tree_size": stretch.tree_size,
            "root": base64_text(stretch.root),
            "files": files,
        }
    )


def _json(value: dict[str, Any]) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


class _Forward:
    """A file that is only written, from its beginning to its end."""

    def __init__(self, out: IO[bytes]) -> None:
        self._out = out

    def write(self, data: bytes) -> int:
        return self._out.write(data)

    def flush(self) -> None:
        self._out.flush()

    def close(self) -> None:
        """Whoever opened the file closes it."""
