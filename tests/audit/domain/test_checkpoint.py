import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.domain import checkpoint
from audit.domain.checkpoint import Checkpoint
from tests.audit.domain import notes

TEXT = notes.tree(100).text
lines = st.text(st.characters(min_codepoint=0x20, exclude_categories=["Cs"]), min_size=1, max_size=40)


@given(
    origin=lines,
    size=st.integers(0, 2**63),
    root=st.binary(min_size=32, max_size=32),
    extensions=st.lists(lines, max_size=3).map(tuple),
)
def test_m2_a_checkpoint_is_read_as_it_is_written(origin, size, root, extensions):
    tree = Checkpoint(origin, size, root, extensions)

    assert checkpoint.parse(tree.text) == tree


def test_ours_have_three_lines():
    assert TEXT.count("\n") == 3
    assert TEXT.startswith("countersign.example/log\n100\n")


@pytest.mark.parametrize(
    ("_case", "text"),
    [
        ("no last newline", TEXT[:-1]),
        ("two lines", "\n".join(TEXT.split("\n")[:2]) + "\n"),
        ("an empty line behind", TEXT + "\n"),
        ("an empty line and one more", TEXT + "\nmore\n"),
        ("no origin", TEXT[TEXT.index("\n") :]),
        ("a leading zero", TEXT.replace("\n100\n", "\n0100\n")),
        ("a sign", TEXT.replace("\n100\n", "\n+100\n")),
        ("a negative size", TEXT.replace("\n100\n", "\n-100\n")),
        ("a space", TEXT.replace("\n100\n", "\n100 \n")),
        ("a size beyond 2^63", TEXT.replace("\n100\n", f"\n{2**63 + 1}\n")),
        ("a size that wraps around", TEXT.replace("\n100\n", f"\n{2**64 + 100}\n")),
        ("carriage returns", TEXT.replace("\n", "\r\n")),
        ("a root of 31 bytes", "a\n1\n" + "A" * 40 + "AA==\n"),
        ("a root without padding", TEXT.replace("=\n", "\n")),
        ("a root with spare bits", "a\n1\n" + "A" * 42 + "B=\n"),
        ("an origin that is too long", "a" * 256 + TEXT[TEXT.index("\n") :]),
        ("nothing", ""),
    ],
)
def test_anything_else_is_no_checkpoint(_case, text):
    with pytest.raises(ValueError, match=r"checkpoint|number|base64|hash|origin"):
        checkpoint.parse(text)


@pytest.mark.parametrize(
    ("_case", "values"),
    [
        ("an empty origin", {"origin": ""}),
        ("a line in the origin", {"origin": "a\nb"}),
        ("a negative size", {"size": -1}),
        ("a size beyond 2^63", {"size": 2**63 + 1}),
        ("a short root", {"root": b"x"}),
        ("an empty extension", {"extensions": ("",)}),
        ("an extension of two lines", {"extensions": ("a\nb",)}),
    ],
)
def test_what_cannot_be_written_is_not_made(_case, values):
    with pytest.raises(ValueError, match=r"origin|tree|line"):
        Checkpoint(**{"origin": "a", "size": 1, "root": bytes(32)} | values)


def test_size_and_origin_at_their_limits():
    assert checkpoint.parse(Checkpoint("é" * 127 + "a", 2**63, bytes(32)).text).size == 2**63
    with pytest.raises(ValueError, match="255"):
        Checkpoint("é" * 128, 1, bytes(32))
