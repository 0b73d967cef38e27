"""The one-file programs repeat what the product has in its domain: they must not differ in a single answer."""

import ast
import random
import sys

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.domain import checkpoint, merkle, note, policy, proofs, witnessing
from audit.domain.note_keys import Kind, VerifierKey
from audit.verifier import audit_verify, witness
from tests.audit.domain import notes, trees
from tests.structure.tree import ROOT

PROGRAMS = {program.__name__.rpartition(".")[2]: program for program in (audit_verify, witness)}
TREE = trees.numbered(70)
KEYS = [notes.log_key(), notes.witness_key(), notes.log_key(3, kind=Kind.ML_DSA_44)]
SIGNED = note.sign(notes.tree(100).text, KEYS, at=notes.AT)
CRYPTO = audit_verify.Crypto()


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_is_one_file_for_any_python_from_3_8(name):
    source = (ROOT / "audit" / "verifier" / f"{name}.py").read_text(encoding="utf-8")
    parsed = ast.parse(source, feature_version=(3, 8))

    imported = {
        (node.module if isinstance(node, ast.ImportFrom) else alias.name).split(".")[0]
        for node in ast.walk(parsed)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    assert imported - sys.stdlib_module_names == {"cryptography"}


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)
def test_consistency_is_judged_alike(program):
    for new in range(1, 71):
        for old in range(1, new + 1):
            good = merkle.consistency_proof(old, new, TREE.node)
            for proof in (good, good[:-1], [*good, bytes(32)], good[::-1]):
                for first in (TREE.root(old), TREE.root(new)):
                    claim = {"old_size": old, "new_size": new, "old_root": first, "new_root": TREE.root(new)}
                    expected = proofs.verify_consistency(**claim, proof=proof)
                    assert (
                        program.verify_consistency(old, new, first, TREE.root(new), list(proof)) is expected
                    )


def test_inclusion_is_judged_alike():
    for size in range(1, 71):
        for index in range(size):
            good = merkle.inclusion_proof(index, size, TREE.node)
            for place in (index, index ^ 1, index + size):
                for proof in (good, good[1:], [*good, bytes(32)]):
                    claim = {
                        "index": place,
                        "size": size,
                        "leaf": TREE.hashes[index],
                        "root": TREE.root(size),
                    }
                    expected = proofs.verify_inclusion(**claim, proof=proof)
                    given = (place, size, TREE.hashes[index], list(proof), TREE.root(size))
                    assert audit_verify.verify_inclusion(*given) is expected


def test_the_standard_leaves_have_their_published_roots():
    frontier = audit_verify.Frontier(0, [])
    for size, root in enumerate(trees.EIGHT_ROOTS):
        assert frontier.root() == root
        if size < 8:
            frontier.append(audit_verify.leaf_hash(trees.EIGHT_LEAVES[size]))


def test_ranges_have_the_same_nodes():
    for end in range(70):
        for begin in range(end + 1):
            levels = [level for level, _ in merkle.range_nodes(begin, end)]
            assert audit_verify.range_levels(begin, end) == levels


def opened_by_domain(data: bytes, keys: list[VerifierKey]) -> object:
    try:
        opened = note.open_note(data, keys)
    except note.NoteError as error:
        return "bad" if isinstance(error, note.BadSignature) else "none"
    return {(key.name, key.id) for key in opened.keys}


def opened_by_verifier(data: bytes, keys: list[VerifierKey]) -> object:
    try:
        _, signers = audit_verify.open_note(data, [audit_verify.parse_vkey(str(key)) for key in keys], CRYPTO)
    except audit_verify.Finding as finding:
        return "bad" if finding.status == audit_verify.TAMPERED else "none"
    return {(key.name, key.id) for key in signers} or "none"


@settings(max_examples=300)
@given(bit=st.integers(0, len(SIGNED) * 8 - 1), known=st.sets(st.sampled_from([0, 1, 2]), min_size=1))
def test_notes_are_opened_alike_whatever_bit_is_wrong(bit, known):
    keys = [KEYS[number].verifier for number in sorted(known)]

    assert opened_by_verifier(SIGNED, keys) == opened_by_domain(SIGNED, keys)
    damaged = trees.flipped(SIGNED, bit)
    assert opened_by_verifier(damaged, keys) == opened_by_domain(damaged, keys)


def test_a_signature_broken_over_two_lines_is_no_note_to_either():
    for at in (place for place, letter in enumerate(SIGNED) if letter == ord("J")):
        damaged = SIGNED[:at] + b"\n" + SIGNED[at + 1 :]
        for key in KEYS:
            assert opened_by_verifier(damaged, [key.verifier]) == opened_by_domain(damaged, [key.verifier])


def test_a_checkpoint_of_other_tools_is_read_alike():
    text, signers = audit_verify.open_note(notes.OF_EIGHT, [audit_verify.parse_vkey(notes.MONKEYS)], CRYPTO)

    assert [key.name for key in signers] == ["monkeys"]
    assert audit_verify.parse_tree(text)[:3] == ("Log Checkpoint v0", 8, checkpoint.parse(text).root)


POLICY_LINES = [
    f"log {KEYS[0].verifier}",
    f"log {KEYS[2].verifier}",
    f"witness A {KEYS[1].verifier}",
    f"witness B {notes.witness_key(7, name='b.example').verifier}",
    "group G any A B",
    "group G 2 A B",
    "group H all A",
    "group any any G",
    "quorum G",
    "quorum none",
    "quorum A",
    "# anything",
    "log",
    "witness C nothing",
    "group K 3 A B",
]


@settings(max_examples=300)
@given(lines=st.lists(st.sampled_from(POLICY_LINES), max_size=8))
def test_policies_are_read_and_judged_alike(lines):
    data = "".join(f"{line}\n" for line in lines).encode()
    try:
        ours = policy.parse(data)
    except policy.PolicyError:
        with pytest.raises(audit_verify.Finding):
            audit_verify.parse_policy(data)
        return
    theirs = audit_verify.parse_policy(data)

    for signers in ([], [KEYS[1]], [KEYS[1], notes.witness_key(7, name="b.example")]):
        keys = [key.verifier for key in signers]
        named = [audit_verify.parse_vkey(str(key)) for key in keys]
        assert theirs.holds(theirs.quorum, named) is ours.witnessed(keys)


# ── Ed25519 ──────────────────────────────────────────────────────────────────────────────────────────────────

# RFC 8032 §7.1: public key, message, signature.
RFC_8032 = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
]


@pytest.mark.parametrize(("public", "message", "signature"), RFC_8032)
def test_our_own_ed25519_takes_the_vectors_of_the_rfc(public, message, signature):
    key, text, signed = (bytes.fromhex(part) for part in (public, message, signature))

    assert audit_verify.pure_ed25519(key, text, signed)
    assert CRYPTO.verify(audit_verify.ED25519, key, text, signed)
    assert not audit_verify.pure_ed25519(key, text + b"x", signed)


def test_our_own_ed25519_answers_as_the_library_does():
    chance = random.Random(8032)
    for number in range(40):
        private = Ed25519PrivateKey.from_private_bytes(chance.randbytes(32))
        key, message = private.public_key().public_bytes_raw(), chance.randbytes(number)
        signature = private.sign(message)
        scalar = int.from_bytes(signature[32:], "little")
        for wrong in (
            signature,
            trees.flipped(signature, chance.randrange(512)),
            signature[:32] + (scalar + audit_verify.ORDER).to_bytes(33, "little")[:32],
            signature[:63],
            bytes(64),
        ):
            expected = CRYPTO.verify(audit_verify.ED25519, key, message, wrong)
            assert audit_verify.pure_ed25519(key, message, wrong) is expected
            assert expected is (wrong == signature)


@pytest.mark.parametrize(
    ("_case", "key"),
    [
        ("no point of the curve", (2).to_bytes(32, "little")),
        ("a y beyond the prime", (audit_verify.P + 3).to_bytes(32, "little")),
        ("a zero with a sign", (1 | 1 << 255).to_bytes(32, "little")),
        ("31 bytes", bytes(31)),
    ],
)
def test_our_own_ed25519_takes_no_key_that_is_none(_case, key):
    assert not audit_verify.pure_ed25519(key, b"", bytes(64))


def test_the_pure_checker_opens_what_the_library_opens():
    keys = [audit_verify.parse_vkey(str(key.verifier)) for key in KEYS[:2]]

    _, signers = audit_verify.open_note(SIGNED, keys, audit_verify.Crypto(pure=True))

    assert signers == {keys[0]: 0, keys[1]: notes.AT}


# ── The witness ──────────────────────────────────────────────────────────────────────────────────────────────


@settings(max_examples=200)
@given(data=st.data())
def test_requests_are_read_alike(data):
    proof = merkle.consistency_proof(41, 70, TREE.node)
    body = witnessing.write_request(old_size=41, proof=proof, signed=SIGNED)
    if data.draw(st.booleans()):
        body = trees.flipped(body, data.draw(st.integers(0, 4000)))
    try:
        ours = witnessing.parse_request(body)
    except ValueError:
        with pytest.raises(witness.Refusal) as refused:
            witness.parse_request(body)
        assert refused.value.status == 400
        return

    assert witness.parse_request(body)[:2] == (ours.old_size, list(ours.proof))
