import pytest

from audit.domain import merkle, note, witnessing
from audit.domain.witnessing import Ahead, Cosigned, Forked, Refused, Request, Stale
from tests.audit.domain import notes

LOG, WITNESS = notes.log_key(), notes.witness_key()
PROOF = tuple(merkle.consistency_proof(41, 100, notes.TREE.node))
REQUEST = Request(41, PROOF, notes.signed(100))
LINE = note.signature(notes.tree(100).text, WITNESS, at=notes.AT)


def answer(status: int, body: bytes = b"", content_type: str = "text/plain", **changes):
    parts = {"request": REQUEST, "keys": [LOG.verifier, WITNESS.verifier]} | changes
    return witnessing.read_answer(status=status, content_type=content_type, body=body, **parts)


def test_a_request_is_read_as_it_is_written():
    body = witnessing.write_request(old_size=41, proof=PROOF, signed=notes.signed(100))

    assert body.startswith(b"old 41\n")
    assert witnessing.parse_request(body) == REQUEST
    first = witnessing.write_request(old_size=0, proof=(), signed=notes.signed(100))
    assert first == b"old 0\n\n" + notes.signed(100)


@pytest.mark.parametrize(
    ("_case", "parts"),
    [
        ("a proof from nothing", {"old_size": 0}),
        ("a size below zero", {"old_size": -1}),
        ("a short hash", {"proof": [bytes(31)]}),
        ("too many hashes", {"proof": [bytes(32)] * 64}),
        ("no checkpoint", {"signed": b"x\n"}),
    ],
)
def test_a_request_that_every_witness_would_refuse_is_not_written(_case, parts):
    with pytest.raises(ValueError, match=r"."):
        witnessing.write_request(**{"old_size": 41, "proof": PROOF, "signed": notes.signed(100)} | parts)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"old 41", b"old 041"),
        (b"old 41", b"old -41"),
        (b"old 41", b"old  41"),
        (b"old 41", b"new 41"),
        (b"old 41", b"old 18446744073709551657"),
        (b"old 41\n", b"old 41\r\n"),
        (b"old 41\n", b"old 41\nAAAA\n"),
        (b"old 41\n", b"old 41\n\n"),
        (b"old 41\n", b"old 41\n" + b"A" * 43 + b"B=\n"),
        (b"old 41\n", "öld 41\n".encode()),
    ],
)
def test_what_is_written_in_any_other_way_is_no_request(old, new):
    body = witnessing.write_request(old_size=41, proof=PROOF, signed=notes.signed(100))

    with pytest.raises(ValueError, match=r"."):
        witnessing.parse_request(body.replace(old, new, 1))


def test_m2_a_cosignature_is_checked_and_can_be_added():
    got = answer(200, LINE.line.encode())

    assert isinstance(got, Cosigned)
    assert got.verified[0].at == notes.AT
    cosigned = note.with_signatures(REQUEST.signed, got.signatures)
    assert note.open_note(cosigned, [LOG.verifier, WITNESS.verifier]).keys == {LOG.verifier, WITNESS.verifier}


def test_cosignatures_of_unknown_keys_are_passed_over():
    other = note.signature(notes.tree(100).text, notes.witness_key(9, name="other.example"), at=notes.AT).line

    got = answer(200, (other + LINE.line).encode())

    assert isinstance(got, Cosigned)
    assert got.signatures == (LINE,)


@pytest.mark.parametrize(
    ("_case", "body"),
    [
        ("nothing", b""),
        ("no signature", b"thank you\n"),
        ("no newline", LINE.line.encode()[:-1]),
        (
            "another key's alone",
            note.signature(notes.tree(100).text, notes.witness_key(9), at=1).line.encode(),
        ),
        ("over another tree", note.signature(notes.tree(99).text, WITNESS, at=notes.AT).line.encode()),
        ("the log's own signature", note.signature(notes.tree(100).text, LOG).line.encode()),
        ("a text of its own", b"\nother.example\n1\n\n" + LINE.line.encode()),
        ("no UTF-8", b"\xff\n"),
        ("too much", b"x" * (witnessing.MAX_ANSWER_BYTES + 1)),
    ],
)
def test_an_answer_that_cosigns_nothing_is_no_cosignature(_case, body):
    assert isinstance(answer(200, body), Refused)


@pytest.mark.parametrize(
    ("body", "content_type", "meaning"),
    [
        (b"60\n", "text/x.tlog.size", Stale(60)),
        (b"0\n", "text/x.tlog.size; charset=utf-8", Stale(0)),
        (b"100\n", "text/x.tlog.size", Stale(100)),
        (b"101\n", "text/x.tlog.size", Ahead(101)),
        (b"41\n", "text/x.tlog.size", Forked("it knows another tree of this size")),
        (b"", "text/plain", Forked("it knows another tree of this size")),
        (b"060\n", "text/x.tlog.size", Refused(409, "it did not say which size it knows")),
        (b"\xff", "text/x.tlog.size", Refused(409, "it did not say which size it knows")),
    ],
)
def test_a_conflict_says_where_the_witness_is(body, content_type, meaning):
    assert answer(409, body, content_type) == meaning


@pytest.mark.parametrize(
    ("status", "kind"),
    [(400, Refused), (403, Refused), (404, Refused), (422, Forked), (500, Refused), (302, Refused)],
)
def test_every_other_answer_has_a_meaning_in_words(status, kind):
    got = answer(status)

    assert isinstance(got, kind)
    assert got.reason
