"""Cosmetic or material (§5.1), and a difference that loses nothing and cannot be made slow."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.domain import materiality
from reviews.domain.materiality import assess, similarity, word_diff

TWENTY = "one two three four five six seven eight nine ten eleven twelve a b c d e f g h"


def output(text, **fields):
    return {"reply": text} | fields


ASSESSED = [
    (
        "_case nothing changed",
        output("Dear Ana, thank you"),
        output("Dear Ana, thank you"),
        (False, False, "1.0000"),
    ),
    (
        "_case only punctuation and spaces",
        output("Dear Ana, thank you"),
        output("Dear Ana! Thank".replace("T", "t") + "  you."),
        (True, False, "1.0000"),
    ),
    (
        "_case one word of twenty",
        output(TWENTY),
        output(TWENTY.replace("ten ", "TEN ")),
        (True, False, "0.9500"),
    ),
    (
        "_case exactly nine tenths are the same",
        output(TWENTY),
        output(TWENTY.replace("ten eleven", "x y")),
        (True, False, "0.9000"),
    ),
    (
        "_case three words of twenty",
        output(TWENTY),
        output(TWENTY.replace("ten eleven twelve", "x y z")),
        (True, True, "0.8500"),
    ),
    ("_case a decision", output("a", decision="pay"), output("a", decision="deny"), (True, True, "1.0000")),
    ("_case an amount", output("a", amount="5000"), output("a", amount="5000.01"), (True, True, "1.0000")),
    (
        "_case an amount written otherwise",
        output("a", amount="5000"),
        output("a", amount="5000.00"),
        (True, False, "1.0000"),
    ),
    ("_case an amount left out", output("a", amount="5000"), output("a"), (True, True, "1.0000")),
    (
        "_case an amount that was never there",
        output("a", amount=None),
        output("a", amount=" "),
        (True, False, "1.0000"),
    ),
    ("_case true is not one", output("a", decision=True), output("a", decision=1), (False, True, "1.0000")),
    ("_case a currency in the text", output("pay €5"), output("pay $5"), (True, True, "0.6667")),
    ("_case a sign in the text", output("pay 5 now"), output("pay -5 now"), (True, True, "0.6667")),
    ("_case a point in a number", output("pay 1.50"), output("pay 150"), (True, True, "0.5000")),
    (
        "_case a list in a decision",
        output("a", decision=["x"]),
        output("a", decision=["x", "y"]),
        (True, True, "1.0000"),
    ),
    (
        "_case infinity is compared as text",
        output("a", amount="Infinity"),
        output("a", amount="inf"),
        (True, True, "1.0000"),
    ),
    (
        "_case other fields count as wording",
        output("a b c", tone="kind"),
        output("a b c", tone="firm"),
        (True, True, "0.7500"),
    ),
    (
        "_case nested fields too",
        output("a", lines=[{"x": 1}]),
        output("a", lines=[{"x": 2}]),
        (True, True, "0.6667"),
    ),
    ("_case nothing at all", {}, {}, (False, False, "1.0000")),
]


@pytest.mark.parametrize(("_case", "before", "after", "expected"), ASSESSED, ids=[row[0] for row in ASSESSED])
def test_assess_finds(_case, before, after, expected):
    change = assess(before, after, decision_fields={"decision", "amount"})

    assert (change.material, str(change.similarity)) == expected[1:]
    assert change.changed is (expected[0] or change.material)


SCRIPTS = [
    ("_case Japanese goes by character", "返金できます", "返金できません", "0.7692"),
    ("_case Hindi keeps its vowel signs", "राशि की जाँच", "राशि का जाँच", "0.6667"),
    ("_case half a page is shared", "a b", "b c", "0.5000"),
    ("_case nothing is shared", "a", "b", "0.0000"),
    ("_case nothing against something", "", "b", "0.0000"),
]


@pytest.mark.parametrize(("_case", "before", "after", "share"), SCRIPTS, ids=[row[0] for row in SCRIPTS])
def test_similarity_is(_case, before, after, share):
    assert str(similarity(before, after).quantize(Decimal("0.0001"))) == share


DIFFS = [
    ("_case equal", "same text", "same text", [("equal", "same text")]),
    ("_case nothing", "", "", []),
    (
        "_case a word",
        "pay the bill",
        "pay this bill",
        [("equal", "pay "), ("delete", "the"), ("insert", "this"), ("equal", " bill")],
    ),
    (
        "_case neighbours are one change",
        "a b c d",
        "a x y d",
        [("equal", "a "), ("delete", "b c"), ("insert", "x y"), ("equal", " d")],
    ),
    ("_case an addition", "pay", "pay now", [("equal", "pay"), ("insert", " now")]),
    ("_case a removal", "pay now", "pay", [("equal", "pay"), ("delete", " now")]),
    (
        "_case Japanese",
        "返金できます",
        "返金できません",
        [("equal", "返金できま"), ("delete", "す"), ("insert", "せん")],
    ),
    ("_case everything", "a", "b", [("delete", "a"), ("insert", "b")]),
]


@pytest.mark.parametrize(("_case", "before", "after", "runs"), DIFFS, ids=[row[0] for row in DIFFS])
def test_word_diff_gives(_case, before, after, runs):
    assert word_diff(before, after) == runs


words = st.lists(
    st.sampled_from(["a", "b", "cc", " ", "  ", "\n", ".", "返", "金", "5,000", "राशि"]), max_size=30
).map("".join)
texts = st.one_of(words, st.text(max_size=40))


def rebuilt(runs, kept):
    return "".join(text for op, text in runs if op in {"equal", kept})


@given(before=texts, after=texts)
def test_word_diff_loses_nothing(before, after):
    runs = word_diff(before, after)

    assert rebuilt(runs, "delete") == before
    assert rebuilt(runs, "insert") == after
    assert all(text for _, text in runs)
    assert all(earlier[0] != later[0] for earlier, later in zip(runs, runs[1:], strict=False))


@given(before=texts, after=texts)
def test_similarity_is_symmetric_and_between_0_and_1(before, after):
    share = similarity(before, after)

    assert 0 <= share <= 1
    assert share == similarity(after, before)
    assert similarity(before, before) == 1


def test_similarity_beyond_the_cap_never_flatters(monkeypatch):
    old, new = "x " + "a b " * 50 + "y", "z " + "a b " * 40 + "w"
    exact = similarity(old, new)
    monkeypatch.setattr(materiality, "MAX_WORDS", 30)

    assert similarity(old, new) <= exact


def test_word_diff_beyond_the_cap_shows_the_middle_as_replaced(monkeypatch):
    monkeypatch.setattr(materiality, "MAX_DIFF_TOKENS", 3)

    assert word_diff("a b c d e f", "a x c y e f") == [
        ("equal", "a "),
        ("delete", "b c d"),
        ("insert", "x c y"),
        ("equal", " e f"),
    ]


def test_a_repetitive_text_is_compared_all_the_same():
    before, after = "a b " * 5_000, "b a " * 5_000

    assert rebuilt(word_diff(before, after), "insert") == after
    assert similarity(before, after) > Decimal("0.99")
