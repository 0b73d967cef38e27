import pytest

from audit.domain import note, policy
from audit.domain.note_keys import Kind
from audit.domain.policy import PolicyError, Unmet
from tests.audit.domain import notes

LOG = notes.log_key()
WITNESSES = {
    name: notes.witness_key(number, name=f"{name}.example")
    for number, name in enumerate(["X1", "X2", "X3", "Y1", "Y2", "Y3"], start=101)
}
ROTATED = notes.log_key(2)
LINES = [f"log {LOG.verifier}"] + [f"witness {name} {key.verifier}" for name, key in WITNESSES.items()]
TWO_LEVELS = [
    *LINES,
    "group X-witnesses 2 X1 X2 X3",
    "group Y-witnesses any Y1 Y2 Y3",
    "group X-and-Y all X-witnesses Y-witnesses",
    "quorum X-and-Y",
]


def written(*lines: str) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()


def checkpoint(*witnesses: str, log: bool = True) -> bytes:
    keys = [LOG] * log + [WITNESSES[name] for name in witnesses]
    return notes.signed(100, *keys)


@pytest.mark.parametrize(
    ("cosigners", "enough"),
    [
        ([], False),
        (["X1", "X2", "X3"], False),
        (["Y1", "Y2", "Y3"], False),
        (["X1", "Y1"], False),
        (["X1", "X2", "Y3"], True),
        (["X1", "X2", "X3", "Y1", "Y2", "Y3"], True),
    ],
)
def test_m2_a_quorum_of_two_levels_is_met_as_the_groups_say(cosigners, enough):
    trusted = policy.parse(written(*TWO_LEVELS))

    if enough:
        tree, opened = policy.open_checkpoint(checkpoint(*cosigners), trusted)
        assert tree == notes.tree(100)
        assert {key.name for key in opened.keys} == {LOG.name, *(f"{name}.example" for name in cosigners)}
    else:
        with pytest.raises(Unmet, match="quorum X-and-Y is not met"):
            policy.open_checkpoint(checkpoint(*cosigners), trusted)


@pytest.mark.parametrize(
    ("threshold", "cosigners", "enough"),
    [
        ("any", ["X2"], True),
        ("any", [], False),
        ("all", ["X1", "X2"], False),
        ("all", ["X1", "X2", "X3"], True),
        ("1", ["X3"], True),
        ("3", ["X1", "X3"], False),
    ],
)
def test_a_group_holds_from_its_threshold_on(threshold, cosigners, enough):
    trusted = policy.parse(written(*LINES, f"group G {threshold} X1 X2 X3", "quorum G"))

    assert trusted.witnessed({WITNESSES[name].verifier for name in cosigners}) is enough


def test_a_quorum_can_be_one_witness_or_none():
    one = policy.parse(written(*LINES, "quorum Y2"))
    none = policy.parse(written(*LINES, "quorum none"))

    assert policy.open_checkpoint(checkpoint("Y2"), one)[0].size == 100
    assert policy.open_checkpoint(checkpoint(), none)[0].size == 100
    with pytest.raises(Unmet, match="0 of 6 witnesses"):
        policy.open_checkpoint(checkpoint(), one)


def test_the_log_itself_must_sign_under_the_origin_it_bears():
    trusted = policy.parse(
        written(*LINES, f"log {notes.log_key(3, origin='other.example').verifier}", "quorum none")
    )

    with pytest.raises(Unmet, match="No key of countersign.example/log"):
        policy.open_checkpoint(checkpoint("X1", log=False), trusted)
    with pytest.raises(Unmet, match="knows no log third.example"):
        policy.open_checkpoint(note.sign(notes.tree(100, origin="third.example").text, [LOG]), trusted)
    with pytest.raises(Unmet, match="No key of other.example"):
        policy.open_checkpoint(note.sign(notes.tree(100, origin="other.example").text, [LOG]), trusted)


def test_either_key_of_a_log_is_enough_while_it_changes_keys():
    trusted = policy.parse(written(f"log {LOG.verifier}", f"log {ROTATED.verifier}", "quorum none"))

    for keys in ([LOG], [ROTATED], [LOG, ROTATED]):
        assert policy.open_checkpoint(notes.signed(100, *keys), trusted)[0].size == 100


def test_ml_dsa_keys_sign_for_logs_and_witnesses():
    log, witness = notes.log_key(kind=Kind.ML_DSA_44), notes.witness_key(kind=Kind.ML_DSA_44)
    trusted = policy.parse(written(f"log {log.verifier}", f"witness W {witness.verifier}", "quorum W"))

    assert policy.open_checkpoint(notes.signed(100, log, witness), trusted)[0].size == 100
    with pytest.raises(Unmet):
        policy.open_checkpoint(notes.signed(100, log), trusted)


def test_a_bad_signature_of_a_witness_refuses_even_without_a_quorum():
    forged = note.signature(notes.tree(99).text, WITNESSES["X1"], at=notes.AT)

    with pytest.raises(note.BadSignature):
        policy.open_checkpoint(
            note.with_signatures(checkpoint(), [forged]), policy.parse(written(*LINES, "quorum none"))
        )


def test_a_signed_text_that_is_no_checkpoint_is_refused():
    with pytest.raises(note.NoteError, match="no checkpoint"):
        policy.open_checkpoint(note.sign("anything\n", [LOG]), policy.of_logs([LOG.verifier]))


def test_of_logs_asks_for_the_log_alone():
    assert policy.open_checkpoint(checkpoint(), policy.of_logs([LOG.verifier]))[0].size == 100
    with pytest.raises(note.Unsigned):
        policy.open_checkpoint(checkpoint(), policy.of_logs([]))


def test_spaces_tabs_comments_and_urls_are_read():
    trusted = policy.parse(
        b"# who we trust\n\n \t# and why\n"
        + f"\tlog  {LOG.verifier} \t https://log.example/#here \n".encode()
        + f"witness W#1 {WITNESSES['X1'].verifier} https://w.example\n  quorum\tW#1".encode()
    )

    assert trusted.logs[0].url == "https://log.example/#here"
    assert trusted.witnesses["W#1"].url == "https://w.example"
    assert trusted.quorum == "W#1"
    assert trusted.keys == (LOG.verifier, WITNESSES["X1"].verifier)


def test_names_are_bytes():
    kelvin = "witness \u212a {}\n".format(WITNESSES["X1"].verifier).encode()
    latin = f"witness K {WITNESSES['X2'].verifier}\nwitness ".encode() + b"\xff "
    rest = f"{WITNESSES['X3'].verifier}\n".encode()

    trusted = policy.parse(kelvin + latin + rest + b"group G 3 K \xe2\x84\xaa \xff\nquorum G\n")

    assert len(trusted.witnesses) == 3
    with pytest.raises(PolicyError, match="Line 4"):
        policy.parse(kelvin + latin + rest + b"group G 1 \xfe\nquorum G\n")


def test_the_name_in_a_key_is_utf8():
    with pytest.raises(PolicyError, match="Line 1: the name of a key is UTF-8"):
        policy.parse(b"log \xff" + str(LOG.verifier).encode() + b"\nquorum none\n")


def test_thirty_two_of_everything_are_taken():
    lines = [f"log {notes.log_key(n, origin=f'log{n}.example').verifier}" for n in range(32)]
    lines += [f"witness W{n} {notes.witness_key(n + 100, kind=Kind.ML_DSA_44).verifier}" for n in range(32)]
    lines += ["group G0 any W0"] + [f"group G{n} any G{n - 1} W{n}" for n in range(1, 32)]

    assert len(policy.parse(written(*lines, "quorum G31")).keys) == 64


@pytest.mark.parametrize(
    ("_case", "lines", "line"),
    [
        ("no quorum", LINES, "no quorum line"),
        ("nothing at all", [], "no quorum line"),
        ("two quorums", [*LINES, "quorum none", "quorum none"], "Line 9"),
        ("a quorum nobody defined", [*LINES, "quorum Z"], "Line 8"),
        ("a quorum above its definition", [LINES[0], "quorum X1", LINES[1]], "Line 2"),
        ("a quorum of two words", [*LINES, "quorum X1 X2"], "Line 8"),
        ("a quorum of none", [*LINES, "quorum"], "Line 8"),
        ("a group above its members", [LINES[0], "group G any X1", *LINES[1:], "quorum G"], "Line 2"),
        ("a group in itself", [*LINES, "group G any G", "quorum G"], "Line 8"),
        ("a group without members", [*LINES, "group G any", "quorum G"], "Line 8"),
        ("a group of nobody", [*LINES, "group G any none", "quorum G"], "Line 8"),
        ("a threshold of zero", [*LINES, "group G 0 X1", "quorum G"], "Line 8"),
        ("a threshold beyond the members", [*LINES, "group G 3 X1 X2", "quorum G"], "Line 8"),
        ("a threshold with a sign", [*LINES, "group G +1 X1 X2", "quorum G"], "Line 8"),
        ("a threshold in words", [*LINES, "group G most X1 X2", "quorum G"], "Line 8"),
        ("a threshold in other digits", [*LINES, "group G ١ X1 X2", "quorum G"], "Line 8"),
        ("a threshold without end", [*LINES, f"group G {'9' * 5000} X1", "quorum G"], "Line 8"),
        ("a member twice in a group", [*LINES, "group G 2 X1 X1", "quorum G"], "Line 8"),
        ("a member of two groups", [*LINES, "group G any X1", "group H any X1 X2", "quorum H"], "Line 9"),
        ("a name twice", [*LINES, f"witness X1 {notes.witness_key(9).verifier}", "quorum X1"], "Line 8"),
        ("a group named as a witness", [*LINES, "group X1 any X2", "quorum X1"], "Line 8"),
        ("a witness named none", [f"witness none {notes.witness_key().verifier}", "quorum none"], "Line 1"),
        ("a group named none", [*LINES, "group none any X1", "quorum none"], "Line 8"),
        ("a log twice", [LINES[0], LINES[0], "quorum none"], "Line 2"),
        ("a log's key under another name", [LINES[0], f"log {notes.log_key(origin='b').verifier}", "quorum none"], "Line 2"),
        ("a witness's key under another name", [LINES[1], f"witness W {notes.witness_key(101, name='b').verifier}", "quorum none"], "Line 2"),
        ("a cosigner's key for a log", [f"log {notes.witness_key().verifier}", "quorum none"], "Line 1"),
        ("a log's key for a witness", [f"witness W {LOG.verifier}", "quorum none"], "Line 1"),
        ("a misspelt key", ["log countersign.example+00000000+AAAA", "quorum none"], "Line 1"),
        ("a log without a key", ["log", "quorum none"], "Line 1"),
        ("a witness without a key", ["witness W", "quorum none"], "Line 1"),
        ("a word too many", [f"{LINES[0]} https://a https://b", "quorum none"], "Line 1"),
        ("a line nobody knows", [*LINES, "threshold 2", "quorum none"], "Line 8"),
        ("a word in capitals", [*LINES, "QUORUM none"], "Line 8"),
        ("a carriage return", [LINES[0] + "\r", "quorum none"], "Line 1"),
        ("a control character in a comment", ["# \x07", "quorum none"], "Line 1"),
        ("the character 7f", ["# \x7f", "quorum none"], "Line 1"),
    ],
)  # fmt: skip
def test_a_policy_that_is_misspelt_is_refused_with_its_line(_case, lines, line):
    with pytest.raises(PolicyError, match=line):
        policy.parse(written(*lines))


def test_a_policy_without_end_is_refused():
    many = [f"group G{n} any G{n - 1}" for n in range(1, 400)]

    with pytest.raises(PolicyError, match="more than 256"):
        policy.parse(written(LINES[1], "group G0 any X1", *many, "quorum none"))
    with pytest.raises(PolicyError, match="at most"):
        policy.parse(b"#" * policy.MAX_BYTES + b"\n")


def test_a_policy_without_logs_is_read_and_believes_nothing():
    trusted = policy.parse(written(LINES[1], "quorum X1"))

    with pytest.raises(Unmet, match="knows no log"):
        policy.open_checkpoint(checkpoint("X1"), trusted)
