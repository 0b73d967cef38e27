"""Asking a witness to cosign (C2SP tlog-witness): what is sent, and what its answer means. Nothing is sent from here.

A witness cosigns a checkpoint only when it continues the last one it saw. So who asks says where that was, and a
witness that remembers another size says so: the proof is made again from there.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from audit.domain import checkpoint, note
from audit.domain.merkle import HASH_BYTES, MAX_SIZE
from audit.domain.notation import base64_hash, base64_text, decimal
from audit.domain.note import NoteError, Signature, Verified
from audit.domain.note_keys import Kind, VerifierKey

PATH = "add-checkpoint"
SIZE_TYPE = "text/x.tlog.size"
MAX_HASHES = 63
MAX_BYTES = note.MAX_BYTES + 8_192
# Of an answer nothing but cosignatures, or a size, is of use.
MAX_ANSWER_BYTES = 400_000


@dataclass(frozen=True, slots=True)
class Request:
    """One call: the size the witness is thought to know, the proof from there, and the signed checkpoint."""

    old_size: int
    proof: tuple[bytes, ...]
    signed: bytes


@dataclass(frozen=True, slots=True)
class Cosigned:
    """The witness cosigned: its signatures, checked, to be added to the checkpoint."""

    verified: tuple[Verified, ...]

    @property
    def signatures(self) -> tuple[Signature, ...]:
        return tuple(one.signature for one in self.verified)


@dataclass(frozen=True, slots=True)
class Stale:
    """The witness last cosigned this size: ask again with a proof from there."""

    size: int


@dataclass(frozen=True, slots=True)
class Ahead:
    """The witness has cosigned a larger tree: a later checkpoint was faster, or the log has gone back."""

    size: int


@dataclass(frozen=True, slots=True)
class Forked:
    """The tree the witness knows is not continued by this one: the log was rewritten, or the proof is not its own."""

    reason: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The witness did not cosign, and asking again with another proof will not help."""

    status: int
    reason: str


Answer = Cosigned | Stale | Ahead | Forked | Refused


def write_request(*, old_size: int, proof: Sequence[bytes], signed: bytes) -> bytes:
    """The body of a call; ValueError for one that every witness would refuse."""
    lines = [f"old {old_size}", *(base64_text(hashed) for hashed in proof)]
    body = "".join(f"{line}\n" for line in lines).encode() + b"\n" + signed
    if any(len(hashed) != HASH_BYTES for hashed in proof) or (old_size == 0 and proof):
        raise ValueError("A proof is hashes of 32 bytes, and none from size zero")
    parse_request(body)
    return body


def parse_request(body: bytes) -> Request:
    """The parts of a call; ValueError unless it is written exactly as calls are."""
    head, blank, signed = body.partition(b"\n\n")
    if len(body) > MAX_BYTES or not blank or not head.isascii():
        raise ValueError(f"A request is lines, an empty line and a checkpoint, in {MAX_BYTES} bytes at most")
    first, *lines = head.decode("ascii").split("\n")
    if not first.startswith("old "):
        raise ValueError("A request begins with the old size")
    if len(lines) > MAX_HASHES:
        raise ValueError(f"A proof has at most {MAX_HASHES} hashes")
    checkpoint.parse(note.parse(signed).text)
    size = decimal(first.removeprefix("old "), most=MAX_SIZE)
    return Request(size, tuple(base64_hash(line) for line in lines), signed)


def read_answer(
    *, request: Request, status: int, content_type: str, body: bytes, keys: Iterable[VerifierKey]
) -> Answer:
    """What a witness's reply to this request means, given the keys it is known by.

    Signatures by other keys are passed over, as the specification asks; a bad one by a known key refuses the answer.
    """
    if len(body) > MAX_ANSWER_BYTES:
        return Refused(status, "the answer is too long")
    if status == 200:
        return _cosigned(request, body, [key for key in keys if key.kind is not Kind.ED25519])
    if status == 409:
        return _conflict(request, content_type, body)
    if status == 422:
        return Forked("the proof does not lead from the tree it knows to this one")
    words = {
        400: "it takes the request for malformed",
        403: "it knows no key that signed",
        404: "it does not know the log",
    }
    return Refused(status, words.get(status, f"it answered {status}"))


def _cosigned(request: Request, body: bytes, keys: Sequence[VerifierKey]) -> Answer:
    try:
        lines = body.decode()
        text = note.parse(request.signed).text
        opened = note.open_note(f"{text}\n{lines}".encode(), keys)
    except (NoteError, UnicodeDecodeError) as error:
        return Refused(200, f"its answer is no cosignature: {error}")
    return Cosigned(opened.verified)


def _conflict(request: Request, content_type: str, body: bytes) -> Answer:
    if content_type.partition(";")[0].strip().lower() != SIZE_TYPE:
        return Forked("it knows another tree of this size")
    try:
        size = decimal(body.decode("ascii").removesuffix("\n"), most=MAX_SIZE)
    except ValueError:
        return Refused(409, "it did not say which size it knows")
    if size == request.old_size:
        return Forked("it knows another tree of this size")
    if size > checkpoint.parse(note.parse(request.signed).text).size:
        return Ahead(size)
    return Stale(size)
