"""The key that wraps all other keys: 32 random bytes in a file, never in the database."""

import os
import secrets
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from audit.models import SubjectKey

KEY_BYTES = 32


def cipher() -> AESGCM:
    """The cipher of the key in `settings.VAULT_KEY_FILE`, made on first use with mode 0600.

    ImproperlyConfigured for a file of another length, and for a missing one where keys already depend on it: a new key
    would open none of them.
    """
    return AESGCM(_key(str(settings.VAULT_KEY_FILE)))


def derive(purpose: bytes) -> bytes:
    """32 bytes for one purpose alone, always the same ones as long as the key file is; they tell nothing of the key or of
    other purposes. Raises ImproperlyConfigured as `cipher` does."""
    key = _key(str(settings.VAULT_KEY_FILE))
    return HKDF(hashes.SHA256(), KEY_BYTES, salt=None, info=b"countersign/derived\x00" + purpose).derive(key)


@lru_cache(maxsize=4)
def _key(path: str) -> bytes:
    file = Path(path)
    if not file.exists():
        if SubjectKey.objects.filter(destroyed_at=None).exists():
            raise ImproperlyConfigured(f"The vault's key file {file} is missing, and the vault is not empty")
        _make(file)
    key = file.read_bytes()
    if len(key) != KEY_BYTES:
        raise ImproperlyConfigured(f"The vault's key file {file} has {len(key)} bytes, not {KEY_BYTES}")
    return key


def _make(file: Path) -> None:
    """Write the key aside and link it into place: a rival finds a whole key or none, and the first one stays."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f"{file.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(secrets.token_bytes(KEY_BYTES))
            stream.flush()
            os.fsync(stream.fileno())
        os.link(draft, file)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
