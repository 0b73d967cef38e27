import pytest
from cryptography.hazmat.primitives.asymmetric import mldsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from audit.domain import note_keys
from audit.domain.note_keys import Kind, SigningKey, VerifierKey
from tests.audit.domain import notes, trees

KINDS = list(Kind)
TEXT = notes.tree(100).text
# A pair that the Go tools for notes made.
PRIVATE = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
PUBLIC = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"


def test_a_key_of_other_tools_is_read_and_written_alike():
    assert str(SigningKey.parse(PRIVATE).verifier) == PUBLIC
    assert SigningKey.parse(PRIVATE).secret_text() == PRIVATE
    assert str(VerifierKey.parse(PUBLIC)) == PUBLIC


@pytest.mark.parametrize("kind", KINDS)
def test_keys_are_read_as_they_are_written(kind):
    key = notes.log_key(kind=kind)

    assert SigningKey.parse(key.secret_text()) == key
    assert VerifierKey.parse(str(key.verifier)) == key.verifier


@pytest.mark.parametrize("vkey", [PUBLIC, PRIVATE])
def test_no_part_and_no_neighbour_of_a_key_is_one(vkey):
    parse = SigningKey.parse if vkey is PRIVATE else VerifierKey.parse
    parts = [
        vkey[i:j]
        for i in range(len(vkey))
        for j in range(i + 1, len(vkey) + 1, 7)
        if (i, j) != (0, len(vkey))
    ]
    neighbours = [vkey[:i] + chr(ord(vkey[i]) + 1) + vkey[i + 1 :] for i in range(len(vkey))]

    for wrong in parts + neighbours:
        if wrong == vkey:
            continue
        with pytest.raises(ValueError, match=r"key|base64|id"):
            parse(wrong)


@pytest.mark.parametrize(
    ("_case", "vkey"),
    [
        ("a key that is too long, under its own id", "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY=="),
        ("a type nobody knows, under its own id", "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"),
        ("an id with a sign", PUBLIC.replace("+c74f20a3+", "++74f20a3+")),
        ("a short id", PUBLIC.replace("c74f20a3", "c74f20a")),
        ("nothing behind the id", "PeterNeumann+c74f20a3+"),
        ("a name with a space", PUBLIC.replace("Peter", "Peter ")),
        ("no name", PUBLIC.replace("PeterNeumann", "")),
        ("a newline behind", PUBLIC + "\n"),
    ],
)  # fmt: skip
def test_misspelt_keys_are_refused(_case, vkey):
    with pytest.raises(ValueError, match=r"key|base64|id|type"):
        VerifierKey.parse(vkey)


def test_the_error_about_a_private_key_repeats_none_of_it():
    with pytest.raises(ValueError, match="private key") as refused:
        SigningKey.parse(PRIVATE.replace("c74f20a3", "c74f20a4"))

    assert "AYEK" not in str(refused.value)
    assert "AYEK" not in repr(SigningKey.parse(PRIVATE))
    assert str(list(SigningKey.parse(PRIVATE).seed)) not in repr(SigningKey.parse(PRIVATE))


def test_ed25519_signs_the_text_itself():
    key = notes.log_key()

    assert key.sign(TEXT) == Ed25519PrivateKey.from_private_bytes(key.seed).sign(TEXT.encode())


def test_a_cosignature_signs_header_time_and_text():
    key = notes.witness_key()
    message = f"cosignature/v1\ntime {notes.AT}\n{TEXT}".encode()

    expected = Ed25519PrivateKey.from_private_bytes(key.seed).sign(message)

    assert key.sign(TEXT, at=notes.AT) == notes.AT.to_bytes(8, "big") + expected


def test_ml_dsa_signs_the_tree_under_the_cosigners_name():
    key, tree = notes.witness_key(kind=Kind.ML_DSA_44), notes.tree(100)
    message = b"subtree/v1\n\x00"
    message += bytes([len(key.name)]) + key.name.encode() + notes.AT.to_bytes(8, "big")
    message += bytes([len(tree.origin)]) + tree.origin.encode()
    message += (0).to_bytes(8, "big") + (100).to_bytes(8, "big") + tree.root

    signature = key.sign(TEXT, at=notes.AT)

    assert len(signature) == 8 + 2420
    assert signature[:8] == notes.AT.to_bytes(8, "big")
    mldsa.MLDSA44PublicKey.from_public_bytes(key.verifier.public).verify(signature[8:], message)


@pytest.mark.parametrize("kind", KINDS)
def test_a_signature_holds_for_its_text_key_and_kind_alone(kind):
    key = notes.witness_key(kind=kind)
    signature = key.sign(TEXT, at=notes.AT)

    assert key.verifier.verify(TEXT, signature)
    assert not key.verifier.verify(notes.tree(101).text, signature)
    assert not notes.witness_key(102, kind=kind).verifier.verify(TEXT, signature)
    for bit in range(0, len(signature) * 8, 97 if kind is Kind.ML_DSA_44 else 1):
        assert not key.verifier.verify(TEXT, trees.flipped(signature, bit))
    for wrong in (signature[:-1], signature + b"\x00", b""):
        assert not key.verifier.verify(TEXT, wrong)


def test_one_ed25519_key_signs_differently_as_log_and_as_witness():
    log = notes.log_key(7, origin="one.example", kind=Kind.ED25519)
    witness = notes.log_key(7, origin="one.example", kind=Kind.COSIGNATURE)

    assert log.verifier.public == witness.verifier.public
    assert log.verifier.id != witness.verifier.id
    assert not witness.verifier.verify(TEXT, (0).to_bytes(8, "big") + log.sign(TEXT))


@pytest.mark.parametrize("kind", [Kind.COSIGNATURE, Kind.ML_DSA_44])
def test_a_timed_signature_is_over_a_checkpoint_and_a_possible_time(kind):
    key = notes.witness_key(kind=kind)

    with pytest.raises(ValueError, match="checkpoint"):
        key.sign("no checkpoint\n", at=notes.AT)
    for at in (-1, 2**63):
        with pytest.raises(ValueError, match="time"):
            key.sign(TEXT, at=at)
    assert not key.verifier.verify(TEXT, (2**63).to_bytes(8, "big") + key.sign(TEXT, at=0)[8:])
    assert not key.verifier.verify("no checkpoint\n", key.sign(TEXT, at=0))


@pytest.mark.parametrize("text", [TEXT + "more\n", "a\n0\n" + "A" * 43 + "=\n"])
def test_ml_dsa_signs_no_line_it_does_not_cover_and_no_wrong_empty_tree(text):
    with pytest.raises(ValueError, match="covers a tree"):
        notes.log_key(kind=Kind.ML_DSA_44).sign(text, at=notes.AT)


def test_ml_dsa_signs_under_no_name_of_more_than_255_bytes():
    with pytest.raises(ValueError, match="too long"):
        notes.log_key(origin="x" * 256, kind=Kind.ML_DSA_44).sign(TEXT, at=notes.AT)


def test_ml_dsa_is_refused_where_it_cannot_be_checked(monkeypatch):
    key = notes.log_key(kind=Kind.ML_DSA_44)
    vkey = str(key.verifier)
    monkeypatch.setattr(note_keys, "mldsa", None)

    for make in (lambda: VerifierKey.parse(vkey), lambda: notes.log_key(kind=Kind.ML_DSA_44)):
        with pytest.raises(ValueError, match="newer version"):
            make()


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\u00a0b", "a\u2003b", "a\x01b", "a\n"])
def test_a_name_has_no_space_plus_or_control(name):
    with pytest.raises(ValueError, match="no name"):
        note_keys.check_name(name)
    with pytest.raises(ValueError, match="no name"):
        SigningKey(name, Kind.ED25519, bytes(32))


@pytest.mark.parametrize("seed", [b"", bytes(31), bytes(33)])
def test_a_private_key_has_thirty_two_bytes(seed):
    with pytest.raises(ValueError, match="32 bytes"):
        SigningKey("a", Kind.ED25519, seed)
