"""Timestamps of checkpoints by somebody else (RFC 3161): what is asked, and whether the answer is one.

A timestamp authority signs that it has seen the SHA-256 of a checkpoint, as the log signed it, at a certain moment. Who
has the log's key can later sign another tree; he cannot have had it stamped then.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    TimeStampResponse,
    TimeStampTokenInfo,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from audit.domain import note

REQUEST, REPLY = "application/timestamp-query", "application/timestamp-reply"
MAX_ANSWER_BYTES = 65_536
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


class TimestampError(ValueError):
    """An answer that is no timestamp of what was asked, in a sentence."""


@dataclass(frozen=True, slots=True)
class Request:
    """A question to an authority: its bytes, and the number by which the answer is known."""

    data: bytes
    nonce: int


def check_name(name: str) -> None:
    """ValueError for a name of an authority that cannot be part of a file's name."""
    if _NAME.fullmatch(name) is None:
        raise ValueError(f"{name!r} is no name for a timestamp authority: small letters, digits and dashes")


def read_roots(pem: bytes) -> list[x509.Certificate]:
    """The certificates of the authorities that are believed, each once; ValueError where there are none."""
    found = list(dict.fromkeys(x509.load_pem_x509_certificates(pem)))
    if not found:
        raise ValueError("there is no certificate in it")
    return found


def stamped(signed: bytes) -> bytes:
    """What is stamped: the note with the signatures of the log alone. Those of witnesses come later, and change."""
    read = note.parse(signed)
    origin = read.text.split("\n", 1)[0]
    head = signed[: len(read.text.encode()) + 1]
    own = [one.line for one in read.signatures if one.name == origin]
    return head + "".join(own).encode()


def imprint(signed: bytes) -> bytes:
    """The hash that a timestamp of this checkpoint bears."""
    return hashlib.sha256(stamped(signed)).digest()


def ask(signed: bytes) -> Request:
    """The question for a timestamp of a checkpoint."""
    builder = TimestampRequestBuilder().data(stamped(signed)).hash_algorithm(HashAlgorithm.SHA256)
    made = builder.nonce(nonce=True).cert_request(cert_request=True).build()
    return Request(made.as_bytes(), int(made.nonce or 0))


def check(
    signed: bytes, answer: bytes, roots: Sequence[x509.Certificate], nonce: int | None = None
) -> datetime:
    """When the checkpoint was stamped. TimestampError for an answer that is none, is of something else, answers
    another question, or is not signed under one of the roots."""
    response, stamp = _decoded(answer)
    builder = VerifierBuilder(nonce=nonce)
    for root in roots:
        builder = builder.add_root_certificate(root)
    try:
        builder.build().verify(response, imprint(signed))
    except (VerificationError, ValueError) as error:
        raise TimestampError(f"it is not a timestamp of this checkpoint: {error}") from None
    return stamp.gen_time


def moment(answer: bytes) -> datetime:
    """When a kept timestamp says that it was made; it was checked before it was kept."""
    return _decoded(answer)[1].gen_time


def _decoded(answer: bytes) -> tuple[TimeStampResponse, TimeStampTokenInfo]:
    try:
        response = decode_timestamp_response(answer)
        if response.status == 0:
            # One that is granted may still lack it.
            return response, response.tst_info
        said = " ".join(response.status_string or ()) or f"status {response.status}"
    except ValueError as error:
        raise TimestampError(f"it is no timestamp: {error}") from None
    raise TimestampError(f"the authority refused: {said}")
