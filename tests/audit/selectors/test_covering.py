"""The first checkpoint that covers a leaf, and the first that a witness confirmed."""

import pytest

from audit.domain import note
from audit.models import Cosignature
from audit.selectors import covering, tree
from audit.services import publishing, rows
from tests.audit import growing
from tests.audit.conftest import AT
from tests.audit.domain import notes

ONE, OTHER = notes.witness_key(), notes.witness_key(102, name="witness.example/w2")


@pytest.fixture
def signed(log):
    """Checkpoints of 3, 5 and 9 entries, with the leaf of the log's opening among them."""
    sizes = []
    for count in (2, 2, 4):
        growing.sequenced(count)
        publishing.publish(log="client-1", at=AT)
        sizes.append(tree.size("client-1"))
    return sizes


def confirm(log, size, key, at=notes.AT):
    text = note.parse(bytes(tree.checkpoints("client-1").get(size=size).note)).text
    line = note.signature(text, key, at=at).line.rstrip("\n")
    rows.append_rows(Cosignature, [(log.id, size, key.name, line, AT)])
    return text, line


def test_first_is_the_smallest_signed_tree_with_the_leaf(signed):
    small, middle, large = signed

    found = [covering.first(log="client-1", index=index) for index in (0, small - 1, small, large - 1, large)]

    assert [one and one.size for one in found] == [small, small, middle, large, None]
    assert found[0].text.split("\n")[1] == str(small)
    assert (found[0].witness, found[0].line) == ("", "")


def test_first_confirmed_passes_over_what_no_witness_of_these_confirmed(log, signed):
    small, middle, large = signed
    confirm(log, small, OTHER)
    text, line = confirm(log, middle, ONE)
    confirm(log, middle, ONE, at=notes.AT + 1)
    confirm(log, large, ONE)

    found = covering.first_confirmed(log="client-1", index=0, witnesses=[ONE.name])

    assert found == covering.Covering(middle, text, ONE.name, line)
    either = covering.first_confirmed(log="client-1", index=0, witnesses=[ONE.name, OTHER.name])
    assert (either.size, either.witness) == (small, OTHER.name)
    assert covering.first_confirmed(log="client-1", index=large, witnesses=[ONE.name]) is None
    assert covering.first_confirmed(log="client-1", index=0, witnesses=["nobody"]) is None
