"""Witnesses as their operators run them: a process of its own, reached over a socket."""

import http.client
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from audit.domain import bundle_layout, merkle, note, witnessing
from audit.domain.checkpoint import Checkpoint
from audit.domain.note_keys import VerifierKey
from tests.audit.domain import notes, trees

PROGRAM = Path(bundle_layout.__file__).parent.parent / "verifier" / "witness.py"
LOG = notes.log_key()
TREE = trees.numbered(300)
# What somebody shows who has rewritten entry 7.
FORKED = trees.Leaves([*TREE.hashes[:7], merkle.leaf_hash(b"rewritten"), *TREE.hashes[8:]])


class Reply(NamedTuple):
    status: int
    kind: str
    body: bytes


class Running(NamedTuple):
    """A witness that runs: its port, its vkeys and its process."""

    port: int
    keys: list[VerifierKey]
    process: subprocess.Popen

    def post(self, body: bytes, path: str = "/add-checkpoint", **headers: str) -> Reply:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request("POST", path, body, headers)
            answer = connection.getresponse()
            return Reply(answer.status, answer.getheader("Content-Type", ""), answer.read())
        finally:
            connection.close()

    def add(self, old: int, new: int, tree: trees.Leaves = TREE) -> Reply:
        """Ask for a cosignature on size `new` with the proof from size `old`."""
        return self.post(request(old, new, tree))

    def answer(self, old: int, new: int, tree: trees.Leaves = TREE) -> witnessing.Answer:
        """The same as the portal sees it."""
        body = request(old, new, tree)
        reply = self.post(body)
        return witnessing.read_answer(
            request=witnessing.parse_request(body),
            status=reply.status,
            content_type=reply.kind,
            body=reply.body,
            keys=self.keys,
        )


def signed(size: int, tree: trees.Leaves = TREE) -> bytes:
    return note.sign(Checkpoint(notes.ORIGIN, size, tree.root(size)).text, [LOG])


def request(old: int, new: int, tree: trees.Leaves = TREE) -> bytes:
    proof = merkle.consistency_proof(old, new, tree.node) if 0 < old <= new else []
    return witnessing.write_request(old_size=old, proof=proof, signed=signed(new, tree))


def command(*argv: object, check: bool = True) -> subprocess.CompletedProcess:
    """The program, run to its end."""
    words = [sys.executable, str(PROGRAM), *map(str, argv)]
    return subprocess.run(words, capture_output=True, text=True, check=check)


@contextmanager
def running(state: Path, *options: object, logs: tuple[str, ...] = (str(LOG.verifier),)) -> Iterator[Running]:
    """Serve from a folder, which `init` makes if need be."""
    if not (state / "witness.key").exists():
        command("init", "--state", state, "--name", f"witness.example/{state.name}")
    words = [sys.executable, str(PROGRAM), "serve", "--state", str(state), "--port", "0", *map(str, options)]
    words += [word for log in logs for word in ("--log", log)]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        said = process.stdout.readline()
        keys = [VerifierKey.parse(line) for line in _keys(state)]
        yield Running(int(said.rsplit(":", 1)[1]), keys, process)
    finally:
        os.kill(process.pid, signal.SIGTERM)
        process.wait(timeout=20)
        process.stdout.close()


def _keys(state: Path) -> list[str]:
    secrets = (state / "witness.key").read_text().splitlines()
    return [str(notes.SigningKey.parse(secret).verifier) for secret in secrets]
