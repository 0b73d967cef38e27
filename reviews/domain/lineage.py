"""Where every bit of data came from (A2): the edges an interaction must bring, and what is missing of them."""

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

# What an edge says of the record it came from; which of it is mandatory is settled per process.
FIELDS = (
    "source_system",
    "source_record_id",
    "extracted_at",
    "content_hash",
    "legal_basis",
    "jurisdiction",
    "retention_class",
)

_SHA256 = re.compile(r"(sha256:)?[0-9a-fA-F]{64}", re.ASCII)


def missing(edges: Sequence[Mapping[str, str]], required: Collection[str] = FIELDS) -> list[str]:
    """What the lineage lacks, in words ("source record id"); empty when it is complete. One is enough for quarantine.

    A blank field counts as missing. A content hash must be a SHA-256 in hexadecimal, and a time of extraction
    an ISO 8601 moment with its time zone, also where nobody requires them.
    """
    if not edges:
        return [_words(name) for name in _ordered(required)]
    gaps: list[str] = []
    for number, edge in enumerate(edges, start=1):
        where = f" (edge {number})" if len(edges) > 1 else ""
        gaps += [f"{gap}{where}" for gap in _gaps(edge, required)]
    return gaps


def _gaps(edge: Mapping[str, str], required: Collection[str]) -> list[str]:
    gaps = [_words(name) for name in _ordered(required) if not edge.get(name, "").strip()]
    content_hash, extracted_at = edge.get("content_hash", "").strip(), edge.get("extracted_at", "").strip()
    if content_hash and not _SHA256.fullmatch(content_hash):
        gaps.append("content hash in SHA-256")
    if extracted_at and not _is_moment(extracted_at):
        gaps.append("extracted at with its time zone")
    return gaps


def _ordered(required: Collection[str]) -> list[str]:
    """The usual fields in their usual order, then whatever else a process asks for."""
    return [name for name in FIELDS if name in required] + sorted(set(required) - set(FIELDS))


def _words(name: str) -> str:
    return name.replace("_", " ")


def _is_moment(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False
