#!/usr/bin/env python3
"""Check evidence from a Countersign audit log, offline and without trusting who sent it.

This is one file. It needs Python 3.8 or newer and nothing else; where the package `cryptography` is installed it is
used for signatures, and `--pure` does without it. It reads, and never writes or connects to anything. With `--tsa-root` it
asks the program `openssl` whether a timestamp authority signed.

    audit_verify.py proof FILE --entry BODYFILE --policy POLICY
    audit_verify.py checkpoints OLD NEW [--consistency FILE] --policy POLICY
    audit_verify.py bundle ZIP_OR_FOLDER [--policy POLICY] [--tsa-root ROOTS]

Exit status: 0 verified; 1 tampered with: something is there that the signed log does not say; 2 incomplete: what is
there fits, but something is missing, or too few of the witnesses you ask for have signed; 3 the input cannot be read,
or the command is misspelt.

An evidence bundle (format countersign-evidence, version 1) is a zip, or a folder with the same files:

    manifest.json     format, version, origin, first_index, end_index (exclusive), tree_size, root (base64), and
                      files: name -> {bytes, sha256 (hex)} of every other file
    checkpoint        C2SP signed note: origin, tree size and root, with the signatures of the log and its witnesses
    policy            C2SP tlog-policy the log suggests; give your own with --policy
    range-proof.json  first_index, end_index, tree_size; left and right: base64 hashes of the fewest perfect subtrees
                      that cover the leaves before first_index and from end_index on, from left to right
    entries.jsonl     one line an entry, in order, none left out: {"index", "leaf": base64 of SHA-256(0x00 + body),
                      "body": base64}; a pruned entry has no body
    disclosed.jsonl   may be missing; {"uid", "field", "salt": base64, "value"}: the event with this uid has, in its
                      `pii`, base64(SHA-256(salt + field + 0x00 + value)) under this field
    checkpoint.tsr    may be missing; an RFC 3161 timestamp over the SHA-256 of the checkpoint as the log signed it: its
                      text, an empty line, and the signature lines under the log's own name
    audit_verify.py, README.txt   may be missing; only their hashes are checked
    draw.json, frame.txt   may be missing; of a QA draw: fixed_index and drawn_index (the entries that fixed its frame and
                      drew from it), the checkpoint that gave its seed as a signed note, and inclusion: base64 hashes
                      that prove the first entry under it; and the frame, a line an item: id, stratum and reviewer,
                      joined by the byte 0x1F. The draw is made again from them and compared with what was drawn
    events.jsonl, events.csv, summary.json   for reading, may be missing; only their hashes are checked
"""

from __future__ import annotations

import argparse
import base64
import binascii
import hashlib
import heapq
import hmac
import json
import os
import re
import shutil
import stat
import struct
import subprocess
import sys
import zipfile
import zlib
from datetime import datetime, timezone
from decimal import Decimal
from fractions import Fraction
from typing import Any, BinaryIO, Iterable, Iterator, NamedTuple, NoReturn, Tuple

MAX_SIZE = 2**63
MAX_NOTE, MAX_SIGNATURES, MAX_HASHES = 1_000_000, 100, 63
MAX_SMALL = 4_000_000  # bytes of any file but LARGE_FILES
MAX_LINE = 32_000_000  # bytes of one line of those: an event names everything that a draw took
MAX_FILES, MAX_DIRECTORY = 100, 1_000_000
OK, TAMPERED, INCOMPLETE, UNREADABLE = 0, 1, 2, 3
VERDICTS = {OK: "VERIFIED", TAMPERED: "TAMPERED", INCOMPLETE: "INCOMPLETE", UNREADABLE: "UNREADABLE"}
ED25519, COSIGNATURE, ML_DSA_44 = 0x01, 0x04, 0x06
PUBLIC_BYTES = {ED25519: 32, COSIGNATURE: 32, ML_DSA_44: 1312}
SIGNATURE_BYTES = {ED25519: 64, COSIGNATURE: 72, ML_DSA_44: 2428}


class Finding(Exception):
    """Why the answer is not `verified`: which exit status, in which words, and at which index of the log."""

    def __init__(self, status: int, words: str, index: int | None = None) -> None:
        super().__init__(words)
        self.status, self.words, self.index = status, words, index


def unreadable(words: str) -> NoReturn:
    raise Finding(UNREADABLE, words)


def tampered(words: str, index: int | None = None) -> NoReturn:
    raise Finding(TAMPERED, words, index)


def incomplete(words: str, index: int | None = None) -> NoReturn:
    raise Finding(INCOMPLETE, words, index)


# ── How numbers and bytes are written ────────────────────────────────────────────────────────────────────────


def base64_bytes(text: Any, what: str, size: int | None = None) -> bytes:
    """The bytes of base64, which has one way to write them."""
    try:
        data = base64.b64decode(text, validate=True) if isinstance(text, str) else b""
    except (ValueError, binascii.Error):
        data = b""
    if not isinstance(text, str) or base64.b64encode(data).decode() != text:
        unreadable(f"{what} is not base64")
    if size is not None and len(data) != size:
        unreadable(f"{what} has {len(data)} bytes instead of {size}")
    return data


def decimal(text: str, what: str, most: int = MAX_SIZE) -> int:
    if re.fullmatch(r"0|[1-9][0-9]{0,18}", text) is None or int(text) > most:
        unreadable(f"{what} is not a plain number")
    return int(text)


def strict_json(data: bytes, what: str) -> dict[str, Any]:
    """An object in which no name is said twice."""

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        if len({name for name, _ in items}) != len(items):
            raise ValueError("a name is said twice")
        return dict(items)

    try:
        value = json.loads(data.decode(), object_pairs_hook=pairs)
    except (ValueError, RecursionError) as error:
        unreadable(f"{what} is not JSON: {type(error).__name__}")
    if not isinstance(value, dict):
        unreadable(f"{what} is not a JSON object")
    return value


def whole(value: Any, what: str) -> int:
    if type(value) is not int or not 0 <= value <= MAX_SIZE:
        unreadable(f"{what} is not a number from 0 to 2^63")
    return value


# ── Merkle tree, RFC 9162 ────────────────────────────────────────────────────────────────────────────────────


def leaf_hash(body: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + body).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def verify_inclusion(index: int, size: int, leaf: bytes, proof: list[bytes], root: bytes) -> bool:
    if not 0 <= index < size <= MAX_SIZE:
        return False
    position, last, hashed = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if position & 1 or position == last:
            hashed = node_hash(sibling, hashed)
            while position and not position & 1:
                position, last = position >> 1, last >> 1
        else:
            hashed = node_hash(hashed, sibling)
        position, last = position >> 1, last >> 1
    return last == 0 and hmac.compare_digest(hashed, root)


def verify_consistency(old_size: int, new_size: int, old: bytes, new: bytes, proof: list[bytes]) -> bool:
    if not 0 <= old_size <= new_size <= MAX_SIZE:
        return False
    if old_size == new_size:
        return not proof and hmac.compare_digest(old, new)
    if old_size == 0 or not proof:
        return False
    position, last = old_size - 1, new_size - 1
    while position & 1:
        position, last = position >> 1, last >> 1
    start, path = (proof[0], proof[1:]) if position else (old, proof)
    first = second = start
    for sibling in path:
        if last == 0:
            return False
        if position & 1 or position == last:
            first, second = node_hash(sibling, first), node_hash(sibling, second)
            while position and not position & 1:
                position, last = position >> 1, last >> 1
        else:
            second = node_hash(second, sibling)
        position, last = position >> 1, last >> 1
    return last == 0 and hmac.compare_digest(first, old) and hmac.compare_digest(second, new)


def range_levels(begin: int, end: int) -> list[int]:
    """The levels of the fewest perfect subtrees that cover the leaves [begin, end), from left to right."""
    levels = []
    while begin < end:
        level = (end - begin).bit_length() - 1
        if begin:
            level = min(level, (begin & -begin).bit_length() - 1)
        levels.append(level)
        begin += 1 << level
    return levels


class Frontier:
    """A tree that grows at its right edge, of which only the edge is kept."""

    def __init__(self, size: int, hashes: list[bytes]) -> None:
        self.size, self.hashes = size, list(hashes)

    def append(self, hashed: bytes, level: int = 0) -> None:
        position = self.size >> level
        while position & 1:
            hashed = node_hash(self.hashes.pop(), hashed)
            position >>= 1
        self.hashes.append(hashed)
        self.size += 1 << level

    def root(self) -> bytes:
        if not self.hashes:
            return hashlib.sha256(b"").digest()
        hashed = self.hashes[-1]
        for left in reversed(self.hashes[:-1]):
            hashed = node_hash(left, hashed)
        return hashed


# ── Ed25519, RFC 8032: checking only ─────────────────────────────────────────────────────────────────────────

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)
Point = Tuple[int, int, int, int]  # X, Y, Z, T with x = X/Z, y = Y/Z, xy = T/Z


def point_add(p: Point, q: Point) -> Point:
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def point_multiply(number: int, p: Point) -> Point:
    result = (0, 1, 1, 0)
    while number:
        if number & 1:
            result = point_add(result, p)
        p = point_add(p, p)
        number >>= 1
    return result


def point_encode(p: Point) -> bytes:
    inverse = pow(p[2], P - 2, P)
    x, y = p[0] * inverse % P, p[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def point_decode(data: bytes) -> Point | None:
    number = int.from_bytes(data, "little")
    sign, y = number >> 255, number & (2**255 - 1)
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


BASE = point_decode((4 * pow(5, P - 2, P) % P).to_bytes(32, "little")) or (0, 1, 1, 0)


def pure_ed25519(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether a signature holds, by the arithmetic of RFC 8032 alone."""
    key = point_decode(public) if len(public) == 32 and len(signature) == 64 else None
    scalar = int.from_bytes(signature[32:], "little")
    if key is None or scalar >= ORDER:
        return False
    challenge = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    minus_key = (P - key[0], key[1], key[2], P - key[3])
    expected = point_add(point_multiply(scalar, BASE), point_multiply(challenge, minus_key))
    return hmac.compare_digest(point_encode(expected), signature[:32])


class Crypto:
    """What signatures are checked with: the package `cryptography` where it is installed, else this file."""

    def __init__(self, pure: bool = False) -> None:
        self.ed25519: Any = None
        self.mldsa: Any = None
        if not pure:
            try:
                from cryptography.hazmat.primitives.asymmetric import ed25519

                self.ed25519 = ed25519
                from cryptography.hazmat.primitives.asymmetric import mldsa

                # Raises where the cryptographic library behind it is too old for it.
                mldsa.MLDSA44PublicKey.from_public_bytes(bytes(PUBLIC_BYTES[ML_DSA_44]))
                self.mldsa = mldsa
            except Exception:  # noqa: S110 -- whatever is wrong with that package, this file can do without
                pass

    def verify(self, kind: int, public: bytes, message: bytes, signature: bytes) -> bool:
        if kind != ML_DSA_44 and self.ed25519 is None:
            return pure_ed25519(public, message, signature)
        try:
            if kind == ML_DSA_44:
                self.mldsa.MLDSA44PublicKey.from_public_bytes(public).verify(signature, message)
            else:
                self.ed25519.Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
        except Exception:
            return False
        return True


# ── Signed notes, checkpoints, policies (C2SP) ───────────────────────────────────────────────────────────────


class Key(NamedTuple):
    name: str
    kind: int
    public: bytes

    @property
    def id(self) -> bytes:
        return hashlib.sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:4]


class Tree(NamedTuple):
    origin: str
    size: int
    root: bytes
    further: tuple[str, ...]


class Policy(NamedTuple):
    logs: list[Key]
    witnesses: dict[str, Key]
    groups: dict[str, tuple[int, list[str]]]
    quorum: str

    def holds(self, name: str, signers: Iterable[Key]) -> bool:
        if name == "none" or name in self.witnesses:
            return name == "none" or self.witnesses[name] in signers
        threshold, members = self.groups[name]
        return sum(self.holds(member, signers) for member in members) >= threshold


def check_name(name: str, what: str) -> None:
    if not name or "+" in name or any(letter.isspace() or letter < " " for letter in name):
        unreadable(f"{what} has no proper name")


def parse_vkey(text: str) -> Key:
    """The key of name+id+base64."""
    name, _, rest = text.partition("+")
    identity, _, material = rest.partition("+")
    data = base64_bytes(material, "a key")
    if re.fullmatch(r"[0-9a-fA-F]{8}", identity) is None or not data:
        unreadable("a key is not of the form name+id+key")
    check_name(name, "a key")
    if PUBLIC_BYTES.get(data[0]) != len(data) - 1:
        unreadable(f"the key of {name} is of a type that is not known here")
    key = Key(name, data[0], data[1:])
    if key.id != bytes.fromhex(identity):
        unreadable(f"the key of {name} does not have the id it says")
    return key


def parse_policy(data: bytes) -> Policy:
    policy = Policy([], {}, {}, "")
    used: set[str] = set()
    if len(data) > MAX_NOTE:
        unreadable("the policy is too long")
    for number, line in enumerate(data.split(b"\n"), start=1):
        at = f"line {number} of the policy"
        if any(octet != 9 and (octet < 32 or octet == 127) for octet in line):
            unreadable(f"{at}: a control character")
        text = line.decode(errors="surrogateescape").strip(" \t")
        words = [] if not text or text.startswith("#") else re.split(r"[ \t]+", text)
        try:
            policy = policy_line(policy, words, used)
        except Finding as finding:
            unreadable(f"{at}: {finding.words}")
        except UnicodeEncodeError:
            unreadable(f"{at}: the name of a key is not UTF-8")
    if not policy.quorum:
        unreadable("the policy has no quorum line")
    return policy


def policy_line(policy: Policy, words: list[str], used: set[str]) -> Policy:
    """The policy with one more line read."""
    word, rest = (words[0], words[1:]) if words else ("", [])
    if word == "log" and len(rest) in (1, 2):
        key = parse_vkey(rest[0])
        if key.kind == COSIGNATURE or any(key.public == other.public for other in policy.logs):
            unreadable("this key cannot be a log's, or is there already")
        policy.logs.append(key)
    elif word == "witness" and len(rest) in (2, 3):
        key = parse_vkey(rest[1])
        if key.kind == ED25519 or any(key.public == other.public for other in policy.witnesses.values()):
            unreadable("this key cannot be a witness's, or is there already")
        check_free(policy, rest[0])
        policy.witnesses[rest[0]] = key
    elif word == "group" and len(rest) >= 3:
        name, threshold, members = rest[0], rest[1], rest[2:]
        check_free(policy, name)
        for member in members:
            if member in used or (member not in policy.witnesses and member not in policy.groups):
                unreadable("a member is not defined above, or is in a group already")
            used.add(member)
        count = {"any": 1, "all": len(members)}.get(threshold, 0)
        if not count and re.fullmatch(r"[1-9][0-9]{0,8}", threshold):
            count = int(threshold)
        if not 1 <= count <= len(members):
            unreadable("the threshold cannot be reached")
        policy.groups[name] = (count, members)
    elif word == "quorum" and len(rest) == 1 and not policy.quorum:
        if rest[0] != "none" and rest[0] not in policy.witnesses and rest[0] not in policy.groups:
            unreadable("the quorum is not defined above")
        return policy._replace(quorum=rest[0])
    elif words:
        unreadable("this is no line of a policy, or one quorum too many")
    return policy


def check_free(policy: Policy, name: str) -> None:
    if name == "none" or name in policy.witnesses or name in policy.groups:
        unreadable("this name is taken")
    if len(policy.witnesses) + len(policy.groups) >= 256:
        unreadable("more than 256 witnesses and groups")


def parse_tree(text: str) -> Tree:
    lines = text.split("\n")
    if lines.pop() or len(lines) < 3 or not all(lines) or len(lines[0].encode()) > 255:
        unreadable("the signed text is no checkpoint")
    size, root = decimal(lines[1], "the tree size"), base64_bytes(lines[2], "the root", 32)
    return Tree(lines[0], size, root, tuple(lines[3:]))


def signed_message(key: Key, text: str, at: int) -> bytes | None:
    """The bytes a key of this kind signs for a text; None where it cannot sign it."""
    if key.kind == ED25519:
        return text.encode()
    try:
        tree = parse_tree(text)
    except Finding:
        return None
    if key.kind == COSIGNATURE:
        return f"cosignature/v1\ntime {at}\n{text}".encode()
    name, origin = key.name.encode(), tree.origin.encode()
    empty = tree.size == 0 and tree.root != hashlib.sha256(b"").digest()
    if tree.further or empty or len(name) > 255:
        return None
    named = bytes([len(name)]) + name + struct.pack(">Q", at) + bytes([len(origin)]) + origin
    return b"subtree/v1\n\x00" + named + struct.pack(">QQ", 0, tree.size) + tree.root


def open_note(data: bytes, keys: Iterable[Key], crypto: Crypto) -> tuple[str, dict[Key, int]]:
    """The text of a note and the known keys that signed it, with the time each says (0: none)."""
    try:
        whole_text = data.decode()
    except UnicodeDecodeError:
        whole_text = "\x00"
    if len(data) > MAX_NOTE or any(letter < " " and letter != "\n" for letter in whole_text):
        unreadable("the checkpoint is not a note of plain text, or is too long")
    text, blank, below = whole_text.rpartition("\n\n")
    lines = below[:-1].split("\n")
    if not blank or not below.endswith("\n") or len(lines) > MAX_SIGNATURES:
        unreadable("the checkpoint is not a text, an empty line and signatures")
    known: dict[tuple[str, bytes], Key] = {}
    for key in dict.fromkeys(keys):
        if (key.name, key.id) in known:
            unreadable(f"two keys of {key.name} have the same id")
        if key.kind != ML_DSA_44 or crypto.mldsa is not None:
            known[key.name, key.id] = key
    # All lines are read before one is judged: what is no note at all is not a bad signature.
    signatures = []
    for line in lines:
        name, _, material = line[2:].partition(" ")
        check_name(name, "a signature")
        signature = base64_bytes(material, "a signature")
        if not line.startswith("— ") or len(signature) < 5:
            unreadable("a line under the checkpoint is no signature")
        signatures.append((name, signature))
    signers: dict[Key, int] = {}
    for name, signature in signatures:
        signer = known.get((name, signature[:4]))
        if signer is not None:
            signers[signer] = check_signature(signer, text + "\n", signature[4:], crypto)
    return text + "\n", signers


def check_signature(key: Key, text: str, signature: bytes, crypto: Crypto) -> int:
    """The time a good signature says; a bad one by a known key is tampering."""
    at, raw = 0, signature
    if key.kind != ED25519 and len(signature) == SIGNATURE_BYTES[key.kind]:
        at, raw = struct.unpack(">Q", signature[:8])[0], signature[8:]
    message = signed_message(key, text, at) if at < MAX_SIZE else None
    good = message is not None and len(signature) == SIGNATURE_BYTES[key.kind]
    if not good or not crypto.verify(key.kind, key.public, message or b"", raw):
        tampered(f"the signature of {key.name} under the checkpoint is not by that key")
    return at


def open_checkpoint(data: bytes, policy: Policy, crypto: Crypto) -> tuple[Tree, dict[Key, int]]:
    """The tree a checkpoint commits to, under a policy."""
    text, signers = open_note(data, [*policy.logs, *policy.witnesses.values()], crypto)
    tree = parse_tree(text)
    logs = [key for key in policy.logs if key.name == tree.origin]
    blind = crypto.mldsa is None
    hint = "; ML-DSA-44 is checked only where the package cryptography is installed and new enough"
    if blind and logs and all(key.kind == ML_DSA_44 for key in logs):
        incomplete(f"the signature of the log cannot be checked here{hint}")
    if not any(key in signers for key in logs):
        tampered(f"no key that you trust for the log {tree.origin[:60]} signed the checkpoint")
    if not policy.holds(policy.quorum, signers):
        there = sum(key in signers for key in policy.witnesses.values())
        hint = hint if blind and any(key.kind == ML_DSA_44 for key in policy.witnesses.values()) else ""
        incomplete(f"{there} of {len(policy.witnesses)} witnesses signed: not the quorum you ask for{hint}")
    return tree, signers


# ── The timestamp of a checkpoint (RFC 3161), as far as the standard library goes ────────────────────────────

SHA256_ID = bytes.fromhex("608648016503040201")
PATIENCE = 30  # seconds for openssl


class Der:
    """A piece of DER: its tag and the bytes within it, read one after the other."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def next(self, tag: int) -> Der:
        """The next piece, which must have this tag."""
        data, at = self.data, self.at
        if at + 2 > len(data) or data[at] != tag:
            tampered("checkpoint.tsr is no timestamp")
        length, at = data[at + 1], at + 2
        if length >= 0x80:
            count = length & 0x7F
            if not 0 < count <= 4 or at + count > len(data):
                tampered("checkpoint.tsr is no timestamp")
            length, at = int.from_bytes(data[at : at + count], "big"), at + count
        if at + length > len(data):
            tampered("checkpoint.tsr is cut off")
        self.at = at + length
        return Der(data[at : at + length])


def read_timestamp(data: bytes) -> tuple[bytes, str]:
    """The hash a timestamp is of, and when it says it was made."""
    response = Der(data).next(0x30)
    status = response.next(0x30).next(0x02)
    if status.data not in (b"\x00", b"\x01"):
        tampered("checkpoint.tsr is a refusal, no timestamp")
    token = response.next(0x30)
    token.next(0x06)
    signed = token.next(0xA0).next(0x30)
    signed.next(0x02)
    signed.next(0x31)
    content = signed.next(0x30)
    content.next(0x06)
    info = content.next(0xA0).next(0x04).next(0x30)
    info.next(0x02)
    info.next(0x06)
    imprint = info.next(0x30)
    if imprint.next(0x30).next(0x06).data != SHA256_ID:
        unreadable("checkpoint.tsr is not over a SHA-256, which is all this program knows")
    hashed = imprint.next(0x04).data
    info.next(0x02)
    return hashed, info.next(0x18).data.decode("ascii", "replace")


def stamped_note(data: bytes, origin: str) -> bytes:
    """What is stamped of a checkpoint: its text and the signatures under the log's own name, without witnesses'."""
    text, _, below = data.decode().rpartition("\n\n")
    own = [line for line in below[:-1].split("\n") if line.startswith(f"— {origin} ")]
    return (text + "\n\n" + "".join(line + "\n" for line in own)).encode()


def check_timestamp(stamp: bytes | None, data: bytes, origin: str, roots: str | None, report: Report) -> None:
    """Whether the timestamp is of this checkpoint, and, with the roots of authorities, whether one of them signed it."""
    if stamp is None:
        if roots:
            incomplete("the bundle has no timestamp, and you ask for one")
        return
    digest = hashlib.sha256(stamped_note(data, origin)).digest()
    hashed, made = read_timestamp(stamp)
    if hashed != digest:
        tampered("checkpoint.tsr is a timestamp of something else than this checkpoint")
    at = moment(made)
    said = at.strftime("%Y-%m-%d %H:%M:%S UTC")
    report.data["timestamp"] = {"time": at.strftime("%Y-%m-%dT%H:%M:%SZ"), "signature": "not checked"}
    if not roots:
        words = "it is of this checkpoint; who signed it was NOT checked: give --tsa-root"
        report.facts.append(("timestamp", f"{said}, it says; {words}"))
        return
    program = shutil.which("openssl")
    if program is None:
        report.facts.append(("timestamp", f"{said}, it says; who signed it was NOT checked"))
        incomplete("openssl is not installed here, so nobody checked who signed the timestamp")
    command = [program, "ts", "-verify", "-digest", digest.hex(), "-in", "/dev/stdin", "-CAfile", roots]
    command += ["-attime", str(int(at.timestamp()))]
    try:
        ended = subprocess.run(
            command,
            input=stamp,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=PATIENCE,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        incomplete("openssl did not answer, so nobody checked who signed the timestamp")
    if b"certificate verify error" in ended.stdout:
        # As with too few witnesses: it may be a good timestamp by somebody whom the reader does not know.
        incomplete("checkpoint.tsr is by an authority that is not under the roots you gave")
    if ended.returncode or b"Verification: OK" not in ended.stdout:
        tampered("checkpoint.tsr is not what the authority signed")
    report.data["timestamp"]["signature"] = "verified"
    report.facts.append(("timestamp", f"{said}, signed under the roots you gave (checked by openssl)"))


def moment(made: str) -> datetime:
    found = re.fullmatch(r"([0-9]{14})(\.[0-9]+)?Z", made)
    if found is None:
        tampered("checkpoint.tsr does not say when it was made")
    try:
        return datetime.strptime(found[1], "%Y%m%d%H%M%S").replace(tzinfo=timezone.utc)
    except ValueError:
        tampered("checkpoint.tsr says that it was made at a time that there is not")


# ── The files of a bundle ────────────────────────────────────────────────────────────────────────────────────

KNOWN_FILES = (
    "README.txt",
    "audit_verify.py",
    "checkpoint",
    "checkpoint.tsr",
    "policy",
    "range-proof.json",
    "entries.jsonl",
    "disclosed.jsonl",
    "events.jsonl",
    "events.csv",
    "frame.txt",
    "draw.json",
    "summary.json",
    "manifest.json",
)
READABLE_FILES = ("events.jsonl", "events.csv", "summary.json")
LARGE_FILES = ("entries.jsonl", "disclosed.jsonl", "events.jsonl", "events.csv", "frame.txt")
REQUIRED_FILES = ("checkpoint", "policy", "range-proof.json", "entries.jsonl", "manifest.json")


class Files:
    """The files of a bundle, whether a zip or a folder. Sizes that the zip claims are not believed."""

    def __init__(self, path: str, most: int) -> None:
        self.path, self.left = path, most
        self.zip: zipfile.ZipFile | None = None
        if os.path.isdir(path):
            names = sorted(os.listdir(path))
        else:
            check_directory(path)
            self.zip = zipfile.ZipFile(path)
            names = [info.filename for info in self.zip.infolist()]
        for name in names:
            if name not in KNOWN_FILES or names.count(name) > 1:
                unreadable(f"the bundle holds {name[:60]!r}, which no bundle has, or has it twice")
        self.names = set(names)

    def __enter__(self) -> Files:
        return self

    def __exit__(self, *_: object) -> None:
        if self.zip is not None:
            self.zip.close()

    def open(self, name: str) -> BinaryIO:
        if self.zip is None:
            path = os.path.join(self.path, name)
            if not stat.S_ISREG(os.lstat(path).st_mode):
                unreadable(f"{name} is not a plain file")
            return open(path, "rb")
        info = self.zip.getinfo(name)
        if info.flag_bits & 1 or info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            unreadable(f"{name} is encrypted, or packed in a way this program does not unpack")
        return self.zip.open(info)  # type: ignore[return-value]

    def chunks(self, name: str, most: int) -> Iterator[bytes]:
        """The bytes of a file, as far as they go, but never more than allowed."""
        with self.open(name) as file:
            while True:
                chunk = file.read(65_536)
                if not chunk:
                    return
                most -= len(chunk)
                self.left -= len(chunk)
                if most < 0 or self.left < 0:
                    unreadable(f"{name} is larger than it may be (see --max-bytes)")
                yield chunk

    def read(self, name: str) -> bytes:
        return b"".join(self.chunks(name, MAX_SMALL))


def check_directory(path: str) -> None:
    """Refuse a zip whose table of contents alone would fill the memory."""
    with open(path, "rb") as file:
        file.seek(0, os.SEEK_END)
        file.seek(max(0, file.tell() - 70_000))
        tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) < at + 22:
        unreadable("this is not a zip, or only the beginning of one")
    count, size = struct.unpack("<HL", tail[at + 10 : at + 16])
    larger = tail[max(0, at - 76) : max(0, at - 20)]
    if larger[:4] == b"PK\x06\x06" and len(larger) == 56:
        count, size = struct.unpack("<QQ", larger[32:48])
    if count > MAX_FILES or size > MAX_DIRECTORY:
        unreadable(f"the zip holds {count} files")


class Counted:
    """A file that is hashed while its lines are read."""

    def __init__(self, files: Files, name: str) -> None:
        self.files, self.name = files, name
        self.digest, self.bytes, self.whole = hashlib.sha256(), 0, False

    def chunks(self) -> Iterator[bytes]:
        self.files.left += self.bytes  # read again from the beginning: what was read counts once
        self.digest, self.bytes = hashlib.sha256(), 0
        large = self.name in LARGE_FILES
        for chunk in self.files.chunks(self.name, self.files.left if large else MAX_SMALL):
            self.digest.update(chunk)
            self.bytes += len(chunk)
            yield chunk
        self.whole = True

    def lines(self) -> Iterator[bytes]:
        rest = b""
        for chunk in self.chunks():
            *full, rest = (rest + chunk).split(b"\n")
            yield from full
            if len(rest) > MAX_LINE:
                unreadable(f"{self.name} has a line that is too long")
        if rest:
            incomplete(f"{self.name} ends in the middle of a line")


# ── Checking a bundle ────────────────────────────────────────────────────────────────────────────────────────


class Report:
    """What was found out so far, to be printed whatever the answer is."""

    def __init__(self) -> None:
        self.facts: list[tuple[str, str]] = []
        self.data: dict[str, Any] = {}

    def tree(self, tree: Tree, signers: dict[Key, int]) -> None:
        self.data.update(origin=tree.origin, tree_size=tree.size, root=base64.b64encode(tree.root).decode())
        self.data["signers"] = [
            {"name": key.name, "id": key.id.hex(), "type": key.kind, "time": at or None}
            for key, at in signers.items()
        ]
        self.facts.append(("log", printable(tree.origin)))
        self.facts.append(("tree", f"{tree.size} entries, root {base64.b64encode(tree.root).decode()}"))
        for key, at in signers.items():
            self.facts.append(("signed by", f"{printable(key.name)} ({key.id.hex()}){spoken(at)}"))


def spoken(at: int) -> str:
    if not at:
        return ""
    try:
        return datetime.fromtimestamp(at, timezone.utc).strftime(" at %Y-%m-%d %H:%M:%S UTC")
    except (ValueError, OverflowError, OSError):
        return f" at second {at}"


def printable(text: str) -> str:
    return "".join(letter if letter.isprintable() else "?" for letter in text)


def check_bundle(
    path: str, trusted: Policy | None, crypto: Crypto, most: int, report: Report, roots: str | None = None
) -> None:
    with Files(path, most) as files:
        check_files_of(files, trusted, crypto, report, roots)


def check_files_of(
    files: Files, trusted: Policy | None, crypto: Crypto, report: Report, roots: str | None
) -> None:
    missing = [name for name in REQUIRED_FILES if name not in files.names]
    if missing:
        incomplete(f"the bundle misses {', '.join(missing)}")
    manifest = strict_json(files.read("manifest.json"), "manifest.json")
    if manifest.get("format") != "countersign-evidence" or manifest.get("version") != 1:
        unreadable("manifest.json is not of a format this program knows")
    small = {name: files.read(name) for name in ("checkpoint", "policy", "range-proof.json")}
    policy = trusted or parse_policy(small["policy"])
    report.data["policy"] = "given" if trusted else "from the bundle"
    if not trusted:
        for key in [*policy.logs, *policy.witnesses.values()]:
            vkey = f"{key.name}+{key.id.hex()}+{base64.b64encode(bytes([key.kind]) + key.public).decode()}"
            report.facts.append(("believes", printable(vkey[:160])))
        words = "the one in the bundle: it proves nothing unless you know these keys from elsewhere"
        report.facts.append(("policy", words))
    tree, signers = open_checkpoint(small["checkpoint"], policy, crypto)
    report.tree(tree, signers)
    first, end = check_claims(manifest, strict_json(small["range-proof.json"], "range-proof.json"), tree)
    report.data.update(first_index=first, end_index=end)
    counted = {name: Counted(files, name) for name in files.names - {"manifest.json"}}
    problems: list[Finding] = []
    wanted = read_disclosed(counted.get("disclosed.jsonl"))
    claim = strict_json(files.read("draw.json"), "draw.json") if "draw.json" in files.names else {}
    kept = {
        index: b"" for index in (claim.get("fixed_index"), claim.get("drawn_index")) if type(index) is int
    }
    try:
        pruned = check_entries(
            counted["entries.jsonl"], first, end, tree, small["range-proof.json"], wanted, kept
        )
        words = f"{first} to {end - 1}" if end > first else "none"
        report.facts.append(("entries", f"{words} of the log ({end - first}), none missing; {pruned} pruned"))
        report.data["pruned"] = pruned
        check_disclosed(wanted)
        if wanted:
            report.data["disclosed"] = len(wanted)
            report.facts.append(("disclosed", f"{len(wanted)} values, each as its event committed to it"))
        if claim:
            check_draw(claim, kept, counted.get("frame.txt"), tree.origin, policy, crypto, report)
    except Finding as finding:
        if finding.status == UNREADABLE:
            raise
        problems.append(finding)
    problems += check_files(manifest, counted)
    try:
        stamp = files.read("checkpoint.tsr") if "checkpoint.tsr" in files.names else None
        check_timestamp(stamp, small["checkpoint"], tree.origin, roots, report)
    except Finding as finding:
        # A timestamp that cannot be read must not hide what was found before it.
        problems.append(finding)
    # A frame without its draw.json is of a draw that cannot be made again from here.
    readable = READABLE_FILES if claim else (*READABLE_FILES, "frame.txt")
    beside = [name for name in readable if name in files.names]
    if beside:
        words = "came with this bundle, and are not what is proven: that is in entries.jsonl"
        report.facts.append(("for reading", f"{', '.join(beside)}: {words}"))
    if problems:
        raise min(problems, key=lambda finding: finding.status)


def check_claims(manifest: dict[str, Any], proof: dict[str, Any], tree: Tree) -> tuple[int, int]:
    """The stretch the bundle speaks of, where its files agree with each other and with what is signed."""
    for name in ("first_index", "end_index", "tree_size"):
        if whole(manifest.get(name), f"{name} in manifest.json") != whole(
            proof.get(name), f"{name} in the proof"
        ):
            tampered(f"manifest.json and range-proof.json disagree about {name}")
    root = base64.b64encode(tree.root).decode()
    signed = {"origin": tree.origin, "tree_size": tree.size, "root": root}
    for name, value in signed.items():
        if manifest.get(name) != value:
            tampered(f"manifest.json says another {name} than the signed checkpoint")
    first, end = manifest["first_index"], manifest["end_index"]
    if not first <= end <= tree.size:
        tampered(f"the entries {first} to {end} are not in a tree of {tree.size}")
    return first, end


class Wanted:
    """A personal value that is shown, and what its event says about it once that is found."""

    def __init__(self, line: dict[str, Any]) -> None:
        parts = [line.get(name) for name in ("uid", "field", "value")]
        if not all(isinstance(part, str) for part in parts):
            unreadable("a line of disclosed.jsonl has no uid, field or value")
        self.uid, self.field, self.value = (str(part) for part in parts)
        self.salt = base64_bytes(line.get("salt"), "a salt in disclosed.jsonl", 32)
        self.found: tuple[int, Any] | None = None

    def opens(self, commitment: Any) -> bool:
        try:
            hashed = hashlib.sha256(self.salt + self.field.encode() + b"\x00" + self.value.encode()).digest()
        except UnicodeEncodeError:
            return False
        return "\x00" not in self.field and commitment == base64.b64encode(hashed).decode()


def read_disclosed(counted: Counted | None) -> list[Wanted]:
    wanted = []
    for line in counted.lines() if counted else ():
        wanted.append(Wanted(strict_json(line, "a line of disclosed.jsonl")))
        if len(wanted) > 1_000_000:
            unreadable("disclosed.jsonl has more than a million lines")
    return wanted


def check_entries(
    counted: Counted,
    first: int,
    end: int,
    tree: Tree,
    proof_data: bytes,
    wanted: list[Wanted],
    kept: dict[int, bytes],
) -> int:
    """Whether the entries are all of the log's from `first` to `end`. Returns how many have no body any more.

    The bodies of the entries in `kept` are put there.
    """
    proof = strict_json(proof_data, "range-proof.json")
    left, right = (hashes(proof.get(side), f"{side} in range-proof.json") for side in ("left", "right"))
    if len(left) != bin(first).count("1") or len(right) != len(range_levels(end, tree.size)):
        tampered("the range proof is not one for these entries")
    by_uid: dict[str, list[Wanted]] = {}
    for one in wanted:
        by_uid.setdefault(one.uid, []).append(one)
    frontier, pruned = Frontier(first, left), 0
    for line in counted.lines():
        index = frontier.size
        if index >= end:
            tampered(f"there are more entries than {first} to {end - 1}", index)
        leaf, body = read_entry(strict_json(line, f"the line of entry {index}"), index)
        pruned += body is None
        if index in kept and body is not None:
            kept[index] = body
        if body is not None and by_uid:
            note_commitments(body, index, by_uid)
        frontier.append(leaf)
    if frontier.size < end:
        incomplete(f"entry {frontier.size} and those after it are missing", frontier.size)
    for level, hashed in zip(range_levels(end, tree.size), right):
        frontier.append(hashed, level)
    if not hmac.compare_digest(frontier.root(), tree.root):
        words = (
            f"the entries {first} to {end - 1} and their proof do not make the signed root: one was changed"
        )
        tampered(words, first if end > first else None)
    return pruned


def hashes(value: Any, what: str) -> list[bytes]:
    if not isinstance(value, list) or len(value) > 2 * MAX_HASHES + 2:
        unreadable(f"{what} is not a list of hashes")
    return [base64_bytes(one, what, 32) for one in value]


def read_entry(line: dict[str, Any], index: int) -> tuple[bytes, bytes | None]:
    """The leaf hash of an entry and its bytes, which must be what the hash is of."""
    if line.get("index") != index or type(line["index"]) is not int:
        tampered(f"where entry {index} belongs stands {str(line.get('index'))[:40]}", index)
    leaf = base64_bytes(line.get("leaf"), f"the leaf of entry {index}", 32)
    if "body" not in line:
        return leaf, None
    body = base64_bytes(line["body"], f"the body of entry {index}")
    if not hmac.compare_digest(leaf_hash(body), leaf):
        tampered(f"entry {index} is not what its leaf hash is of", index)
    return leaf, body


def note_commitments(body: bytes, index: int, by_uid: dict[str, list[Wanted]]) -> None:
    try:
        event = json.loads(body.decode())
    except (ValueError, RecursionError):
        return
    uid = event.get("uid") if isinstance(event, dict) else None
    for one in by_uid.get(uid, ()) if isinstance(uid, str) else ():
        pii = event.get("pii")
        if one.found is not None:
            tampered(f"the entries {one.found[0]} and {index} are one event", index)
        one.found = (index, pii.get(one.field) if isinstance(pii, dict) else None)


def check_disclosed(wanted: list[Wanted]) -> None:
    for one in wanted:
        if one.found is not None and not one.opens(one.found[1]):
            words = f"the value shown for {printable(one.field[:60])} of entry {one.found[0]} is not the one it has"
            tampered(words, one.found[0])
    for one in wanted:
        if one.found is None:
            incomplete(
                f"the event {printable(one.uid[:60])}, of which a value is shown, is not here with its body"
            )


def check_files(manifest: dict[str, Any], counted: dict[str, Counted]) -> list[Finding]:
    """Whether the files are those the manifest names. Files that were not read yet are read now."""
    listed = manifest.get("files")
    if not isinstance(listed, dict):
        unreadable("manifest.json names no files")
    problems = []
    for name in sorted(set(listed) | set(counted)):
        fact, file = listed.get(name), counted.get(name)
        if file is None:
            problems.append(
                Finding(INCOMPLETE, f"manifest.json names {printable(name[:60])}, which is not here")
            )
            continue
        for _ in () if file.whole else file.chunks():
            pass
        if fact == {"bytes": file.bytes, "sha256": file.digest.hexdigest()}:
            continue
        shorter = isinstance(fact, dict) and type(fact.get("bytes")) is int and file.bytes < fact["bytes"]
        words = f"{name} is shorter than" if shorter else f"{name} is not the file that"
        problems.append(Finding(INCOMPLETE if shorter else TAMPERED, f"{words} manifest.json names"))
    return problems


# ── Making a QA draw again ───────────────────────────────────────────────────────────────────────────────────

UNIT = "\x1f"
PI_STEP = Decimal("0.000000000001")
PROMISED = ("window_start", "window_end", "fraction", "number", "frame_hash", "frame_size", "plan")
FrameItem = Tuple[str, str, str]  # id, stratum, reviewer


class DrawPlan(NamedTuple):
    n: int
    weights: dict[str, Fraction]
    reviewer_floors: dict[str, int]
    stratum_floor: int
    stratum_floors: dict[str, int]


def check_draw(
    claim: dict[str, Any],
    kept: dict[int, bytes],
    frame_file: Counted | None,
    origin: str,
    policy: Policy,
    crypto: Crypto,
    report: Report,
) -> None:
    """Whether a QA draw is what its frame, fixed before, and its checkpoint, signed after, make of it."""
    if claim.get("format") != "countersign-draw" or claim.get("version") != 1:
        unreadable("draw.json is not of a format this program knows")
    fixed_at, drawn_at = (
        whole(claim.get(name), f"{name} in draw.json") for name in ("fixed_index", "drawn_index")
    )
    fixed, drawn = draw_event(kept, fixed_at), draw_event(kept, drawn_at)
    if fixed.get("action") != "sample.frame_fixed":
        tampered(f"entry {fixed_at} does not fix the frame of a draw", fixed_at)
    same = fixed.get("object") == drawn.get("object") and drawn.get("action") == "sample.drawn"
    promised, told = facts_of(fixed, fixed_at), facts_of(drawn, drawn_at)
    if not same or told.get("frame_event") != fixed.get("uid"):
        tampered(f"entry {drawn_at} does not draw from the frame that entry {fixed_at} fixed", drawn_at)
    for name in PROMISED:
        if promised.get(name) != told.get(name):
            tampered(f"entry {drawn_at} draws by another {name} than entry {fixed_at} fixed", drawn_at)
    seed = check_seed(claim, kept[fixed_at], fixed_at, drawn_at, told, origin, policy, crypto, report)
    frame = read_frame(frame_file, promised)
    check_items(redraw(frame, seed, read_plan(promised.get("plan"))), told.get("items"), drawn_at)
    words = f"{len(told['items'])} of {len(frame)} drawn again, equal: frame {fixed_at}, draw {drawn_at}"
    report.data["draw"] = {"drawn": len(told["items"]), "frame": len(frame), "seed_kind": told["seed_kind"]}
    report.facts.append(("draw", words))


def draw_event(kept: dict[int, bytes], index: int) -> dict[str, Any]:
    if not kept.get(index):
        incomplete(f"entry {index} is not here with its body, so nobody can draw again", index)
    return strict_json(kept[index], f"entry {index}")


def facts_of(event: dict[str, Any], index: int) -> dict[str, Any]:
    facts = event.get("facts")
    if not isinstance(facts, dict):
        unreadable(f"entry {index} has no facts")
    return facts


def check_seed(
    claim: dict[str, Any],
    body: bytes,
    fixed_at: int,
    drawn_at: int,
    told: dict[str, Any],
    origin: str,
    policy: Policy,
    crypto: Crypto,
    report: Report,
) -> bytes:
    """The seed that the checkpoint gives: signed after the frame was fixed and before it was drawn from."""
    note = claim.get("checkpoint")
    if not isinstance(note, str):
        unreadable("draw.json has no checkpoint")
    text, signers = open_note(note.encode(), [*policy.logs, *policy.witnesses.values()], crypto)
    tree = parse_tree(text)
    if tree.origin != origin or not any(key in signers for key in policy.logs if key.name == origin):
        tampered("the checkpoint of the draw is not signed by the log of this bundle", drawn_at)
    digest = hashlib.sha256(text.encode()).hexdigest()
    if (tree.size, digest) != (told.get("checkpoint_size"), told.get("checkpoint_hash")):
        tampered(f"the checkpoint in draw.json is not the one that entry {drawn_at} names", drawn_at)
    path = hashes(claim.get("inclusion"), "inclusion in draw.json")
    if not fixed_at < tree.size <= drawn_at or not verify_inclusion(
        fixed_at, tree.size, leaf_hash(body), path, tree.root
    ):
        tampered(f"the checkpoint of the draw does not cover the frame that entry {fixed_at} fixed", fixed_at)
    kind, name, line = (told.get(part) for part in ("seed_kind", "witness", "cosignature"))
    if kind == "witnessed":
        keys = [key for key in policy.witnesses.values() if key.name == name]
        if line not in note.split("\n"):
            tampered(
                f"the checkpoint in draw.json does not bear the cosignature that entry {drawn_at} names",
                drawn_at,
            )
        if not any(key in signers for key in keys):
            incomplete(
                f"you do not know the witness {printable(str(name)[:60])}, by whose cosignature was drawn",
                drawn_at,
            )
        seed = hashlib.sha256(f"{text}\n{line}\n".encode()).digest()
        report.facts.append(
            ("seed", f"of the checkpoint of {tree.size} entries, confirmed by {printable(str(name))}")
        )
    elif kind == "checkpoint":
        seed = hashlib.sha256(text.encode()).digest()
        words = "without a witness: the operator could have known it"
        report.facts.append(("seed", f"of the checkpoint of {tree.size} entries, {words}"))
    else:
        unreadable(f"entry {drawn_at} was drawn by a seed that this program cannot make")
    if seed.hex() != told.get("seed"):
        tampered(f"entry {drawn_at} names another seed than its checkpoint gives", drawn_at)
    return seed


def read_frame(counted: Counted | None, promised: dict[str, Any]) -> list[FrameItem]:
    """The frame, if it is the one whose hash was fixed."""
    if counted is None:
        incomplete("frame.txt is missing, from which was drawn")
    frame: list[FrameItem] = []
    known: dict[str, str] = {}
    for line in counted.lines():
        parts = line.decode(errors="replace").split(UNIT)
        if len(parts) != 3:
            tampered(f"line {len(frame) + 1} of frame.txt is not an id, a stratum and a reviewer")
        frame.append((parts[0], known.setdefault(parts[1], parts[1]), known.setdefault(parts[2], parts[2])))
    if counted.digest.hexdigest() != promised.get("frame_hash") or len(frame) != promised.get("frame_size"):
        tampered("frame.txt is not the frame that was fixed")
    if len({identity for identity, _, _ in frame}) != len(frame):
        tampered("an id stands in frame.txt twice")
    return frame


def read_plan(plan: Any) -> DrawPlan:
    try:
        return DrawPlan(
            whole(plan["n"], "n of the plan"),
            {str(name): Fraction(weight) for name, weight in plan["weights"]},
            {str(name): whole(floor, "a floor") for name, floor in plan["reviewer_floors"]},
            whole(plan["stratum_floor"], "a floor"),
            {str(name): whole(floor, "a floor") for name, floor in plan["stratum_floors"]},
        )
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        unreadable("the plan of the draw is not one")


def redraw(frame: list[FrameItem], seed: bytes, plan: DrawPlan) -> list[tuple[str, str, str]]:
    """Id, stratum and π of what is drawn: in the cell of each reviewer with a floor, then in each stratum, the smallest
    SHA-256(seed, cell, id)."""
    strata: dict[str, list[int]] = {}
    reviewers: dict[str, list[int]] = {}
    for index, (_, stratum, reviewer) in enumerate(frame):
        strata.setdefault(stratum, []).append(index)
        if reviewer and plan.reviewer_floors.get(reviewer, 0) > 0:
            reviewers.setdefault(reviewer, []).append(index)
    picked: set[int] = set()
    phi: dict[str, Fraction] = {}
    for reviewer in sorted(reviewers):
        count = min(plan.reviewer_floors[reviewer], len(reviewers[reviewer]))
        phi[reviewer] = Fraction(count, len(reviewers[reviewer]))
        picked.update(smallest(frame, reviewers[reviewer], count, seed, f"reviewer:{reviewer}"))
    left = {stratum: [one for one in members if one not in picked] for stratum, members in strata.items()}
    already = {stratum: len(strata[stratum]) - len(rest) for stratum, rest in left.items()}
    owed = {}
    for stratum, rest in left.items():
        floor = plan.stratum_floors.get(stratum, plan.stratum_floor)
        owed[stratum] = min(max(floor - already[stratum], 0), len(rest))
    free = max(plan.n - sum(already.values()) - sum(owed.values()), 0)
    more = allocate({name: len(rest) - owed[name] for name, rest in left.items()}, free, plan.weights)
    items = []
    for stratum, rest in left.items():
        count = owed[stratum] + more[stratum]
        psi = Fraction(count, len(rest)) if rest else Fraction(0)
        chosen = smallest(frame, rest, count, seed, stratum)
        for index in [one for one in strata[stratum] if one in picked] + chosen:
            floor_share = phi.get(frame[index][2], Fraction(0))
            pi = floor_share + (1 - floor_share) * psi
            decimal_pi = (Decimal(pi.numerator) / Decimal(pi.denominator)).quantize(PI_STEP)
            items.append((frame[index][0], stratum, str(decimal_pi)))
    return sorted(items)


def smallest(frame: list[FrameItem], members: list[int], count: int, seed: bytes, cell: str) -> list[int]:
    prefix = hashlib.sha256(seed + f"{UNIT}{cell}{UNIT}".encode())

    def digest(index: int) -> bytes:
        state = prefix.copy()
        state.update(frame[index][0].encode())
        return state.digest()

    return heapq.nsmallest(count, members, key=digest) if count else []


def allocate(sizes: dict[str, int], n: int, weights: dict[str, Fraction]) -> dict[str, int]:
    """So many over the strata by size and weight, by largest remainder, ties by name, never more than there are."""
    given = dict.fromkeys(sizes, 0)
    left = min(n, sum(sizes.values()))
    while left > 0:
        shares = {
            name: size * weights.get(name, Fraction(1))
            for name, size in sizes.items()
            if given[name] < size and weights.get(name, Fraction(1)) > 0
        }
        if not shares:
            break
        total = sum(shares.values())
        exact = {name: left * share / total for name, share in shares.items()}
        parts = {name: int(part) for name, part in exact.items()}
        for name in sorted(exact, key=lambda one: (parts[one] - exact[one], one))[
            : left - sum(parts.values())
        ]:
            parts[name] += 1
        for name, part in parts.items():
            given[name] = min(sizes[name], given[name] + part)
        left = min(n, sum(sizes.values())) - sum(given.values())
    return given


def check_items(again: list[tuple[str, str, str]], told: Any, index: int) -> None:
    """Whether the event names exactly what is drawn again."""
    try:
        named = sorted((str(one["id"]), str(one["stratum"]), str(one["pi"])) for one in told)
    except (KeyError, TypeError):
        unreadable(f"entry {index} names no items")
    for mine, theirs in zip(again, named):
        if mine != theirs:
            words = f"drawn again, {printable(mine[0][:60])} comes where entry {index} names {printable(theirs[0][:60])}"
            if mine[0] == theirs[0]:
                words = f"{printable(mine[0][:60])} has π {mine[2]} in {printable(mine[1][:60])}, other than entry {index} says"
            tampered(words, index)
    if len(again) != len(named):
        tampered(
            f"drawn again, {len(again)} items come and not the {len(named)} that entry {index} names", index
        )


# ── Checking a proof, and two checkpoints ────────────────────────────────────────────────────────────────────


def check_proof(data: bytes, body: bytes, policy: Policy, crypto: Crypto, report: Report) -> None:
    head, blank, signed = data.partition(b"\n\n")
    lines = head.decode("latin-1").split("\n")
    if not blank or lines.pop(0) != "c2sp.org/tlog-proof@v1":
        unreadable("this is not a C2SP tlog-proof")
    if lines and lines[0].startswith("extra ") and base64_bytes(lines[0][6:], "the extra data"):
        lines.pop(0)
    if not lines or not lines[0].startswith("index "):
        unreadable("the proof says no index")
    index = decimal(lines.pop(0)[6:], "the index", MAX_SIZE - 1)
    path = hashes(lines, "the proof")
    if len(path) > MAX_HASHES:
        unreadable("the proof has too many hashes")
    tree, signers = open_checkpoint(signed, policy, crypto)
    report.tree(tree, signers)
    report.data["index"] = index
    if not verify_inclusion(index, tree.size, leaf_hash(body), path, tree.root):
        tampered(f"the event is not entry {index} of the signed tree", index)
    report.facts.append(("entry", f"{index}, {len(body)} bytes, exactly as given"))


def check_checkpoints(
    old_data: bytes, new_data: bytes, proof: bytes | None, policy: Policy, crypto: Crypto, report: Report
) -> None:
    old, signers = open_checkpoint(old_data, policy, crypto)
    report.tree(old, signers)
    new, signers = open_checkpoint(new_data, policy, crypto)
    report.tree(new, signers)
    if old.origin != new.origin:
        unreadable("these are checkpoints of two logs")
    if old.size > new.size:
        unreadable("the first checkpoint is of the larger tree: give them the other way round")
    if old.size == new.size and old.root != new.root:
        tampered(f"the log signed two trees of {old.size} entries: somebody is shown another log")
    if proof is None and 0 < old.size < new.size:
        incomplete(f"both are signed; give the proof from {old.size} to {new.size} with --consistency")
    path = read_hashes(proof) if proof is not None else []
    if old.size == 0 and not path:
        if old.root != hashlib.sha256(b"").digest():
            tampered("the checkpoint of the empty log has the root of another")
    elif not verify_consistency(old.size, new.size, old.root, new.root, path):
        tampered(
            f"the tree of {new.size} entries does not begin with that of {old.size}, or the proof is not of them"
        )
    report.facts.append(("history", f"the first {old.size} entries are the same in both"))


def read_hashes(data: bytes) -> list[bytes]:
    """Hashes in base64, one a line, or as a JSON list, or as the object the portal answers with."""
    if data.lstrip()[:1] == b"{":
        return hashes(strict_json(data, "the consistency proof").get("hashes"), "the consistency proof")
    if data.lstrip()[:1] == b"[":
        wrapped = strict_json(b'{"hashes":' + data + b"}", "the consistency proof")
        return hashes(wrapped["hashes"], "the consistency proof")
    return hashes(data.decode("latin-1").split(), "the consistency proof")


# ── The command ──────────────────────────────────────────────────────────────────────────────────────────────


class Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(UNREADABLE, f"{self.prog}: {message}\n")


def arguments(argv: list[str]) -> argparse.Namespace:
    parser = Parser(
        prog="audit_verify.py",
        description="Check evidence from a Countersign audit log, offline. Needs nothing but Python.",
        epilog="Exit status: 0 verified, 1 tampered with, 2 incomplete, 3 unreadable or misspelt command.",
    )
    shared = Parser(add_help=False)
    shared.add_argument("--json", action="store_true", help="print one JSON object instead of sentences")
    shared.add_argument("--pure", action="store_true", help="check signatures with this file alone")
    trust = shared.add_argument_group("whom you trust (get it by another way than the evidence)")
    trust.add_argument(
        "--policy", metavar="FILE", help="a C2SP policy: the log's key, witnesses, how many must sign"
    )
    trust.add_argument(
        "--vkey",
        metavar="KEY",
        action="append",
        default=[],
        help="the log's key (name+id+key); may be repeated",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    one = commands.add_parser("proof", parents=[shared], help="that one event is in the log")
    one.add_argument("file", metavar="FILE", help="the proof (C2SP tlog-proof)")
    one.add_argument("--entry", metavar="BODYFILE", required=True, help="the exact bytes of the event")
    one = commands.add_parser(
        "checkpoints", parents=[shared], help="that a later checkpoint continues an earlier one"
    )
    one.add_argument("old", metavar="OLD")
    one.add_argument("new", metavar="NEW")
    one.add_argument(
        "--consistency", metavar="FILE", help="the proof between them: base64 hashes, one a line, or JSON"
    )
    one = commands.add_parser(
        "bundle", parents=[shared], help="that a stretch of the log is complete and unchanged"
    )
    one.add_argument("path", metavar="ZIP_OR_FOLDER")
    one.add_argument(
        "--tsa-root",
        metavar="FILE",
        help="root certificates (PEM) of timestamp authorities you believe: the bundle must bear a timestamp by one",
    )
    one.add_argument("--max-bytes", type=int, default=8 * 2**30, help="read at most so many bytes (8 GiB)")
    given = parser.parse_args(argv)
    if given.policy and given.vkey:
        parser.error("give --policy or --vkey, not both")
    if given.command != "bundle" and not given.policy and not given.vkey:
        parser.error("say whom you trust: --policy or --vkey")
    return given


def trusted_policy(given: argparse.Namespace) -> Policy | None:
    if given.vkey:
        lines = [f"log {vkey}" for vkey in given.vkey] + ["quorum none"]
        return parse_policy("\n".join(lines).encode(errors="surrogateescape"))
    return parse_policy(read_file(given.policy)) if given.policy else None


def read_file(path: str) -> bytes:
    with open(path, "rb") as file:
        data = file.read(2 * MAX_SMALL + 1)
    if len(data) > 2 * MAX_SMALL:
        unreadable(f"{path} is too large")
    return data


def check(given: argparse.Namespace, report: Report) -> None:
    crypto, policy = Crypto(given.pure), trusted_policy(given)
    if given.command == "bundle":
        if given.tsa_root:
            read_file(given.tsa_root)  # one that is not there is no tampering
        check_bundle(given.path, policy, crypto, given.max_bytes, report, given.tsa_root)
    elif policy is not None and given.command == "proof":
        check_proof(read_file(given.file), read_file(given.entry), policy, crypto, report)
    elif policy is not None:
        proof = read_file(given.consistency) if given.consistency else None
        check_checkpoints(read_file(given.old), read_file(given.new), proof, policy, crypto, report)


def main(argv: list[str] | None = None) -> int:
    given = arguments(sys.argv[1:] if argv is None else argv)
    report, status, words, index = Report(), OK, "", None
    try:
        check(given, report)
    except Finding as finding:
        status, words, index = finding.status, finding.words, finding.index
    except OSError as error:
        status, words = UNREADABLE, f"{error.filename or 'the input'}: {error.strerror or error}"
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        RuntimeError,
        MemoryError,
        ValueError,
        KeyError,
        struct.error,
    ) as error:
        status, words = UNREADABLE, f"the input is damaged ({type(error).__name__})"
    if status == OK and report.data.get("policy") == "from the bundle":
        words = "if the keys below are those you know"
    if given.json:
        answer = {
            "verdict": VERDICTS[status].lower(),
            "exit": status,
            "reason": words,
            "first_bad_index": index,
        }
        print(json.dumps({**report.data, **answer}, sort_keys=True))
        return status
    print(VERDICTS[status] + (f": {printable(words)}" if words else ""))
    for name, value in report.facts:
        print(f"  {name:<10} {value}")
    return status


if __name__ == "__main__":
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="backslashreplace")
    sys.exit(main())
