import stat
from datetime import timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured

from audit.domain import policy
from audit.domain.note_keys import Kind
from audit.models import Checkpoint
from audit.services import rows, signing_keys
from tests.audit.conftest import AT

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def file(settings, tmp_path):
    settings.AUDIT_SIGNING_KEY_FILE = tmp_path / "keys" / "signing.key"
    return settings.AUDIT_SIGNING_KEY_FILE


def test_the_key_is_made_once_and_for_its_owner_alone(file):
    first = signing_keys.for_log("client-1", AT)

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert signing_keys.for_log("client-1", AT) == first
    assert list(file.parent.iterdir()) == [file]
    assert [(key.name, key.kind) for key in first] == [("countersign.localhost/client-1", Kind.ED25519)]


def test_every_log_has_a_key_of_its_own():
    keys = [signing_keys.for_log(log, AT)[0].verifier for log in ("platform", "client-1")]

    # A policy does not take two logs with one public key.
    assert policy.of_logs(keys).keys == tuple(keys)
    assert len({key.public for key in keys}) == 2


def test_ml_dsa_signs_beside_ed25519_where_it_is_wished_for(settings):
    settings.AUDIT_ML_DSA = True

    assert [key.kind for key in signing_keys.for_log("client-1", AT)] == [Kind.ED25519, Kind.ML_DSA_44]


def test_two_generations_sign_until_the_older_one_ends():
    old, new = signing_keys.new(), signing_keys.new()
    ending = signing_keys.Generation(old.secret, AT + timedelta(hours=1))
    signing_keys.read()
    signing_keys.replace([ending, new])

    assert signing_keys.read() == [ending, new]
    assert signing_keys.for_log("client-1", AT) == signing_keys.derive("client-1", [old, new])
    assert signing_keys.for_log("client-1", AT + timedelta(hours=1)) == signing_keys.derive("client-1", [new])


def test_a_missing_file_is_not_made_again_once_logs_were_signed(file, log):
    signing_keys.read()
    file.unlink()
    rows.append([Checkpoint(log_id=log.id, size=1, root=bytes(32), note=b"", created_at=AT)])

    with pytest.raises(ImproperlyConfigured, match="put it back"):
        signing_keys.read()
    assert not file.exists()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b'{"generations": []}',
        b'{"generations": [{"secret": "c2VjcmV0", "until": null}]}',
        b"[1]",
        b"\xff",
    ],
)
def test_a_file_that_is_no_key_file_is_refused_and_not_repeated(file, content):
    file.parent.mkdir()
    file.write_bytes(content)

    with pytest.raises(ImproperlyConfigured) as refusal:
        signing_keys.read()
    assert "c2Vj" not in str(refusal.value)


def test_a_file_that_cannot_be_read_is_refused(file):
    file.mkdir(parents=True)

    with pytest.raises(ImproperlyConfigured, match="cannot be read"):
        signing_keys.read()


def test_secrets_are_not_shown():
    generation = signing_keys.new()

    assert generation.secret.hex() not in repr(generation)
    assert repr(generation.secret) not in repr([generation])


def test_a_plus_in_the_key_of_a_log_does_not_end_its_name():
    assert signing_keys.origin("a+b") == "countersign.localhost/a%2Bb"
