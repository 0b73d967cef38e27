"""Somebody with time and skill changes a bundle: whatever it is, it is not verified, and the place is named."""

import json

import pytest

from audit.domain import bundle_layout, merkle, note
from audit.verifier import audit_verify
from tests.audit.domain import notes, trees
from tests.audit.verifier import evidence

GOOD = evidence.bundle()
FILES = evidence.parts()
LINES = FILES["entries.jsonl"].splitlines(keepends=True)


# ── drills: somebody changes what happened ───────────────────────────────────────────────────────────────────


def changed(**files: bytes) -> dict[str, bytes]:
    return FILES | {name.replace("__", ".").replace("_", "-"): data for name, data in files.items()}


def entries(lines: list[bytes]) -> dict[str, bytes]:
    return FILES | {"entries.jsonl": b"".join(lines)}


def test_an_edited_body_is_named(check):
    line = json.loads(LINES[5])
    line["body"] = evidence.base64(evidence.BODIES[46].replace(b'"n":46', b'"n":47'))
    lines = [*LINES[:5], json.dumps(line).encode() + b"\n", *LINES[6:]]

    status, answer = check(evidence.forged(entries(lines)))

    assert (status, answer["first_bad_index"]) == (1, 46)


def test_an_edited_body_under_its_own_leaf_hash_does_not_make_the_root(check):
    lines = [*LINES[:5], evidence.rehashed(LINES[5], b'{"n":0}'), *LINES[6:]]

    status, answer = check(evidence.forged(entries(lines)))

    assert (status, answer["first_bad_index"]) == (1, 41)
    assert "do not make the signed root" in answer["reason"]


def test_two_swapped_entries_are_named(check):
    lines = [*LINES[:5], LINES[6], LINES[5], *LINES[7:]]

    assert check(evidence.forged(entries(lines)))[1]["first_bad_index"] == 46


def test_two_swapped_bodies_do_not_make_the_root(check):
    bodies = (evidence.BODIES[47], evidence.BODIES[46])
    swapped = [evidence.rehashed(line, body) for line, body in zip(LINES[5:7], bodies, strict=True)]

    assert check(evidence.forged(entries([*LINES[:5], *swapped, *LINES[7:]])))[0] == 1


def test_a_missing_entry_in_the_middle_is_named(check):
    status, answer = check(evidence.forged(entries(LINES[:5] + LINES[6:])))

    assert (status, answer["first_bad_index"]) == (1, 46)


def test_a_repeated_entry_is_named(check):
    assert check(evidence.forged(entries([*LINES[:6], LINES[5], *LINES[6:]])))[1]["first_bad_index"] == 47


def test_entries_missing_at_the_end_are_incomplete_and_named(check):
    status, answer = check(evidence.forged(entries(LINES[:-3])))

    assert (status, answer["first_bad_index"]) == (2, 57)


def test_an_entry_too_many_is_named(check):
    more = evidence.entries(60, 61)

    status, answer = check(evidence.forged(entries(LINES + more)))

    assert (status, answer["first_bad_index"]) == (1, 60)


def test_a_tail_cut_off_with_all_claims_adjusted_does_not_make_the_root(check):
    files = entries(LINES[:-1])
    left, right = merkle.range_proof(41, 60, 100, evidence.TREE.node)
    proof = bundle_layout.range_proof(evidence.stretch(41, 59), left=left, right=right)
    padded = bundle_layout.range_proof(evidence.stretch(41, 59), left=left, right=[bytes(32), *right])

    for made in (proof, padded):
        status, _ = check(evidence.forged(files | {"range-proof.json": made}, end=59))
        assert status == 1


def test_a_rewritten_log_is_found_by_the_witness(check):
    """The operator re-signs a changed tree with the right key: without the witness nobody vouches for it."""
    bodies = list(evidence.BODIES)
    bodies[45] = b'{"n":0}'
    tree = trees.Leaves([merkle.leaf_hash(body) for body in bodies])
    checkpoint = notes.Checkpoint(notes.ORIGIN, 100, tree.root(100))
    left, right = merkle.range_proof(41, 60, 100, tree.node)
    files = entries([*LINES[:4], evidence.rehashed(LINES[4], bodies[45]), *LINES[5:]]) | {
        "checkpoint": note.sign(checkpoint.text, [evidence.LOG]),
        "range-proof.json": bundle_layout.range_proof(evidence.stretch(41, 60), left=left, right=right),
    }

    status, answer = check(evidence.forged(files, claims={"root": evidence.base64(tree.root(100))}))

    assert status == 2
    assert "0 of 1 witnesses" in answer["reason"]


def test_evidence_under_the_forgers_own_policy_does_not_meet_ours(check):
    forger = notes.log_key(66)
    files = FILES | {
        "checkpoint": note.sign(evidence.CHECKPOINT.text, [forger]),
        "policy": f"log {forger.verifier}\nquorum none\n".encode(),
    }

    assert check(evidence.forged(files))[0] == 1
    status, answer = check(evidence.forged(files), policy=False)
    assert (status, answer["policy"]) == (0, "from the bundle")


@pytest.mark.parametrize(
    ("_case", "line", "status"),
    [
        ("another value", {"value": "somebody@example.org"}, 1),
        ("another salt", {"salt": evidence.base64(bytes(32))}, 1),
        ("another field", {"field": "author.name"}, 1),
        ("a field that ends early", {"field": "author.email\x00"}, 1),
        ("half a surrogate pair", {"value": "\ud800"}, 1),
        ("another event", {"uid": "uid-043"}, 1),
        ("an event that is not here", {"uid": "uid-001"}, 2),
        ("a short salt", {"salt": evidence.base64(bytes(31))}, 3),
        ("a value that is no text", {"value": 5}, 3),
        ("no value", {"value": None}, 3),
    ],
)
def test_a_disclosed_value_that_is_not_the_committed_one_is_found(check, _case, line, status):
    shown = json.loads(evidence.disclosed(42)) | line
    files = FILES | {"disclosed.jsonl": json.dumps(shown).encode() + b"\n"}

    got, answer = check(evidence.forged(files))

    assert got == status
    if status == 1:
        assert answer["first_bad_index"] in (42, 43)


# ── drills: somebody changes what the bundle says about itself ───────────────────────────────────────────────


@pytest.mark.parametrize(
    ("claims", "status"),
    [
        ({"origin": "other.example"}, 1),
        ({"tree_size": 101}, 1),
        ({"root": evidence.base64(bytes(32))}, 1),
        ({"first_index": 40}, 1),
        ({"end_index": 61}, 1),
        ({"first_index": -1}, 3),
        ({"end_index": 2**64}, 3),
        ({"end_index": True}, 3),
        ({"first_index": "41"}, 3),
        ({"first_index": None}, 3),
        ({"files": None}, 3),
        ({"files": {}}, 1),
        ({"format": "other"}, 3),
        ({"version": 2}, 3),
    ],
)
def test_a_manifest_that_claims_something_else_is_found(check, claims, status):
    assert check(evidence.forged(FILES, claims=claims))[0] == status


def test_a_file_that_is_not_the_one_in_the_manifest_is_found(check):
    files = evidence.unzipped(GOOD)

    assert check(evidence.zipped(files | {"README.txt": b"Call this number"}))[0] == 2
    assert check(evidence.zipped(files | {"README.txt": files["README.txt"] + b"!"}))[0] == 1
    assert check(evidence.zipped(files | {"checkpoint.tsr": b"?"}))[0] == 1
    assert (
        check(evidence.zipped({name: data for name, data in files.items() if name != "README.txt"}))[0] == 2
    )


@pytest.mark.parametrize(
    "name", ["checkpoint", "policy", "range-proof.json", "entries.jsonl", "manifest.json"]
)
def test_a_bundle_without_a_file_it_needs_is_incomplete(check, name):
    files = {one: data for one, data in evidence.unzipped(GOOD).items() if one != name}

    status, answer = check(evidence.zipped(files))

    assert status == 2
    assert name in answer["reason"]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("range-proof.json", b"{}"),
        ("range-proof.json", b"[]"),
        ("range-proof.json", b"\xff"),
        ("range-proof.json", b"[" * 100_000),
        ("range-proof.json", FILES["range-proof.json"].replace(b'"left":[', b'"left":["AAAA",')),
        ("range-proof.json", FILES["range-proof.json"].replace(b'"left":[', b'"left":5,"x":[')),
        ("range-proof.json", FILES["range-proof.json"][:-1] + b',"left":[]}'),
        ("entries.jsonl", b"\n"),
        ("entries.jsonl", b"[]\n"),
        ("entries.jsonl", b'{"index":41}\n'),
        ("entries.jsonl", b'{"index":41,"leaf":"AAAA"}\n'),
        ("entries.jsonl", LINES[0].replace(b'"body":"', b'"body":"!')),
        ("entries.jsonl", LINES[0].replace(b'"body":', b'"body":5,"x":')),
        ("entries.jsonl", b"x" * (audit_verify.MAX_LINE + 70_000)),
        ("disclosed.jsonl", b"{\n"),
        ("checkpoint", b"no note"),
        ("checkpoint", note.sign("no checkpoint\n", [evidence.LOG])),
    ],
)
def test_a_file_that_cannot_be_read_is_said_to_be(check, name, data):
    assert check(evidence.forged(FILES | {name: data}))[0] == 3


@pytest.mark.parametrize("index", [True, 41.0, "41", None, 2**70])
def test_an_index_is_a_whole_number(check, index):
    line = json.dumps(json.loads(LINES[0]) | {"index": index}).encode() + b"\n"

    assert check(evidence.forged(entries([line, *LINES[1:]])))[0] == 1


def test_an_event_that_stands_in_two_places_opens_no_value(check):
    twice = b'{"uid":"uid-042","pii":{}}'
    lines = [*LINES[:5], evidence.rehashed(LINES[5], twice), *LINES[6:]]

    status, answer = check(evidence.forged(entries(lines)))

    assert (status, answer["first_bad_index"]) == (1, 46)
