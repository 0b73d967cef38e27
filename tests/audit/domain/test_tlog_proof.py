import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.domain import merkle, policy, tlog_proof
from audit.domain.policy import Unmet
from audit.domain.tlog_proof import ProofError
from tests.audit.domain import notes, trees

BODIES = [f'{{"n":{number}}}'.encode() for number in range(100)]
TREE = trees.Leaves([merkle.leaf_hash(body) for body in BODIES])
LOG, WITNESS = notes.log_key(), notes.witness_key()
TRUSTED = policy.parse(f"log {LOG.verifier}\nwitness W {WITNESS.verifier}\nquorum W\n".encode())


def signed(*keys) -> bytes:
    tree = notes.Checkpoint(notes.ORIGIN, 100, TREE.root(100))
    return notes.note.sign(tree.text, keys or (LOG, WITNESS), at=notes.AT)


def proof(index: int = 41, **changes) -> bytes:
    parts = {
        "index": index,
        "hashes": merkle.inclusion_proof(index, 100, TREE.node),
        "signed": signed(),
    }
    return tlog_proof.write(**parts | changes)


PROOF = proof()


def test_m1_a_proof_shows_the_event_to_who_has_only_the_policy():
    shown = tlog_proof.verify_body(PROOF, body=BODIES[41], trusted=TRUSTED)

    assert (shown.index, shown.tree.size, shown.tree.origin) == (41, 100, notes.ORIGIN)
    assert shown.opened.keys == {LOG.verifier, WITNESS.verifier}


@pytest.mark.parametrize("index", [0, 1, 63, 64, 95, 96, 99])
@pytest.mark.parametrize("extra", [b"", b"\x00anything"])
def test_a_proof_is_read_as_it_is_written(index, extra):
    written = proof(index, extra=extra)

    assert tlog_proof.parse(written).index == index
    assert tlog_proof.parse(written).extra == extra
    assert tlog_proof.parse(written).signed == signed()
    assert tlog_proof.verify_body(written, body=BODIES[index], trusted=TRUSTED).index == index


def test_the_text_is_laid_out_as_specified():
    lines = proof(extra=b"x").decode().split("\n")

    assert lines[:3] == ["c2sp.org/tlog-proof@v1", "extra eA==", "index 41"]
    assert lines[10:13] == ["", notes.ORIGIN, "100"]


def test_a_tree_of_one_leaf_has_a_proof_without_hashes():
    tree = notes.Checkpoint(notes.ORIGIN, 1, TREE.root(1))
    written = tlog_proof.write(
        index=0, hashes=[], signed=notes.note.sign(tree.text, [LOG, WITNESS], at=notes.AT)
    )

    assert written.startswith(b"c2sp.org/tlog-proof@v1\nindex 0\n\ncountersign.example/log\n1\n")
    assert tlog_proof.verify_body(written, body=BODIES[0], trusted=TRUSTED).tree.size == 1


def test_a_proof_shows_no_other_event_and_no_other_place():
    with pytest.raises(ProofError, match="not entry 41"):
        tlog_proof.verify_body(PROOF, body=BODIES[40], trusted=TRUSTED)
    with pytest.raises(ProofError, match="not entry 40"):
        tlog_proof.verify_body(PROOF.replace(b"index 41", b"index 40"), body=BODIES[41], trusted=TRUSTED)
    with pytest.raises(ProofError, match="32 bytes"):
        tlog_proof.verify(PROOF, leaf=b"", trusted=TRUSTED)


def test_a_proof_shows_nothing_when_the_policy_is_not_met():
    with pytest.raises(Unmet):
        tlog_proof.verify_body(proof(signed=signed(LOG)), body=BODIES[41], trusted=TRUSTED)


@settings(max_examples=400)
@given(bit=st.integers(0, len(PROOF) * 8 - 1))
def test_one_flipped_bit_anywhere_ends_a_proof(bit):
    with pytest.raises(ValueError, match=".") as refused:
        tlog_proof.verify_body(trees.flipped(PROOF, bit), body=BODIES[41], trusted=TRUSTED)

    assert isinstance(refused.value, ProofError | notes.note.NoteError | Unmet)


@settings(max_examples=100)
@given(bit=st.integers(0, len(BODIES[41]) * 8 - 1))
def test_one_flipped_bit_in_the_event_ends_its_proof(bit):
    with pytest.raises(ProofError):
        tlog_proof.verify_body(PROOF, body=trees.flipped(BODIES[41], bit), trusted=TRUSTED)


@pytest.mark.parametrize(
    ("_case", "old", "new"),
    [
        ("another version", b"@v1", b"@v2"),
        ("no header", b"c2sp.org/tlog-proof@v1\n", b""),
        ("no index", b"index 41\n", b""),
        ("two indexes", b"index 41\n", b"index 41\nindex 41\n"),
        ("extra data behind the index", b"index 41\n", b"index 41\nextra eA==\n"),
        ("extra data twice", b"index 41\n", b"extra eA==\nextra eA==\nindex 41\n"),
        ("extra data that is none", b"index 41\n", b"extra \nindex 41\n"),
        ("extra data without base64", b"index 41\n", b"extra !\nindex 41\n"),
        ("a leading zero", b"index 41", b"index 041"),
        ("a sign", b"index 41", b"index +41"),
        ("no number", b"index 41", b"index "),
        ("an index that wraps around", b"index 41", b"index 18446744073709551657"),
        ("an index beyond all trees", b"index 41", b"index 9223372036854775808"),
        ("a hash of three bytes", b"index 41\n", b"index 41\nAAAA\n"),
        ("an empty line among the hashes", b"index 41\n", b"index 41\n\n"),
        ("carriage returns", b"\n", b"\r\n"),
        ("no empty line", b"=\n\ncountersign", b"=\ncountersign"),
        ("letters beyond ASCII", b"index 41", "índex 41".encode()),
    ],
)
def test_what_is_written_in_any_other_way_is_no_proof(_case, old, new):
    assert old in PROOF
    with pytest.raises(ProofError):
        tlog_proof.parse(PROOF.replace(old, new))


@pytest.mark.parametrize(
    ("_case", "parts"),
    [
        ("an index below zero", {"index": -1}),
        ("a short hash", {"hashes": [bytes(31)]}),
        ("too many hashes", {"hashes": [bytes(32)] * 64}),
        ("no checkpoint", {"signed": b"countersign\n"}),
    ],
)
def test_parts_that_make_no_proof_are_not_written(_case, parts):
    with pytest.raises(ProofError):
        tlog_proof.write(**{"index": 0, "hashes": [], "signed": signed()} | parts)


def test_a_proof_without_end_is_refused():
    with pytest.raises(ProofError, match="at most"):
        tlog_proof.parse(PROOF + b"x" * tlog_proof.MAX_BYTES)
