import stat
from concurrent.futures import ThreadPoolExecutor

import pytest
from cryptography.exceptions import InvalidTag
from django.core.exceptions import ImproperlyConfigured

from audit.services import keyfile, recording, vault
from tests.audit.conftest import sealed


@pytest.fixture
def key_file(settings, tmp_path):
    settings.VAULT_KEY_FILE = tmp_path / "keys" / "vault.key"
    return settings.VAULT_KEY_FILE


@pytest.fixture(autouse=True)
def _forget():
    """Other tests have their own file; what is remembered goes by its path."""
    yield
    keyfile._key.cache_clear()


def test_cipher_makes_a_key_that_only_its_owner_may_read(db, key_file):
    keyfile.cipher()

    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600
    assert len(key_file.read_bytes()) == 32
    assert list(key_file.parent.iterdir()) == [key_file]


def test_cipher_uses_the_key_that_is_there(db, key_file):
    sealed_text = keyfile.cipher().encrypt(b"n" * 12, b"text", None)
    keyfile._key.cache_clear()

    assert keyfile.cipher().decrypt(b"n" * 12, sealed_text, None) == b"text"


def test_make_by_many_at_once_leaves_one_whole_key(tmp_path):
    file = tmp_path / "vault.key"

    def make(_: int) -> bytes:
        keyfile._make(file)
        return file.read_bytes()

    with ThreadPoolExecutor(8) as pool:
        seen = set(pool.map(make, range(64)))

    assert seen == {file.read_bytes()}
    assert list(tmp_path.iterdir()) == [file]


def test_cipher_refuses_a_file_that_is_no_key(db, key_file):
    key_file.parent.mkdir()
    key_file.write_bytes(b"short")

    with pytest.raises(ImproperlyConfigured, match="5 bytes"):
        keyfile.cipher()


def test_cipher_refuses_to_replace_a_lost_key_that_others_depend_on(log, key_file):
    recording.record(**sealed())
    key_file.unlink()
    keyfile._key.cache_clear()

    with pytest.raises(ImproperlyConfigured, match="missing"):
        keyfile.cipher()

    assert not key_file.exists()


def test_reveal_is_refused_under_another_key_file(log, key_file):
    recorded = recording.record(**sealed())
    key_file.write_bytes(b"k" * 32)
    keyfile._key.cache_clear()

    with pytest.raises(InvalidTag):
        vault.reveal(event_uid=recorded.uid, field="comment")


def test_derive_gives_each_purpose_bytes_of_its_own(db, key_file):
    first = keyfile.derive(b"first")

    assert keyfile.derive(b"first") == first
    assert keyfile.derive(b"second") != first
    assert len(first) == keyfile.KEY_BYTES
    assert first not in key_file.read_bytes()


def test_derive_follows_the_key(db, key_file):
    first = keyfile.derive(b"first")
    key_file.unlink()
    keyfile._key.cache_clear()

    assert keyfile.derive(b"first") != first
