"""Checkpoints (C2SP tlog-checkpoint): what a log commits to, as the text that is signed.

Three lines: whose log, how many leaves, which root. Further lines are read from other logs and never written by ours,
because nobody can audit them.
"""

from dataclasses import dataclass

from audit.domain.merkle import HASH_BYTES, MAX_SIZE
from audit.domain.notation import base64_hash, base64_text, decimal, shown

# One byte gives its length in the text that ML-DSA signs.
MAX_ORIGIN_BYTES = 255


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The tree of a log at one size. ValueError for what cannot be written as a checkpoint."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not 0 < len(self.origin.encode()) <= MAX_ORIGIN_BYTES:
            raise ValueError(f"An origin has 1 to {MAX_ORIGIN_BYTES} bytes: {shown(self.origin)}")
        if not 0 <= self.size <= MAX_SIZE or len(self.root) != HASH_BYTES:
            raise ValueError(f"Size {self.size} with {len(self.root)} bytes is not a tree")
        for line in (self.origin, *self.extensions):
            if not line or any(ord(character) < 0x20 for character in line):
                raise ValueError(f"{shown(line)} is no line of a checkpoint")

    @property
    def text(self) -> str:
        """The text to be signed."""
        lines = (self.origin, str(self.size), base64_text(self.root), *self.extensions)
        return "".join(f"{line}\n" for line in lines)


def parse(text: str) -> Checkpoint:
    """The checkpoint a signed text says; ValueError unless it is written exactly as checkpoints are."""
    *lines, rest = text.split("\n")
    if rest or len(lines) < 3:
        raise ValueError("A checkpoint has at least three lines, each ended by a newline")
    return Checkpoint(
        origin=lines[0],
        size=decimal(lines[1], most=MAX_SIZE),
        root=base64_hash(lines[2]),
        extensions=tuple(lines[3:]),
    )
