"""Proofs to hand out (C2SP tlog-proof): one event's place in a signed tree, as a text that needs nothing else.

Who has the event's bytes, this text and a policy can check, without any network, that the event is in the log.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from audit.domain import checkpoint, merkle, note, policy, proofs
from audit.domain.checkpoint import Checkpoint
from audit.domain.merkle import HASH_BYTES, MAX_SIZE
from audit.domain.notation import base64_bytes, base64_hash, base64_text, decimal
from audit.domain.note import Opened
from audit.domain.policy import Policy

HEADER = "c2sp.org/tlog-proof@v1"
MAX_HASHES = 63
MAX_BYTES = 2 * note.MAX_BYTES


class ProofError(ValueError):
    """A text that is no proof, or does not prove what it is shown for."""


@dataclass(frozen=True, slots=True)
class TlogProof:
    """The parts of a proof. `signed` is the checkpoint with its signatures; `extra` is carried along and vouched for by nobody."""

    index: int
    hashes: tuple[bytes, ...]
    signed: bytes
    extra: bytes = b""


@dataclass(frozen=True, slots=True)
class Proven:
    """What a proof has shown: the leaf at `index` of this tree, which these keys signed."""

    index: int
    tree: Checkpoint
    opened: Opened


def write(*, index: int, hashes: Sequence[bytes], signed: bytes, extra: bytes = b"") -> bytes:
    """The text of a proof; ProofError for parts that make none."""
    lines = [HEADER, f"index {index}", *(base64_text(hashed) for hashed in hashes)]
    if extra:
        lines.insert(1, f"extra {base64_text(extra)}")
    text = "".join(f"{line}\n" for line in lines).encode() + b"\n" + signed
    parse(text)
    return text


def parse(data: bytes) -> TlogProof:
    """The parts of a proof; ProofError unless it is written exactly as proofs are. Nothing is checked yet."""
    head, blank, signed = data.partition(b"\n\n")
    if len(data) > MAX_BYTES or not blank or not head.isascii():
        raise ProofError(f"A proof is lines, an empty line, and a checkpoint, in {MAX_BYTES} bytes at most")
    header, *lines = head.decode("ascii").split("\n")
    if header != HEADER:
        raise ProofError(f"A proof begins with the line {HEADER}")
    try:
        extra, lines = _extra(lines)
        index = decimal(_after("index ", lines[:1]), most=MAX_SIZE - 1)
        hashes = tuple(base64_hash(line) for line in lines[1:])
        checkpoint.parse(note.parse(signed).text)
    except ValueError as error:
        raise ProofError(f"This is no proof: {error}") from None
    if len(hashes) > MAX_HASHES:
        raise ProofError(f"A proof has at most {MAX_HASHES} hashes")
    return TlogProof(index, hashes, signed, extra)


def _extra(lines: list[str]) -> tuple[bytes, list[str]]:
    if not lines or not lines[0].startswith("extra "):
        return b"", lines
    extra = base64_bytes(lines[0].removeprefix("extra "))
    if not extra:
        raise ValueError("a line of extra data that has none")
    return extra, lines[1:]


def _after(word: str, lines: list[str]) -> str:
    if not lines or not lines[0].startswith(word):
        raise ValueError(f"the line with the {word.strip()} is not where it belongs")
    return lines[0].removeprefix(word)


def verify(data: bytes, *, leaf: bytes, trusted: Policy) -> Proven:
    """What a proof shows about a leaf hash under a policy.

    ProofError where it shows nothing; NoteError (or one of its kinds) and policy.Unmet as `policy.open_checkpoint`.
    """
    if len(leaf) != HASH_BYTES:
        raise ProofError("A leaf hash has 32 bytes")
    proof = parse(data)
    tree, opened = policy.open_checkpoint(proof.signed, trusted)
    if not proofs.verify_inclusion(
        index=proof.index, size=tree.size, leaf=leaf, proof=proof.hashes, root=tree.root
    ):
        raise ProofError(f"The event is not entry {proof.index} of the tree of {tree.size} entries")
    return Proven(proof.index, tree, opened)


def verify_body(data: bytes, *, body: bytes, trusted: Policy) -> Proven:
    """`verify` for the bytes of an event."""
    return verify(data, leaf=merkle.leaf_hash(body), trusted=trusted)
