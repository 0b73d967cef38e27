"""A frame as it is kept: the very lines its hash is of, packed, so that anybody can draw again whatever becomes of the
interactions."""

import hashlib
import zlib
from collections.abc import Iterator, Sequence

from reviews.domain import sampling
from reviews.domain.sampling import Item

_SEPARATOR = "\x1f"
_CHUNK = 1 << 20
# Ids are almost all noise: more effort gains a few hundredths and takes thrice the time.
_EFFORT = 1


class NoFrame(ValueError):
    """Bytes that are no packed frame."""


def pack(frame: Sequence[Item]) -> tuple[bytes, str]:
    """The packed lines of a frame and the hash of what they are."""
    packer, digest = zlib.compressobj(_EFFORT), hashlib.sha256()
    parts = []
    for line in sampling.frame_lines(frame):
        digest.update(line)
        if part := packer.compress(line):
            parts.append(part)
    parts.append(packer.flush())
    return b"".join(parts), digest.hexdigest()


def lines(packed: bytes) -> Iterator[bytes]:
    """The lines that were packed, each with its newline; NoFrame for what was not."""
    unpacker, rest, view = zlib.decompressobj(), b"", memoryview(packed)
    try:
        for start in range(0, len(view), _CHUNK):
            *whole, rest = (rest + unpacker.decompress(view[start : start + _CHUNK])).split(b"\n")
            for line in whole:
                yield line + b"\n"
    except zlib.error as error:
        raise NoFrame("The kept frame is damaged.") from error
    if rest or not unpacker.eof:
        raise NoFrame("The kept frame is cut off.")


def unpack(packed: bytes) -> Iterator[Item]:
    """The items of a frame, in the order of their ids; NoFrame for what is none."""
    known: dict[str, str] = {}
    for line in lines(packed):
        parts = line.decode(errors="replace").removesuffix("\n").split(_SEPARATOR)
        if len(parts) != 3:
            raise NoFrame("A line of the kept frame is not an id, a stratum and a reviewer.")
        # A million items have a few hundred strata and reviewers: each name is kept once.
        stratum, reviewer = (known.setdefault(part, part) for part in parts[1:])
        yield Item(parts[0], stratum, reviewer)


def hash_of(packed: bytes) -> str:
    """The hash of the frame that is kept; NoFrame for what is none."""
    digest = hashlib.sha256()
    for line in lines(packed):
        digest.update(line)
    return digest.hexdigest()
