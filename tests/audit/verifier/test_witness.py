"""What a witness cosigns, what it remembers, and its command."""

import base64
import os
import stat

import pytest

from audit.domain import merkle, note
from audit.domain.checkpoint import Checkpoint
from audit.verifier import witness
from tests.audit.domain import notes, trees
from tests.audit.verifier import running
from tests.audit.verifier.running import FORKED, LOG, TREE, command, request, signed


def status(one: witness.Witness, body: bytes) -> int:
    try:
        one.add_checkpoint(body)
    except witness.Refusal as refusal:
        return refusal.status
    return 200


# ── the rule, without a socket ───────────────────────────────────────────────────────────────────────────────

EMPTY = Checkpoint(notes.ORIGIN, 0, merkle.EMPTY_ROOT)


def asking(old: object, tree: Checkpoint, *proof: bytes, key=LOG) -> bytes:
    lines = "".join(base64.b64encode(hashed).decode() + "\n" for hashed in proof)
    return f"old {old}\n{lines}\n".encode() + note.sign(tree.text, [key])


def at(size: int, tree: trees.Leaves = TREE) -> Checkpoint:
    return Checkpoint(notes.ORIGIN, size, tree.root(size))


@pytest.mark.parametrize(
    ("_case", "known", "body", "expected"),
    [
        ("the empty tree", 0, asking(0, EMPTY), 200),
        ("an empty tree with another root", 0, asking(0, Checkpoint(notes.ORIGIN, 0, bytes(32))), 422),
        ("an empty tree with a proof", 0, asking(0, EMPTY, bytes(32)), 422),
        ("the first tree", 0, asking(0, at(1)), 200),
        ("the first tree with a proof", 0, asking(0, at(1), bytes(32)), 422),
        ("another old size", 100, asking(0, at(100), bytes(32)), 409),
        ("an old size that nobody had", 100, asking(99, at(150), bytes(32)), 409),
        ("an old size larger than the new", 100, asking(100, at(99)), 400),
        ("the same tree again", 100, asking(100, at(100)), 200),
        ("the same tree with a proof", 100, asking(100, at(100), bytes(32)), 422),
        ("another tree of the same size", 100, asking(100, at(100, FORKED)), 409),
        ("a good proof", 100, request(100, 150), 200),
        ("no proof", 100, asking(100, at(150)), 422),
        ("a proof of another size", 100, asking(100, at(150), *merkle.consistency_proof(99, 150, TREE.node)), 422),
        ("a good proof of a rewritten log", 100, request(100, 150, FORKED), 422),
        ("too many hashes", 100, asking(100, at(150), *[bytes(32)] * 64), 400),
        ("a log nobody watches", 0, asking(0, Checkpoint("other.example", 1, bytes(32))), 404),
        ("a key nobody knows", 0, asking(0, at(1), key=notes.log_key(9)), 403),
        ("a witness's key", 0, asking(0, at(1), key=notes.witness_key(name=notes.ORIGIN)), 403),
        ("a size beyond what can be kept", 0, asking(0, Checkpoint(notes.ORIGIN, 2**63, bytes(32))), 400),
        ("a leading zero", 100, asking("0100", at(150)), 400),
        ("a negative size", 100, asking("-100", at(150)), 400),
        ("a size that wraps around", 100, asking(2**64 + 100, at(150)), 400),
        ("a hash of 31 bytes", 100, asking(100, at(150), bytes(31)), 400),
        ("no checkpoint", 100, b"old 100\n\n" + note.sign("hello\n", [LOG]), 400),
        ("no signature", 100, b"old 100\n\n" + at(150).text.encode(), 400),
        ("carriage returns", 100, request(100, 150).replace(b"\n", b"\r\n"), 400),
        ("no newline at the end", 100, request(100, 150)[:-1], 400),
        ("nothing", 100, b"", 400),
        ("anything", 100, bytes(range(256)), 400),
    ],
)  # fmt: skip
def test_every_request_has_the_status_of_the_protocol(one, _case, known, body, expected):
    if known:
        one.add_checkpoint(request(0, known))
    before = one.memory.trees()

    assert status(one, body) == expected

    if expected != 200:
        assert one.memory.trees() == before


def test_a_conflict_tells_the_size_it_knows(one):
    one.add_checkpoint(request(0, 100))

    for body in (request(0, 150), asking(100, at(100, FORKED))):
        with pytest.raises(witness.Refusal) as refused:
            one.add_checkpoint(body)
        assert (refused.value.status, refused.value.body, refused.value.kind) == (
            409,
            "100\n",
            "text/x.tlog.size",
        )


def test_a_bad_signature_beside_a_good_one_is_refused(one):
    forged = note.signature(at(99).text, LOG)

    assert status(one, b"old 0\n\n" + note.with_signatures(signed(100), [forged])) == 403


def test_signatures_of_others_are_passed_over(one):
    others = [note.signature(at(100).text, notes.witness_key(number), at=notes.AT) for number in range(5)]

    assert status(one, b"old 0\n\n" + note.with_signatures(signed(100), others)) == 200


def test_a_log_of_other_tools_is_witnessed(tmp_path):
    signer = witness.init(str(tmp_path / "w"), "witness.example/w", [witness.COSIGNATURE])[0]
    logs = witness.watched([f"Log Checkpoint v0 {notes.MONKEYS}"])
    one = witness.Witness([signer], logs, witness.Memory(str(tmp_path / "w")))
    lines = "".join(base64.b64encode(hashed).decode() + "\n" for hashed in notes.FIVE_TO_EIGHT)

    assert status(one, b"old 0\n\n" + notes.OF_FIVE) == 200
    assert status(one, b"old 5\n\n" + notes.OF_EIGHT) == 422
    assert status(one, f"old 5\n{lines}\n".encode() + notes.OF_EIGHT) == 200
    assert [size for _, size, _ in one.memory.trees()] == [8]


def test_two_logs_are_remembered_apart(tmp_path):
    other = notes.log_key(5, origin="other.example")
    signer = witness.init(str(tmp_path / "w"), "witness.example/w", [witness.COSIGNATURE])[0]
    logs = witness.watched([str(LOG.verifier), str(other.verifier)])
    one = witness.Witness([signer], logs, witness.Memory(str(tmp_path / "w")))

    one.add_checkpoint(request(0, 100))
    one.add_checkpoint(asking(0, Checkpoint("other.example", 7, TREE.root(7)), key=other))

    assert [(origin, size) for origin, size, _ in one.memory.trees()] == [
        (notes.ORIGIN, 100),
        ("other.example", 7),
    ]


# ── what it remembers ────────────────────────────────────────────────────────────────────────────────────────


def test_when_the_journal_cannot_be_written_nothing_is_cosigned(one, tmp_path):
    one.add_checkpoint(request(0, 100))
    (tmp_path / "w" / "witness.journal").unlink()
    (tmp_path / "w" / "witness.journal").mkdir()

    with pytest.raises(OSError, match="directory"):
        one.add_checkpoint(request(100, 150))
    assert [size for _, size, _ in one.memory.trees()] == [100]


def test_a_full_disk_leaves_no_half_line(one, tmp_path, monkeypatch):
    one.add_checkpoint(request(0, 100))
    write = os.write
    monkeypatch.setattr(os, "write", lambda handle, data: write(handle, data[:10]))

    with pytest.raises(OSError, match="full"):
        one.add_checkpoint(request(100, 150))

    monkeypatch.undo()
    one.add_checkpoint(request(100, 151))
    assert [size for _, size, _ in witness.Memory(str(tmp_path / "w")).trees()] == [151]


def test_a_line_of_the_journal_that_was_not_finished_was_never_answered(one, tmp_path):
    one.add_checkpoint(request(0, 100))
    with (tmp_path / "w" / "witness.journal").open("ab") as journal:
        journal.write(b"0123456789abcdef 200 00")

    assert [size for _, size, _ in witness.Memory(str(tmp_path / "w")).trees()] == [100]


@pytest.mark.parametrize("line", [b"\n", b"x\n", b"0123456789abcdef 200 00 a\n", b"\xff 1 2 3\n"])
def test_a_damaged_journal_stops_the_witness(one, tmp_path, line):
    one.add_checkpoint(request(0, 100))
    with (tmp_path / "w" / "witness.journal").open("ab") as journal:
        journal.write(line)

    with pytest.raises(witness.Trouble, match="Line 2"):
        witness.Memory(str(tmp_path / "w"))


def test_a_journal_and_a_database_that_contradict_each_other_stop_the_witness(one, tmp_path):
    one.add_checkpoint(request(0, 100))
    journal = tmp_path / "w" / "witness.journal"
    journal.write_bytes(one.memory.line(notes.ORIGIN, 100, FORKED.root(100)))

    with pytest.raises(witness.Trouble, match="two trees"):
        witness.Memory(str(tmp_path / "w"))


def test_the_journal_is_kept_short(one, tmp_path):
    for size in range(1, 20):
        one.add_checkpoint(request(size - 1, size))
    assert (tmp_path / "w" / "witness.journal").read_bytes().count(b"\n") == 19

    one.memory.shorten()

    assert (tmp_path / "w" / "witness.journal").read_bytes() == one.memory.line(
        notes.ORIGIN, 19, TREE.root(19)
    )


# ── the command ──────────────────────────────────────────────────────────────────────────────────────────────


def test_the_key_is_for_its_owner_only_and_made_once(tmp_path):
    said = command("init", "--state", tmp_path / "w", "--name", "witness.example/w").stdout.strip()
    key = tmp_path / "w" / "witness.key"

    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert stat.S_IMODE(key.parent.stat().st_mode) == 0o700
    assert str(notes.SigningKey.parse(key.read_text().strip()).verifier) == said
    again = command("init", "--state", tmp_path / "w", "--name", "other", check=False)
    assert (again.returncode, "keeps its key" in again.stderr) == (1, True)
    assert command("show", "--state", tmp_path / "w").stdout.strip() == said


def test_show_prints_the_last_trees(tmp_path):
    with running.running(tmp_path / "w") as one:
        one.add(0, 100)

    said = command("show", "--state", tmp_path / "w").stdout.splitlines()

    assert said == [str(one.keys[0]), f"{notes.ORIGIN} 100 {base64.b64encode(TREE.root(100)).decode()}"]


@pytest.mark.parametrize(
    ("_case", "content", "mode", "words"),
    [
        ("a key that others can read", None, 0o640, "read by others"),
        ("an empty file", "", 0o600, "empty"),
        ("a key that is cut off", "PRIVATE+KEY+w+00000000+BAAA\n", 0o600, "damaged"),
        ("a key under another id", f"PRIVATE+KEY+w+00000000+{base64.b64encode(bytes([4]) + bytes(32)).decode()}\n", 0o600, "damaged"),
        ("a log's key", LOG.secret_text() + "\n", 0o600, "damaged"),
        ("no base64", "PRIVATE+KEY+w+00000000+!\n", 0o600, "base64"),
    ],
)  # fmt: skip
def test_a_key_that_is_not_in_order_stops_the_witness(tmp_path, capsys, _case, content, mode, words):
    witness.init(str(tmp_path / "w"), "witness.example/w", [witness.COSIGNATURE])
    key = tmp_path / "w" / "witness.key"
    if content is not None:
        key.write_text(content)
    key.chmod(mode)

    assert witness.main(["show", "--state", str(tmp_path / "w")]) == 1
    assert words in capsys.readouterr().err


@pytest.mark.parametrize("log", ["nonsense", "a+00000000+AAAA", str(notes.witness_key().verifier), ""])
def test_a_log_that_is_misspelt_stops_the_witness(tmp_path, capsys, log):
    witness.init(str(tmp_path / "w"), "witness.example/w", [witness.COSIGNATURE])

    assert witness.main(["serve", "--state", str(tmp_path / "w"), "--log", log]) == 1
    assert "--log" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["", "two words", "plus+plus", "x" * 256])
def test_a_name_that_cannot_stand_in_a_note_is_refused(tmp_path, capsys, name):
    assert witness.main(["init", "--state", str(tmp_path / "w"), "--name", name]) == 1
    assert "name" in capsys.readouterr().err
    assert witness.main(["show", "--state", str(tmp_path / "w")]) == 1


@pytest.mark.parametrize("argv", [["--help"], ["init", "--help"], ["serve", "--help"], ["show", "--help"]])
def test_help_is_there(argv, capsys):
    with pytest.raises(SystemExit) as left:
        witness.main(argv)

    assert left.value.code == 0
    assert "usage:" in capsys.readouterr().out
