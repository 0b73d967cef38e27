#!/usr/bin/env python3
"""A witness for transparency logs: it cosigns a log's checkpoint only if it continues the last one it saw.

Run it where the operator of the log cannot reach it. It is one file and needs Python 3.8 or newer and the package
`cryptography`; it speaks the C2SP tlog-witness protocol (POST /add-checkpoint) and keeps, per log, nothing but the
size and root of the last tree.

    witness.py init  --state DIR --name witness.example.org/w1
    witness.py serve --state DIR --log VKEY [--log VKEY …] [--host 127.0.0.1] [--port 8080]
    witness.py show  --state DIR

`init` makes the key (readable for its owner only) and prints the vkey to give to whoever relies on this witness.
`serve` takes the vkeys of the logs to watch; a log with two keys is named twice. Put a TLS proxy before it if it is
reached over a network: the protocol needs no secrecy, and every checkpoint is signed.

What was cosigned is written to the database and, before that, to a journal. Whichever of the two is further on
counts: put the journal on another disk (--journal), and a database restored from an old backup cannot make the
witness forget. A witness that has forgotten could be shown a rewritten log.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import contextlib
import hashlib
import hmac
import os
import re
import signal
import sqlite3
import stat
import struct
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Iterator, NamedTuple, NoReturn

from cryptography.hazmat.primitives.asymmetric import ed25519

try:
    from cryptography.hazmat.primitives.asymmetric import mldsa
except ImportError:
    mldsa = None  # type: ignore[assignment]

MAX_SIZE = 2**63 - 1  # what a column of the database holds
MAX_NOTE, MAX_SIGNATURES, MAX_HASHES = 1_000_000, 100, 63
MAX_BODY = MAX_NOTE + 8_192
MAX_THREADS = 64
PATIENCE = 30  # seconds for a silent client, and for the database
ED25519, COSIGNATURE, ML_DSA_44 = 0x01, 0x04, 0x06
PUBLIC_BYTES = {ED25519: 32, COSIGNATURE: 32, ML_DSA_44: 1312}
EMPTY_ROOT = hashlib.sha256(b"").digest()
TEXT, SIZE = "text/plain; charset=utf-8", "text/x.tlog.size"


class Refusal(Exception):
    """Why a request is not answered with a cosignature: the status and what is said."""

    def __init__(self, status: int, body: str, kind: str = TEXT) -> None:
        super().__init__(body)
        self.status, self.body, self.kind = status, body, kind


class Trouble(Exception):
    """Why the program cannot start, in a sentence."""


def malformed(words: str) -> NoReturn:
    raise Refusal(400, words + "\n")


# ── What is signed, and by whom (C2SP signed-note, tlog-checkpoint, tlog-cosignature) ────────────────────────


def base64_bytes(text: str, what: str) -> bytes:
    """The bytes of base64, which has one way to write them."""
    try:
        data = base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error):
        data = b""
    if base64.b64encode(data).decode() != text:
        malformed(f"{what} is not base64")
    return data


def base64_hash(text: str, what: str) -> bytes:
    data = base64_bytes(text, what)
    if len(data) != 32:
        malformed(f"{what} is not a hash")
    return data


def decimal(text: str, what: str) -> int:
    if re.fullmatch(r"0|[1-9][0-9]{0,18}", text) is None or int(text) > MAX_SIZE:
        malformed(f"{what} is not a plain number")
    return int(text)


class Key(NamedTuple):
    """A public key and the name it signs under."""

    name: str
    kind: int
    public: bytes

    @property
    def id(self) -> bytes:
        return hashlib.sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:4]

    @property
    def vkey(self) -> str:
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(bytes([self.kind]) + self.public).decode()}"

    def verify(self, text: str, signature: bytes) -> bool:
        """Whether this key of a log made this signature."""
        try:
            if self.kind == ML_DSA_44:
                at = struct.unpack(">Q", signature[:8])[0]
                message = tree_message(self.name, parse_tree(text), at)
                mldsa.MLDSA44PublicKey.from_public_bytes(self.public).verify(signature[8:], message)
            else:
                ed25519.Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text.encode())
        except Exception:
            return False
        return True


class Tree(NamedTuple):
    origin: str
    size: int
    root: bytes
    further: list[str]


def good_name(name: str) -> bool:
    return bool(name) and "+" not in name and not any(letter.isspace() or letter < " " for letter in name)


def parse_vkey(text: str) -> Key:
    """The key of name+id+base64."""
    name, _, rest = text.partition("+")
    identity, _, material = rest.partition("+")
    data = base64_bytes(material, "the key")
    if re.fullmatch(r"[0-9a-fA-F]{8}", identity) is None or not data or not good_name(name):
        malformed("the key is not of the form name+id+key")
    key = Key(name, data[0], data[1:])
    if PUBLIC_BYTES.get(key.kind) != len(key.public) or key.id != bytes.fromhex(identity):
        malformed("the key is of an unknown type, or does not have the id it says")
    return key


def parse_tree(text: str) -> Tree:
    lines = text.split("\n")
    if lines.pop() or len(lines) < 3 or not all(lines) or len(lines[0].encode()) > 255:
        malformed("the signed text is no checkpoint")
    return Tree(lines[0], decimal(lines[1], "the tree size"), base64_hash(lines[2], "the root"), lines[3:])


def parse_note(data: bytes) -> tuple[str, list[tuple[str, bytes, bytes]]]:
    """The text of a note, and name, key id and signature of each line under it."""
    try:
        whole = data.decode()
    except UnicodeDecodeError:
        malformed("the checkpoint is not UTF-8")
    if len(data) > MAX_NOTE or any(letter < " " and letter != "\n" for letter in whole):
        malformed("the checkpoint is too long, or has control characters")
    text, blank, below = whole.rpartition("\n\n")
    lines = below[:-1].split("\n")
    if not blank or not below.endswith("\n") or len(lines) > MAX_SIGNATURES:
        malformed("the checkpoint is not a text, an empty line and signatures")
    signatures = []
    for line in lines:
        name, _, material = line[2:].partition(" ")
        signature = base64_bytes(material, "a signature")
        if not line.startswith("— ") or not good_name(name) or len(signature) < 5:
            malformed("a line under the checkpoint is no signature")
        signatures.append((name, signature[:4], signature[4:]))
    return text + "\n", signatures


def parse_request(body: bytes) -> tuple[int, list[bytes], bytes]:
    """The old size, the proof and the signed checkpoint of a request."""
    head, blank, signed = body.partition(b"\n\n")
    lines = head.decode("latin-1").split("\n")
    if not blank or not lines[0].startswith("old "):
        malformed("a request is an old size, a proof, an empty line and a checkpoint")
    if len(lines) - 1 > MAX_HASHES:
        malformed(f"a proof has at most {MAX_HASHES} hashes")
    old = decimal(lines[0][4:], "the old size")
    proof = [base64_hash(line, "a line of the proof") for line in lines[1:]]
    parse_tree(parse_note(signed)[0])
    return old, proof, signed


def tree_message(name: str, tree: Tree, at: int) -> bytes:
    """What ML-DSA-44 signs; ValueError for what it cannot speak of."""
    if tree.further or at > MAX_SIZE or (tree.size == 0 and tree.root != EMPTY_ROOT):
        raise ValueError("an ML-DSA-44 signature covers a tree, and no further lines")
    named = bytes([len(name.encode())]) + name.encode() + struct.pack(">Q", at)
    origin = bytes([len(tree.origin.encode())]) + tree.origin.encode()
    return b"subtree/v1\n\x00" + named + origin + struct.pack(">QQ", 0, tree.size) + tree.root


class Signer(NamedTuple):
    """One of the witness's own keys."""

    name: str
    kind: int
    seed: bytes

    @property
    def private(self) -> Any:
        if self.kind == ML_DSA_44:
            return mldsa.MLDSA44PrivateKey.from_seed_bytes(self.seed)
        return ed25519.Ed25519PrivateKey.from_private_bytes(self.seed)

    @property
    def key(self) -> Key:
        return Key(self.name, self.kind, self.private.public_key().public_bytes_raw())

    def cosign(self, text: str, at: int) -> str:
        """The line to stand under a checkpoint."""
        message = f"cosignature/v1\ntime {at}\n{text}".encode()
        if self.kind == ML_DSA_44:
            message = tree_message(self.name, parse_tree(text), at)
        signature = self.key.id + struct.pack(">Q", at) + self.private.sign(message)
        return f"— {self.name} {base64.b64encode(signature).decode()}\n"


# ── Consistency (RFC 9162) ───────────────────────────────────────────────────────────────────────────────────


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def verify_consistency(old_size: int, new_size: int, old: bytes, new: bytes, proof: list[bytes]) -> bool:
    if not 0 <= old_size <= new_size:
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


# ── What the witness remembers ───────────────────────────────────────────────────────────────────────────────


def append(handle: int, data: bytes) -> None:
    """Write to the end and to the disk, all or nothing: half a line would spoil the next."""
    before = os.fstat(handle).st_size
    if os.write(handle, data) != len(data):
        os.ftruncate(handle, before)
        raise OSError("the disk is full")
    os.fsync(handle)


class Memory:
    """The last tree of each log, in a database and a journal beside it; never less than either of them knows."""

    def __init__(self, folder: str, journal: str | None = None) -> None:
        self.path = os.path.join(folder, "witness.db")
        self.journal = journal or os.path.join(folder, "witness.journal")
        with self.locked() as database:
            database.execute(
                "CREATE TABLE IF NOT EXISTS log (origin TEXT PRIMARY KEY, size INTEGER NOT NULL, root BLOB NOT NULL)"
            )
            written = self.written()
            for origin, (size, root) in written.items():
                known = self.tree(database, origin)
                if known and known[0] == size and known[1] != root:
                    raise Trouble(
                        f"Journal and database know two trees of {origin} of size {size}: one is forged"
                    )
                if known is None or known[0] < size:
                    self.put(database, origin, size, root)

    @contextlib.contextmanager
    def locked(self) -> Iterator[sqlite3.Connection]:
        """The database, for one at a time among all threads and processes; kept as it was if anything goes wrong."""
        database = sqlite3.connect(self.path, timeout=PATIENCE, isolation_level=None)
        try:
            database.execute("PRAGMA synchronous = FULL")
            database.execute("BEGIN IMMEDIATE")
            yield database
            database.execute("COMMIT")
        finally:
            database.close()

    def tree(self, database: sqlite3.Connection, origin: str) -> tuple[int, bytes] | None:
        return database.execute("SELECT size, root FROM log WHERE origin = ?", (origin,)).fetchone()

    def trees(self) -> list[tuple[str, int, bytes]]:
        with self.locked() as database:
            return database.execute("SELECT origin, size, root FROM log ORDER BY origin").fetchall()

    def put(self, database: sqlite3.Connection, origin: str, size: int, root: bytes) -> None:
        database.execute("INSERT OR REPLACE INTO log VALUES (?, ?, ?)", (origin, size, root))

    def remember(self, database: sqlite3.Connection, origin: str, size: int, root: bytes) -> None:
        """The journal first: if the power fails now, the witness knows more than it has said, never less."""
        handle = os.open(self.journal, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            append(handle, self.line(origin, size, root))
        finally:
            os.close(handle)
        self.put(database, origin, size, root)

    def line(self, origin: str, size: int, root: bytes) -> bytes:
        fields = f"{size} {root.hex()} {origin}"
        return f"{hashlib.sha256(fields.encode()).hexdigest()[:16]} {fields}\n".encode()

    def written(self) -> dict[str, tuple[int, bytes]]:
        """The largest tree of each log in the journal. A line that was not finished was never answered."""
        found: dict[str, tuple[int, bytes]] = {}
        if not os.path.exists(self.journal):
            return found
        with open(self.journal, "rb") as file:
            lines = file.read().split(b"\n")
        for number, line in enumerate(lines[:-1], start=1):
            try:
                _, size, root, origin = line.decode().split(" ", 3)
                entry = (origin, int(size), bytes.fromhex(root))
            except ValueError:
                raise Trouble(f"Line {number} of {self.journal} is damaged") from None
            if self.line(*entry) != line + b"\n":
                raise Trouble(f"Line {number} of {self.journal} is damaged")
            if origin not in found or found[origin][0] < entry[1]:
                found[origin] = (entry[1], entry[2])
        return found

    def shorten(self) -> None:
        """Write the journal anew with one line a log."""
        with self.locked() as database:
            rows = database.execute("SELECT origin, size, root FROM log ORDER BY origin").fetchall()
            self.rewrite(b"".join(self.line(*row) for row in rows))

    def rewrite(self, content: bytes) -> None:
        fresh = self.journal + ".new"
        handle = os.open(fresh, os.O_WRONLY | os.O_TRUNC | os.O_CREAT, 0o600)
        try:
            append(handle, content)
        finally:
            os.close(handle)
        os.replace(fresh, self.journal)


# ── The rule ─────────────────────────────────────────────────────────────────────────────────────────────────


class Witness:
    """Decides what is cosigned."""

    def __init__(self, signers: list[Signer], logs: dict[str, list[Key]], memory: Memory) -> None:
        self.signers, self.logs, self.memory = signers, logs, memory

    def add_checkpoint(self, body: bytes) -> str:
        """The cosignatures of the checkpoint in a request; Refusal, with the status the protocol asks for."""
        old, proof, signed = parse_request(body)
        text, signatures = parse_note(signed)
        tree = parse_tree(text)
        self.check_signed(tree.origin, text, signatures)
        if old > tree.size:
            malformed("the old size is larger than the new one")
        with self.memory.locked() as database:
            known = self.memory.tree(database, tree.origin)
            size, root = known or (0, EMPTY_ROOT)
            if old != size:
                raise Refusal(409, f"{size}\n", SIZE)
            if tree.size == 0 and tree.root != EMPTY_ROOT:
                raise Refusal(422, "an empty tree has another root\n")
            if size == tree.size and root != tree.root:
                raise Refusal(409, f"{size}\n", SIZE)
            if size in (0, tree.size):
                good = not proof  # from nothing, and from the same tree, there is nothing to prove
            else:
                good = verify_consistency(size, tree.size, root, tree.root, proof)
            if not good:
                raise Refusal(422, f"the proof does not lead from the tree of {size} to this one\n")
            lines = "".join(signer.cosign(text, int(time.time())) for signer in self.signers)
            if known != (tree.size, tree.root):
                self.memory.remember(database, tree.origin, tree.size, tree.root)
        return lines

    def check_signed(self, origin: str, text: str, signatures: list[tuple[str, bytes, bytes]]) -> None:
        keys = {(key.name, key.id): key for key in self.logs.get(origin, [])}
        if not keys:
            raise Refusal(404, "this witness does not know the log\n")
        known = [
            (keys[name, identity], value) for name, identity, value in signatures if (name, identity) in keys
        ]
        if not known or not all(key.verify(text, value) for key, value in known):
            raise Refusal(403, "no good signature of a known key of the log\n")


# ── The server ───────────────────────────────────────────────────────────────────────────────────────────────


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "witness", ""
    timeout = PATIENCE
    server: Server

    def do_POST(self) -> None:
        if self.path != "/add-checkpoint":
            self.close_connection = True  # the body was not read
            self.answer(404, "the only thing to do here is POST /add-checkpoint\n")
            return
        try:
            self.answer(200, self.server.witness.add_checkpoint(self.body()))
        except Refusal as refusal:
            self.answer(refusal.status, refusal.body, refusal.kind)
        except (sqlite3.Error, OSError) as error:
            self.log_error("%s: %s", type(error).__name__, error)
            self.answer(500, "the witness cannot remember anything just now\n")

    def do_GET(self) -> None:
        if self.path == "/":
            self.answer(200, "".join(f"{signer.key.vkey}\n" for signer in self.server.witness.signers))
        else:
            self.answer(405 if self.path == "/add-checkpoint" else 404, "POST /add-checkpoint\n")

    def body(self) -> bytes:
        length = self.headers.get("Content-Length", "")
        if re.fullmatch(r"[0-9]{1,9}", length) is None or "Transfer-Encoding" in self.headers:
            self.close_connection = True
            raise Refusal(411, "say how long the request is\n")
        if int(length) > MAX_BODY:
            self.close_connection = True
            raise Refusal(413, f"a request has at most {MAX_BODY} bytes\n")
        data = self.rfile.read(int(length))
        if len(data) < int(length):
            self.close_connection = True
            malformed("the request ended early")
        return data

    def answer(self, status: int, body: str, kind: str = TEXT) -> None:
        data = body.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        if self.close_connection:
            self.send_header("Connection", "close")
        if status == 405:
            self.send_header("Allow", "POST")
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 -- the base class names it so
        sys.stderr.write(f"{self.log_date_time_string()} {self.client_address[0]} {format % args}\n")


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], witness: Witness) -> None:
        super().__init__(address, Handler)
        self.witness = witness
        self.free = threading.BoundedSemaphore(MAX_THREADS)

    def process_request(self, request: Any, client_address: Any) -> None:
        if self.free.acquire(timeout=PATIENCE):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self.free.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away is no trouble of ours."""
        error = sys.exc_info()[1]
        if not isinstance(error, (ConnectionError, TimeoutError)):
            sys.stderr.write(f"{client_address[0]}: {type(error).__name__}: {error}\n")


# ── The command ──────────────────────────────────────────────────────────────────────────────────────────────


def key_file(folder: str) -> str:
    return os.path.join(folder, "witness.key")


def init(folder: str, name: str, kinds: list[int]) -> list[Signer]:
    """A folder with new keys; Trouble where there are keys already."""
    if not good_name(name) or len(name.encode()) > 255:
        raise Trouble(
            "A name is 1 to 255 bytes without spaces and plus signs, such as witness.example.org/w1"
        )
    if ML_DSA_44 in kinds and mldsa is None:
        raise Trouble("ML-DSA-44 needs a newer version of the package cryptography")
    os.makedirs(folder, mode=0o700, exist_ok=True)
    signers = [Signer(name, kind, os.urandom(32)) for kind in kinds]
    lines = ""
    for signer in signers:
        material = base64.b64encode(bytes([signer.kind]) + signer.seed).decode()
        lines += f"PRIVATE+KEY+{name}+{signer.key.id.hex()}+{material}\n"
    try:
        handle = os.open(key_file(folder), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise Trouble(f"{folder} has a key already: a witness keeps its key") from None
    with os.fdopen(handle, "w") as file:
        file.write(lines)
        file.flush()
        os.fsync(file.fileno())
    return signers


def load(folder: str) -> list[Signer]:
    """The keys in a folder; Trouble where others could read them or they are damaged."""
    try:
        with open(key_file(folder), encoding="utf-8") as file:
            if os.name == "posix" and stat.S_IMODE(os.fstat(file.fileno()).st_mode) & 0o077:
                raise Trouble(
                    f"{key_file(folder)} can be read by others: chmod 600, and ask yourself who has read it"
                )
            lines = file.read().splitlines()
    except FileNotFoundError:
        raise Trouble(f"{folder} has no key: run `init` first") from None
    signers = []
    for line in lines:
        name, _, rest = line[len("PRIVATE+KEY+") :].partition("+")
        identity, _, material = rest.partition("+")
        data = base64_bytes(material, "the key")
        if data[:1] not in (bytes([COSIGNATURE]), bytes([ML_DSA_44])) or len(data) != 33:
            raise Trouble(f"{key_file(folder)} is damaged")
        if data[0] == ML_DSA_44 and mldsa is None:
            raise Trouble("The ML-DSA-44 key needs a newer version of the package cryptography")
        signer = Signer(name, data[0], data[1:])
        if signer.key.id.hex() != identity:
            raise Trouble(f"{key_file(folder)} is damaged")
        signers.append(signer)
    if not signers:
        raise Trouble(f"{key_file(folder)} is empty")
    return signers


def watched(given: list[str]) -> dict[str, list[Key]]:
    """The keys of each log. A log whose origin is not the name of its key is given as `ORIGIN VKEY`."""
    logs: dict[str, list[Key]] = {}
    for text in given:
        origin, _, vkey = text.rpartition(" ")
        try:
            key = parse_vkey(vkey)
        except Refusal as refusal:
            raise Trouble(f"--log {text[:60]}: {refusal.body.strip()}") from None
        if key.kind == COSIGNATURE or (key.kind == ML_DSA_44 and mldsa is None):
            raise Trouble(
                f"--log {text[:60]}: signatures of this type are not a log's, or cannot be checked here"
            )
        logs.setdefault(origin or key.name, []).append(key)
    return logs


def serve(given: argparse.Namespace) -> None:
    signers, logs = load(given.state), watched(given.log)
    memory = Memory(given.state, given.journal)
    memory.shorten()
    witness = Witness(signers, logs, memory)
    with Server((given.host, given.port), witness) as server:

        def stop(*_: object) -> None:
            threading.Thread(target=server.shutdown).start()

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        print(
            f"{signers[0].name} watches {len(logs)} logs on http://{given.host}:{server.server_address[1]}",
            flush=True,
        )
        server.serve_forever(poll_interval=0.1)


def show(given: argparse.Namespace) -> None:
    for signer in load(given.state):
        print(signer.key.vkey)
    for origin, size, root in Memory(given.state, given.journal).trees():
        print(f"{origin} {size} {base64.b64encode(root).decode()}")


def arguments(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="witness.py",
        description="Cosign a log's checkpoints, but only while it never rewrites its past.",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    one = commands.add_parser("init", help="make the witness's key and print the vkey to hand out")
    one.add_argument("--state", metavar="DIR", required=True, help="the folder for key, database and journal")
    one.add_argument("--name", required=True, help="the witness's name, such as witness.example.org/w1")
    one.add_argument(
        "--ml-dsa", action="store_true", help="sign with ML-DSA-44 too, against quantum computers"
    )
    for name, words in (
        ("serve", "answer POST /add-checkpoint"),
        ("show", "print the vkey and the last trees"),
    ):
        one = commands.add_parser(name, help=words)
        one.add_argument("--state", metavar="DIR", required=True, help="the folder that `init` made")
        one.add_argument("--journal", metavar="FILE", help="where the journal is, if not in that folder")
        if name == "serve":
            one.add_argument(
                "--log",
                metavar="VKEY",
                action="append",
                required=True,
                help="the key of a log to watch; may be repeated",
            )
            one.add_argument("--host", default="127.0.0.1", help="where to listen (127.0.0.1)")
            one.add_argument("--port", type=int, default=8080, help="the port (8080); 0 takes a free one")
    return parser.parse_args(argv)


def main(argv: list[str] | None = None) -> int:
    given = arguments(sys.argv[1:] if argv is None else argv)
    try:
        if given.command == "init":
            for signer in init(given.state, given.name, [COSIGNATURE] + [ML_DSA_44] * given.ml_dsa):
                print(signer.key.vkey)
        elif given.command == "serve":
            serve(given)
        else:
            show(given)
    except (Trouble, Refusal, OSError, sqlite3.Error) as error:
        print(f"witness.py: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    os.umask(0o077)
    sys.exit(main())
