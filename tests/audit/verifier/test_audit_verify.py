import json
import subprocess
import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit.domain import merkle, note, tlog_proof
from audit.domain.note_keys import Kind
from audit.verifier import audit_verify
from tests.audit.domain import notes, trees
from tests.audit.verifier import evidence

BODY = evidence.BODIES[41]
PROOF = tlog_proof.write(
    index=41, hashes=merkle.inclusion_proof(41, 100, evidence.TREE.node), signed=evidence.SIGNED
)
VKEY = str(evidence.LOG.verifier)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "policy.txt").write_bytes(evidence.POLICY)
    (tmp_path / "event.proof").write_bytes(PROOF)
    (tmp_path / "event.json").write_bytes(BODY)
    for size in (0, 41, 100):
        tree = notes.Checkpoint(notes.ORIGIN, size, evidence.TREE.root(size))
        keys = [evidence.LOG, evidence.WITNESS]
        (tmp_path / f"at{size}").write_bytes(note.sign(tree.text, keys, at=notes.AT))
    hashes = merkle.consistency_proof(41, 100, evidence.TREE.node)
    (tmp_path / "proof.txt").write_text("".join(evidence.base64(hashed) + "\n" for hashed in hashes))
    (tmp_path / "proof.json").write_text(
        json.dumps({"hashes": [evidence.base64(hashed) for hashed in hashes]})
    )
    (tmp_path / "list.json").write_text(json.dumps([evidence.base64(hashed) for hashed in hashes]))
    return tmp_path


@pytest.fixture
def run(folder, capsys, monkeypatch):
    """Run the program in the folder; gives its exit status and what it says, as JSON."""
    monkeypatch.chdir(folder)

    def program(*argv: str) -> tuple[int, dict]:
        status = audit_verify.main([*argv, "--json"])
        answer = json.loads(capsys.readouterr().out)
        assert answer["exit"] == status
        return status, answer

    return program


# ── proof ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("trust", [["--policy", "policy.txt"], ["--vkey", VKEY]])
@pytest.mark.parametrize("pure", [[], ["--pure"]])
def test_m8_a_proof_is_verified(run, trust, pure):
    status, answer = run("proof", "event.proof", "--entry", "event.json", *trust, *pure)

    assert (status, answer["verdict"], answer["index"], answer["tree_size"]) == (0, "verified", 41, 100)
    assert notes.ORIGIN in [signer["name"] for signer in answer["signers"]]


def test_a_proof_of_another_event_is_tampering_and_names_the_index(run, folder):
    (folder / "event.json").write_bytes(evidence.BODIES[40])

    status, answer = run("proof", "event.proof", "--entry", "event.json", "--policy", "policy.txt")

    assert (status, answer["first_bad_index"]) == (1, 41)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(bit=st.integers(0, len(PROOF) * 8 - 1))
def test_one_flipped_bit_in_a_proof_is_never_verified(run, folder, bit):
    (folder / "event.proof").write_bytes(trees.flipped(PROOF, bit))

    status, answer = run("proof", "event.proof", "--entry", "event.json", "--policy", "policy.txt")

    assert status in (1, 2, 3)
    assert answer["reason"]


@pytest.mark.parametrize(
    "data", [b"", b"\xff" * 99, b"\n\n", PROOF[:100], b"c2sp.org/tlog-proof@v1\n\n" + evidence.SIGNED]
)
def test_what_is_no_proof_is_unreadable(run, folder, data):
    (folder / "event.proof").write_bytes(data)

    assert run("proof", "event.proof", "--entry", "event.json", "--vkey", VKEY)[0] == 3


# ── whom to trust ────────────────────────────────────────────────────────────────────────────────────────────


def test_a_checkpoint_that_the_trusted_log_did_not_sign_is_tampering(run):
    other = str(notes.log_key(9).verifier)

    status, answer = run("proof", "event.proof", "--entry", "event.json", "--vkey", other)

    assert (status, answer["first_bad_index"]) == (1, None)
    assert "no key that you trust" in answer["reason"]


def test_too_few_witnesses_are_incomplete(run, folder):
    second = notes.witness_key(7, name="second.example").verifier
    (folder / "policy.txt").write_bytes(
        evidence.POLICY.replace(b"quorum W\n", f"witness V {second}\ngroup G all V W\nquorum G\n".encode())
    )

    status, answer = run("proof", "event.proof", "--entry", "event.json", "--policy", "policy.txt")

    assert status == 2
    assert "1 of 2 witnesses" in answer["reason"]


def test_a_forged_cosignature_is_tampering(run, folder):
    forged = note.signature(notes.tree(99).text, evidence.WITNESS, at=notes.AT)
    honest = note.sign(evidence.CHECKPOINT.text, [evidence.LOG])
    (folder / "event.proof").write_bytes(
        PROOF.replace(evidence.SIGNED, note.with_signatures(honest, [forged]))
    )

    assert run("proof", "event.proof", "--entry", "event.json", "--policy", "policy.txt")[0] == 1


def test_ml_dsa_is_checked_with_the_library_and_incomplete_without(run, folder):
    witness = notes.witness_key(kind=Kind.ML_DSA_44)
    signed = note.sign(evidence.CHECKPOINT.text, [evidence.LOG, witness], at=notes.AT)
    (folder / "event.proof").write_bytes(PROOF.replace(evidence.SIGNED, signed))
    (folder / "policy.txt").write_text(f"log {VKEY}\nwitness W {witness.verifier}\nquorum W\n")
    argv = ("proof", "event.proof", "--entry", "event.json", "--policy", "policy.txt")

    assert run(*argv)[0] == 0
    status, answer = run(*argv, "--pure")
    assert status == 2
    assert "ML-DSA-44" in answer["reason"]


def test_a_log_that_signs_with_ml_dsa_alone_is_incomplete_without_the_library(run, folder):
    log = notes.log_key(kind=Kind.ML_DSA_44)
    signed = note.sign(evidence.CHECKPOINT.text, [log], at=notes.AT)
    (folder / "event.proof").write_bytes(PROOF.replace(evidence.SIGNED, signed))
    argv = ("proof", "event.proof", "--entry", "event.json", "--vkey", str(log.verifier))

    assert run(*argv)[0] == 0
    assert run(*argv, "--pure")[0] == 2


@pytest.mark.parametrize("policy", [b"", b"log nonsense\nquorum none\n", b"\xff\x00", evidence.POLICY[:-9]])
def test_a_misspelt_policy_is_unreadable(run, folder, policy):
    (folder / "policy.txt").write_bytes(policy)

    status, answer = run("proof", "event.proof", "--entry", "event.json", "--policy", "policy.txt")

    assert status == 3
    assert "policy" in answer["reason"]


# ── checkpoints ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("proof", ["proof.txt", "proof.json", "list.json"])
def test_m2_a_later_checkpoint_continues_an_earlier_one(run, proof):
    assert run("checkpoints", "at41", "at100", "--consistency", proof, "--policy", "policy.txt")[0] == 0


@pytest.mark.parametrize(("old", "new"), [("at100", "at100"), ("at0", "at100"), ("at0", "at0")])
def test_checkpoints_that_need_no_proof(run, old, new):
    assert run("checkpoints", old, new, "--policy", "policy.txt")[0] == 0


@pytest.mark.parametrize(
    ("_case", "argv", "status"),
    [
        ("the proof is not given", ["at41", "at100"], 2),
        ("the larger tree is first", ["at100", "at41"], 3),
        ("the proof is of other sizes", ["at41", "at100", "--consistency", "wrong.txt"], 1),
        ("a proof between equal trees", ["at100", "at100", "--consistency", "proof.txt"], 1),
        ("a proof from nothing", ["at0", "at100", "--consistency", "proof.txt"], 1),
        ("another tree of this size", ["at100", "forked"], 1),
        ("another log", ["at41", "other"], 1),
        ("a file that is not there", ["at41", "at1000"], 3),
        ("no hashes", ["at41", "at100", "--consistency", "policy.txt"], 3),
        ("no list", ["at41", "at100", "--consistency", "object.json"], 3),
    ],
)
def test_checkpoints_that_do_not_fit(run, folder, _case, argv, status):
    hashes = merkle.consistency_proof(40, 100, evidence.TREE.node)
    (folder / "wrong.txt").write_text("".join(evidence.base64(hashed) + "\n" for hashed in hashes))
    (folder / "object.json").write_text('{"hashes": 5}')
    forked = notes.Checkpoint(notes.ORIGIN, 100, evidence.TREE.root(99))
    (folder / "forked").write_bytes(note.sign(forked.text, [evidence.LOG, evidence.WITNESS], at=notes.AT))
    other = notes.tree(100, origin="other.example")
    (folder / "other").write_bytes(note.sign(other.text, [evidence.LOG, evidence.WITNESS], at=notes.AT))

    got, answer = run("checkpoints", *argv, "--policy", "policy.txt")

    assert got == status
    assert answer["reason"]


# ── the command itself ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "argv",
    [
        [],
        ["verify"],
        ["proof", "a"],
        ["proof", "a", "--entry", "b"],
        ["checkpoints", "a", "b"],
        ["bundle"],
        ["bundle", "a", "--policy", "b", "--vkey", "c"],
    ],
)
def test_a_misspelt_command_says_how_it_is_used(argv, capsys):
    with pytest.raises(SystemExit) as left:
        audit_verify.main(argv)

    assert left.value.code == 3
    assert "usage:" in capsys.readouterr().err


@pytest.mark.parametrize(
    "argv", [["--help"], ["proof", "--help"], ["checkpoints", "--help"], ["bundle", "--help"]]
)
def test_help_is_in_plain_words(argv, capsys):
    with pytest.raises(SystemExit) as left:
        audit_verify.main(argv)

    assert left.value.code == 0
    assert "usage:" in capsys.readouterr().out


def test_m8_the_file_alone_is_enough(folder):
    """Copied away, in a Python that sees no installed package, with a console that knows ASCII only."""
    (folder / "alone").mkdir()
    program = folder / "alone" / "check.py"
    program.write_bytes(evidence.PROGRAM.read_bytes())
    (folder / "bundle.zip").write_bytes(evidence.bundle())

    done = subprocess.run(
        [sys.executable, "-I", "-S", program, "bundle", "bundle.zip", "--policy", "policy.txt"],
        cwd=folder,
        env={"PYTHONIOENCODING": "ascii"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[0] == "VERIFIED"
    assert "41 to 59 of the log (19), none missing" in done.stdout
    assert "2026-03-04 09:30:00 UTC" in done.stdout
