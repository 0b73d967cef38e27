"""Keys that sign notes (C2SP signed-note, tlog-cosignature): their names, ids and ways to sign.

Three kinds: Ed25519 over the text, Ed25519 over the text with the time of a cosignature before it, and ML-DSA-44 over
the tree that the text names. The key id is in every signature, so one note carries old and new keys side by side.
"""

import hashlib
import re
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from audit.domain import checkpoint
from audit.domain.merkle import EMPTY_ROOT
from audit.domain.notation import base64_bytes, base64_text, shown

try:
    from cryptography.hazmat.primitives.asymmetric import mldsa
except ImportError:  # an older `cryptography`: signatures of that kind are then unknown ones
    mldsa = None  # type: ignore[assignment]

KEY_ID_BYTES = 4
SEED_BYTES = 32
TIME_BYTES = 8
MAX_TIME = 2**63 - 1
_ID = re.compile(r"[0-9a-fA-F]{8}")
_PRIVATE = "PRIVATE+KEY+"


class Kind(IntEnum):
    """How a key signs: the signature type of C2SP signed-note."""

    ED25519 = 0x01
    COSIGNATURE = 0x04
    ML_DSA_44 = 0x06

    @property
    def public_bytes(self) -> int:
        return 1312 if self is Kind.ML_DSA_44 else 32

    @property
    def signature_bytes(self) -> int:
        return {Kind.ED25519: 64, Kind.COSIGNATURE: TIME_BYTES + 64, Kind.ML_DSA_44: TIME_BYTES + 2420}[self]

    @property
    def timed(self) -> bool:
        """Whether a signature says when it was made."""
        return self is not Kind.ED25519


def check_name(name: str) -> str:
    """The name itself; ValueError for one that a signature line or a key could not carry."""
    if not name or "+" in name or any(character.isspace() or ord(character) < 0x20 for character in name):
        raise ValueError(
            f"{shown(name)} is no name of a key: it is empty or has a space, a plus or a control"
        )
    return name


def key_id(name: str, kind: int, public: bytes) -> bytes:
    """SHA-256(name ‖ newline ‖ kind ‖ public key), the first four bytes."""
    return hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:KEY_ID_BYTES]


def timestamp(kind: Kind, signature: bytes) -> int | None:
    """When a signature says it was made, in seconds since 1970; None for a kind that does not say."""
    return int.from_bytes(signature[:TIME_BYTES], "big") if kind.timed else None


@dataclass(frozen=True)
class VerifierKey:
    """A public key and the name it signs under."""

    name: str
    kind: Kind
    public: bytes

    def __post_init__(self) -> None:
        check_name(self.name)
        if len(self.public) != self.kind.public_bytes:
            raise ValueError(f"A key of type {self.kind:#04x} has {self.kind.public_bytes} bytes")
        _check_available(self.kind)

    @cached_property
    def id(self) -> bytes:
        return key_id(self.name, self.kind, self.public)

    def __str__(self) -> str:
        """The vkey: name, id and key as verifiers are given them."""
        return f"{self.name}+{self.id.hex()}+{base64_text(bytes([self.kind]) + self.public)}"

    @classmethod
    def parse(cls, vkey: str) -> "VerifierKey":
        """The key a vkey says; ValueError for one that is misspelt or of a kind we cannot check."""
        name, kind, public = _parts(vkey)
        key = cls(name, kind, public)
        if bytes.fromhex(vkey.split("+")[1]) != key.id:
            raise ValueError(f"{shown(vkey)}: its id is not that of its name and key")
        return key

    def verify(self, text: str, signature: bytes) -> bool:
        """Whether this key made this signature (without its id) over the text."""
        if len(signature) != self.kind.signature_bytes:
            return False
        made = timestamp(self.kind, signature) or 0
        try:
            message = _message(self.name, self.kind, text, made)
            raw = signature[TIME_BYTES:] if self.kind.timed else signature
            if self.kind is Kind.ML_DSA_44:
                mldsa.MLDSA44PublicKey.from_public_bytes(self.public).verify(raw, message)
            else:
                Ed25519PublicKey.from_public_bytes(self.public).verify(raw, message)
        except (InvalidSignature, UnsupportedAlgorithm, ValueError):
            return False
        return True


@dataclass(frozen=True)
class SigningKey:
    """A private key and the name it signs under. It is never shown: only `secret_text` writes it."""

    name: str
    kind: Kind
    seed: bytes

    def __post_init__(self) -> None:
        check_name(self.name)
        if len(self.seed) != SEED_BYTES:
            raise ValueError(f"A private key has {SEED_BYTES} bytes")
        _check_available(self.kind)

    def __repr__(self) -> str:
        return f"SigningKey({self.name!r}, {self.kind!r}, …)"

    @cached_property
    def verifier(self) -> VerifierKey:
        if self.kind is Kind.ML_DSA_44:
            public = mldsa.MLDSA44PrivateKey.from_seed_bytes(self.seed).public_key().public_bytes_raw()
        else:
            public = Ed25519PrivateKey.from_private_bytes(self.seed).public_key().public_bytes_raw()
        return VerifierKey(self.name, self.kind, public)

    def secret_text(self) -> str:
        """The key as a file keeps it, in the form other tools for notes read too."""
        material = base64_text(bytes([self.kind]) + self.seed)
        return f"{_PRIVATE}{self.name}+{self.verifier.id.hex()}+{material}"

    @classmethod
    def parse(cls, secret: str) -> "SigningKey":
        """The key in a file; ValueError, without repeating any of it, when it is misspelt."""
        encoded = secret.removeprefix(_PRIVATE)
        try:
            name, kind, seed = _parts(encoded)
            key = cls(name, kind, seed)
            known = encoded != secret and bytes.fromhex(encoded.split("+")[1]) == key.verifier.id
        except ValueError:
            known = False
        if not known:
            raise ValueError("This is not a private key for signing notes")
        return key

    def sign(self, text: str, *, at: int = 0) -> bytes:
        """The signature (without its id) over a text; `at`, seconds since 1970, is part of a timed one."""
        message = _message(self.name, self.kind, text, at)
        if self.kind is Kind.ML_DSA_44:
            raw = mldsa.MLDSA44PrivateKey.from_seed_bytes(self.seed).sign(message)
        else:
            raw = Ed25519PrivateKey.from_private_bytes(self.seed).sign(message)
        return at.to_bytes(TIME_BYTES, "big") + raw if self.kind.timed else raw


def _check_available(kind: Kind) -> None:
    if kind is Kind.ML_DSA_44 and mldsa is None:
        raise ValueError("ML-DSA-44 needs a newer version of the package cryptography")


def _message(name: str, kind: Kind, text: str, at: int) -> bytes:
    """The bytes that are signed; ValueError where this kind cannot sign that text."""
    if not 0 <= at <= MAX_TIME:
        raise ValueError(f"{at} is no time for a signature")
    if kind is Kind.ED25519:
        return text.encode()
    tree = checkpoint.parse(text)
    if kind is Kind.COSIGNATURE:
        return f"cosignature/v1\ntime {at}\n{text}".encode()
    if tree.extensions or (tree.size == 0 and tree.root != EMPTY_ROOT):
        raise ValueError("An ML-DSA-44 signature covers a tree, and no further lines of a checkpoint")
    whole = b"\x00" * 8 + tree.size.to_bytes(8, "big") + tree.root
    return b"subtree/v1\n\x00" + _short(name) + at.to_bytes(8, "big") + _short(tree.origin) + whole


def _short(text: str) -> bytes:
    data = text.encode()
    if len(data) > 255:
        raise ValueError(f"{shown(text)} is too long for a name")
    return bytes([len(data)]) + data


def _parts(encoded: str) -> tuple[str, Kind, bytes]:
    """Name, kind and key of `name+id+base64`; the id is only checked for its form."""
    name, _, rest = encoded.partition("+")
    identity, _, material = rest.partition("+")
    if _ID.fullmatch(identity) is None:
        raise ValueError(f"{shown(encoded)} is not of the form name+id+key")
    data = base64_bytes(material)
    try:
        kind = Kind(data[0] if data else 0)
    except ValueError:
        raise ValueError(f"{shown(encoded)}: keys of this type are not known here") from None
    return check_name(name), kind, data[1:]
