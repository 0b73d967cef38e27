import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.domain import checkpoint, note, proofs
from audit.domain.note import BadSignature, NoteError, Unsigned
from audit.domain.note_keys import Kind, VerifierKey
from tests.audit.domain import notes, trees

LOG, OLD, WITNESS = notes.log_key(1), notes.log_key(2), notes.witness_key()
TEXT = notes.tree(100).text
SIGNED = notes.signed(100, LOG)
LINE = SIGNED.decode().rpartition("\n\n")[2]
OTHER = note.signature(TEXT, OLD).line


def test_m2_a_checkpoint_of_other_tools_opens_and_grows_consistently():
    key = VerifierKey.parse(notes.MONKEYS)

    five, eight = (
        checkpoint.parse(note.open_note(data, [key]).text) for data in (notes.OF_FIVE, notes.OF_EIGHT)
    )

    assert (five.size, eight.size) == (5, 8)
    assert proofs.verify_consistency(
        old_size=5, new_size=8, old_root=five.root, new_root=eight.root, proof=notes.FIVE_TO_EIGHT
    )


def test_open_note_says_who_signed_and_when_and_passes_over_the_rest():
    data = note.sign(TEXT, [LOG, OLD, WITNESS], at=notes.AT)

    opened = note.open_note(data, [WITNESS.verifier, LOG.verifier])

    assert opened.text == TEXT
    assert [(one.key, one.at) for one in opened.verified] == [
        (LOG.verifier, None),
        (WITNESS.verifier, notes.AT),
    ]
    assert [one.name for one in opened.unknown] == [OLD.name]
    assert opened.keys == {LOG.verifier, WITNESS.verifier}


def test_sign_writes_what_parse_reads():
    data = note.sign("several\n\nparagraphs\n", [LOG, OLD])

    assert note.parse(data).text == "several\n\nparagraphs\n"
    assert note.parse(data).data == data


def test_a_known_keys_bad_signature_refuses_the_whole_note():
    forged = note.signature(notes.tree(99).text, OLD).line

    with pytest.raises(BadSignature, match="not by that key"):
        note.open_note(SIGNED + forged.encode(), [LOG.verifier, OLD.verifier])
    assert note.open_note(SIGNED + forged.encode(), [LOG.verifier]).keys == {LOG.verifier}


def test_a_good_and_a_bad_signature_of_one_key_are_no_signature():
    forged = note.signature(notes.tree(99).text, LOG).line

    with pytest.raises(BadSignature):
        note.open_note(SIGNED + forged.encode(), [LOG.verifier])


@pytest.mark.parametrize("keys", [[], [OLD.verifier], [WITNESS.verifier]])
def test_a_note_that_no_known_key_signed_is_not_opened(keys):
    with pytest.raises(Unsigned):
        note.open_note(SIGNED, keys)


def test_a_key_is_known_by_its_name_and_its_id_together():
    same_name = VerifierKey(LOG.name, Kind.ED25519, OLD.verifier.public)
    same_key = VerifierKey("another.example", Kind.ED25519, LOG.verifier.public)

    with pytest.raises(Unsigned):
        note.open_note(SIGNED, [same_name, same_key])


def test_a_repeated_signature_counts_once():
    opened = note.open_note(SIGNED + LINE.encode() + OTHER.encode() * 3, [LOG.verifier])

    assert len(opened.verified) == len(opened.unknown) == 1


def test_a_name_and_id_of_two_known_keys_are_ambiguous_only_when_used():
    twice = [OLD.verifier, LOG.verifier, OLD.verifier]

    assert note.open_note(SIGNED, twice).keys == {LOG.verifier}
    with pytest.raises(NoteError, match="two known keys"):
        note.open_note(note.sign(TEXT, [OLD]), twice)


@pytest.mark.parametrize("count", [1, 16, 100])
def test_many_signatures_are_taken(count):
    data = note.sign(
        TEXT, [LOG, *(notes.witness_key(n, name=f"w{n}.example") for n in range(count - 1))], at=notes.AT
    )

    assert note.open_note(data, [LOG.verifier]).keys == {LOG.verifier}


def test_sixteen_of_the_largest_signatures_are_taken():
    keys = [notes.witness_key(n, name=f"w{n}.example", kind=Kind.ML_DSA_44) for n in range(16)]

    opened = note.open_note(note.sign(TEXT, keys, at=notes.AT), [key.verifier for key in keys])

    assert len(opened.verified) == 16


def test_too_many_signatures_are_refused():
    with pytest.raises(NoteError, match="at most 100"):
        note.open_note(SIGNED + LINE.encode() * 100, [LOG.verifier])


def test_a_note_that_is_too_long_is_refused():
    with pytest.raises(NoteError, match="at most"):
        note.parse(b"x" * note.MAX_BYTES + b"\n\n" + LINE.encode())


@pytest.mark.parametrize(
    ("_case", "data"),
    [
        ("no signature", TEXT.encode()),
        ("no signature behind the empty line", TEXT.encode() + b"\n"),
        ("no last newline", SIGNED[:-1]),
        ("no empty line", TEXT.encode() + LINE.encode()),
        ("a control character", b"\x01" + SIGNED),
        ("a tab in the text", b"\t" + SIGNED),
        ("a carriage return", SIGNED.replace(b"\n", b"\r\n")),
        ("what is no UTF-8", b"\xff" + SIGNED),
        ("half a surrogate pair", b"\xed\xa0\x80" + SIGNED),
        ("a line that is no signature", SIGNED + b"Unexpected line.\n"),
        ("a space in a name", (TEXT + "\n" + LINE.replace("/log", " log")).encode()),
        ("a plus in a name", (TEXT + "\n" + LINE.replace("/log", "+log")).encode()),
        ("a wide space in a name", (TEXT + "\n" + LINE.replace("/log", "\u2003log")).encode()),
        ("no name", (TEXT + "\n" + LINE.replace(LOG.name, "")).encode()),
        ("a hyphen for the dash", (TEXT + "\n" + LINE.replace("—", "-")).encode()),
        ("two spaces", (TEXT + "\n" + LINE.replace("— ", "—  ")).encode()),
        ("a space behind", (TEXT + "\n" + LINE.replace("\n", " \n")).encode()),
        ("no more than an id", f"{TEXT}\n— {LOG.name} AAAAAA==\n".encode()),
        ("no base64", f"{TEXT}\n— {LOG.name} !!!!\n".encode()),
        ("base64 without padding", (TEXT + "\n" + LINE.replace("=", "")).encode()),
        ("an empty line between signatures", SIGNED + b"\n" + OTHER.encode()[:0] + b"\n"),
        ("nothing", b""),
    ],
)
def test_what_is_written_in_any_other_way_is_no_note(_case, data):
    with pytest.raises(NoteError):
        note.open_note(data, [LOG.verifier, OLD.verifier])


def test_a_signature_of_a_kind_nobody_knows_is_passed_over():
    line = note.Signature("rsa.example", b"\xff\x01\x02\x03", b"anything").line

    assert note.open_note(SIGNED + line.encode(), [LOG.verifier]).unknown[0].name == "rsa.example"


@settings(max_examples=400)
@given(bit=st.integers(0, len(SIGNED) * 8 - 1))
def test_one_flipped_bit_anywhere_ends_a_note(bit):
    with pytest.raises(NoteError):
        note.open_note(trees.flipped(SIGNED, bit), [LOG.verifier])


@pytest.mark.parametrize("text", ["", "abc", f"a\n\n{LINE.strip()}", "a\tb\n", "a\n\x00\n", "\ud800\n"])
def test_a_text_that_no_note_can_have_is_not_signed(text):
    with pytest.raises(ValueError, match=r"note|surrogates"):
        note.sign(text, [LOG])


def test_with_signatures_adds_what_is_new_and_keeps_the_order():
    cosigned = note.signature(TEXT, WITNESS, at=notes.AT)

    once = note.with_signatures(SIGNED, [cosigned])

    assert once == SIGNED + cosigned.line.encode()
    assert note.with_signatures(once, [cosigned, note.parse(SIGNED).signatures[0]]) == once
