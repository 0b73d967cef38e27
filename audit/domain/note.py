"""Signed notes (C2SP signed-note): a text and the signatures under it.

A signature counts only when it is by a key the reader already knows. Signatures of unknown keys are passed over, so
that new keys and witnesses can be added; a bad signature of a known key makes the whole note worthless.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from audit.domain import note_keys
from audit.domain.notation import base64_bytes, base64_text, shown
from audit.domain.note_keys import KEY_ID_BYTES, SigningKey, VerifierKey

# A hundred of the largest signatures fit; so does every note that others write.
MAX_BYTES = 1_000_000
MAX_SIGNATURES = 100
_DASH = "— "


class NoteError(ValueError):
    """A text that is no signed note."""


class BadSignature(NoteError):
    """A note with a signature that names a known key and is not by it."""


class Unsigned(NoteError):
    """A note without a signature of any known key."""


@dataclass(frozen=True, slots=True)
class Signature:
    """One line under a note: whose key, which key, and what it signed with."""

    name: str
    key_id: bytes
    value: bytes

    @property
    def line(self) -> str:
        return f"{_DASH}{self.name} {base64_text(self.key_id + self.value)}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A note as it is written; nothing in it is to be believed before it is opened."""

    text: str
    signatures: tuple[Signature, ...]

    @property
    def data(self) -> bytes:
        return (self.text + "\n" + "".join(signature.line for signature in self.signatures)).encode()


@dataclass(frozen=True, slots=True)
class Verified:
    """A signature that was checked. `at` is the time it says, in seconds since 1970, if it says one."""

    key: VerifierKey
    signature: Signature
    at: int | None


@dataclass(frozen=True, slots=True)
class Opened:
    """A note that at least one known key signed."""

    text: str
    verified: tuple[Verified, ...]
    unknown: tuple[Signature, ...]

    @property
    def keys(self) -> frozenset[VerifierKey]:
        return frozenset(one.key for one in self.verified)


def parse(data: bytes) -> Note:
    """The parts of a note; NoteError unless it is written exactly as notes are."""
    if len(data) > MAX_BYTES:
        raise NoteError(f"A note has at most {MAX_BYTES} bytes")
    try:
        whole = data.decode()
    except UnicodeDecodeError:
        raise NoteError("A note is UTF-8 text") from None
    if any(character < " " and character != "\n" for character in whole):
        raise NoteError("A note has no control characters but newlines")
    text, blank, below = whole.rpartition("\n\n")
    if not blank or not below.endswith("\n"):
        raise NoteError("A note is text, an empty line, and signatures, each ended by a newline")
    lines = below[:-1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise NoteError(f"A note has at most {MAX_SIGNATURES} signatures")
    return Note(text + "\n", tuple(parse_line(line) for line in lines))


def parse_line(line: str) -> Signature:
    """A signature from its line, without the newline; NoteError for any other line."""
    name, _, material = line.removeprefix(_DASH).partition(" ")
    try:
        note_keys.check_name(name)
        data = base64_bytes(material)
    except ValueError as error:
        raise NoteError(f"{shown(line)} is not a signature: {error}") from None
    if not line.startswith(_DASH) or len(data) <= KEY_ID_BYTES:
        raise NoteError(f"{shown(line)} is not a signature")
    return Signature(name, data[:KEY_ID_BYTES], data[KEY_ID_BYTES:])


def open_note(data: bytes, keys: Iterable[VerifierKey]) -> Opened:
    """Check a note against the keys the reader knows.

    NoteError where it is no note or a name and id fit two known keys, BadSignature where a known key's signature is
    bad, Unsigned where no known key signed.
    """
    note = parse(data)
    known: dict[tuple[str, bytes], list[VerifierKey]] = {}
    for key in keys:
        known.setdefault((key.name, key.id), []).append(key)
    verified: list[Verified] = []
    unknown: list[Signature] = []
    for signature in dict.fromkeys(note.signatures):
        match known.get((signature.name, signature.key_id), []):
            case []:
                unknown.append(signature)
            case [key]:
                if not key.verify(note.text, signature.value):
                    raise BadSignature(f"A signature of {key.name} ({key.id.hex()}) is not by that key")
                verified.append(Verified(key, signature, note_keys.timestamp(key.kind, signature.value)))
            case _:
                raise NoteError(f"{signature.name} ({signature.key_id.hex()}) is the name of two known keys")
    if not verified:
        raise Unsigned("No known key signed this note")
    return Opened(note.text, tuple(verified), tuple(unknown))


def sign(text: str, keys: Sequence[SigningKey], *, at: int = 0) -> bytes:
    """A note of this text, signed by these keys in order; NoteError for a text that no note can have."""
    note = Note(text, tuple(signature(text, key, at=at) for key in keys))
    if parse(note.data) != note:
        raise NoteError("This text cannot be signed as a note")
    return note.data


def signature(text: str, key: SigningKey, *, at: int = 0) -> Signature:
    """One key's signature over a text; `at`, seconds since 1970, is part of a timed one."""
    return Signature(key.name, key.verifier.id, key.sign(text, at=at))


def with_signatures(data: bytes, added: Iterable[Signature]) -> bytes:
    """The same note with signatures added behind those it has; one that is there already is not repeated."""
    note = parse(data)
    return Note(note.text, tuple(dict.fromkeys((*note.signatures, *added)))).data
