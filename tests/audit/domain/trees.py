"""Trees to test with: the tree by its recursive definition, and the standard eight leaves with their known hashes."""

import hashlib
from functools import cache

from audit.domain.merkle import NodeLookup

EIGHT_LEAVES = tuple(
    bytes.fromhex(leaf)
    for leaf in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
)
# The roots of the trees of the first 0 to 8 of them, as published with Certificate Transparency.
EIGHT_ROOTS = tuple(
    bytes.fromhex(root)
    for root in (
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    )
)
# Three of their proofs, likewise published; the others are checked against the definition.
INCLUSION_5_OF_8 = tuple(
    bytes.fromhex(hashed)
    for hashed in (
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    )
)
CONSISTENCY_6_TO_8 = tuple(
    bytes.fromhex(hashed)
    for hashed in (
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    )
)


class Leaves:
    """The definition of RFC 9162 §2.1, word for word and recursive, over leaf hashes."""

    def __init__(self, hashes: list[bytes]) -> None:
        self.hashes = hashes
        self.mth = cache(self._mth)

    def _mth(self, begin: int, end: int) -> bytes:
        if begin == end:
            return hashlib.sha256(b"").digest()
        if end - begin == 1:
            return self.hashes[begin]
        middle = begin + split(end - begin)
        return hashlib.sha256(b"\x01" + self.mth(begin, middle) + self.mth(middle, end)).digest()

    def root(self, size: int) -> bytes:
        return self.mth(0, size)

    def path(self, index: int, begin: int, end: int) -> list[bytes]:
        if end - begin == 1:
            return []
        middle = begin + split(end - begin)
        if index < middle:
            return [*self.path(index, begin, middle), self.mth(middle, end)]
        return [*self.path(index, middle, end), self.mth(begin, middle)]

    def subproof(self, old: int, begin: int, end: int, known: bool) -> list[bytes]:
        if old == end:
            return [] if known else [self.mth(begin, end)]
        middle = begin + split(end - begin)
        if old <= middle:
            return [*self.subproof(old, begin, middle, known), self.mth(middle, end)]
        return [*self.subproof(old, middle, end, False), self.mth(begin, middle)]

    @property
    def node(self) -> NodeLookup:
        return lambda level, index: self.mth(index << level, (index + 1) << level)


def split(size: int) -> int:
    """The largest power of two below a size."""
    power = 1
    while power * 2 < size:
        power *= 2
    return power


def numbered(count: int) -> Leaves:
    """A tree over the leaves 0, 1, 2 … as eight bytes each."""
    return Leaves([hashlib.sha256(b"\x00" + number.to_bytes(8, "big")).digest() for number in range(count)])


def flipped(data: bytes, bit: int) -> bytes:
    """The same bytes with one bit turned over."""
    bit %= len(data) * 8
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << (bit % 8)
    return bytes(changed)
