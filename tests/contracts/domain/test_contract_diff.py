"""What changed between two versions, word by word."""

from hypothesis import given
from hypothesis import strategies as st

from contracts.domain import contract_diff
from contracts.domain.clause_gaps import ClauseText


def test_compare_tells_added_removed_and_reworded_clauses_in_order() -> None:
    before = [
        ClauseText("2.10", "B", "stays"),
        ClauseText("1", "A", "goes"),
        ClauseText("2.3", "C", "was so"),
    ]
    after = [ClauseText("2.10", "B", "stays"), ClauseText("3", "D", "comes"), ClauseText("2.3", "C", "is so")]

    changes = contract_diff.compare(before, after)

    assert [(one.number, one.kind) for one in changes] == [
        ("1", "removed"),
        ("2.3", "reworded"),
        ("2.10", "same"),
        ("3", "added"),
    ]
    assert changes[1].parts == (("delete", "was"), ("insert", "is"), ("equal", " so"))


@given(st.text(), st.text())
def test_words_keep_both_texts(before: str, after: str) -> None:
    parts = contract_diff.words(before, after)

    assert "".join(piece for op, piece in parts if op != "insert") == before
    assert "".join(piece for op, piece in parts if op != "delete") == after
