"""Evidence to check: a log of a hundred events, its checkpoint, and bundles of stretches of it."""

import io
import json
import zipfile
from base64 import b64encode
from collections.abc import Iterable
from pathlib import Path

from audit.domain import bundle_layout, commitment, merkle, note, policy
from audit.domain.bundle_layout import Stretch, Writer
from audit.domain.checkpoint import Checkpoint
from tests.audit.domain import notes, trees

PROGRAM = Path(bundle_layout.__file__).parent.parent / "verifier" / "audit_verify.py"
LOG, WITNESS = notes.log_key(), notes.witness_key()
SALTS = [bytes([number]) * 32 for number in range(100)]


def _event(number: int) -> bytes:
    sealed = commitment.commit(salt=SALTS[number], path="author.email", value=f"person{number}@example.org")
    event = {"uid": f"uid-{number:03}", "pii": {"author.email": sealed}, "n": number}
    return json.dumps(event, sort_keys=True, separators=(",", ":")).encode()


BODIES = [_event(number) for number in range(100)]
TREE = trees.Leaves([merkle.leaf_hash(body) for body in BODIES])
CHECKPOINT = Checkpoint(notes.ORIGIN, 100, TREE.root(100))
SIGNED = note.sign(CHECKPOINT.text, [LOG, WITNESS], at=notes.AT)
POLICY = f"log {LOG.verifier}\nwitness W {WITNESS.verifier}\nquorum W\n".encode()


def stretch(first: int, end: int) -> Stretch:
    return Stretch(notes.ORIGIN, first, end, 100, CHECKPOINT.root)


def entries(first: int, end: int, pruned: Iterable[int] = ()) -> list[bytes]:
    gone = set(pruned)
    return [
        bundle_layout.entry_line(
            index=index, leaf=merkle.leaf_hash(BODIES[index]), body=None if index in gone else BODIES[index]
        )
        for index in range(first, end)
    ]


def disclosed(*numbers: int) -> bytes:
    return b"".join(
        bundle_layout.disclosed_line(
            uid=f"uid-{number:03}",
            field="author.email",
            salt=SALTS[number],
            value=f"person{number}@example.org",
        )
        for number in numbers
    )


def parts(
    first: int = 41, end: int = 60, *, pruned: Iterable[int] = (), shown: Iterable[int] = (42, 59)
) -> dict[str, bytes]:
    """The files of a good bundle but for its manifest."""
    left, right = merkle.range_proof(first, end, 100, TREE.node)
    files = {
        "README.txt": bundle_layout.readme(stretch(first, end)),
        "audit_verify.py": PROGRAM.read_bytes(),
        "checkpoint": SIGNED,
        "policy": POLICY,
        "range-proof.json": bundle_layout.range_proof(stretch(first, end), left=left, right=right),
        "entries.jsonl": b"".join(entries(first, end, pruned)),
    }
    return files | ({"disclosed.jsonl": disclosed(*shown)} if shown else {})


def bundle(files: dict[str, bytes] | None = None, *, first: int = 41, end: int = 60) -> bytes:
    """A zip as the product writes it, with a manifest that is right about these files."""
    return written(parts(first, end) if files is None else files, stretch(first, end))


def written(files: dict[str, bytes], over: Stretch) -> bytes:
    out = io.BytesIO()
    with Writer(out) as writer:
        for name, data in files.items():
            writer.add(name, [data])
        writer.finish(over)
    return out.getvalue()


def forged(
    files: dict[str, bytes], *, first: int = 41, end: int = 60, claims: dict[str, object] | None = None
) -> bytes:
    """A zip somebody made with care: every file, also one no bundle has, is in the manifest as it is."""
    facts = {name: fact(data) for name, data in files.items()}
    manifest = json.loads(bundle_layout.manifest(stretch(first, end), facts)) | (claims or {})
    return zipped(files | {"manifest.json": json.dumps(manifest).encode()})


def fact(data: bytes) -> dict[str, object]:
    return {"bytes": len(data), "sha256": merkle.hashlib.sha256(data).hexdigest()}


def zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def unzipped(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rehashed(line: bytes, body: bytes) -> bytes:
    """An entry's line with another body and the leaf hash that fits it."""
    return bundle_layout.entry_line(index=json.loads(line)["index"], leaf=merkle.leaf_hash(body), body=body)


def base64(data: bytes) -> str:
    return b64encode(data).decode()


TRUSTED = policy.parse(POLICY)
