"""The keys that sign the trees: random secrets in one file, never in the database, from which each log's key is derived.

The file lists generations, the newest last. While a key is being rotated two of them sign; a revoked one is taken out.
Only the publisher reads it. Public keys stand in the folder of checkpoints.
"""

import json
import os
import secrets
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from audit.domain.note_keys import SEED_BYTES, Kind, SigningKey
from audit.models import Checkpoint

_PURPOSE = b"countersign audit log key 1\n"


@dataclass(frozen=True, slots=True)
class Generation:
    """One secret; it signs until then, or until it is rotated. It is never shown."""

    secret: bytes
    until: datetime | None = None

    def __repr__(self) -> str:
        return f"Generation(until={self.until!r})"


def origin(log: str) -> str:
    """What the log is called in its checkpoints, and the name of its key: the host, and the log's own key."""
    # A plus ends a name where keys are written down.
    return f"{settings.AUDIT_ORIGIN}/{log.replace('+', '%2B')}"


def for_log(log: str, at: datetime) -> list[SigningKey]:
    """The keys that sign the log at that moment, oldest first; with ML-DSA-44 beside each where it is wished for."""
    return derive(log, [one for one in read() if one.until is None or one.until > at])


def derive(log: str, generations: Sequence[Generation]) -> list[SigningKey]:
    """The keys of one log: every log has its own, so that nobody can mistake one log's signature for another's."""
    kinds = [Kind.ED25519, *([Kind.ML_DSA_44] if settings.AUDIT_ML_DSA else [])]
    name = origin(log)
    return [SigningKey(name, kind, _seed(one.secret, name, kind)) for kind in kinds for one in generations]


def _seed(secret: bytes, name: str, kind: Kind) -> bytes:
    info = _PURPOSE + bytes([kind]) + name.encode()
    return HKDF(algorithm=SHA256(), length=SEED_BYTES, salt=None, info=info).derive(secret)


def read() -> list[Generation]:
    """Every generation in the file, which is made with mode 0600 where no log was signed yet.

    ImproperlyConfigured for a file that is not one of ours, and for a missing one where checkpoints exist: a new key
    would not be believed by anybody who knows the old one.
    """
    file = _file()
    if not file.exists():
        if Checkpoint.objects.exists():
            raise ImproperlyConfigured(
                f"The key file {file} is missing, and logs were signed with it already: put it back"
            )
        _write_first(file)
    try:
        content = file.read_bytes()
    except OSError as error:
        raise ImproperlyConfigured(f"The key file {file} cannot be read: {error.strerror}") from None
    try:
        listed = json.loads(content)["generations"]
        generations = [
            Generation(
                b64decode(one["secret"], validate=True),
                None if one["until"] is None else datetime.fromisoformat(one["until"]),
            )
            for one in listed
        ]
    except (ValueError, KeyError, TypeError):
        # The content is not repeated: it is secret.
        raise ImproperlyConfigured(f"{file} is not a file of signing keys") from None
    if not generations or any(len(one.secret) != SEED_BYTES for one in generations):
        raise ImproperlyConfigured(f"{file} holds no signing key")
    return generations


def replace(generations: Sequence[Generation]) -> None:
    """Put these in place of what the file holds: all or nothing, on the disk when this returns."""
    draft = _draft(_file(), generations)
    os.replace(draft, _file())
    _sync(_file().parent)


def new() -> Generation:
    """A new secret, in no file yet."""
    return Generation(secrets.token_bytes(SEED_BYTES))


def _file() -> Path:
    return Path(settings.AUDIT_SIGNING_KEY_FILE)


def _write_first(file: Path) -> None:
    """Written aside and linked into place: a rival finds a whole file or none, and the first one stays."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = _draft(file, [new()])
    try:
        os.link(draft, file)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    _sync(file.parent)


def _draft(file: Path, generations: Sequence[Generation]) -> Path:
    content = {
        "generations": [
            {
                "secret": b64encode(one.secret).decode("ascii"),
                "until": None if one.until is None else one.until.isoformat(),
            }
            for one in generations
        ]
    }
    draft = file.with_name(f"{file.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as stream:
        json.dump(content, stream)
        stream.flush()
        os.fsync(stream.fileno())
    return draft


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
